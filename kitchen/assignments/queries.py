"""Reads of assignments: the list, one with its crew and thread, one's own, clashes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.assignments.models import Assignment, Crew, Message
from kitchen.assignments.rules import Answer, State
from kitchen.core import clock
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first

RUNNING = (State.DISPATCHED, State.ACCEPTED, State.UNDER_WAY)
THREAD_SHOWN = 100


def the_assignment(session: Session, uid: str) -> Assignment:
    """One assignment with its crew. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Assignment)
        .where(Assignment.uid == uid)
        .options(
            joinedload(Assignment.topic),
            joinedload(Assignment.dispatched_by),
            selectinload(Assignment.crew).joinedload(Crew.staff),
        )
    )
    if found is None:
        raise NotFound
    return found


def page_of_assignments(
    session: Session,
    *,
    state: str | None = None,
    q: str | None = None,
    staff_id: int | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Assignment]:
    """Assignments, newest first; ``staff_id`` keeps those of one person."""
    query = select(Assignment).options(selectinload(Assignment.crew).joinedload(Crew.staff))
    if state:
        query = query.where(Assignment.state == state)
    if q:
        query = query.where(Assignment.title.contains(q, autoescape=True))
    if staff_id is not None:
        query = query.where(Assignment.crew.any(Crew.staff_id == staff_id))
    return newest_first(session, query, Assignment.id, limit=limit, cursor=cursor)


def thread_of(session: Session, assignment: Assignment) -> Sequence[Message]:
    """The latest messages, oldest first."""
    latest = session.scalars(
        select(Message)
        .where(Message.assignment_id == assignment.id)
        .options(joinedload(Message.staff))
        .order_by(Message.id.desc())
        .limit(THREAD_SHOWN)
    ).all()
    return latest[::-1]


def of_topic(session: Session, topic_id: int) -> Sequence[Assignment]:
    """The tasks of one topic."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.topic_id == topic_id)
        .options(selectinload(Assignment.crew).joinedload(Crew.staff))
        .order_by(Assignment.id)
    ).all()


def asked_of(session: Session, staff_id: int | None) -> Sequence[Assignment]:
    """What waits for a person: to answer, to do."""
    query = _asked().order_by(Assignment.due_at, Assignment.id).limit(50)
    return session.scalars(query, {"staff_id": staff_id}).all()


def count_asked_of(session: Session, staff_id: int | None) -> int:
    """How much waits for a person."""
    return session.scalar(_asked_count(), {"staff_id": staff_id}) or 0


@cache
def _asked_count() -> Select[int]:
    """Every page of the desk counts; building the statement costs more than running it."""
    return _asked().with_only_columns(func.count(Assignment.id))


@cache
def _asked() -> Select[Assignment]:
    taken = (Crew.staff_id == bindparam("staff_id")) & (Crew.answer != Answer.DECLINED)
    return select(Assignment).where(Assignment.state.in_(RUNNING), Assignment.crew.any(taken))


def to_dispatch(session: Session) -> Sequence[Assignment]:
    """Drafted or declined tasks that need somebody sent."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.state.in_([State.DRAFTED, State.DECLINED]))
        .order_by(Assignment.id)
        .limit(50)
    ).all()


def overdue(session: Session) -> Sequence[Assignment]:
    """Running tasks whose time is over."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.state.in_(RUNNING), Assignment.due_at < clock.now(session))
        .order_by(Assignment.due_at)
        .limit(50)
    ).all()


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody, or a vehicle, is wanted twice at the same time."""

    what: str
    other: Assignment


def clashes(
    session: Session,
    *,
    starts_at: datetime | None,
    due_at: datetime | None,
    staff_ids: Collection[int],
    vehicle: str = "",
    besides: int | None = None,
) -> list[Clash]:
    """Running tasks that overlap this span and want one of these people, or the same vehicle."""
    if starts_at is None or due_at is None:
        return []
    wanted = or_(
        Assignment.crew.any(Crew.staff_id.in_(staff_ids) & (Crew.answer != Answer.DECLINED)),
        (Assignment.vehicle == vehicle) & (Assignment.vehicle != ""),
    )
    overlapping = session.scalars(
        select(Assignment)
        .where(
            Assignment.state.in_(RUNNING),
            Assignment.starts_at < due_at,
            Assignment.due_at > starts_at,
            Assignment.id != (besides or 0),
            wanted,
        )
        .options(selectinload(Assignment.crew).joinedload(Crew.staff))
    ).all()
    return [clash for other in overlapping for clash in _between(other, set(staff_ids), vehicle)]


def _between(other: Assignment, staff_ids: set[int], vehicle: str) -> list[Clash]:
    people = [
        Clash(member.staff.name, other)
        for member in other.crew
        if member.staff_id in staff_ids and member.answer != Answer.DECLINED
    ]
    same_car = [Clash(vehicle, other)] if vehicle and other.vehicle == vehicle else []
    return people + same_car
