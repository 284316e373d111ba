"""What comes in and goes out about campaigns; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from kitchen.matrix.campaigns.models import AccountClosing, Cleanup, CleanupItem
from kitchen.matrix.campaigns.queries import Dashboard
from kitchen.matrix.campaigns.rules import (
    Aspect,
    Cause,
    Closing,
    Dimension,
    Have,
    Kept,
    Phase,
    Proposal,
    Step,
    Tally,
    Verdict,
)
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema


class CleanupIn(Schema):
    """A campaign with the last days of its three steps; ``of_batch`` narrows to one survey."""

    name: str = Field(min_length=2, max_length=80)
    batch: str = Field(min_length=1, max_length=40)
    check_due: date
    opinion_due: date
    decision_due: date
    of_batch: str = Field("", max_length=40)


class JoinIn(Schema):
    """The account that joins, by its uid."""

    account: str = Field(min_length=1, max_length=22)


class StepIn(Schema):
    """A step; ``note`` and ``until`` where it goes back, ``notice_no`` at the notice."""

    note: str = Field("", max_length=1000)
    until: date | None = None
    notice_no: str = Field("", max_length=40)


class MeetingIn(Schema):
    meeting_no: str = Field(min_length=1, max_length=40)
    meeting_on: date
    decision_doc: str = Field(min_length=1, max_length=80)


class CheckIn(Schema):
    """A self-check: each of the three haves, what is asked for, and why."""

    need_yes: bool = False
    need_evidence: str = Field("", max_length=1000)
    capability_yes: bool = False
    capability_evidence: str = Field("", max_length=1000)
    support_yes: bool = False
    support_evidence: str = Field("", max_length=1000)
    asked: Proposal
    reason: str = Field("", max_length=1000)
    target: str | None = Field(None, max_length=22)

    @property
    def haves(self) -> dict[Have, tuple[bool, str]]:
        return {
            have: (getattr(self, f"{have}_yes"), getattr(self, f"{have}_evidence")) for have in Have
        }


class OpinionIn(Schema):
    """An opinion in four dimensions; a score left out is not known."""

    need_score: int | None = Field(None, ge=1, le=5)
    need_note: str = Field("", max_length=500)
    content_score: int | None = Field(None, ge=1, le=5)
    content_note: str = Field("", max_length=500)
    fans_score: int | None = Field(None, ge=1, le=5)
    fans_note: str = Field("", max_length=500)
    activity_score: int | None = Field(None, ge=1, le=5)
    activity_note: str = Field("", max_length=500)
    advised: Proposal
    advice: str = Field("", max_length=2000)
    target: str | None = Field(None, max_length=22)

    @property
    def dimensions(self) -> dict[Dimension, tuple[int | None, str]]:
        return {
            each: (getattr(self, f"{each}_score"), getattr(self, f"{each}_note"))
            for each in Dimension
        }


class UnitReviewIn(Schema):
    """A unit in five aspects; one left out is not known."""

    plan_yes: bool | None = None
    plan_note: str = Field("", max_length=500)
    review_yes: bool | None = None
    review_note: str = Field("", max_length=500)
    need_yes: bool | None = None
    need_note: str = Field("", max_length=500)
    staff_yes: bool | None = None
    staff_note: str = Field("", max_length=500)
    violations_yes: bool | None = None
    violations_note: str = Field("", max_length=500)

    @property
    def aspects(self) -> dict[Aspect, tuple[bool | None, str]]:
        return {
            each: (getattr(self, f"{each}_yes"), getattr(self, f"{each}_note")) for each in Aspect
        }


class DecisionIn(Schema):
    decision: Proposal
    reason: str = Field("", max_length=1000)
    kept_as: Kept | None = None
    target: str | None = Field(None, max_length=22)


class BurdenIn(Schema):
    """What an account costs: people, minutes of each a day, yuan a month."""

    phase: Phase = Phase.BEFORE
    people: int = Field(ge=0, le=1000)
    minutes: int = Field(ge=0, le=1440)
    cost: int | None = Field(None, ge=0, le=100_000_000)
    mean_reads: int | None = Field(None, ge=0, le=2_000_000_000)


class ClosingMoveIn(Schema):
    """A move of a closing; ``url`` and ``at`` of the stop notice, the report's number, a reason."""

    url: str = Field("", max_length=500, pattern=r"^(https?://[^\s<>\"]+)?$")
    at: datetime | None = None
    report_no: str = Field("", max_length=40)
    note: str = Field("", max_length=1000)


class RiskIn(Schema):
    key: str = Field(min_length=2, max_length=24)
    name: str = Field("", max_length=40)
    note: str = Field("", max_length=200)
    active: bool = False


class ItemQuery(PageQuery):
    channel: str | None = Field(None, max_length=32)


class CleanupOut(Answer):
    uid: str
    version: int
    name: str
    batch: str
    state: Step
    check_due: datetime
    opinion_due: datetime
    decision_due: datetime
    meeting_no: str
    meeting_on: date | None
    decision_doc: str
    notice_no: str
    noticed_at: datetime | None
    closing_due: datetime | None


def cleanup_out(cleanup: Cleanup) -> CleanupOut:
    """A campaign as the API shows it."""
    return CleanupOut.model_validate(cleanup)


class TallyOut(Answer):
    total: int
    kept: int
    closed: int
    merged: int
    gone: int
    undecided: int
    announced: int
    filed: int
    share: float | None


class DashboardOut(Answer):
    """A campaign in figures."""

    total: TallyOut
    by_platform: dict[str, TallyOut]
    by_batch: dict[str, TallyOut]
    by_level: dict[str, TallyOut]
    retained: list[str]


def dashboard_out(seen: Dashboard) -> DashboardOut:
    """The figures as the API shows them."""

    def shown(groups: Any) -> dict[str, TallyOut]:
        return {key: _tally(each) for key, each in groups.items()}

    return DashboardOut(
        total=_tally(seen.total),
        by_platform=shown(seen.by_platform),
        by_batch=shown(seen.by_batch),
        by_level=shown(seen.by_level),
        retained=list(seen.retained),
    )


def _tally(tally: Tally) -> TallyOut:
    return TallyOut.model_validate(tally)


class ItemOut(Answer):
    uid: str
    version: int
    account: str
    account_uid: str
    channel: str
    unit: str
    state: Verdict
    haves: dict[str, Any]
    asked: Proposal | None
    asked_because: str
    checked_at: datetime | None
    dimensions: dict[str, Any]
    figures: dict[str, Any]
    advised: Proposal | None
    advice: str
    decided_because: str
    decided_at: datetime | None
    kept_as: Kept | None
    target: str | None


def item_out(item: CleanupItem) -> ItemOut:
    """An account of a campaign as the API shows it."""
    plain = {name: getattr(item, name) for name in _ITEM}
    return ItemOut(
        account=item.account.name,
        account_uid=item.account.uid,
        channel=item.account.channel,
        unit=item.account.unit.name,
        target=item.target.uid if item.target else None,
        **plain,
    )


_ITEM = set(ItemOut.model_fields) - {"account", "account_uid", "channel", "unit", "target"}


class ClosingOut(Answer):
    uid: str
    version: int
    account: str
    account_uid: str
    unit: str
    cause: Cause
    basis: str
    state: Closing
    due_at: datetime
    target: str | None
    story_uid: str
    notice_url: str
    announced_at: datetime | None
    cancelled_at: datetime | None
    report_no: str
    filed_at: datetime | None


def closing_out(closing: AccountClosing) -> ClosingOut:
    """A closing as the API shows it."""
    plain = {name: getattr(closing, name) for name in _CLOSING}
    return ClosingOut(
        account=closing.account.name,
        account_uid=closing.account.uid,
        unit=closing.account.unit.name,
        target=closing.target.uid if closing.target else None,
        **plain,
    )


_CLOSING = set(ClosingOut.model_fields) - {"account", "account_uid", "unit", "target"}


class BurdenOut(Answer):
    account: str
    unit: str
    minutes_before: int
    minutes_after: int | None
    saved: int | None
    cost_before: int | None
    cost_after: int | None


class LedgerOut(Answer):
    """The ledger; minutes a day, yuan a month, sums over what is known."""

    minutes_before: int
    minutes_saved: int
    cost_saved: int
    lines: list[BurdenOut]


class RiskOut(Answer):
    key: str
    name: str
    note: str
    active: bool
