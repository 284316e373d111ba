"""The committee's word on each account, and the notice that carries it out (S9, S10)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.clock import local
from kitchen.core.errors import N_, Duplicate, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.matrix.campaigns import closing, service
from kitchen.matrix.campaigns.models import AccountClosing, Cleanup, CleanupItem
from kitchen.matrix.campaigns.rules import (
    CONDUCT,
    DECIDED,
    UNDER_WAY,
    Cause,
    Kept,
    Proposal,
    Step,
    Verdict,
)
from kitchen.matrix.campaigns.targets import demand_target, leave_no_orphans
from kitchen.matrix.events import CampaignMoved, RegistryChanged
from kitchen.matrix.models import Account
from kitchen.matrix.registry import parameters, working_days
from kitchen.people.rules import Level


def record_meeting(
    session: Session,
    actor: Actor,
    cleanup: Cleanup,
    *,
    meeting_no: str,
    meeting_on: date,
    decision_doc: str,
) -> None:
    """Which meeting decided, when, and under which document."""
    authorize(actor, CONDUCT)
    if cleanup.state != Step.DECIDING:
        raise WrongState(N_("现在不是常委会审议阶段。"))
    if meeting_on > clock.today(session):
        raise Invalid(fields={"meeting_on": N_("会议日期还没有到，请核对。")})
    before = _meeting(cleanup)
    cleanup.meeting_no, cleanup.meeting_on = meeting_no, meeting_on
    cleanup.decision_doc = decision_doc
    session.flush()
    audit.record(session, actor, "record_meeting", cleanup, before=before, after=_meeting(cleanup))


def _meeting(cleanup: Cleanup) -> dict[str, str]:
    held_on = cleanup.meeting_on.isoformat() if cleanup.meeting_on else ""
    return {"no": cleanup.meeting_no, "on": held_on, "doc": cleanup.decision_doc}


def decide(
    session: Session,
    actor: Actor,
    item: CleanupItem,
    decision: Proposal,
    *,
    reason: str = "",
    kept_as: Kept | None = None,
    target: Account | None = None,
) -> None:
    """The committee's decision on an account. Against the advice it gives its reason.

    A department that keeps an account keeps it as a comprehensive one or one for people's
    livelihood. Raises :class:`Invalid`, :class:`WrongState`.
    """
    if item.cleanup.state != Step.DECIDING:
        raise WrongState(N_("现在不是常委会审议阶段。"))
    if decision != item.advised and not reason.strip():
        raise Invalid(fields={"reason": N_("与专业意见不同的决定，请写明理由。")})
    department = item.account.unit.level == Level.DEPARTMENT
    if decision == Proposal.KEEP and department and kept_as is None:
        raise Invalid(fields={"kept_as": N_("请注明按综合性还是民生服务性部门保留。")})
    target_id = demand_target(session, item, decision, target)
    if decision != Proposal.KEEP:
        onward = session.get_one(Account, target_id) if target_id else None
        leave_no_orphans(session, actor, item.account, onward)
    changes = {
        "decided_because": reason,
        "decided_at": clock.now(session),
        "kept_as": kept_as if decision == Proposal.KEEP else None,
        "target_id": target_id,
    }
    carry_out(session, item, decision, actor, note=reason, changes=changes, event=RegistryChanged())


def reconsider(session: Session, actor: Actor, item: CleanupItem) -> None:
    """Take a decision back, before the notice is out."""
    if item.cleanup.state != Step.DECIDING:
        raise WrongState(N_("通知已经下发，决定不能再撤；要改请走撤销关停。"))
    changes = {"decided_because": "", "decided_at": None, "kept_as": None}
    carry_out(session, item, "reconsider", actor, changes=changes, event=RegistryChanged())


def issue_notice(session: Session, actor: Actor, cleanup: Cleanup, notice_no: str) -> None:
    """Issue the notice: every account to go gets its closing, due after the days that are set.

    Raises :class:`WrongState` while an account is undecided or the meeting is not recorded.
    """
    if not notice_no.strip():
        raise Invalid(fields={"notice_no": N_("请填写通知文号。")})
    taken = select(Cleanup.id).where(Cleanup.notice_no == notice_no, Cleanup.id != cleanup.id)
    if session.scalar(taken.limit(1)) is not None:
        raise Duplicate(N_("这个文号已经用过，请换一个。"))
    undecided = service.count(session, cleanup, *(set(Verdict) - DECIDED))
    if undecided:
        raise WrongState(
            N_("还有 %(n)s 个账号没有决定，不能下发通知。"), code="undecided", n=undecided
        )
    if not (cleanup.meeting_no and cleanup.meeting_on and cleanup.decision_doc):
        raise WrongState(N_("请先登记常委会的会次、日期和决议文件。"))
    now = clock.now(session)
    days = timedelta(days=parameters.values(session)["notice_days"])
    due = working_days.end_of(local(now).date() + days)
    changes = {"notice_no": notice_no.strip(), "noticed_at": now, "closing_due": due}
    event = CampaignMoved(cleanup.id, "issue_notice")
    carry_out(session, cleanup, "issue_notice", actor, changes=changes, event=event)
    for item in _to_go(session, cleanup):
        closing.open_closing(
            session,
            actor,
            item.account,
            cause=Cause.CAMPAIGN,
            basis=cleanup.notice_no,
            due_at=due,
            target=item.target,
            item=item,
        )


def _to_go(session: Session, cleanup: Cleanup) -> list[CleanupItem]:
    found = session.scalars(
        select(CleanupItem)
        .where(
            CleanupItem.cleanup_id == cleanup.id,
            CleanupItem.state.in_([Verdict.CLOSED, Verdict.MERGED]),
        )
        .options(
            joinedload(CleanupItem.account).joinedload(Account.unit),
            joinedload(CleanupItem.target),
        )
        .order_by(CleanupItem.id)
    )
    return list(found)


def finish(session: Session, actor: Actor, cleanup: Cleanup) -> None:
    """Close the books. Raises :class:`WrongState` while a closing is under way."""
    left = session.scalars(
        select(AccountClosing.id)
        .join(CleanupItem, CleanupItem.id == AccountClosing.item_id)
        .where(CleanupItem.cleanup_id == cleanup.id, AccountClosing.state.in_(sorted(UNDER_WAY)))
    ).all()
    if left:
        raise WrongState(
            N_("还有 %(n)s 个账号没有办完关停，不能销号。"), code="closings_left", n=len(left)
        )
    event = CampaignMoved(cleanup.id, "finish")
    carry_out(session, cleanup, "finish", actor, event=event)
