"""Closing an account, by whatever cause (S11): approved, announced, cancelled there, filed.

A closing with a target is a merging. The unit publishes the stop notice within its days, through
the house where the house holds the account, and proves it by the address or a screenshot.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.clock import local
from kitchen.core.db import Database
from kitchen.core.errors import N_, Duplicate, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.matrix.campaigns.models import AccountClosing, CleanupItem
from kitchen.matrix.campaigns.rules import FILE, UNDER_WAY, Cause, Closing
from kitchen.matrix.campaigns.targets import leave_no_orphans
from kitchen.matrix.events import (
    ClosingLate,
    ClosingOpened,
    FilingMoved,
    RegistryChanged,
    StopNoticeAsked,
)
from kitchen.matrix.models import Account
from kitchen.matrix.registry import parameters, working_days
from kitchen.matrix.registry.models import Evidence, Filing
from kitchen.matrix.registry.rules import GONE, Change, Standing


def open_closing(
    session: Session,
    actor: Actor,
    account: Account,
    *,
    cause: Cause,
    basis: str,
    due_at: datetime | None = None,
    target: Account | None = None,
    item: CleanupItem | None = None,
) -> AccountClosing:
    """Begin to close an account; ``basis`` is the document, decision or clause.

    Without ``due_at`` the stop notice has the days that are set, from today. Raises
    :class:`Duplicate` while a closing is under way, and :class:`WrongState` for an account that is
    gone, or into which others are still to be merged.
    """
    known = select(AccountClosing.id).where(
        AccountClosing.account_id == account.id, AccountClosing.state.in_(sorted(UNDER_WAY))
    )
    if session.scalar(known.limit(1)) is not None:
        raise Duplicate(N_("“%(name)s”已经在关停，没有重复开办。"), name=account.name)
    if account.state in GONE:
        raise WrongState(N_("账号已经关停或并入。"))
    leave_no_orphans(session, actor, account, target)
    days = timedelta(days=parameters.values(session)["notice_days"])
    closing = AccountClosing(
        account_id=account.id,
        account=account,
        item_id=item.id if item else None,
        cause=cause,
        basis=basis,
        due_at=due_at or working_days.end_of(local(clock.now(session)).date() + days),
        target_id=target.id if target else None,
        target=target,
    )
    session.add(closing)
    carry_out(session, account, "begin_closing", actor, note=basis)
    after = {"account": account.name, "cause": cause, "basis": basis}
    audit.record(session, actor, "open_closing", closing, after=after)
    bus.emit(session, ClosingOpened(closing.id))
    bus.emit(session, RegistryChanged())
    return closing


def follow_filing(session: Session, event: FilingMoved) -> None:
    """A closing that was filed by its unit begins."""
    filing = session.get_one(Filing, event.filing_id)
    if event.move == "file" and filing.change == Change.CLOSE:
        open_closing(session, HOUSE, filing.account, cause=Cause.FILING, basis=filing.number)


def ask_house(session: Session, actor: Actor, closing: AccountClosing) -> None:
    """Have the stop notice drafted as a story, to be published on the account itself.

    Raises :class:`WrongState` where the house does not hold the account, or has drafted it.
    """
    authorize(actor, FILE, closing)
    if closing.state != Closing.APPROVED:
        raise WrongState(N_("停更公告已经登记，不用再发。"))
    if not closing.account.enabled:
        raise WrongState(N_("这个账号不由本系统发布，请在平台上自行发布后登记链接。"))
    if closing.story_uid:
        raise WrongState(N_("停更公告的稿件已经起草，请到稿件里送审。"))
    assert actor.id is not None
    bus.emit(session, StopNoticeAsked(closing.id, actor.id))


def take_story(session: Session, actor: Actor, closing: AccountClosing, story_uid: str) -> None:
    """Remember the story in which the stop notice is written."""
    closing.story_uid = story_uid
    session.flush()
    audit.record(session, actor, "draft_stop_notice", closing, after={"story": story_uid})
    bus.emit(session, RegistryChanged())


def announce(
    session: Session, actor: Actor, closing: AccountClosing, *, url: str, at: datetime
) -> None:
    """The stop notice is out, at this address; or a screenshot among the evidence shows it.

    Raises :class:`Invalid` without either, and for a moment that is still to come.
    """
    if not url.strip() and not _has_proof(session, closing):
        raise Invalid(fields={"url": N_("请填公告链接；没有链接的，先上传截图。")})
    if at > clock.now(session):
        raise Invalid(fields={"at": N_("发布时间还没有到，请核对。")})
    changes = {"notice_url": url.strip(), "announced_at": at}
    carry_out(session, closing, "announce", actor, changes=changes, event=RegistryChanged())


def _has_proof(session: Session, closing: AccountClosing) -> bool:
    found = select(Evidence.id).where(Evidence.subject_uid == closing.uid).limit(1)
    return session.scalar(found) is not None


def correct_announcement(session: Session, actor: Actor, closing: AccountClosing) -> None:
    """Take a wrong address back."""
    changes = {"notice_url": "", "announced_at": None}
    carry_out(
        session, closing, "correct_announcement", actor, changes=changes, event=RegistryChanged()
    )


def force(session: Session, actor: Actor, closing: AccountClosing, note: str) -> None:
    """Go on without the unit's stop notice, once its days are over. Raises :class:`WrongState`."""
    if clock.now(session) < closing.due_at:
        raise WrongState(N_("停更公告的期限还没有到，不能强制关停。"))
    changes = {"announced_at": clock.now(session)}
    carry_out(session, closing, "force", actor, note=note, changes=changes, event=RegistryChanged())


def cancel_on_platform(session: Session, actor: Actor, closing: AccountClosing) -> None:
    """The account is gone from its platform: from now on nothing is sent to it."""
    changes = {"cancelled_at": clock.now(session)}
    carry_out(
        session, closing, "cancel_on_platform", actor, changes=changes, event=RegistryChanged()
    )
    closing.account.enabled = False
    session.flush()


def file_closing(session: Session, actor: Actor, closing: AccountClosing, report_no: str) -> None:
    """The national reporting system has the closing: the account is history.

    Raises :class:`WrongState` if the account it was merged into is gone itself, without a trace.
    """
    if not report_no.strip():
        raise Invalid(fields={"report_no": N_("请填写报送系统的关停备案号。")})
    changes = {"report_no": report_no.strip(), "filed_at": clock.now(session)}
    carry_out(session, closing, "file_closing", actor, changes=changes, event=RegistryChanged())
    end = Standing.MERGED if closing.target_id else Standing.CLOSED
    carry_out(session, closing.account, "end_account", actor, to=end, note=closing.basis)


def call_off(session: Session, actor: Actor, closing: AccountClosing, note: str) -> None:
    """Let the account live, before its stop notice is out."""
    carry_out(session, closing, "call_off", actor, note=note, event=RegistryChanged())
    back = Standing.FILED if closing.account.filing_no else Standing.SURVEYED
    carry_out(session, closing.account, "keep_open", actor, to=back, note=note)


def tell_late(database: Database) -> None:
    """Tell once of every stop notice that is not out in time."""
    with database.unit() as session:
        now = clock.now(session)
        for closing in session.scalars(
            select(AccountClosing).where(
                AccountClosing.state == Closing.APPROVED,
                AccountClosing.due_at < now,
                AccountClosing.reminded_at.is_(None),
            )
        ):
            closing.reminded_at = now
            bus.emit(session, ClosingLate(closing.id))


def of_story(session: Session, story_uid: str) -> AccountClosing | None:
    """The closing whose stop notice a story is."""
    return session.scalar(
        select(AccountClosing)
        .where(AccountClosing.story_uid == story_uid)
        .options(joinedload(AccountClosing.account))
    )


def overdue(session: Session, most: int = 200) -> Sequence[AccountClosing]:
    """Stop notices that are late, the latest last."""
    return session.scalars(
        select(AccountClosing)
        .where(
            AccountClosing.state == Closing.APPROVED,
            AccountClosing.due_at < clock.now(session),
        )
        .options(joinedload(AccountClosing.account).joinedload(Account.unit))
        .order_by(AccountClosing.due_at)
        .limit(most)
    ).all()
