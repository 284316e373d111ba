"""Windows of days over which an index is counted, and which figures of a piece count in each.

A week runs from Sunday to Saturday. A month counts as 30 days and a year as 365 whatever the
calendar says, as the published lists do; a window that somebody chose counts its real days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

from kitchen.core.clock import CENTRE
from kitchen.evaluation.figures.rules import Age

DAY = timedelta(days=1)
LATE = timedelta(days=3)
"""How much later than their age figures may still come before a window is closed for good."""


class Kind(StrEnum):
    """How long a window is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    FREE = "free"


_NEWEST_WITHIN_A_WEEK = (Age.HOUR, Age.SIX_HOURS, Age.DAY, Age.THREE_DAYS, Age.WEEK)
AGES: dict[Kind, tuple[Age, ...]] = {
    Kind.DAY: (Age.DAY,),
    Kind.WEEK: _NEWEST_WITHIN_A_WEEK,
    Kind.MONTH: (Age.WEEK,),
    Kind.YEAR: (Age.WEEK,),
    Kind.FREE: _NEWEST_WITHIN_A_WEEK,
}
"""The ages of which a piece's newest figures count.

All pieces of a day are compared at the same age, so that a morning has no advantage over an
evening. A month takes the seventh day for the same reason, as the published lists do. A week is
wanted before its last pieces are a week old: the newest figures count until then.
"""


@dataclass(frozen=True)
class Window:
    """Days in a row, both ends included."""

    kind: Kind
    first: date
    last: date

    @property
    def days(self) -> int:
        """What the formulas call ``d``."""
        if self.kind is Kind.MONTH:
            return 30
        if self.kind is Kind.YEAR:
            return 365
        return (self.last - self.first).days + 1

    @cached_property
    def begins(self) -> datetime:
        """Its first moment, by the newsroom's clock."""
        return datetime.combine(self.first, time(), CENTRE)

    @cached_property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + DAY, time(), CENTRE)

    @property
    def closed_on(self) -> date:
        """The first day on which no figure of its pieces is waited for."""
        return self.last + DAY + max(AGES[self.kind]).span + LATE

    @property
    def former(self) -> Window:
        """The window before it, of the same kind; of a free one, as many days before it."""
        if self.kind is Kind.FREE:
            return Window(Kind.FREE, self.first - self.days * DAY, self.first - DAY)
        return window_of(self.kind, self.first - DAY)

    @property
    def next(self) -> Window:
        """The window after it."""
        if self.kind is Kind.FREE:
            return Window(Kind.FREE, self.last + DAY, self.last + self.days * DAY)
        return window_of(self.kind, self.last + DAY)


def window_of(kind: Kind, day: date) -> Window:
    """The window of a kind in which a day lies; of the free kind, that day alone."""
    if kind is Kind.WEEK:
        sunday = day - DAY * (day.isoweekday() % 7)
        return Window(kind, sunday, sunday + 6 * DAY)
    if kind is Kind.MONTH:
        first = day.replace(day=1)
        return Window(kind, first, (first + 31 * DAY).replace(day=1) - DAY)
    if kind is Kind.YEAR:
        return Window(kind, date(day.year, 1, 1), date(day.year, 12, 31))
    return Window(kind, day, day)


def latest(kind: Kind, today: date) -> Window:
    """The latest window of a kind that is over."""
    return window_of(kind, today).former


def open_windows(today: date) -> Iterator[Window]:
    """The windows that are over and whose figures may still change, the latest of each kind last.

    There are never more than a dozen.
    """
    for kind in (Kind.YEAR, Kind.MONTH, Kind.WEEK, Kind.DAY):
        open_ones = []
        window = latest(kind, today)
        while today < window.closed_on:
            open_ones.append(window)
            window = window.former
        yield from reversed(open_ones)
