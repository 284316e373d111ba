"""分时发布 (S34): slots for many accounts, one after the other. Pure; no row is touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from kitchen.publishing.rules import in_quiet


@dataclass(frozen=True, slots=True)
class Place:
    """An account that wants a slot: the hours in which it keeps silent, an embargo."""

    quiet_from: time | None = None
    quiet_until: time | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """From when (on the newsroom's wall clock), how far apart, within which hours of the day."""

    start: datetime
    gap: timedelta
    opens: time | None = None
    closes: time | None = None


class NoSlot(Exception):
    """An account is silent all through the hours of the rhythm; ``place`` is its number."""

    def __init__(self, place: int) -> None:
        super().__init__(f"no slot for place {place}")
        self.place = place


def stagger(places: Sequence[Place], rhythm: Rhythm) -> list[datetime]:
    """A slot for each place, in this order, each at least a gap after the one before.

    Whoever keeps silent then, or whose slot falls outside the hours, gets the next moment that
    is open to it, and those after it move with it: the order is kept. Raises :class:`NoSlot`.
    """
    slots: list[datetime] = []
    moment = rhythm.start
    for number, place in enumerate(places):
        slot = _open_from(max(moment, place.not_before or moment), place, rhythm)
        if slot is None:
            raise NoSlot(number)
        slots.append(slot)
        moment = slot + rhythm.gap
    return slots


def _open_from(moment: datetime, place: Place, rhythm: Rhythm) -> datetime | None:
    """The first moment from here on that is open to the place; ``None`` if no hour of a day is."""
    candidates = [moment]
    for days in (0, 1):
        day = moment + timedelta(days=days)
        for hour in (place.quiet_until, rhythm.opens):
            if hour is not None:
                candidates.append(
                    day.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
                )
    later = sorted(each for each in candidates if each >= moment)
    return next((each for each in later if _is_open(each.time(), place, rhythm)), None)


def _is_open(clock: time, place: Place, rhythm: Rhythm) -> bool:
    shut = in_quiet(clock, rhythm.closes, rhythm.opens)
    return not shut and not in_quiet(clock, place.quiet_from, place.quiet_until)
