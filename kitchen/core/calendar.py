"""The newsroom's calendar: the days that are not what their weekday makes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kitchen.core.clock import CENTRE
from kitchen.core.db import Base
from kitchen.core.workdays import Workdays


class CalendarDay(Base):
    """A day on which it is otherwise than its weekday says: a holiday, or a day worked for one."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40), default="")


def special_days(
    session: Session, since: date, until: date = date.max, limit: int = 1000
) -> Sequence[CalendarDay]:
    """What the calendar says of these days, in their order; of all others the weekday says it."""
    return session.scalars(
        select(CalendarDay)
        .where(CalendarDay.day.between(since, until))
        .order_by(CalendarDay.day)
        .limit(limit)
    ).all()


def workdays(session: Session, since: date, until: date = date.max) -> Workdays:
    """The calendar of these days, for counting."""
    return Workdays({each.day: each.working for each in special_days(session, since, until)})


def day_after(session: Session, start: date, count: int) -> date:
    """The last day of a term of ``count`` working days that begins on ``start``; one query."""
    return workdays(session, start).after(start, count)


def end_of(day: date) -> datetime:
    """The midnight with which a day of the newsroom ends."""
    return datetime.combine(day + timedelta(days=1), time(), CENTRE)
