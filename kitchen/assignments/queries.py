"""Reads of assignments: the list, one with its crew and thread, one's own, gear, settings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.assignments.models import (
    Assignment,
    Booking,
    Crew,
    CrewSetting,
    Gear,
    Message,
    TimeClaim,
)
from kitchen.assignments.rules import LATE, RUNNING, TRAVEL, Answer, GearState, State
from kitchen.core import clock
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first

THREAD_SHOWN = 100

_WHOLE = (
    joinedload(Assignment.topic),
    joinedload(Assignment.dispatched_by),
    selectinload(Assignment.crew).joinedload(Crew.staff),
    selectinload(Assignment.bookings).joinedload(Booking.gear),
    selectinload(Assignment.bookings).joinedload(Booking.handed_to),
)


def the_assignment(session: Session, uid: str) -> Assignment:
    """One assignment with its crew. Raises :class:`NotFound`."""
    found = session.scalar(select(Assignment).where(Assignment.uid == uid).options(*_WHOLE))
    if found is None:
        raise NotFound
    return found


def hold(session: Session, assignment: Assignment) -> None:
    """Lock the task and read it afresh with its crew, so that nobody answers past another."""
    session.scalars(
        select(Assignment)
        .where(Assignment.id == assignment.id)
        .options(*_WHOLE)
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    ).one()


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
    query = select(Assignment).options(
        selectinload(Assignment.crew).joinedload(Crew.staff),
        selectinload(Assignment.bookings).joinedload(Booking.gear),
    )
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
    return session.scalar(asked_count(), {"staff_id": staff_id}) or 0


@cache
def asked_count() -> Select[int]:
    """What counts it for ``staff_id``. Every page of the desk does; building the statement costs
    more than running it.
    """
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


def gear_in_use(session: Session, unit_ids: Collection[int]) -> Sequence[Gear]:
    """The gear of these units, vehicles last, without what is out of use."""
    return session.scalars(
        select(Gear)
        .where(Gear.unit_id.in_(unit_ids), Gear.state != GearState.RETIRED)
        .options(joinedload(Gear.unit))
        .order_by(Gear.kind, Gear.name)
    ).all()


def gear_by_uid(session: Session, uids: Collection[str]) -> Sequence[Gear]:
    """The gear with these uids. Raises :class:`NotFound` if one of them is none."""
    found = session.scalars(select(Gear).where(Gear.uid.in_(uids)).order_by(Gear.id)).all()
    if len(found) < len(set(uids)):
        raise NotFound
    return found


def the_booking(assignment: Assignment, gear_uid: str) -> Booking:
    """The booking of a piece of gear by a task. Raises :class:`NotFound`."""
    for each in assignment.bookings:
        if each.gear.uid == gear_uid:
            return each
    raise NotFound


def claims_between(
    session: Session, staff_ids: Collection[int], begin: datetime, end: datetime
) -> Sequence[TimeClaim]:
    """Leave, duty and the like of these people that reaches into a span."""
    return session.scalars(
        select(TimeClaim)
        .where(
            TimeClaim.staff_id.in_(staff_ids),
            TimeClaim.starts_at < end,
            TimeClaim.ends_at > begin,
        )
        .options(joinedload(TimeClaim.staff))
        .order_by(TimeClaim.starts_at, TimeClaim.id)
    ).all()


def the_claim(session: Session, uid: str) -> TimeClaim:
    """One of them. Raises :class:`NotFound`."""
    found = session.scalar(
        select(TimeClaim).where(TimeClaim.uid == uid).options(joinedload(TimeClaim.staff))
    )
    if found is None:
        raise NotFound
    return found


def setting(session: Session) -> CrewSetting:
    """What the newsroom says about ways and lateness, or what holds until it says something."""
    return session.get(CrewSetting, 1) or CrewSetting(
        id=1,
        travel_minutes=int(TRAVEL.total_seconds() // 60),
        late_minutes=int(LATE.total_seconds() // 60),
    )


def running_between(session: Session, begin: datetime, end: datetime) -> Sequence[Assignment]:
    """Running tasks that reach into a span, with their crews and gear, in order."""
    return session.scalars(
        select(Assignment)
        .where(
            Assignment.state.in_(RUNNING),
            Assignment.starts_at < end,
            Assignment.due_at > begin,
        )
        .options(
            selectinload(Assignment.crew).joinedload(Crew.staff),
            selectinload(Assignment.bookings).joinedload(Booking.gear),
        )
        .order_by(Assignment.starts_at, Assignment.id)
    ).all()
