"""Rules of duty as tables: whose turn it is, which hours are kept, what nobody fills."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from kitchen.core.workdays import Workdays
from kitchen.roster.rules import (
    Days,
    Graces,
    Span,
    State,
    holes,
    is_kept,
    next_move,
    span_of,
)

MORNING = datetime(2026, 9, 30, 8, tzinfo=UTC)
SHIFT = Span(MORNING, MORNING + timedelta(hours=12))


def after(minutes: int) -> datetime:
    return MORNING + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("state", "minutes", "called", "has_b", "move"),
    [
        (State.PLANNED, 0, None, True, None),
        (State.PLANNED, 14, None, True, None),
        (State.PLANNED, 15, None, True, "call_b"),
        (State.PLANNED, 15, None, False, "sound"),
        (State.CALLED, 29, 15, True, None),
        (State.CALLED, 30, 15, True, "sound"),
        (State.SILENT, 60, 15, True, None),
        (State.ON, 719, None, True, None),
        (State.ON, 720, None, True, "lapse"),
        (State.PLANNED, 720, None, True, "lapse"),
        (State.HANDED, 720, None, True, None),
        (State.CANCELLED, 720, None, True, None),
    ],
)
def test_the_house_calls_b_then_the_chief_and_closes_what_nobody_handed_over(
    state: State, minutes: int, called: int | None, has_b: bool, move: str | None
) -> None:
    called_at = None if called is None else after(called)
    found = next_move(
        state, SHIFT, after(minutes), called_at=called_at, has_b=has_b, graces=Graces()
    )
    assert found == move


@pytest.mark.parametrize(
    ("begins", "ends", "hours"),
    [
        (time(8), time(20), 12),
        (time(20), time(8), 12),
        (time(0), time(0), 24),
        (time(23), time(1), 2),
    ],
)
def test_a_shift_may_go_over_midnight(begins: time, ends: time, hours: int) -> None:
    span = span_of(date(2026, 9, 30), begins, ends, UTC)
    assert span.until - span.since == timedelta(hours=hours)


HOLIDAY = Workdays({date(2026, 10, 1): False, date(2026, 10, 10): True})
"""National Day, and the Saturday that is worked for it."""


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 3), False),
        (date(2026, 10, 10), True),
    ],
)
def test_the_calendar_says_more_than_the_weekday(day: date, working: bool) -> None:
    assert is_kept(Days.WORKING, day, HOLIDAY) is working
    assert is_kept(Days.FREE, day, HOLIDAY) is not working
    assert is_kept(Days.EVERY, day, HOLIDAY)


def hours(*pairs: tuple[int, int]) -> list[Span]:
    return [Span(after(60 * since), after(60 * until)) for since, until in pairs]


@pytest.mark.parametrize(
    ("wanted", "shifts", "left"),
    [
        (hours((0, 12)), [], hours((0, 12))),
        (hours((0, 12)), hours((0, 12)), []),
        (hours((0, 12)), hours((-4, 6), (8, 20)), hours((6, 8))),
        (hours((0, 12)), hours((2, 4), (3, 9)), hours((0, 2), (9, 12))),
        (hours((0, 2), (4, 6)), hours((1, 5)), hours((0, 1), (5, 6))),
    ],
)
def test_what_no_shift_fills_is_a_hole(
    wanted: list[Span], shifts: list[Span], left: list[Span]
) -> None:
    assert list(holes(wanted, shifts)) == left
