"""Working days: Monday to Friday, but for the holidays and make-up days that somebody wrote down.

The State Council says each autumn which days of the next year are free and which weekends are
worked instead; those are the rows of the table. A term of days is counted as the Civil Code counts
it (articles 201 to 203): the day on which it begins is not counted, and where there are hours of
business it ends when they end on its last day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kitchen.core.clock import CENTRE, local
from kitchen.core.db import Base

SATURDAY = 5


class SpecialDay(Base):
    """A day that is not what its place in the week says."""

    __tablename__ = "special_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40), default="")


@dataclass(frozen=True, slots=True)
class Workdays:
    """The calendar; ``told`` says of special days whether they are worked."""

    told: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        return self.told.get(day, day.weekday() < SATURDAY)

    def after(self, day: date, count: int) -> date:
        """The working day number ``count`` after a day, which is not counted itself."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

    def due(self, moment: datetime, count: int, closes: int) -> datetime:
        """When a term of so many working days ends that begins now; ``closes`` is the hour of the
        newsroom's wall clock at which offices close, 24 for midnight.
        """
        last = self.after(local(moment).date(), count)
        return datetime.combine(last, time(), CENTRE) + timedelta(hours=closes)


def read(session: Session, since: date) -> Workdays:
    """The calendar from a day on."""
    days = session.scalars(select(SpecialDay).where(SpecialDay.day >= since))
    return Workdays({each.day: each.working for each in days})
