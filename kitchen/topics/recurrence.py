"""Dates that come back: every week, month or year. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Rhythm(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rhythm and its place: ``weekday`` (Monday is 0) of a week, ``day`` of a month, or both of
    ``month`` and ``day`` of a year. A day that a month lacks falls on its last one.
    """

    rhythm: Rhythm
    month: int = 1
    day: int = 1
    weekday: int = 0

    def between(self, first: date, last: date) -> Iterator[date]:
        """Every date of it from ``first`` to ``last``, both included, in order."""
        if self.rhythm == Rhythm.WEEKLY:
            found = first + timedelta(days=(self.weekday - first.weekday()) % 7)
            while found <= last:
                yield found
                found += timedelta(days=7)
            return
        for year, month in _months(first, last):
            if self.rhythm == Rhythm.MONTHLY or month == self.month:
                found = in_month(year, month, self.day)
                if first <= found <= last:
                    yield found


def in_month(year: int, month: int, day: int) -> date:
    """The day of that month, or its last one where it has no such day."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield number // 12, number % 12 + 1
