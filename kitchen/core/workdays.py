"""Working days: Monday to Friday, but for what somebody wrote down.

The State Council says each autumn which days of the next year are free and which weekends are
worked instead (调休). A term of days is counted as the Civil Code counts it (articles 201 to 203):
the day on which it begins is not counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Workdays:
    """The calendar; ``told`` says of special days whether they are worked."""

    told: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether people work that day: as the calendar says of it, else on weekdays."""
        return self.told.get(day, day.weekday() < SATURDAY)

    def after(self, day: date, count: int) -> date:
        """The working day number ``count`` after a day, which is not counted itself."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day
