"""Working days: deadlines that do not run over weekends and holidays.

Every day is what its weekday makes it, unless it is said otherwise: a holiday that falls on a
Wednesday, a Saturday on which one works in return (调休). What the State Council announces for a
year is entered once it is known, on the page of the patrol's rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kitchen.core.clock import CENTRE
from kitchen.core.db import Base

SATURDAY = 5


class SpecialDay(Base):
    """A day that is not what its weekday makes it."""

    __tablename__ = "special_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    works: Mapped[bool]
    """Whether one works on it."""


def is_workday(day: date, special: Mapping[date, bool]) -> bool:
    """Whether one works on a day; ``special`` says of which days the weekday does not tell."""
    return special.get(day, day.weekday() < SATURDAY)


def workday_after(day: date, count: int, special: Mapping[date, bool]) -> date:
    """The ``count``-th working day after ``day``, which itself does not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day, special)
    return day


def end_of(day: date) -> datetime:
    """The midnight with which a day of the newsroom ends."""
    return datetime.combine(day + timedelta(days=1), time(), CENTRE)


def due(session: Session, start: date, count: int) -> date:
    """The last day of a term of ``count`` working days that begins after ``start``; one query."""
    return workday_after(start, count, special_days(session, start))


def special_days(session: Session, since: date) -> dict[date, bool]:
    """What is said of days from ``since`` on."""
    known = select(SpecialDay).where(SpecialDay.day >= since)
    return {each.day: each.works for each in session.scalars(known)}
