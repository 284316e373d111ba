"""When a check is believed, and at which steps the end of an access is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kitchen.matrix import labels
from kitchen.matrix.rules import same_access, stale, step_of, to_tell

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("left", "step", "tone"),
    [
        (15 * DAY, None, "plain"),
        (14 * DAY, 14, "info"),
        (8 * DAY, 14, "info"),
        (7 * DAY, 7, "warn"),
        (2 * DAY, 2, "danger"),
        (HOUR, 2, "danger"),
        (timedelta(), 0, "danger"),
        (-DAY, 0, "danger"),
    ],
)
def test_the_steps_of_a_countdown(left: timedelta, step: int | None, tone: str) -> None:
    assert step_of(NOON + left, NOON) == step
    assert labels.access_tone(NOON + left, NOON) == tone


def test_an_access_without_a_known_end_counts_nothing_down() -> None:
    assert step_of(None, NOON) is None


@pytest.mark.parametrize(
    ("step", "told", "tell"),
    [
        (None, None, False),
        (14, None, True),
        (14, 14, False),
        (7, 14, True),
        (7, 2, False),
        (0, 2, True),
    ],
)
def test_a_step_is_told_once_and_never_backwards(
    step: int | None, told: int | None, tell: bool
) -> None:
    assert to_tell(step, told) == tell


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, None, True),
        (NOON, None, False),
        (NOON, NOON + timedelta(seconds=40), True),
        (NOON, NOON + 2 * HOUR, False),
    ],
)
def test_rounding_makes_no_new_access(
    one: datetime | None, other: datetime | None, same: bool
) -> None:
    assert same_access(one, other) == same


@pytest.mark.parametrize(
    ("checked_at", "old"),
    [(None, True), (NOON - 29 * HOUR, False), (NOON - 31 * HOUR, True)],
)
def test_a_check_is_believed_for_a_day_and_a_bit(checked_at: datetime | None, old: bool) -> None:
    assert stale(checked_at, NOON) == old
    assert ("过时" in labels.last_check(checked_at, NOON)) == (old and checked_at is not None)
