"""Who hears of measures: those who decide, whoever proposed, and the unit."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core.errors import N_
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.people.queries import staff_over
from kitchen.sanctions.events import ClosingOrdered, SanctionMoved
from kitchen.sanctions.models import Sanction

_DECIDERS = ("deputy", "head", "leader")
_CLOSERS = ("head", "leader")
_INSPECTORS = ("inspector",)
_KEEPERS = ("operator", "chief")
_TOLD = {
    "propose": (_DECIDERS, N_("有一项对“%(account)s”的处置等您审批。")),
    "agree": (_CLOSERS, N_("关停“%(account)s”已有一人同意，等第二人批准。")),
    "decide": (_INSPECTORS, N_("对“%(account)s”的处置已批准，请送达。")),
    "refuse": (_INSPECTORS, N_("对“%(account)s”的处置没有批准：%(words)s")),
    "serve": (_KEEPERS, N_("“%(account)s”收到处置通知（%(number)s），请签收；可申诉一次。")),
    "appeal": (_DECIDERS, N_("“%(account)s”的主办单位提出申诉，请裁定。")),
    "uphold": (_KEEPERS, N_("“%(account)s”的申诉没有成立，处置生效：%(words)s")),
    "revoke": ((*_KEEPERS, *_INSPECTORS), N_("“%(account)s”的申诉成立，处置撤销：%(words)s")),
    "lapse": ((*_KEEPERS, *_INSPECTORS), N_("“%(account)s”的申诉期已过，处置生效。")),
}


def sanction_moved(session: Session, event: SanctionMoved) -> None:
    """Whoever is asked to act next, or has waited for it."""
    if event.move in _TOLD:
        roles, text = _TOLD[event.move]
        _tell(session, event.sanction_id, roles, text)


def closing_ordered(session: Session, event: ClosingOrdered) -> None:
    """That an account is to be closed is called to its keepers and to those who inspect."""
    text = N_("责令关停“%(account)s”已生效（%(number)s），请发布停更公告并注销账号。")
    _tell(session, event.sanction_id, (*_KEEPERS, *_INSPECTORS), text)


def _tell(session: Session, sanction_id: int, roles: tuple[str, ...], text: str) -> None:
    sanction = session.get_one(Sanction, sanction_id)
    tell(
        session,
        [staff.id for staff in staff_over(session, sanction.unit_id, *roles)],
        text,
        f"/matrix/sanctions/{sanction.uid}",
        kind=Kind.ACCOUNT,
        unit_id=sanction.unit_id,
        account=sanction.account.name,
        number=sanction.doc_no,
        words=sanction.ruling or sanction.decision,
    )
