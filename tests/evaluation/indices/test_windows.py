"""Windows by table, and what the pieces of one come to."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitchen.core.clock import CENTRE
from kitchen.evaluation.indices.shipped import SHIPPED
from kitchen.evaluation.indices.tallies import Audience, Piece, headlines, tally
from kitchen.evaluation.indices.windows import (
    Kind,
    Window,
    latest,
    open_windows,
    window_of,
)

THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("kind", "first", "last", "days"),
    [
        (Kind.DAY, THURSDAY, THURSDAY, 1),
        (Kind.WEEK, date(2026, 11, 22), date(2026, 11, 28), 7),
        (Kind.MONTH, date(2026, 11, 1), date(2026, 11, 30), 30),
        (Kind.YEAR, date(2026, 1, 1), date(2026, 12, 31), 365),
    ],
)
def test_the_window_of_a_day(kind: Kind, first: date, last: date, days: int) -> None:
    window = window_of(kind, THURSDAY)
    assert (window.first, window.last, window.days) == (first, last, days)


def test_months_and_years_count_the_same_days_whatever_the_calendar_says() -> None:
    assert window_of(Kind.MONTH, date(2028, 2, 29)).days == 30
    assert window_of(Kind.MONTH, date(2026, 12, 31)).last == date(2026, 12, 31)
    assert window_of(Kind.YEAR, date(2028, 2, 29)).days == 365
    assert Window(Kind.FREE, date(2026, 5, 1), date(2026, 5, 5)).days == 5


@given(st.sampled_from([Kind.DAY, Kind.WEEK, Kind.MONTH, Kind.YEAR]), st.dates(date(2001, 1, 1)))
def test_windows_follow_each_other_without_a_gap(kind: Kind, day: date) -> None:
    if day.year > 9990:
        return
    window = window_of(kind, day)
    assert window.first <= day <= window.last
    assert window.former.last + timedelta(days=1) == window.first
    assert window.former.next == window


def test_a_free_window_is_preceded_by_as_many_days() -> None:
    window = Window(Kind.FREE, date(2026, 5, 4), date(2026, 5, 6))
    assert window.former == Window(Kind.FREE, date(2026, 5, 1), date(2026, 5, 3))
    assert window.next == Window(Kind.FREE, date(2026, 5, 7), date(2026, 5, 9))


def test_only_windows_that_are_over_and_not_closed_are_open() -> None:
    found = list(open_windows(THURSDAY))
    by_kind = {kind: [it.first for it in found if it.kind is kind] for kind in Kind}
    assert by_kind[Kind.DAY] == [date(2026, 11, day) for day in (22, 23, 24, 25)]
    assert by_kind[Kind.WEEK] == [date(2026, 11, 15)]
    assert by_kind[Kind.MONTH] == []
    assert [it.first for it in open_windows(date(2027, 1, 4)) if it.kind is Kind.YEAR] == [
        date(2026, 1, 1)
    ]
    assert latest(Kind.WEEK, THURSDAY).first == date(2026, 11, 15)


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)))
def test_never_more_than_a_dozen_windows_are_open(day: date) -> None:
    assert len(list(open_windows(day))) <= 12


# --- tallies ---

SOURCES = SHIPPED["wci-v14.2b"].formula.sources


def _piece(day: int, hour: int, reads: int | None = 100, **more: int | None) -> Piece:
    told = {"likes": 2, "watching": 1, "shares": 3, **more}
    return Piece(datetime(2026, 11, day, hour, tzinfo=CENTRE), reads, **told)


def test_the_first_piece_of_a_day_is_its_headline() -> None:
    pieces = [_piece(2, 20), _piece(1, 9), _piece(1, 7), _piece(2, 6)]
    assert [piece.at.hour for piece in headlines(pieces)] == [7, 6]
    assert headlines([]) == []


def test_pieces_become_the_inputs_of_a_formula() -> None:
    pieces = [_piece(1, 7, 1000, shares=9), _piece(1, 9, 4000), _piece(2, 8, 500)]
    counted = tally(SOURCES, pieces, 7)
    assert counted.inputs == {
        "R": 5500,
        "Z": 3,
        "L": 6,
        "E": 15,
        "n": 3,
        "d": 7,
        "Rt": 1500,
        "Zt": 2,
        "Lt": 4,
        "Et": 12,
        "Rmax": 4000,
        "Zmax": 1,
        "Lmax": 2,
        "Emax": 9,
    }
    assert (counted.pieces, counted.unknown) == (3, 0)


def test_beyond_100_000_reads_readers_see_no_more() -> None:
    pieces = [_piece(1, 7, 250_000), _piece(1, 8, 100_001), _piece(1, 9, 100_000)]
    counted = tally(SOURCES, pieces, 1)
    assert (counted.inputs["R"], counted.inputs["Rmax"]) == (300_002, 100_001)


def test_what_is_not_told_is_counted_as_unknown_not_as_nought() -> None:
    counted = tally(SOURCES, [_piece(1, 7), _piece(1, 8, None), _piece(1, 9, shares=None)], 1)
    assert (counted.inputs["n"], counted.unknown) == (3, 2)
    assert (counted.inputs["R"], counted.inputs["E"]) == (200, 6)
    by_hand = tally(SOURCES, [_piece(1, 7)], 1, by_hand=2)
    assert (by_hand.inputs["n"], by_hand.pieces, by_hand.unknown) == (3, 3, 2)


def test_only_figures_that_the_formula_asks_for_can_be_missed() -> None:
    old = SHIPPED["wci-v13.0"].formula.sources
    counted = tally(old, [_piece(1, 7, watching=None, shares=None, comments=None)], 1)
    assert counted.unknown == 0


def test_followers_that_nobody_told_stay_unknown() -> None:
    sources = SHIPPED["dci"].formula.sources
    counted = tally(sources, [], 7, audience=Audience(total=500))
    assert (counted.inputs["X5"], counted.inputs["X6"]) == (None, 500)
    assert tally(sources, [], 7).inputs["X6"] is None
