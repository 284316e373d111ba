"""Killed at every point: whatever was in hand recovers to one copy, or to a question for a person.

The points are first counted, then each gets its own end. A process that dies leaves its threads'
calls done or undone, and nothing written of them: raising out of the round does the same.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable

import pytest

from kitchen.publishing import invariants
from kitchen.publishing.crash import crashing
from tests.publishing.conftest import Outside, Platform, accepted, after, before


class Killed(BaseException):
    """The process ends here; nobody may catch this and go on."""


class Nth:
    """Ends the process when the ``n``-th point is passed; ``None`` only counts."""

    def __init__(self, n: int | None = None) -> None:
        self.n = n
        self.passed: list[str] = []

    def __call__(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) == self.n:
            raise Killed(name)


@pytest.mark.parametrize(
    "play",
    [Platform.put, accepted, after, before],
    ids=["live at once", "decided later", "answer lost", "request lost"],
)
def test_killed_at_every_point_it_recovers_to_exactly_one_copy(
    outside: Outside, play: Callable[..., object]
) -> None:
    for point in itertools.count(1):
        outside.approve()
        outside.platform.play(outside.accounts[-1].uid, play)
        with crashing(nth := Nth(point)), contextlib.suppress(Killed):
            outside.carry()
        outside.recover()
        assert outside.states() == ["live"] * point, nth.passed
        assert list(outside.platform.copies.values()) == [1] * point, nth.passed
        if len(nth.passed) < point:
            break
    assert point > 12
    with outside.database.unit(write=False) as session:
        assert invariants.broken(session) == {}


def test_the_points_of_a_delivery(outside: Outside) -> None:
    outside.approve()
    with crashing(counted := Nth()):
        outside.carry()
    assert {"preparing", "arming", "committing", "sending", "sent"} <= set(counted.passed)


@pytest.mark.parametrize("point", range(1, 30, 3))
def test_killed_among_many_each_has_one_copy(outside: Outside, point: int) -> None:
    outside.approve(accounts=6)
    with crashing(Nth(point)), pytest.raises(Killed):
        outside.carry()
    outside.recover()
    assert outside.states() == ["live"] * 6
    assert set(outside.platform.copies.values()) == {1}


def test_without_a_list_to_look_at_a_person_is_asked_and_nothing_is_sent_twice(
    outside: Outside,
) -> None:
    outside.platform.abilities = type(outside.platform.abilities)()
    outside.approve()
    outside.platform.finds.extend([RuntimeError("no list")] * 50)
    with crashing(lambda name: _die_at("sent", name)), pytest.raises(Killed):
        outside.carry()
    outside.recover()
    assert outside.states() == ["needs_human"]
    assert outside.platform.copies.total() == 1


def _die_at(where: str, name: str) -> None:
    if name == where:
        raise Killed(name)
