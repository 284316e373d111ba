"""Who hears of filings, campaigns and closings, in words."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core.errors import N_
from kitchen.matrix.campaigns.models import AccountClosing, Cleanup, CleanupItem
from kitchen.matrix.events import CampaignMoved, ClosingLate, ClosingOpened, FilingMoved
from kitchen.matrix.models import Account
from kitchen.matrix.registry.models import Filing
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.people.models import Post, Staff, Unit
from kitchen.people.queries import staff_over, staff_with_role

KEEPERS = ("operator", "keeper")
HEADS = ("head", "unit_head")
"""Who keeps a unit's accounts, and who answers for the unit; those of the centre make news too."""
FILINGS: Mapping[str, str] = {
    "submit": N_("“%(account)s”的备案等您同意。"),
    "consent": N_("“%(account)s”的备案等受理。"),
    "refuse": N_("“%(account)s”的备案没有同意：%(reason)s"),
    "return": N_("“%(account)s”的备案退回修改：%(reason)s"),
    "file": N_("“%(account)s”已备案，备案号 %(number)s。"),
}


def filing_moved(session: Session, event: FilingMoved) -> None:
    """Whoever a filing waits for hears of it; whoever drafted it hears what came of it."""
    filing = session.get_one(Filing, event.filing_id)
    if event.move not in FILINGS:
        return
    heard = [filing.drafted_by_id]
    if event.move == "submit":
        heard = [each.id for each in staff_over(session, filing.unit_id, *HEADS)]
    elif event.move == "consent":
        heard = [each.id for each in staff_with_role(session, "cyberspace")]
    tell(
        session,
        heard,
        FILINGS[event.move],
        f"/matrix/filings/{filing.uid}",
        kind=Kind.TASK,
        account=filing.account.name,
        reason=filing.returned_because,
        number=filing.number,
    )


CAMPAIGNS: Mapping[str, str] = {
    "open": N_("“%(name)s”开始自查：请对照“三有”逐个填报本单位的账号。"),
    "check_again": N_("“%(name)s”退回自查，请补充填报。"),
    "issue_notice": N_("“%(name)s”的通知已下发，请看本单位账号的去留。"),
}


def campaign_moved(session: Session, event: CampaignMoved) -> None:
    """The units whose accounts are looked at hear when it is their turn."""
    if event.move not in CAMPAIGNS:
        return
    cleanup = session.get_one(Cleanup, event.cleanup_id)
    tell(
        session,
        _keepers_of(session, cleanup),
        CAMPAIGNS[event.move],
        f"/matrix/cleanups/{cleanup.uid}",
        kind=Kind.TASK,
        name=cleanup.name,
    )


def _keepers_of(session: Session, cleanup: Cleanup) -> list[int]:
    """Keepers and heads of the units concerned, in one query."""
    units = (
        select(Unit.id)
        .join(Account, Account.unit_id == Unit.id)
        .join(CleanupItem, CleanupItem.account_id == Account.id)
        .where(CleanupItem.cleanup_id == cleanup.id)
    )
    held = Post.role.in_([*KEEPERS, *HEADS]) & Post.unit_id.in_(units)
    found = select(Staff.id).where(Staff.active, Staff.posts.any(held)).order_by(Staff.id)
    return list(session.scalars(found))


def closing_opened(session: Session, event: ClosingOpened) -> None:
    """The unit hears that the stop notice is to be published, and until when."""
    _tell_of_closing(
        session, event.closing_id, N_("请发布“%(account)s”的停更公告，并登记链接或截图。")
    )


def closing_late(session: Session, event: ClosingLate) -> None:
    """The unit and the office hear that the stop notice is late."""
    text = N_("“%(account)s”的停更公告已超过期限，还没有登记。")
    _tell_of_closing(session, event.closing_id, text, kind=Kind.LATE, office=True)


def _tell_of_closing(
    session: Session,
    closing_id: int,
    text: str,
    *,
    kind: Kind = Kind.TASK,
    office: bool = False,
) -> None:
    closing = session.get_one(AccountClosing, closing_id)
    roles = (*KEEPERS, *HEADS, "cyberspace") if office else KEEPERS
    heard = [each.id for each in staff_over(session, closing.unit_id, *roles)]
    url = f"/matrix/closings/{closing.uid}"
    tell(session, heard, text, url, kind=kind, account=closing.account.name)
