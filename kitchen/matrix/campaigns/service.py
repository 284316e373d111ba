"""Verbs on a campaign as a whole: open it, add accounts, move it from step to step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Duplicate, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.matrix.campaigns.models import Cleanup, CleanupItem
from kitchen.matrix.campaigns.rules import CONDUCT, Step, Verdict
from kitchen.matrix.events import CampaignMoved, RegistryChanged
from kitchen.matrix.models import Account
from kitchen.matrix.registry import parameters, working_days
from kitchen.matrix.registry.rules import GONE, Standing

JUDGING = (Step.CHECKING, Step.OPINING)
"""While accounts may still come in."""


def deadlines(session: Session) -> tuple[date, date, date]:
    """The last days of the self-check, the opinion and the decision, if it began today."""
    held, today = parameters.values(session), clock.today(session)
    check = today + timedelta(days=held["check_days"])
    opinion = check + timedelta(days=held["opinion_days"])
    return check, opinion, opinion + timedelta(days=held["decision_days"])


def open_campaign(
    session: Session,
    actor: Actor,
    *,
    name: str,
    batch: str,
    check_due: date,
    opinion_due: date,
    decision_due: date,
    of_batch: str = "",
) -> Cleanup:
    """Open a campaign over every account in being, or over those of one survey (``of_batch``).

    Raises :class:`Invalid` for deadlines out of order or no accounts, :class:`Duplicate` for a
    name that is taken.
    """
    authorize(actor, CONDUCT)
    _demand_order(session, check_due, opinion_due, decision_due)
    if session.scalar(select(Cleanup.id).where(Cleanup.name == name)) is not None:
        raise Duplicate(N_("已有同名的清理整顿，请换个名称。"))
    query = select(Account).where(Account.state.not_in([*GONE, Standing.CLOSING]))
    if of_batch:
        query = query.where(Account.batch == of_batch)
    accounts = session.scalars(query.order_by(Account.id)).all()
    if not accounts:
        raise Invalid(fields={"of_batch": N_("没有可以清理的账号，请先把账号登记进台账。")})
    cleanup = Cleanup(
        name=name,
        batch=batch,
        check_due=working_days.end_of(check_due),
        opinion_due=working_days.end_of(opinion_due),
        decision_due=working_days.end_of(decision_due),
        opened_by_id=actor.id,
    )
    session.add(cleanup)
    session.flush()
    session.add_all(CleanupItem(cleanup_id=cleanup.id, account_id=it.id) for it in accounts)
    session.flush()
    after = {"name": name, "accounts": len(accounts)}
    audit.record(session, actor, "open_cleanup", cleanup, after=after)
    bus.emit(session, CampaignMoved(cleanup.id, "open"))
    return cleanup


def _demand_order(session: Session, check: date, opinion: date, decision: date) -> None:
    if check < clock.today(session):
        raise Invalid(fields={"check_due": N_("自查期限已经过了，请重选。")})
    if opinion < check:
        raise Invalid(fields={"opinion_due": N_("专题会期限不能早于自查期限。")})
    if decision < opinion:
        raise Invalid(fields={"decision_due": N_("常委会期限不能早于专题会期限。")})


def add_account(session: Session, actor: Actor, cleanup: Cleanup, account: Account) -> CleanupItem:
    """Take an account in that was found later; again answers the same."""
    authorize(actor, CONDUCT)
    if cleanup.state not in JUDGING:
        raise WrongState(N_("已经提交常委会，不能再加账号；请放到下一批。"))
    if account.state in {*GONE, Standing.CLOSING}:
        raise WrongState(N_("账号已经关停或正在关停，不用再清理。"))
    known = session.scalar(
        select(CleanupItem).where(
            CleanupItem.cleanup_id == cleanup.id, CleanupItem.account_id == account.id
        )
    )
    if known is not None:
        return known
    item = CleanupItem(cleanup_id=cleanup.id, account_id=account.id)
    session.add(item)
    session.flush()
    audit.record(session, actor, "add_to_cleanup", cleanup, after={"account": account.name})
    bus.emit(session, RegistryChanged())
    return item


def call_experts(session: Session, actor: Actor, cleanup: Cleanup) -> None:
    """End the self-check: from now on the specialists speak. Who has not answered, has not."""
    _step(session, actor, cleanup, "call_experts")


def check_again(session: Session, actor: Actor, cleanup: Cleanup, until: date, note: str) -> None:
    """Let the units answer once more, until another day."""
    if until < clock.today(session):
        raise Invalid(fields={"until": N_("自查期限已经过了，请重选。")})
    changes = {"check_due": working_days.end_of(until)}
    _step(session, actor, cleanup, "check_again", note=note, changes=changes)


def lay_before(session: Session, actor: Actor, cleanup: Cleanup) -> None:
    """Lay the campaign before the committee. Raises :class:`WrongState` while opinions lack."""
    lacking = count(session, cleanup, Verdict.WAITING, Verdict.CHECKED)
    if lacking:
        raise WrongState(
            N_("还有 %(n)s 个账号没有专业意见，逐一提出后再提交。"), code="opinions_lack", n=lacking
        )
    _step(session, actor, cleanup, "lay_before")


def take_back(session: Session, actor: Actor, cleanup: Cleanup, note: str) -> None:
    """Take the campaign back from the committee, while it has decided nothing."""
    if count(session, cleanup, Verdict.KEPT, Verdict.MERGED, Verdict.CLOSED):
        raise WrongState(N_("已有账号作出决定，请先逐个撤销决定。"))
    _step(session, actor, cleanup, "take_back", note=note)


def count(session: Session, cleanup: Cleanup, *verdicts: Verdict) -> int:
    """How many of its accounts stand so."""
    query = select(func.count(CleanupItem.id)).where(
        CleanupItem.cleanup_id == cleanup.id, CleanupItem.state.in_(verdicts)
    )
    return session.scalar(query) or 0


def items_of(session: Session, cleanup: Cleanup) -> Sequence[CleanupItem]:
    """Every account of the campaign, with all that its papers say."""
    return session.scalars(
        select(CleanupItem)
        .where(CleanupItem.cleanup_id == cleanup.id)
        .options(
            joinedload(CleanupItem.account).joinedload(Account.unit),
            joinedload(CleanupItem.target),
        )
        .order_by(CleanupItem.id)
    ).all()


def _step(
    session: Session,
    actor: Actor,
    cleanup: Cleanup,
    name: str,
    *,
    note: str = "",
    changes: Mapping[str, datetime] | None = None,
) -> None:
    event = CampaignMoved(cleanup.id, name)
    carry_out(session, cleanup, name, actor, note=note, changes=changes, event=event)
