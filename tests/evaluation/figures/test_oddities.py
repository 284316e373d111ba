"""What no readership does by itself; and what readers do, which is not doubted."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kitchen.core.clock import CENTRE
from kitchen.evaluation.figures.oddities import Look, found
from kitchen.evaluation.figures.rules import Age, Concern, Told

BORN = datetime(2026, 3, 2, 10, tzinfo=CENTRE)


def looks(*told: Told, born: datetime = BORN) -> list[Look]:
    """What was told at the ages, one after the other."""
    return [
        Look(age, born + timedelta(hours=age), float(age), each)
        for age, each in zip(Age, told, strict=False)
    ]


def reads(*counts: int | None, likes: int | None = None, born: datetime = BORN) -> list[Look]:
    return looks(*(Told(reads=count, likes=likes) for count in counts), born=born)


NATURAL = (800, 2400, 5200, 6900, 7800, 8100)


@pytest.mark.parametrize(
    ("seen", "doubts"),
    [
        (reads(*NATURAL), {}),
        ([], {}),
        # reads that shrink; the unknown between them hides nothing, and once told is enough
        (reads(100, 99), {6: Concern.SHRUNK}),
        (reads(100, None, 90), {24: Concern.SHRUNK}),
        (reads(100, 90, 95), {6: Concern.SHRUNK}),
        (reads(100, 100), {}),
        # readers take a like back and delete a comment; a tenth of them do not, all at once
        (looks(Told(likes=5), Told(likes=4)), {}),
        (looks(Told(comments=9), Told(comments=0)), {}),
        (looks(Told(shares=100), Told(shares=90)), {}),
        (looks(Told(shares=100), Told(shares=89)), {6: Concern.SHRUNK}),
        (looks(Told(likes=5000), Told(likes=4500)), {}),
        # more likes than reads
        (looks(Told(reads=10, likes=11)), {1: Concern.LIKES_OVER_READS}),
        (looks(Told(reads=10, likes=10)), {}),
        (looks(Told(likes=11)), {}),
        # a straight line over four looks: 100 reads an hour
        (reads(100, 600, 2400, 7200), {72: Concern.STEADY}),
        (reads(100, 600, 2400, 7200, 16_800), {72: Concern.STEADY, 168: Concern.STEADY}),
        (reads(105, 590, 2410, 7150), {72: Concern.STEADY}),
        (reads(100, 600, 2400), {}),  # three looks may lie on a line
        (reads(1, 6, 24, 72), {}),  # so few readers may come evenly
        (reads(100, 600, 2400, 5000), {}),
        # many reads, hardly a like
        (reads(5000, likes=4), {1: Concern.FEW_LIKES}),
        (reads(5000, likes=5), {}),
        (reads(4999, likes=0), {}),
        (reads(90_000, likes=None), {}),  # not told is not nought
        # a burst while the district sleeps
        (reads(300, 1300, born=BORN.replace(hour=23)), {6: Concern.NIGHT_BURST}),
        (reads(300, 1299, born=BORN.replace(hour=23)), {}),
        (reads(500, 1600, born=BORN.replace(hour=23)), {}),  # not three times what was before
        (reads(300, 1300), {}),  # by day
    ],
)
def test_the_rules_of_doubt(seen: list[Look], doubts: dict[int, Concern]) -> None:
    assert found(seen) == doubts


def test_of_several_doubts_the_gravest_is_told() -> None:
    seen = looks(Told(reads=9000, likes=20), Told(reads=8000, likes=1))
    assert found(seen) == {6: Concern.SHRUNK}


def test_a_doubt_that_was_dismissed_hides_no_other() -> None:
    seen = looks(Told(reads=9000, likes=20), Told(reads=8000, likes=1))
    assert found(seen, {6: {Concern.SHRUNK}}) == {6: Concern.FEW_LIKES}
    assert found(seen, {6: {Concern.SHRUNK, Concern.FEW_LIKES}}) == {}
    assert found(seen, {1: {Concern.SHRUNK}}) == {6: Concern.SHRUNK}
