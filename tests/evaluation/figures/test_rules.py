"""When a piece is counted, how days add up, how numbers are read, what a goal is worth."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest

from kitchen.core.clock import CENTRE
from kitchen.evaluation.figures.rules import (
    Age,
    Told,
    count_of,
    following,
    heat,
    last_day,
    reached,
    summed,
)


@pytest.mark.parametrize(
    ("hours", "has", "next_one"),
    [
        (0.5, None, Age.HOUR),
        (1, Age.HOUR, Age.SIX_HOURS),
        (5.9, Age.HOUR, Age.SIX_HOURS),
        (30, Age.DAY, Age.THREE_DAYS),
        (719, Age.WEEK, Age.MONTH),
        (720, Age.MONTH, None),
        (720 + 7 * 24 - 1, Age.MONTH, None),
        (720 + 7 * 24, None, None),  # so late that the number belongs to no age
    ],
)
def test_a_number_of_now_belongs_to_the_last_age_reached(
    hours: float, has: Age | None, next_one: Age | None
) -> None:
    alive = timedelta(hours=hours)
    assert (reached(alive), following(alive)) == (has, next_one)


def test_a_day_is_a_day() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=CENTRE)
    assert last_day(late, Age.DAY) == date(2026, 3, 3)
    assert last_day(late, Age.MONTH) == date(2026, 4, 1)


def test_days_add_up_each_once_and_unknown_is_not_nought() -> None:
    days = {
        date(2026, 3, 2): Told(reads=100, likes=None, comments=1),
        date(2026, 3, 3): Told(reads=50, likes=4),
        date(2026, 3, 4): Told(reads=25, likes=2),
    }
    assert summed(days, date(2026, 3, 2)) == Told(reads=100, comments=1)
    assert summed(days, date(2026, 3, 3)) == Told(reads=150)  # a day that is not told is no nought
    assert summed(days, date(2026, 3, 1)) == Told()
    assert not Told().known
    assert Told(reads=0).known


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("0", 0),
        ("1234", 1234),
        ("1,234,567", 1_234_567),
        ("1，234", 1234),
        ("1.2万", 12_000),
        ("3w", 30_000),
        ("10万+", 100_001),
        ("100000+", 100_001),
        (" 10 万 + ", 100_001),
    ],
)
def test_numbers_are_read_as_people_write_them(words: str, count: int) -> None:
    assert count_of(words) == count


def test_a_number_in_ten_thousands_is_read_to_the_last_digit() -> None:
    for number in range(1, 100_000, 7):
        whole, part = divmod(number, 10_000)
        assert count_of(f"{whole}.{part:04}万") == number


@pytest.mark.parametrize(
    "words", ["", "很多", "-5", "1.5", "12,34", "万", "1e9", "0x10", "99999999999"]
)
def test_what_is_no_number_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        count_of(words)


@pytest.mark.parametrize(
    ("reads", "others", "times"),
    [
        (1800, [900, 1000, 1100], 1.8),
        (1800, [900, 1100], None),  # too few to compare with
        (None, [900, 1000, 1100], None),
        (1800, [0, 0, 0], None),
        (0, [900, 1000, 1100], 0.0),
        (1000, [1, 1000, 1_000_000], 1.0),  # one hit does not cool the others
    ],
)
def test_heat_is_measured_against_the_accounts_own_median(
    reads: int | None, others: list[int], times: float | None
) -> None:
    assert heat(reads, others) == times
