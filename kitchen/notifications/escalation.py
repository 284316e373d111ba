"""The climb of alarms: after so many minutes without an answer the next in line is called.

Every step is kept with its moment and whom it reached. Any number of timetables may climb: each
step is a fenced move, and the constraint on steps would refuse a second one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.notifications import service
from kitchen.notifications.alarms import line_of
from kitchen.notifications.models import Alarm, AlarmStep, Notice
from kitchen.notifications.rules import Rung
from kitchen.people.models import Staff
from kitchen.people.queries import staff_over, staff_with_role


def escalate(database: Database) -> None:
    """Call the next in line for each alarm whose time is over, and wake what was put away."""
    with database.unit() as session:
        service.wake(session)
        due = select(Alarm.id).where(Alarm.next_at <= clock.now(session))
        alarm_ids = session.scalars(due).all()
    for alarm_id in alarm_ids:
        with database.unit() as session:
            _climb(session, alarm_id)


def _climb(session: Session, alarm_id: int) -> None:
    alarm, now = session.get_one(Alarm, alarm_id), clock.now(session)
    position, line = alarm.position, line_of(session, alarm.kind)
    if not _step(session, alarm, position, _next(line, position + 1, now)):
        return
    if position < len(line):
        rung = line[position]
        people = _not_told(session, alarm, _called(session, alarm, rung))
        session.add(
            AlarmStep(
                alarm_id=alarm.id,
                position=position + 1,
                role=rung.role,
                at=now,
                told=[each.name for each in people],
            )
        )
        service.tell(
            session,
            [each.id for each in people],
            alarm.text,
            alarm.url,
            kind=alarm.kind,
            unit_id=alarm.unit_id,
            **alarm.params,
        )


def _next(line: Sequence[Rung], position: int, now: datetime) -> datetime | None:
    return now + timedelta(minutes=line[position].minutes) if position < len(line) else None


def _step(session: Session, alarm: Alarm, position: int, next_at: datetime | None) -> bool:
    """Take the step if nobody has taken it, or answered, in the meantime."""
    taken = session.execute(
        update(Alarm)
        .where(
            Alarm.id == alarm.id,
            Alarm.position == position,
            Alarm.next_at <= clock.now(session),
            Alarm.closed_at.is_(None),
        )
        .values(position=position + 1, next_at=next_at)
        .execution_options(synchronize_session=False)
    )
    return int(taken.rowcount) == 1  # type: ignore[attr-defined]


def _called(session: Session, alarm: Alarm, rung: Rung) -> Sequence[Staff]:
    if alarm.unit_id is None:
        return staff_with_role(session, rung.role)
    return staff_over(session, alarm.unit_id, rung.role)


def _not_told(session: Session, alarm: Alarm, people: Sequence[Staff]) -> list[Staff]:
    about = (Notice.url == alarm.url, Notice.kind == alarm.kind)
    told = set(
        session.scalars(
            select(Notice.staff_id).where(*about, Notice.created_at >= alarm.created_at)
        )
    )
    return [each for each in people if each.id not in told]
