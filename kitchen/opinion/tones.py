"""What the public said about an incident before and after our statement, and how it sounded (S46).

Counted from the same rows as the volume: the tallies of the incident's own lists, which outlive the
items, or without lists the items that were put into its room. How each sounded was judged when it
was taken in, by the words of the inbox (:mod:`kitchen.feedback.tones`). A message in which none of
them stands says nothing about its tone: it is unknown, it is not neutral, and no share counts it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.feedback.rules import Tone
from kitchen.opinion.models import Item, Tally, Watchlist
from kitchen.opinion.room_models import IncidentRoom

HOURLY = 48
"""Hours before and after a statement up to which each hour is told; beyond, each day."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sounds:
    """How much was said, and how much of it sounded how."""

    count: int = 0
    negative: int = 0
    neutral: int = 0
    """With as many words on one side as on the other."""
    positive: int = 0

    def __add__(self, other: Sounds) -> Sounds:
        return Sounds(
            self.count + other.count,
            self.negative + other.negative,
            self.neutral + other.neutral,
            self.positive + other.positive,
        )

    @property
    def known(self) -> int:
        return self.negative + self.neutral + self.positive

    @property
    def unknown(self) -> int:
        return self.count - self.known

    @property
    def negative_share(self) -> float | None:
        """Percent of what is known; ``None``: nothing is."""
        return self._share(self.negative)

    @property
    def neutral_share(self) -> float | None:
        return self._share(self.neutral)

    @property
    def positive_share(self) -> float | None:
        return self._share(self.positive)

    def _share(self, many: int) -> float | None:
        return round(100 * many / self.known, 1) if self.known else None


@dataclass(frozen=True, slots=True)
class Window:
    """What was said from a moment until another."""

    since: datetime
    until: datetime
    sounds: Sounds


@dataclass(frozen=True, slots=True)
class Around:
    """What was said before and after a statement, and in each hour or day of that."""

    before: Window
    after: Window
    steps: Sequence[Window]
    """The earliest first; each lies wholly before or wholly after."""
    by_day: bool
    is_over: bool
    """Whether the hours after it have passed: else more may still be said."""


def around(session: Session, room: IncidentRoom, hours: int) -> Around | None:
    """How it sounded in the hours before and after the statement; ``None`` while there is none."""
    if room.answered_at is None:
        return None
    lists = session.scalars(select(Watchlist.id).where(Watchlist.incident_id == room.id)).all()
    span = timedelta(hours=hours)
    edges = [room.answered_at - span, room.answered_at, room.answered_at + span]
    if lists:  # tallies know the hour alone, and one belongs where it begins
        edges = [_next_hour(each) for each in edges]
    since, spoken, until = edges
    by_day = hours > HOURLY
    cuts = sorted({*edges, *_between(since, until, by_day=by_day)})
    found = [Sounds()] * (len(cuts) - 1)
    told = _counted(session, lists, since, until) if lists else _put_in(session, room, since, until)
    for moment, sounds in told:
        found[bisect_right(cuts, moment) - 1] += sounds
    steps = [
        Window(begin, end, sounds)
        for begin, end, sounds in zip(cuts, cuts[1:], found, strict=False)
    ]
    return Around(
        before=_together(since, spoken, steps),
        after=_together(spoken, until, steps),
        steps=steps,
        by_day=by_day,
        is_over=clock.now(session) >= until,
    )


def _next_hour(moment: datetime) -> datetime:
    """The whole hour at or after a moment."""
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole if whole == moment else whole + HOUR


def _between(since: datetime, until: datetime, *, by_day: bool) -> Iterator[datetime]:
    """The whole hours, or the newsroom's midnights, between two moments."""
    at = _next_hour(since)
    while at < until:
        if not by_day or clock.local(at).time() == time():
            yield at
        at += HOUR


def _counted(
    session: Session, lists: Sequence[int], since: datetime, until: datetime
) -> Iterable[tuple[datetime, Sounds]]:
    sums = map(func.sum, (Tally.count, Tally.negative, Tally.neutral, Tally.positive))
    rows = session.execute(
        select(Tally.hour, *sums)
        .where(Tally.watchlist_id.in_(lists), Tally.hour >= since, Tally.hour < until)
        .group_by(Tally.hour)
    )
    return [(hour, Sounds(*map(int, counts))) for hour, *counts in rows]


def _put_in(
    session: Session, room: IncidentRoom, since: datetime, until: datetime
) -> Iterable[tuple[datetime, Sounds]]:
    rows = session.execute(
        select(Item.said_at, Item.tone).where(
            Item.incident_id == room.id, Item.said_at >= since, Item.said_at < until
        )
    )
    return [(moment, _ONE[Tone(tone)]) for moment, tone in rows]


_ONE = {
    Tone.NONE: Sounds(1),
    Tone.NEGATIVE: Sounds(1, negative=1),
    Tone.MIXED: Sounds(1, neutral=1),
    Tone.POSITIVE: Sounds(1, positive=1),
}


def _together(since: datetime, until: datetime, steps: Iterable[Window]) -> Window:
    inside = (each.sounds for each in steps if since <= each.since < until)
    return Window(since, until, sum(inside, Sounds()))
