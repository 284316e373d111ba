"""Who hears of findings: those who inspect, and those who keep the account."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core.errors import N_
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.patrols.events import FindingMoved, FindingsMade, MendingLate
from kitchen.patrols.models import Finding
from kitchen.people.queries import staff_over, staff_with_role

_INSPECTORS = ("inspector",)
_KEEPERS = ("operator", "chief")
_TOLD = {
    "order": (_KEEPERS, N_("巡查发现“%(account)s”有问题，请按期整改。")),
    "reopen": (_KEEPERS, N_("“%(account)s”的整改没有通过复查，请继续整改。")),
    "close": (_KEEPERS, N_("“%(account)s”的整改通过了复查。")),
    "report": (_INSPECTORS, N_("“%(account)s”报告已整改，请复查。")),
}


def findings_made(session: Session, event: FindingsMade) -> None:
    """Whoever inspects hears that there is something new, and not of each by itself."""
    heard = [staff.id for staff in staff_with_role(session, *_INSPECTORS)]
    text = N_("巡查新发现 %(count)s 个问题。")
    tell(session, heard, text, "/matrix/findings?state=open", kind=Kind.ACCOUNT, count=event.count)


def finding_moved(session: Session, event: FindingMoved) -> None:
    """What is asked of an account's keepers, and what they say."""
    if event.move in _TOLD:
        roles, text = _TOLD[event.move]
        _tell(session, event.finding_id, roles, text)


def mending_late(session: Session, event: MendingLate) -> None:
    """What is not mended in time is called to both sides."""
    text = N_("“%(account)s”的整改已经逾期。")
    _tell(session, event.finding_id, (*_INSPECTORS, *_KEEPERS), text)


def _tell(session: Session, finding_id: int, roles: tuple[str, ...], text: str) -> None:
    finding = session.get_one(Finding, finding_id)
    tell(
        session,
        [staff.id for staff in staff_over(session, finding.unit_id, *roles)],
        text,
        f"/matrix/findings/{finding.uid}",
        kind=Kind.ACCOUNT,
        unit_id=finding.unit_id,
        account=finding.account.name,
    )
