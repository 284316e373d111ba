"""A round of the hands: who is slow is not waited for by the others, and not for ever."""

from __future__ import annotations

import threading
import time

import pytest

from kitchen import tasks
from kitchen.publishing import deliver, rounds, sweep
from tests.fixtures.processes import wait_until
from tests.publishing.conftest import Outside

SHORT = 0.05


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a second is in the house is a moment here."""
    monkeypatch.setattr(rounds, "SHIFT_SECONDS", SHORT)
    monkeypatch.setattr(rounds, "SLOW_SECONDS", SHORT)
    monkeypatch.setattr(rounds, "GLANCE_SECONDS", SHORT)


def _hang_while_another_is_approved(outside: Outside, seconds: float) -> None:
    """The first upload outlasts the shift; meanwhile another story is approved, elsewhere."""

    def hang() -> None:
        if outside.platform.calls["prepare"] == 1:
            time.sleep(4 * SHORT)
            outside.approve()
            wait_until(lambda: outside.states()[1] == "live", "the other story", seconds)

    outside.platform.on_prepare = hang


def test_while_one_platform_hangs_the_others_are_served(outside: Outside) -> None:
    outside.approve()
    _hang_while_another_is_approved(outside, 20)
    outside.carry()
    assert outside.states() == ["live", "live"]


def test_a_round_behind_which_others_queue_does_not_go_on_for_ever(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "LONGEST_SECONDS", SHORT)
    outside.approve()
    _hang_while_another_is_approved(outside, 8 * SHORT)
    rounds.carry(outside.database, deliver.claim)
    assert outside.states() == ["backoff", "ready"]


def test_a_round_that_has_its_worker_to_itself_serves_the_others_all_the_same(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "LONGEST_SECONDS", SHORT)
    monkeypatch.setattr(rounds, "CALM_SECONDS", SHORT)
    outside.approve()
    _hang_while_another_is_approved(outside, 20)
    outside.carry()
    assert outside.states() == ["live", "live"]


def test_the_sweeper_rings_at_another_worker_each_time(outside: Outside) -> None:
    outside.approve()
    rung = outside.newsroom.bell.rung
    rung.clear()
    for _ in range(2):
        sweep.sweep(outside.database)
    numbers = [number for bell, number in rung if bell == "deliver"]
    assert numbers[1] == numbers[0] + 1


def test_told_to_stop_a_round_takes_on_nothing_new(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = threading.Event()
    monkeypatch.setattr(tasks, "STOPPING", stopping)
    outside.approve()
    outside.platform.on_prepare = stopping.set
    outside.platform.on_publish = lambda: outside.approve() and None
    outside.carry()
    assert outside.states() == ["live", "ready"]
