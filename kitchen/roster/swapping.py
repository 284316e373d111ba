"""Changing seats: one asks, the other agrees, and only then does the roster change."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.people.models import Staff
from kitchen.roster import queries
from kitchen.roster.events import SwapAnswered, SwapAsked
from kitchen.roster.models import DutyShift, DutySwap
from kitchen.roster.rules import May, Seat
from kitchen.roster.service import is_free_now


def ask(
    session: Session,
    actor: Actor,
    shift: DutyShift,
    other: DutyShift,
    other_seat: Seat,
    reason: str = "",
) -> DutySwap:
    """Ask the holder of ``other_seat`` in ``other`` to change with one's own seat in ``shift``.

    Raises :class:`Forbidden` without a seat, :class:`Invalid` where nobody could agree.
    """
    authorize(actor, May.STAND)
    seat = shift.seat_of(actor.id)
    if seat is None:
        raise Forbidden(N_("您不在这一班里，换不了。"))
    holder = _holder(other, other_seat)
    if holder is None or holder.id == actor.id:
        raise Invalid(fields={"other": N_("请选别人值的一班。")})
    _demand_free(session, shift, other)
    swap = DutySwap(
        shift_id=shift.id,
        seat=seat,
        other_id=other.id,
        other_seat=other_seat,
        asked_by_id=actor.id,
        asked_id=holder.id,
        reason=reason,
    )
    session.add(swap)
    session.flush()
    audit.record(session, actor, "ask_swap", swap, after={"asked": holder.name}, note=reason)
    bus.emit(session, SwapAsked(swap.id))
    return swap


def agree(session: Session, actor: Actor, swap: DutySwap) -> None:
    """The other agrees: the two change seats.

    Raises :class:`WrongState` if either shift has begun or changed hands since it was asked.
    """
    _demand_asked(swap, actor)
    shift, other = swap.shift, swap.other
    _demand_free(session, shift, other)
    if _id_in(shift, swap.seat) != swap.asked_by_id or _id_in(other, swap.other_seat) != actor.id:
        raise WrongState(N_("其中一班已经换了人，请重新商量。"))
    _settle(session, actor, swap, "agree")
    _seat(shift, swap.seat, swap.asked_id)
    _seat(other, swap.other_seat, swap.asked_by_id)
    session.flush()
    for each in (shift, other):
        _demand_two(each)
        _demand_one_place(session, each)
        audit.record(session, actor, "swap_seats", each, after={"swap": swap.uid})
        session.expire(each, ["a", "b"])


def refuse(session: Session, actor: Actor, swap: DutySwap) -> None:
    _demand_asked(swap, actor)
    _settle(session, actor, swap, "refuse")


def withdraw(session: Session, actor: Actor, swap: DutySwap) -> None:
    """Whoever asked no longer wants it."""
    if swap.asked_by_id != actor.id:
        raise Forbidden(N_("只有提出换班的人能撤回。"))
    _settle(session, actor, swap, "withdraw")


def _settle(session: Session, actor: Actor, swap: DutySwap, name: str) -> None:
    changes = {"answered_at": clock.now(session)}
    carry_out(session, swap, name, actor, changes=changes, event=SwapAnswered(swap.id))


def _demand_asked(swap: DutySwap, actor: Actor) -> None:
    if swap.asked_id != actor.id:
        raise Forbidden(N_("这次换班问的不是您。"))


def _demand_free(session: Session, *shifts: DutyShift) -> None:
    now = clock.now(session)
    if not all(is_free_now(each, now) for each in shifts):
        raise WrongState(N_("已经开始或取消的班不能换。"))


def _demand_two(shift: DutyShift) -> None:
    if shift.a_id == shift.b_id:
        raise WrongState(N_("换过以后 A 角和 B 角会是同一个人，换不了。"))


def _demand_one_place(session: Session, shift: DutyShift) -> None:
    """Nobody may by the change come to stand at two places at once."""
    for staff_id in (shift.a_id, shift.b_id):
        elsewhere = queries.meeting(session, shift.span, staff_id=staff_id, but=shift.id)
        if staff_id is not None and elsewhere is not None:
            raise WrongState(N_("换过以后有人会同一时间值两个岗，换不了。"))


def _holder(shift: DutyShift, seat: Seat) -> Staff | None:
    return shift.a if seat == Seat.A else shift.b


def _id_in(shift: DutyShift, seat: Seat) -> int | None:
    return shift.a_id if seat == Seat.A else shift.b_id


def _seat(shift: DutyShift, seat: Seat, staff_id: int) -> None:
    if seat == Seat.A:
        shift.a_id = staff_id
    else:
        shift.b_id = staff_id
