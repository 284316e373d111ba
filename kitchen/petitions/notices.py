"""Who hears of petitions: the desk, the unit that answers, the leaders, whoever reported a lead."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from kitchen.core.errors import N_
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.people.queries import staff_over, staff_with_role
from kitchen.petitions import queries
from kitchen.petitions.events import (
    PetitionFiled,
    PetitionGivenBack,
    PetitionHanded,
    PetitionLate,
    PetitionReplied,
    PetitionSettled,
    PetitionUrged,
    TimeAsked,
    TimeDecided,
)
from kitchen.petitions.models import Extension, Petition, Transfer
from kitchen.petitions.rules import State, Wish

DESK = ("duty", "editor")
REVIEWERS = ("committee", "deputy")
LEADERS = ("deputy", "head")
UNIT = ("department",)


def filed(session: Session, event: PetitionFiled) -> None:
    """The desk hears of a new question."""
    _tell_desk(session, session.get_one(Petition, event.petition_id), N_("新的问政：“%(title)s”"))


def handed(session: Session, event: PetitionHanded) -> None:
    """The unit hears what it has to answer, and what was said of it."""
    transfer = session.get_one(Transfer, event.transfer_id)
    text = N_("请答复问政“%(title)s”：%(reason)s") if event.reason else N_("请答复问政“%(title)s”")
    _tell_unit(session, transfer, text, reason=event.reason)


def given_back(session: Session, event: PetitionGivenBack) -> None:
    transfer = session.get_one(Transfer, event.transfer_id)
    text = N_("%(unit)s退回了问政“%(title)s”：%(reason)s")
    _tell_desk(session, transfer.petition, text, unit=transfer.unit.name, reason=transfer.note)


def replied(session: Session, event: PetitionReplied) -> None:
    """Those who review hear that a reply waits."""
    transfer = session.get_one(Transfer, event.transfer_id)
    text = N_("%(unit)s答复了问政“%(title)s”，请审。")
    heard = _over(session, transfer.petition, *REVIEWERS)
    _tell(session, heard, transfer.petition, text, unit=transfer.unit.name)


def urged(session: Session, event: PetitionUrged) -> None:
    transfer = session.get_one(Transfer, event.transfer_id)
    _tell_unit(session, transfer, N_("问政办催办：“%(title)s”，请按时答复。"))


def time_asked(session: Session, event: TimeAsked) -> None:
    wish = session.get_one(Extension, event.extension_id)
    text = N_("%(unit)s申请延期 %(days)s 个工作日：“%(title)s”")
    _tell_desk(
        session,
        wish.transfer.petition,
        text,
        unit=wish.transfer.unit.name,
        days=wish.days,
    )


TIME = {
    Wish.GRANTED: N_("同意延期：“%(title)s”"),
    Wish.DENIED: N_("不同意延期：“%(title)s”：%(reason)s"),
}


def time_decided(session: Session, event: TimeDecided) -> None:
    """The unit hears whether it has more time."""
    wish = session.get_one(Extension, event.extension_id)
    _tell_unit(session, wish.transfer, TIME[Wish(wish.state)], reason=wish.answer)


CALLS = {
    0: N_("快到期了：问政“%(title)s”"),
    1: N_("已超时：问政“%(title)s”"),
    2: N_("超时很久没有办：问政“%(title)s”"),
}


def late(session: Session, event: PetitionLate) -> None:
    """Whoever has to act is reminded; once it is late the desk hears as well, then the leaders."""
    petition = session.get_one(Petition, event.petition_id)
    heard = _who_must_act(session, petition)
    if event.call >= 1:
        heard += _over(session, petition, *DESK)
    if event.call >= 2:
        heard += _over(session, petition, *LEADERS)
    kind = Kind.LATE if event.call >= 2 else Kind.PETITION
    _tell(session, heard, petition, CALLS[event.call], kind)


def _who_must_act(session: Session, petition: Petition) -> list[int]:
    if petition.state == State.HANDED:
        unit_id = queries.the_transfer(petition).unit_id
        return [staff.id for staff in staff_over(session, unit_id, *UNIT)]
    if petition.state == State.REVIEWING:
        return _over(session, petition, *REVIEWERS)
    return _over(session, petition, *DESK)


SETTLED = {
    "answer": N_("您报的线索“%(title)s”转问政后有了答复。"),
    "refuse": N_("您报的线索“%(title)s”转问政后没有受理：%(reason)s"),
    "merge": N_("您报的线索“%(title)s”转问政后并入同一问题办理。"),
}


def settled(session: Session, event: PetitionSettled) -> None:
    """Whoever reported the lead that became a petition hears what became of that."""
    petition = session.get_one(Petition, event.petition_id)
    if petition.from_lead is None:
        return
    tell(
        session,
        [petition.from_lead.reporter_id],
        SETTLED[event.outcome],
        f"/leads/{petition.from_lead.uid}",
        kind=Kind.LEAD,
        title=petition.title,
        reason=event.reason,
    )


def _over(session: Session, petition: Petition, *roles: str) -> list[int]:
    if petition.unit_id is None:
        return [staff.id for staff in staff_with_role(session, *roles)]
    return [staff.id for staff in staff_over(session, petition.unit_id, *roles)]


def _tell_desk(session: Session, petition: Petition, text: str, **more: Any) -> None:
    _tell(session, _over(session, petition, *DESK), petition, text, **more)


def _tell_unit(session: Session, transfer: Transfer, text: str, **more: Any) -> None:
    heard = [staff.id for staff in staff_over(session, transfer.unit_id, *UNIT)]
    _tell(session, heard, transfer.petition, text, **more)


def _tell(
    session: Session,
    heard: list[int],
    petition: Petition,
    text: str,
    kind: Kind = Kind.PETITION,
    **more: Any,
) -> None:
    url = f"/petitions/{petition.uid}"
    tell(
        session, heard, text, url, kind=kind, unit_id=petition.unit_id, title=petition.title, **more
    )
