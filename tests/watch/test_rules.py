"""When the watch looks, and what a look in vain proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kitchen.watch.rules import Absence, Verdict, is_foreign, verdict, walk_due

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LOOK = Absence(
    complete=True,
    authoritative=True,
    began_at=NOON,
    live_since=NOON - HOUR,
    settle_window=MINUTE,
    first_missed_at=None,
)


@pytest.mark.parametrize(
    ("changes", "proves"),
    [
        ({}, Verdict.MISSED),
        ({"first_missed_at": NOON - 9 * MINUTE}, Verdict.MISSED),
        ({"first_missed_at": NOON - 10 * MINUTE}, Verdict.GONE),
        ({"first_missed_at": NOON - HOUR, "complete": False}, Verdict.PROVES_NOTHING),
        ({"first_missed_at": NOON - HOUR, "authoritative": False}, Verdict.PROVES_NOTHING),
        ({"live_since": NOON - MINUTE / 2}, Verdict.PROVES_NOTHING),
    ],
)
def test_only_two_whole_looks_prove_that_a_post_is_gone(
    changes: dict[str, object], proves: Verdict
) -> None:
    assert verdict(replace(LOOK, **changes)) == proves  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ago", "complete", "newest", "due"),
    [
        (None, False, None, True),
        (29 * MINUTE, True, NOON, False),
        (30 * MINUTE, True, NOON - 23 * HOUR, True),
        (30 * MINUTE, True, NOON - 25 * HOUR, False),
        (24 * HOUR, True, None, True),
        (30 * MINUTE, False, None, True),
        (5 * MINUTE, False, None, False),
    ],
)
def test_accounts_with_something_new_are_walked_often_and_the_others_daily(
    ago: timedelta | None, complete: bool, newest: datetime | None, due: bool
) -> None:
    walked_at = None if ago is None else NOON - ago
    assert walk_due(NOON, walked_at, complete=complete, newest=newest) == due


@pytest.mark.parametrize(
    ("shared", "carries_link", "in_doubt", "foreign"),
    [
        (set(), False, False, True),
        ({"id-1"}, False, False, False),
        (set(), False, True, False),
        (set(), True, True, True),
    ],
)
def test_a_post_is_foreign_unless_it_is_or_may_be_ours(
    shared: set[str], carries_link: bool, in_doubt: bool, foreign: bool
) -> None:
    assert is_foreign(shared, carries_link=carries_link, in_doubt=in_doubt) == foreign
