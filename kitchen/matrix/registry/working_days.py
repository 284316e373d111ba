"""Deadlines in working days, by the calendar that the centre keeps."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kitchen.core import audit, calendar
from kitchen.core.access import Actor, authorize
from kitchen.core.calendar import CalendarDay
from kitchen.core.clock import CENTRE
from kitchen.matrix.registry.rules import REGISTER

LAST_MINUTE = time(23, 59)
"""A deadline in days ends with its last day, on the newsroom's clock."""


def due_after(session: Session, start: date, working_days: int) -> datetime:
    """The end of the last of so many working days after ``start``."""
    return end_of(calendar.day_after(session, start, working_days))


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
