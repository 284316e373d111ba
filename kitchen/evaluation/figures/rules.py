"""At which ages a piece is counted, who told the figures, what is alarming about them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from statistics import median

from kitchen.core.states import Machine, move

ENTER = "evaluation.enter"
"""A permission as :class:`kitchen.evaluation.rules.May` has it, which this file may not import."""
SHOWN_MOST = 100_000
"""Reads above which WeChat shows readers ``10万+``; such a figure is kept as one more than this."""


class Age(IntEnum):
    """Hours after a piece went live at which its figures are kept for good."""

    HOUR = 1
    SIX_HOURS = 6
    DAY = 24
    THREE_DAYS = 72
    WEEK = 168
    MONTH = 720

    @property
    def span(self) -> timedelta:
        """The age as a length of time."""
        return timedelta(hours=self)


class Teller(StrEnum):
    """Who told a figure."""

    PLATFORM = "platform"
    HAND = "hand"
    SHEET = "sheet"
    """A table that was imported."""


BY_DAY = (Age.DAY, Age.THREE_DAYS, Age.WEEK, Age.MONTH)
"""Ages of which a platform that tells single days knows anything."""
LATE_MOST = timedelta(days=7)
"""How long after the last age its figures may still be asked for."""
PATIENCE = timedelta(days=2)
"""How long the last day of an age is waited for. Later than that a platform that tells single days
has nothing to tell of it: nobody read the piece any more.
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a piece at one look. ``None`` is "not told", which is not nought."""

    reads: int | None = None
    likes: int | None = None
    watching: int | None = None
    shares: int | None = None
    comments: int | None = None

    @property
    def known(self) -> bool:
        """Whether anything was told."""
        return any(value is not None for value in astuple(self))


FIELDS = tuple(field.name for field in fields(Told))


def reached(alive: timedelta) -> Age | None:
    """The age whose figures can be had now of a piece that has been live so long.

    It is the last one reached. What a platform tells in total belongs to no earlier age; and a
    week after the month is over, to none.
    """
    past = [age for age in Age if age.span <= alive]
    return past[-1] if past and alive < Age.MONTH.span + LATE_MOST else None


def following(alive: timedelta) -> Age | None:
    """The next age to be reached; ``None`` after the last."""
    return next((age for age in Age if age.span > alive), None)


def last_day(live_at: datetime, age: Age) -> date:
    """The day that is the last to be counted for an age where only days are told.

    It is the day on which the age is reached, by the clock of ``live_at``; a day is a day, so what
    was read later on that day is among it.
    """
    return (live_at + age.span).date()


def summed(days: Mapping[date, Told], until: date) -> Told:
    """Single days added up, each once; a field that one of them does not tell is unknown."""
    counted = [told for day, told in days.items() if day <= until]
    return Told(*(_sum([getattr(told, name) for told in counted]) for name in FIELDS))


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


COUNT_MOST = 10**9
"""No figure of a piece is larger; a typing error is."""
_COUNT = re.compile(r"(\d{1,3}(?:[,，]\d{3})+|\d{1,10})(\.\d{1,4})?(万|[wW])?(\+)?")


def count_of(words: str) -> int:
    """A number as people and platforms write it: ``1,234``, ``1.2万``, ``10万+``.

    A plus says "more than shown", so one is added. Raises ``ValueError``.
    """
    found = _COUNT.fullmatch(words.strip().replace(" ", ""))
    if found is None:
        raise ValueError(words)
    whole, part, unit, more = found.groups()
    value = Decimal(re.sub("[,，]", "", whole) + (part or "")) * (10_000 if unit else 1)
    if value != value.to_integral_value():
        raise ValueError(words)
    return int(value) + bool(more)


BASELINE = timedelta(days=30)
"""Pieces of the account that went live so long before are what a piece is compared with."""
BASELINE_LEAST = 3
"""Below so many pieces there is nothing to compare with."""


def heat(reads: int | None, baseline: Sequence[int]) -> float | None:
    """Reads as a multiple of the median of the account's own pieces; one decimal."""
    if reads is None or len(baseline) < BASELINE_LEAST:
        return None
    usual = median(baseline)
    return round(reads / usual, 1) if usual else None


class Scope(StrEnum):
    """For which pieces a target holds; of several the narrowest counts, which stands last."""

    ALL = "all"
    COLUMN = "column"
    ACCOUNT = "account"
    CAMPAIGN = "campaign"
    """Stories of one topic; without a subject, the pieces of all campaigns (专题)."""


class Measure(StrEnum):
    """What a target asks for."""

    ITEM = "item"
    """Reads of every single piece; asked of campaigns (S35)."""
    MEAN = "mean"
    """Reads of the mean piece of an account (S36)."""


@dataclass(frozen=True, slots=True)
class Goal:
    """So many reads by an age."""

    measure: Measure
    age: Age
    reads: int


AS_SHIPPED = {
    Scope.CAMPAIGN: Goal(Measure.ITEM, Age.WEEK, 2000),
    Scope.ALL: Goal(Measure.MEAN, Age.WEEK, 1000),
}
"""What holds until somebody sets another target (the source: S35, S36).

These are two things: every piece of a campaign has a target of its own, an account has one for its
mean. A single piece outside of campaigns has none.
"""


class Concern(StrEnum):
    """What an alarm is about: a target that was missed, or why figures are doubted."""

    BELOW_TARGET = "below_target"
    SHRUNK = "shrunk"
    LIKES_OVER_READS = "likes_over_reads"
    STEADY = "steady"
    """It grows in a straight line, as no readership does."""
    FEW_LIKES = "few_likes"
    NIGHT_BURST = "night_burst"


class AlarmState(StrEnum):
    """How an alarm stands."""

    OPEN = "open"
    DISMISSED = "dismissed"
    UPHELD = "upheld"


ALARM = Machine(
    AlarmState,
    AlarmState.OPEN,
    move(
        "dismiss",
        {AlarmState.OPEN, AlarmState.UPHELD},
        AlarmState.DISMISSED,
        ENTER,
        "看过，没有问题",
        needs_reason=True,
    ),
    move(
        "uphold",
        {AlarmState.OPEN, AlarmState.DISMISSED},
        AlarmState.UPHELD,
        ENTER,
        "看过，确有问题",
        needs_reason=True,
    ),
)
