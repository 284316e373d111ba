"""Booking of kit and vehicles: never twice at one time, handed out to a name, brought back.

Whoever books first locks the rows of what they want; on SQLite the writing unit itself stands in
line. The second one sees what was booked meanwhile and is told by whom.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from kitchen.assignments.events import CrewPlanChanged
from kitchen.assignments.models import Assignment, Booking, Gear
from kitchen.assignments.rules import BOOKABLE, GearKind, GearState, May, Span, State
from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Duplicate, Forbidden, Invalid, NotFound, WrongState
from kitchen.core.workflow import carry_out
from kitchen.people.models import Staff, Unit

OVER = (State.CANCELLED, State.DONE)


def book(session: Session, assignment: Assignment, wanted: Sequence[Gear]) -> None:
    """Make these the gear of the task for its span; what it had besides is free again.

    Raises :class:`Invalid` without a span or for gear that cannot be used, :class:`Duplicate` for
    what is taken, :class:`Forbidden` for taking off what has been handed out.
    """
    kept = {each.gear_id: each for each in assignment.bookings}
    ids = {gear.id for gear in wanted}
    if any(each.handed_out_at and not each.returned_at for each in _besides(assignment, ids)):
        raise Forbidden(N_("有的设备已经领出，归还以后才能去掉。"))
    span = assignment.span
    if wanted and span is None:
        raise Invalid(fields={"starts_at": N_("订设备或车辆要写明开始时间。")})
    if span is not None:
        _demand_free(session, ids, span, besides=assignment)
        assignment.bookings = [
            _booked(kept.get(gear.id) or Booking(gear=gear), span) for gear in wanted
        ]
    else:
        assignment.bookings = []
    session.flush()


def _besides(assignment: Assignment, ids: set[int]) -> list[Booking]:
    return [each for each in assignment.bookings if each.gear_id not in ids]


def move_along(session: Session, assignment: Assignment) -> None:
    """The task has another span: so have its bookings. Raises :class:`Duplicate`."""
    span = assignment.span
    if span is None or not assignment.bookings:
        return
    _demand_free(session, {each.gear_id for each in assignment.bookings}, span, besides=assignment)
    for each in assignment.bookings:
        _booked(each, span)
    session.flush()


def _booked(booking: Booking, span: Span) -> Booking:
    booking.starts_at, booking.ends_at = span.starts_at, span.ends_at
    return booking


def _demand_free(session: Session, ids: set[int], span: Span, *, besides: Assignment) -> None:
    """Take the gear's rows one after the other, always in the same order, and look."""
    locked = session.scalars(
        select(Gear)
        .where(Gear.id.in_(ids))
        .order_by(Gear.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if unfit := [gear for gear in locked if gear.state not in BOOKABLE]:
        raise Invalid(fields={"gear": N_("送修或停用的设备不能订。")}, names=unfit[0].name)
    taken = session.scalar(
        taken_in(span).where(Booking.gear_id.in_(ids), Booking.assignment_id != besides.id).limit(1)
    )
    if taken is not None:
        raise Duplicate(
            N_("“%(gear)s”在这段时间已经被“%(title)s”订了，请换一件或换时间。"),
            gear=taken.gear.name,
            title=taken.assignment.title,
        )


def taken_in(span: Span) -> Select[Booking]:
    """The bookings that stand in a span, as a query."""
    return (
        select(Booking)
        .join(Booking.assignment)
        .where(
            Booking.starts_at < span.ends_at,
            Booking.ends_at > span.starts_at,
            Booking.returned_at.is_(None),
            Assignment.state.not_in(OVER),
        )
        .options(joinedload(Booking.gear), joinedload(Booking.assignment))
        .order_by(Booking.id)
    )


def release(session: Session, assignment: Assignment) -> None:
    """The task is called off: what is still in the store is free again."""
    assignment.bookings = [each for each in assignment.bookings if each.handed_out_at]
    session.flush()


def keep(
    session: Session, actor: Actor, *, name: str, kind: GearKind, unit: Unit, note: str = ""
) -> Gear:
    """Add a piece of gear to a unit's list. Raises :class:`Duplicate` for a name it has."""
    gear = Gear(name=name, kind=kind, unit_id=unit.id, unit=unit, note=note)
    authorize(actor, May.DISPATCH, gear)
    named = select(Gear.id).where(Gear.unit_id == unit.id, Gear.name == name)
    if session.scalar(named) is not None:
        raise Duplicate(N_("“%(name)s”已经在清单里了。"), name=name)
    session.add(gear)
    session.flush()
    audit.record(session, actor, "keep_gear", gear, after={"name": name, "kind": str(kind)})
    bus.emit(session, CrewPlanChanged())
    return gear


def hand_out(session: Session, actor: Actor, booking: Booking, to: Staff) -> None:
    """Give booked gear to somebody of the crew. Raises :class:`WrongState` if it is not in."""
    if to.id not in {member.staff_id for member in booking.assignment.crew}:
        raise Invalid(fields={"to": N_("请交给这个任务的人。")})
    if booking.handed_out_at is not None:
        raise WrongState(N_("已经领出了。"))
    if booking.assignment.state in OVER:
        raise WrongState
    carry_out(session, booking.gear, "hand_out", actor, event=CrewPlanChanged(), note=to.name)
    booking.handed_out_at, booking.handed_to_id = clock.now(session), to.id
    session.flush()


def take_back(session: Session, actor: Actor, booking: Booking) -> None:
    """What was handed out is back, and free from now on."""
    if booking.handed_out_at is None or booking.returned_at is not None:
        raise WrongState(N_("没有领出，不用归还。"))
    carry_out(session, booking.gear, "take_back", actor, event=CrewPlanChanged())
    booking.returned_at = clock.now(session)
    session.flush()


def tend(session: Session, actor: Actor, gear: Gear, move: str, note: str = "") -> None:
    """Send gear to repair, take it from there, or out of use.

    Raises :class:`NotFound` for a verb that is none of these.
    """
    if move not in {"send_to_repair", "repaired", "retire"}:
        raise NotFound
    if gear.state == GearState.OUT:
        _note_return(session, gear)
    carry_out(session, gear, move, actor, note=note, event=CrewPlanChanged())


def _note_return(session: Session, gear: Gear) -> None:
    """Gear that goes to repair straight from a task is back from that task."""
    out = select(Booking).where(
        Booking.gear_id == gear.id,
        Booking.handed_out_at.is_not(None),
        Booking.returned_at.is_(None),
    )
    for booking in session.scalars(out):
        booking.returned_at = clock.now(session)
