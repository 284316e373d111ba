"""Rules of the outlet, as tables."""

from __future__ import annotations

import pytest

from kitchen.outlet.rules import (
    MOST_MEDIA,
    MOST_PICTURE,
    Objection,
    Standing,
    Status,
    is_fresh,
    most_bytes,
    objection,
)

LIVE = Standing(2, Status.USABLE)
GONE = Standing(3, Status.CANCELED)


@pytest.mark.parametrize(
    ("stored", "offered", "match", "withdraws", "expected"),
    [
        (None, 1, None, False, None),
        (None, 2, 1, False, Objection.UNKNOWN),
        (None, 2, None, True, Objection.UNKNOWN),
        (LIVE, 3, 2, False, None),
        (LIVE, 7, 2, False, None),
        (LIVE, 3, 2, True, None),
        (LIVE, 3, None, False, Objection.MISMATCH),
        (LIVE, 3, 1, False, Objection.MISMATCH),
        (LIVE, 3, 1, True, Objection.MISMATCH),
        (LIVE, 2, 2, False, Objection.VERSION),
        (LIVE, 1, None, False, Objection.VERSION),
        (LIVE, 2, 2, True, Objection.VERSION),
        (GONE, 4, 3, False, Objection.WITHDRAWN),
        (GONE, 4, 3, True, Objection.WITHDRAWN),
    ],
)
def test_a_version_takes_its_place_or_is_refused(
    stored: Standing | None,
    offered: int,
    match: int | None,
    withdraws: bool,
    expected: Objection | None,
) -> None:
    assert objection(stored, offered, match, withdraws=withdraws) == expected


@pytest.mark.parametrize(
    ("off", "fresh"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)]
)
def test_a_request_is_believed_for_five_minutes(off: int, fresh: bool) -> None:
    assert is_fresh(1_714_000_000 + off, 1_714_000_000.0) is fresh


def test_a_picture_may_weigh_less_than_a_film() -> None:
    assert most_bytes("image/webp") == MOST_PICTURE
    assert most_bytes("video/mp4") == MOST_MEDIA
