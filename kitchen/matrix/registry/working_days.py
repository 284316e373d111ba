"""Deadlines in working days, by the calendar that the centre keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.clock import CENTRE
from kitchen.matrix.registry.models import CalendarDay
from kitchen.matrix.registry.rules import REGISTER, working_day_after

LAST_MINUTE = time(23, 59)
"""A deadline in days ends with its last day, on the newsroom's clock."""


def days(session: Session, since: date, until: date) -> Sequence[CalendarDay]:
    """What the calendar says of these days, in their order; of all others the weekday says it."""
    return session.scalars(
        select(CalendarDay).where(CalendarDay.day.between(since, until)).order_by(CalendarDay.day)
    ).all()


def due_after(session: Session, start: date, working_days: int) -> datetime:
    """The end of the last of so many working days after ``start``."""
    far = start + timedelta(days=working_days * 2 + 30)
    calendar: Mapping[date, bool] = {it.day: it.working for it in days(session, start, far)}
    return end_of(working_day_after(start, working_days, calendar))


def end_of(day: date) -> datetime:
    """The last minute of a day of the newsroom."""
    return datetime.combine(day, LAST_MINUTE, CENTRE)


def set_day(session: Session, actor: Actor, day: date, *, working: bool, name: str = "") -> None:
    """Say that a day is a holiday, or worked for one; deadlines set from now on count so."""
    authorize(actor, REGISTER)
    session.merge(CalendarDay(day=day, working=working, name=name))
    session.flush()
    after = {"working": working, "name": name}
    audit.record(session, actor, "set_calendar_day", day.isoformat(), after=after)


def forget_day(session: Session, actor: Actor, day: date) -> None:
    """Let the weekday speak again."""
    authorize(actor, REGISTER)
    session.execute(delete(CalendarDay).where(CalendarDay.day == day))
    audit.record(session, actor, "forget_calendar_day", day.isoformat())
