"""The clock of answers as tables: both readings of the rule, holidays, midnight, late news."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kitchen.core.workdays import Workdays
from kitchen.feedback.rules import (
    FRESH,
    KEPT,
    RECENT,
    Clock,
    Late,
    Reading,
    late,
    pause_after,
    pause_at,
)

ZONE = ZoneInfo("Asia/Shanghai")
NATIONAL_DAY = Workdays(
    {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
)
"""The first week of October is free, and its second Saturday is worked."""


def at(day: int, hour: int, minute: int = 0, month: int = 9) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("reading", "said", "hours", "due"),
    [
        (Reading.CALENDAR, at(30, 23, 59), 24, at(1, 23, 59, 10)),
        (Reading.CALENDAR, at(30, 23, 59), 23, at(1, 22, 59, 10)),
        (Reading.WORKING, at(28, 8, 30), 9, at(28, 17, 30)),
        (Reading.WORKING, at(28, 10), 9, at(29, 10)),
        (Reading.WORKING, at(28, 3), 1, at(28, 9, 30)),
        (Reading.WORKING, at(28, 20), 1, at(29, 9, 30)),
        (Reading.WORKING, at(26, 12), 1, at(28, 9, 30)),
        (Reading.WORKING, at(30, 16, 30), 2, at(8, 9, 30, 10)),
        (Reading.WORKING, at(9, 16, 30, 10), 2, at(10, 9, 30, 10)),
    ],
    ids=[
        "over midnight, holiday or not",
        "warned an hour before",
        "a working day",
        "into the next day",
        "before the doors open",
        "after they close",
        "at the weekend",
        "over the holiday",
        "on a Saturday that is worked",
    ],
)
def test_an_answer_is_due_by_the_reading_of_the_rule(
    reading: Reading, said: datetime, hours: int, due: datetime
) -> None:
    assert Clock(reading).after(said, hours, ZONE, NATIONAL_DAY) == due


@pytest.mark.parametrize(("behind", "counted"), [(0, 0), (60, 0), (61, 61), (3000, 3000)])
def test_what_we_could_not_know_of_is_counted_from_when_we_could(behind: int, counted: int) -> None:
    said = at(28, 10)
    begins = Clock().begins(said, said + timedelta(minutes=behind))
    assert begins - said == timedelta(minutes=counted)


@pytest.mark.parametrize(
    ("hours", "told"),
    [(22.9, Late.NO), (23, Late.WARNED), (23.9, Late.WARNED), (24, Late.OVERDUE)],
)
def test_people_are_warned_at_23_hours_and_told_at_24(hours: float, told: Late) -> None:
    said = at(28, 10)
    warn, due = (said + timedelta(hours=each) for each in (23, 24))
    assert late(said + timedelta(hours=hours), warn, due) is told


@pytest.mark.parametrize(
    ("age", "minutes"),
    [(timedelta(0), 5), (FRESH, 5), (RECENT, 30), (KEPT, 240), (KEPT * 2, None)],
)
def test_an_older_piece_is_looked_at_more_seldom(age: timedelta, minutes: int | None) -> None:
    found = pause_at(age)
    assert found == (None if minutes is None else timedelta(minutes=minutes))


def test_a_platform_in_trouble_is_asked_again_later_each_time() -> None:
    pauses = [pause_after(failures) for failures in range(1, 9)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)
