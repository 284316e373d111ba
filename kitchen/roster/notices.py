"""Who hears of duty: the one who is called, the chief when nobody answers, who arranges."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.errors import N_
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.people.queries import staff_over, staff_with_role
from kitchen.roster.events import HoleFound, ShiftMoved, SwapAnswered, SwapAsked
from kitchen.roster.models import DutyLine, DutyShift, DutySwap
from kitchen.roster.rules import SwapState

CALLS = {
    "call_b": N_("“%(title)s”A 角没有签到，现在由您值班，请马上接替。"),
    "sound": N_("“%(title)s”A 角和 B 角都没有应答，请马上安排人值班。"),
}


def shift_moved(session: Session, event: ShiftMoved) -> None:
    """B is called when A is silent; those who lead are when both are."""
    if event.name not in CALLS:
        return
    shift = session.get_one(DutyShift, event.shift_id)
    heard = [shift.b_id] if event.name == "call_b" else _arrangers(session, shift.line.unit_id)
    _tell(session, heard, CALLS[event.name], shift, kind=Kind.DUTY_CALL)


def hole_found(session: Session, event: HoleFound) -> None:
    """Those who arrange hear of a hole while there is time to fill it."""
    line = session.get_one(DutyLine, event.line_id)
    since = clock.local(datetime.fromisoformat(event.since))
    missing = N_("“%(title)s”%(at)s的班没有 B 角，请补上。")
    text = missing if event.seat_b else N_("“%(title)s”%(at)s起没有人值班，请排班。")
    page = "/roster?" if event.seat_b else f"/roster/shifts/new?line={line.uid}&"
    heard, url = _arrangers(session, line.unit_id), f"{page}day={since:%Y-%m-%d}"
    tell(session, heard, text, url, kind=Kind.DUTY, title=line.name, at=f"{since:%m-%d %H:%M}")


def swap_asked(session: Session, event: SwapAsked) -> None:
    swap = session.get_one(DutySwap, event.swap_id)
    text = N_("%(name)s想和您换班：“%(title)s”。")
    _tell(session, [swap.asked_id], text, swap.shift, name=swap.asked_by.name)


ANSWERS = {
    SwapState.AGREED: N_("%(name)s同意换班：“%(title)s”。"),
    SwapState.REFUSED: N_("%(name)s没有同意换班：“%(title)s”。"),
}


def swap_answered(session: Session, event: SwapAnswered) -> None:
    swap = session.get_one(DutySwap, event.swap_id)
    if text := ANSWERS.get(SwapState(swap.state)):
        _tell(session, [swap.asked_by_id], text, swap.shift, name=swap.asked.name)


def _arrangers(session: Session, unit_id: int) -> list[int | None]:
    over = staff_over(session, unit_id, "chief", "deputy", "head")
    return [each.id for each in over or staff_with_role(session, "chief")]


def _tell(
    session: Session,
    heard: list[int | None],
    text: str,
    shift: DutyShift,
    kind: Kind = Kind.DUTY,
    **more: Any,
) -> None:
    url, title = f"/roster/{shift.uid}", shift.line.name
    tell(session, heard, text, url, kind=kind, unit_id=shift.line.unit_id, title=title, **more)
