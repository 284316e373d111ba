"""Slots one after the other: the order is kept, nobody is woken, nothing precedes an embargo."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from kitchen.core.clock import CENTRE
from kitchen.planning.stagger import NoSlot, Place, Rhythm, stagger

GAP = timedelta(minutes=10)


def at(clock: str, day: int = 26) -> datetime:
    return datetime.combine(date(2026, 11, day), time.fromisoformat(clock), CENTRE)


OPEN = Place()
NIGHT = Place(time(22), time(7))
NOON = Place(time(12), time(13, 30))


@pytest.mark.parametrize(
    ("places", "start", "hours", "slots"),
    [
        ([], at("09:00"), (None, None), []),
        ([OPEN, OPEN, OPEN], at("09:00"), (None, None), ["09:00", "09:10", "09:20"]),
        ([OPEN, NOON, OPEN], at("11:55"), (None, None), ["11:55", "13:30", "13:40"]),
        ([NOON], at("12:00"), (None, None), ["13:30"]),
        ([NIGHT], at("23:00", 25), (None, None), ["07:00"]),
        ([OPEN], at("23:00", 25), (time(8), time(20)), ["08:00"]),
        ([NIGHT], at("23:00", 25), (time(6), time(23)), ["07:00"]),
        ([OPEN], at("06:00"), (time(8), time(20)), ["08:00"]),
        ([Place(not_before=at("10:00")), OPEN], at("09:00"), (None, None), ["10:00", "10:10"]),
    ],
)
def test_slots_follow_each_other(
    places: list[Place],
    start: datetime,
    hours: tuple[time | None, time | None],
    slots: list[str],
) -> None:
    assert stagger(places, Rhythm(start, GAP, *hours)) == [at(clock) for clock in slots]


def test_what_passes_midnight_goes_on_the_next_morning() -> None:
    rhythm = Rhythm(at("21:55", 25), GAP, time(8), time(22))
    assert stagger([OPEN, OPEN, OPEN], rhythm) == [at("21:55", 25), at("08:00"), at("08:10")]


def test_an_account_that_is_silent_all_through_the_hours_gets_no_slot() -> None:
    with pytest.raises(NoSlot) as none:
        stagger([OPEN, NIGHT], Rhythm(at("23:00"), GAP, time(23), time(5)))
    assert none.value.place == 1
