"""The rules of the patrol as tables: what strikes, how gravely, and what does not."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest

from kitchen.core.calendar import end_of
from kitchen.core.workdays import Workdays
from kitchen.patrols.rules import (
    AS_SHIPPED,
    PARAMETERS,
    Facts,
    Figures,
    Kind,
    Severity,
    digest,
    drawn,
    graver,
    strikes,
)

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


def struck(facts: Facts) -> dict[Kind, Severity]:
    return {each.kind: each.severity for each in strikes(facts, AS_SHIPPED)}


@pytest.mark.parametrize(
    ("days", "severity"),
    [
        (6.99, None),
        (7, Severity.WARN),
        (9.99, Severity.WARN),
        (10, Severity.FAIL),
        (13.99, Severity.FAIL),
        (14, Severity.VETO),
        (400, Severity.VETO),
    ],
)
def test_an_account_that_falls_silent(days: float, severity: Severity | None) -> None:
    found = struck(Facts(NOW, last_post_at=NOW - timedelta(days=days)))
    assert found == ({Kind.STALE: severity} if severity else {})


@pytest.mark.parametrize(
    ("waiting", "hours", "strikes_now"), [(0, 48, False), (3, 23.9, False), (3, 24, True)]
)
def test_a_message_that_waits_for_a_day(waiting: int, hours: float, strikes_now: bool) -> None:
    since = NOW - timedelta(hours=hours)
    found = struck(Facts(NOW, waiting=waiting, waiting_since=since))
    assert (Kind.UNANSWERED in found) is strikes_now


@pytest.mark.parametrize(("failures", "strikes_now"), [(2, False), (3, True)])
def test_a_link_that_fails_three_times(failures: int, strikes_now: bool) -> None:
    found = struck(Facts(NOW, url="https://a.example", link_failures=failures))
    assert (Kind.BROKEN_LINK in found) is strikes_now


@pytest.mark.parametrize(
    ("before", "after", "reads", "strikes_now"),
    [
        (1000, 1499, 0, False),  # not enough of them
        (1000, 1500, 0, True),
        (1000, 1500, 600, False),  # they read
        (10_000, 12_000, 0, False),  # a fifth, no third
        (10_000, 13_000, 100, True),
        (0, 600, None, True),
    ],
)
def test_followers_who_come_by_the_hundred_and_read_nothing(
    before: int, after: int, reads: int | None, strikes_now: bool
) -> None:
    days = [Figures("2026-03-01", before), Figures("2026-03-02", after, reads=reads)]
    assert (Kind.BOUGHT_FOLLOWERS in struck(Facts(NOW, days=days))) is strikes_now


def _month(posts: int, interactions: int | None, days: int = 30) -> list[Figures]:
    first = date(2026, 2, 1)
    told = [(first + timedelta(days=at)).isoformat() for at in range(days)]
    return [Figures(day, 100, posts, 10, interactions) for day in told]


@pytest.mark.parametrize(
    ("days", "strikes_now"),
    [
        (_month(1, 0), True),
        (_month(0, 0), False),  # nothing to answer to
        (_month(1, None), False),  # nobody told
        (_month(1, 0)[-10:], False),  # ten days prove nothing
        ([*_month(1, 0)[:-1], Figures("2026-03-02", 100, 1, 10, 1)], False),
    ],
)
def test_a_month_without_one_answer(days: list[Figures], strikes_now: bool) -> None:
    assert (Kind.NO_INTERACTION in struck(Facts(NOW, days=days))) is strikes_now


def test_of_whom_nothing_is_known_nothing_is_said() -> None:
    assert struck(Facts(NOW)) == {}
    assert Facts(NOW).blind
    assert not Facts(NOW, waiting=0).blind


def test_what_may_be_set_lies_within_its_bounds() -> None:
    assert all(each.least <= each.default <= each.most for each in PARAMETERS.values())


def test_severities_are_ordered() -> None:
    assert graver(Severity.VETO, Severity.FAIL)
    assert graver(Severity.FAIL, Severity.WARN)
    assert not graver(Severity.WARN, Severity.WARN)


def test_evidence_hashes_alike_whatever_the_order_and_otherwise_for_any_change() -> None:
    assert digest({"a": 1, "b": "乙"}) == digest({"b": "乙", "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_a_sample_is_drawn_again_the_same_by_anybody() -> None:
    uids = [f"account-{number}" for number in range(100)]
    first = drawn("seed", uids, 7)
    assert len(set(first)) == 7
    assert drawn("seed", list(reversed(uids)), 7) == first
    assert drawn("another seed", uids, 7) != first
    smallest = min(uids, key=lambda uid: hashlib.sha256(f"seed:{uid}".encode()).hexdigest())
    assert first[0] == smallest


FRIDAY, HOLIDAY, MADE_UP = date(2026, 9, 25), date(2026, 10, 1), date(2026, 10, 10)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (FRIDAY, 1, date(2026, 9, 28)),
        (FRIDAY, 5, date(2026, 10, 2)),
        (date(2026, 9, 26), 1, date(2026, 9, 28)),
    ],
)
def test_weekends_do_not_count(start: date, count: int, end: date) -> None:
    assert Workdays().after(start, count) == end


def test_holidays_do_not_count_and_a_saturday_in_return_does() -> None:
    week = {HOLIDAY + timedelta(days=at): False for at in range(7)}
    days = Workdays({**week, MADE_UP: True})
    assert days.after(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert days.after(date(2026, 9, 30), 3) == MADE_UP
    assert not days.is_working(HOLIDAY)
    assert days.is_working(MADE_UP)


def test_a_day_ends_at_the_newsrooms_midnight() -> None:
    assert end_of(date(2026, 3, 2)) == datetime(2026, 3, 2, 16, tzinfo=UTC)
