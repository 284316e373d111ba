"""Reads of rooms and drills: those who read see all, a member sees the rooms they sit in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core.access import Actor
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.opinion.models import Entry
from kitchen.opinion.room_models import (
    AgreedLine,
    Assessment,
    Drill,
    IncidentRoom,
    Member,
    RoomTask,
)
from kitchen.opinion.rules import RUNNING, May, Office, Run, Task
from kitchen.planning import queries as planning
from kitchen.planning.queries import Statement
from kitchen.publishing.models import Publication

_WITH = (
    joinedload(IncidentRoom.opened_by),
    joinedload(IncidentRoom.story),
    selectinload(IncidentRoom.members).joinedload(Member.staff),
    selectinload(IncidentRoom.lines).options(
        joinedload(AgreedLine.drafted_by), joinedload(AgreedLine.decided_by)
    ),
    selectinload(IncidentRoom.tasks).joinedload(RoomTask.owner),
    selectinload(IncidentRoom.clocks),
)


def rooms_seen_by(actor: Actor) -> ColumnElement[bool]:
    """Of the rooms those that this person may enter."""
    if actor.may(May.READ):
        return true()
    return IncidentRoom.id.in_(select(Member.incident_id).where(Member.staff_id == actor.id))


def the_room(session: Session, actor: Actor, uid: str) -> IncidentRoom:
    """One room with all that stands in it. Raises :class:`NotFound`, also for another's room."""
    query = select(IncidentRoom).where(IncidentRoom.uid == uid, rooms_seen_by(actor))
    found: IncidentRoom | None = session.scalar(query.options(*_WITH))
    if found is None:
        raise NotFound
    return found


def uid_of(session: Session, incident_id: int | None) -> str:
    """The name by which a room is known outside; empty for none."""
    query = select(IncidentRoom.uid).where(IncidentRoom.id == incident_id)
    return session.scalar(query) or ""


def page_of_rooms(
    session: Session,
    actor: Actor,
    *,
    states: Collection[str] = (),
    drill: bool | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[IncidentRoom]:
    """Rooms that this person may enter, newest first; ``q`` looks in titles."""
    query = select(IncidentRoom).where(rooms_seen_by(actor))
    query = query.options(selectinload(IncidentRoom.clocks))
    if states:
        query = query.where(IncidentRoom.state.in_(sorted(states)))
    if drill is not None:
        query = query.where(IncidentRoom.drill == drill)
    if q:
        query = query.where(IncidentRoom.title.contains(q, autoescape=True))
    return newest_first(session, query, IncidentRoom.id, limit=limit, cursor=cursor)


def running(session: Session, limit: int = 20) -> Sequence[IncidentRoom]:
    """What is not closed, the gravest and oldest first; drills come last."""
    query = select(IncidentRoom).where(IncidentRoom.state.in_(sorted(RUNNING)))
    query = query.options(selectinload(IncidentRoom.clocks))
    found = session.scalars(query.order_by(IncidentRoom.id).limit(200)).all()
    gravity = {"major": 0, "larger": 1, "routine": 2}
    return sorted(found, key=lambda it: (it.drill, gravity[str(it.grade)], it.id))[:limit]


def timeline(session: Session, room: IncidentRoom, limit: int = 300) -> Sequence[Entry]:
    """What happened in a room, newest first."""
    query = select(Entry).where(Entry.incident_id == room.id).options(joinedload(Entry.staff))
    return session.scalars(query.order_by(Entry.id.desc()).limit(limit)).all()


def assessments(session: Session, room: IncidentRoom) -> Mapping[Office, Sequence[Assessment]]:
    """What each office wrote, the latest first; those that wrote nothing yet are there as well."""
    query = select(Assessment).where(Assessment.incident_id == room.id)
    query = query.options(joinedload(Assessment.staff)).order_by(Assessment.id.desc())
    present = {each.office for each in room.members}
    found: dict[Office, list[Assessment]] = {it: [] for it in Office if it in present}
    for each in session.scalars(query):
        found.setdefault(Office(each.office), []).append(each)
    return found


def the_line(room: IncidentRoom, number: int) -> AgreedLine:
    """One version of the agreed line. Raises :class:`NotFound`."""
    found = next((each for each in room.lines if each.number == number), None)
    if found is None:
        raise NotFound
    return found


def the_task(room: IncidentRoom, uid: str) -> RoomTask:
    """One task of a room. Raises :class:`NotFound`."""
    found = next((each for each in room.tasks if each.uid == uid), None)
    if found is None:
        raise NotFound
    return found


def tasks_of(session: Session, staff_id: int | None, limit: int = 20) -> Sequence[RoomTask]:
    """What one person is to do about incidents, the earliest first."""
    query = select(RoomTask).where(RoomTask.owner_id == staff_id, RoomTask.state == Task.OPEN)
    query = query.options(joinedload(RoomTask.incident)).order_by(RoomTask.due_at, RoomTask.id)
    return session.scalars(query.limit(limit)).all()


def statement_of(session: Session, room: IncidentRoom) -> Statement | None:
    """On how many accounts the statement stands, and what is to follow it."""
    return planning.statement_of(session, room.story) if room.story else None


def deliveries_of(session: Session, story_id: int | None) -> Sequence[Publication]:
    """The receipts: where a statement went, account by account."""
    query = select(Publication).where(Publication.story_id == story_id)
    query = query.options(joinedload(Publication.account))
    return session.scalars(query.order_by(Publication.position, Publication.id)).all()


def drills(session: Session, limit: int = 30) -> Sequence[Drill]:
    """What was played, newest first."""
    query = select(Drill).options(joinedload(Drill.incident), joinedload(Drill.begun_by))
    return session.scalars(query.order_by(Drill.id.desc()).limit(limit)).all()


def the_drill(session: Session, uid: str) -> Drill:
    """One playing. Raises :class:`NotFound`."""
    query = select(Drill).where(Drill.uid == uid).options(joinedload(Drill.incident))
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def drill_of(session: Session, incident_id: int) -> Drill | None:
    """The playing that fills a room."""
    return session.scalar(select(Drill).where(Drill.incident_id == incident_id))


def is_played(session: Session, scenario: str) -> bool:
    """Whether a scenario is being played now."""
    states = (Run.RUNNING, Run.PAUSED)
    query = select(Drill.id).where(Drill.scenario == scenario, Drill.state.in_(states)).limit(1)
    return session.scalar(query) is not None


def count_running(session: Session) -> int:
    """How many incidents are under way; drills are none."""
    query = select(func.count(IncidentRoom.id)).where(
        IncidentRoom.state.in_(sorted(RUNNING)), IncidentRoom.drill.is_(False)
    )
    return session.scalar(query) or 0
