"""Rules of the catalogue as tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kitchen.media import rules
from kitchen.media.rules import LEASE, Making, Obstacle, Rights, State

TODAY = date(2026, 5, 1)
NOW = datetime(2026, 5, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rights", "until", "making", "found"),
    [
        (Rights.OWN, None, Making.DONE, None),
        (Rights.LICENSED, TODAY, Making.DONE, None),
        (Rights.LICENSED, TODAY - timedelta(days=1), Making.DONE, Obstacle.RIGHTS_EXPIRED),
        (Rights.OWN, TODAY - timedelta(days=1), Making.DONE, Obstacle.RIGHTS_EXPIRED),
        (Rights.UNKNOWN, None, Making.DONE, Obstacle.RIGHTS_UNKNOWN),
        (Rights.OWN, None, Making.QUEUED, Obstacle.NOT_READY),
        (Rights.OWN, None, Making.FAILED, Obstacle.NOT_READY),
    ],
)
def test_what_stands_in_the_way_of_publishing(
    rights: Rights, until: date | None, making: Making, found: Obstacle | None
) -> None:
    assert rules.obstacle(State.AVAILABLE, rights, until, making, TODAY) == found
    for withdrawn in (State.WITHDRAWN, State.SETTLED):
        told = rules.obstacle(withdrawn, rights, until, making, TODAY)
        assert told == Obstacle.WITHDRAWN


@pytest.mark.parametrize(
    ("label", "level"),
    [("1", 1), ("2", 2), ("3", 3), ("0", 0), ("4", 0), ("", 0), (None, 0), ("１", 0)],
)
def test_only_the_labels_of_the_standard_are_understood(label: str | None, level: int) -> None:
    assert rules.aigc_level(label) == level


@pytest.mark.parametrize(
    ("rights", "inherited"),
    [
        ([Rights.OWN, Rights.OWN], Rights.OWN),
        ([Rights.OWN, Rights.LICENSED], Rights.LICENSED),
        ([Rights.SUPPLIED, Rights.LICENSED], Rights.SUPPLIED),
        ([Rights.OWN, Rights.UNKNOWN], Rights.UNKNOWN),
        ([], Rights.UNKNOWN),
    ],
)
def test_a_clip_has_the_weakest_rights_of_its_pictures(
    rights: list[Rights], inherited: Rights
) -> None:
    assert rules.inherited_rights(rights) == inherited


@pytest.mark.parametrize(("levels", "level"), [([0, 0], 0), ([0, 3], 3), ([3, 1, 2], 1), ([], 0)])
def test_a_clip_has_the_surest_label_of_its_pictures(levels: list[int], level: int) -> None:
    assert rules.inherited_aigc(levels) == level


@pytest.mark.parametrize(
    ("making", "since", "begins"),
    [
        (Making.QUEUED, None, True),
        (Making.MAKING, NOW - timedelta(minutes=1), False),
        (Making.MAKING, NOW - LEASE - timedelta(seconds=1), True),
        (Making.MAKING, None, True),
        (Making.DONE, None, False),
        (Making.FAILED, NOW - timedelta(days=1), False),
    ],
)
def test_a_clip_has_one_maker_at_a_time(
    making: Making, since: datetime | None, begins: bool
) -> None:
    assert rules.may_begin(making, since, NOW) is begins


def test_a_recipe_tells_pictures_title_and_captions_apart() -> None:
    recipes = {
        rules.recipe(["a", "b"], "t", ["c"]),
        rules.recipe(["b", "a"], "t", ["c"]),
        rules.recipe(["a"], "b", ["t", "c"]),
        rules.recipe(["a", "b"], "t", []),
        rules.recipe(["a", "b"], "tc", []),
    }
    assert len(recipes) == 5
