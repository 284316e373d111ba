"""Calling people about clocks and tasks of rooms, and deleting what was gathered and is not needed.

The database says who is called next. Each call takes the row again, so that two timetables call
once.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kitchen.core import bus, clock
from kitchen.core.db import Database
from kitchen.opinion import settings
from kitchen.opinion.events import ClockCalled, TaskLate
from kitchen.opinion.models import Hit, Item
from kitchen.opinion.room_models import Clock, RoomTask
from kitchen.opinion.rules import RUNNING, Incident, Step, Task
from kitchen.opinion.steps import note

AT_ONCE = 100
FORGET_AT_ONCE = 1000


def call(database: Database) -> int:
    """Make the calls that are due; answers how many."""
    with database.unit(write=False) as session:
        now = clock.now(session)
        clocks = session.scalars(
            select(Clock.id).where(Clock.call_at <= now).order_by(Clock.call_at).limit(AT_ONCE)
        ).all()
        tasks = session.scalars(
            select(RoomTask.id)
            .where(RoomTask.call_at <= now)
            .order_by(RoomTask.call_at)
            .limit(AT_ONCE)
        ).all()
    made = 0
    for clock_id in clocks:
        with database.unit() as session:
            made += _clock_called(session, clock_id)
    for task_id in tasks:
        with database.unit() as session:
            made += _task_called(session, task_id)
    return made


def _clock_called(session: Session, clock_id: int) -> bool:
    found = session.get(Clock, clock_id, with_for_update=True)
    now = clock.now(session)
    if found is None or found.call_at is None or found.call_at > now or found.done_at is not None:
        return False
    if Incident(found.incident.state) not in RUNNING:
        found.call_at = None
        return False
    late = found.due_at <= now
    found.calls += 1
    found.call_at = None if late else found.due_at
    if late:
        note(session, found.incident, Step.LATE, value=found.name)
    bus.emit(session, ClockCalled(found.id, late))
    return True


def _task_called(session: Session, task_id: int) -> bool:
    task = session.get_one(RoomTask, task_id, with_for_update=True)
    if task.state != Task.OPEN or task.call_at is None or task.call_at > clock.now(session):
        return False
    task.call_at = None
    bus.emit(session, TaskLate(task.id))
    return True


def forget(database: Database) -> int:
    """Delete gathered items that are old and belong to nothing; the tallies stay."""
    with database.unit(write=False) as session:
        days = settings.parameters(session).keep_days
        before = clock.now(session) - timedelta(days=days)
        old = (
            Item.created_at < before,
            Item.sign_id.is_(None),
            Item.rumour_id.is_(None),
            Item.incident_id.is_(None),
        )
        ids = session.scalars(select(Item.id).where(*old).limit(FORGET_AT_ONCE)).all()
    if not ids:
        return 0
    with database.unit() as session:
        still = session.scalars(select(Item.id).where(Item.id.in_(ids), *old)).all()
        session.execute(delete(Hit).where(Hit.item_id.in_(still)))
        session.execute(delete(Item).where(Item.id.in_(still), *old))
    return len(still)
