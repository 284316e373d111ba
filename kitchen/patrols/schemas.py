"""What comes in and goes out about patrols; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import AwareDatetime, Field, create_model

from kitchen.core.access import Actor
from kitchen.core.workflow import open_moves
from kitchen.patrols.models import Finding, Sample, SampleLook, Snapshot
from kitchen.patrols.rules import PARAMETERS, Kind, Severity, State
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema

MOST = 10**12


class FindingQuery(PageQuery):
    kind: Kind | None = None
    account: str | None = Field(None, max_length=22)


class NoteIn(Schema):
    note: str = Field("", max_length=500)


class FindIn(Schema):
    """What a person found; ``account`` is a uid."""

    account: str = Field(min_length=1, max_length=22)
    kind: Kind
    severity: Severity = Severity.WARN
    words: str = Field(min_length=1, max_length=2000)
    url: str = Field("", max_length=500, pattern=r"^(https?://[^\s<>\"]+)?$")


class DrawIn(Schema):
    size: int = Field(ge=1, le=500)
    channel: str = Field("", max_length=32)
    note: str = Field("", max_length=200)


class LookIn(Schema):
    """What was seen at one account of a sample; without ``kind`` nothing is wrong."""

    account: str = Field(min_length=1, max_length=22)
    kind: Kind | None = None
    severity: Severity = Severity.WARN
    note: str = Field("", max_length=2000)
    url: str = Field("", max_length=500, pattern=r"^(https?://[^\s<>\"]+)?$")


class FiguresIn(Schema):
    """An account's figures of a day; what is left out is not known."""

    account: str = Field(min_length=1, max_length=22)
    day: date
    followers: int | None = Field(None, ge=0, le=MOST)
    posts: int | None = Field(None, ge=0, le=100_000)
    reads: int | None = Field(None, ge=0, le=MOST)
    interactions: int | None = Field(None, ge=0, le=MOST)
    waiting: int | None = Field(None, ge=0, le=1_000_000)
    waiting_since: AwareDatetime | None = None
    last_post_at: AwareDatetime | None = None
    source: str = Field("", max_length=80)


_asked: dict[str, Any] = {
    name: (int, Field(ge=each.least, le=each.most)) for name, each in PARAMETERS.items()
}
TuningForm = create_model("TuningForm", __base__=Schema, **_asked)
"""Every parameter, as the page asks for it."""


class EvidenceOut(Answer):
    occasion: str
    seen: dict[str, Any]
    seen_at: datetime
    seen_by: str | None
    sha256: str


class FindingOut(Answer):
    uid: str
    version: int
    account: str
    account_name: str
    unit: str
    kind: Kind
    severity: Severity
    state: State
    seen_at: datetime
    due_on: date | None
    answer: str
    verdict: str
    settled_at: datetime | None
    actions: list[str]
    evidence: list[EvidenceOut]


def _evidence_out(each: Snapshot) -> EvidenceOut:
    return EvidenceOut(
        occasion=each.occasion,
        seen=each.seen,
        seen_at=each.seen_at,
        seen_by=each.seen_by.name if each.seen_by else None,
        sha256=each.sha256,
    )


_PLAIN = {
    *("uid", "version", "kind", "severity", "state", "seen_at", "due_on"),
    *("answer", "verdict", "settled_at"),
}


def finding_out(finding: Finding, actor: Actor, *, whole: bool = True) -> FindingOut:
    """The finding as the API shows it; in a list without its evidence."""
    return FindingOut(
        **{name: getattr(finding, name) for name in _PLAIN},
        account=finding.account.uid,
        account_name=finding.account.name,
        unit=finding.account.unit.name,
        actions=[move.name for move in open_moves(finding, actor)],
        evidence=[_evidence_out(each) for each in finding.evidence] if whole else [],
    )


class LookOut(Answer):
    account: str
    account_name: str
    position: int
    looked_at: datetime | None
    note: str
    finding: str | None


class SampleOut(Answer):
    uid: str
    version: int
    created_at: datetime
    seed: str
    method: str
    channel: str
    population: int
    population_sha256: str
    note: str
    looks: list[LookOut]


def _look_out(look: SampleLook) -> LookOut:
    return LookOut(
        account=look.account.uid,
        account_name=look.account.name,
        position=look.position,
        looked_at=look.looked_at,
        note=look.note,
        finding=look.finding.uid if look.finding else None,
    )


def sample_out(sample: Sample) -> SampleOut:
    """The sample as the API shows it: all that one needs to draw it again."""
    plain = {name: getattr(sample, name) for name in set(SampleOut.model_fields) - {"looks"}}
    return SampleOut(**plain, looks=[_look_out(each) for each in sample.looks])


class FiguresOut(Answer):
    day: date
    followers: int | None
    posts: int | None
    reads: int | None
    interactions: int | None
    waiting: int | None
    waiting_since: datetime | None
    source: str


class TuningOut(Answer):
    """Every parameter in force, by name."""

    parameters: dict[str, int]


class TuningIn(Schema):
    """Parameters to set, by name."""

    parameters: dict[str, int]
