"""Who or what is wanted twice: seen before people are sent, and again when something moves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from kitchen.assignments import queries
from kitchen.assignments.booking import taken_in
from kitchen.assignments.models import Assignment, Booking, TimeClaim
from kitchen.assignments.rules import Answer, ClashKind, Span, clash_of


@dataclass(frozen=True, slots=True)
class Clash:
    """A person, a car or a piece of kit that a task wants while something else has it.

    ``other`` is the other task, ``claim`` the leave or duty; one of them is there.
    """

    what: str
    kind: ClashKind
    other: Assignment | None = None
    claim: TimeClaim | None = None


def clashes(
    session: Session,
    span: Span | None,
    staff_ids: Collection[int],
    *,
    vehicle: str = "",
    gear_ids: Collection[int] = (),
    besides: int | None = None,
) -> list[Clash]:
    """Everything that stands against sending these people with these things in this span.

    ``besides`` is the task itself. Without a span nothing can clash.
    """
    if span is None:
        return []
    travel = timedelta(minutes=queries.setting(session).travel_minutes)
    begin, end = span.starts_at - travel, span.ends_at + travel
    found: list[Clash] = []
    for other in queries.running_between(session, begin, end):
        if other.id != besides:
            found += _with_task(other, span, set(staff_ids), vehicle, travel)
    for claim in queries.claims_between(session, staff_ids, span.starts_at, span.ends_at):
        found.append(Clash(claim.staff.name, ClashKind.OVERLAP, claim=claim))
    return found + _of_gear(session, span, gear_ids, besides)


def of_assignment(session: Session, assignment: Assignment) -> list[Clash]:
    """Everything that stands against a task as it is planned."""
    return clashes(
        session,
        assignment.span,
        [each.staff_id for each in assignment.crew if each.answer != Answer.DECLINED],
        vehicle=assignment.vehicle,
        gear_ids=[each.gear_id for each in assignment.bookings],
        besides=assignment.id,
    )


def _with_task(
    other: Assignment, span: Span, staff_ids: set[int], vehicle: str, travel: timedelta
) -> Iterator[Clash]:
    assert other.span is not None
    kind = clash_of(span, other.span, travel)
    if kind is None:
        return
    for member in other.crew:
        if member.staff_id in staff_ids and member.answer != Answer.DECLINED:
            yield Clash(member.staff.name, kind, other)
    if vehicle and other.vehicle == vehicle:
        yield Clash(vehicle, kind, other)


def _of_gear(
    session: Session, span: Span, gear_ids: Collection[int], besides: int | None
) -> list[Clash]:
    if not gear_ids:
        return []
    taken = session.scalars(
        taken_in(span).where(Booking.gear_id.in_(gear_ids), Booking.assignment_id != (besides or 0))
    )
    return [Clash(each.gear.name, ClashKind.OVERLAP, each.assignment) for each in taken]
