"""The benchmarks stand ready: every one that is listed is there, and so is their platform."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import __main__, newsroom, stand_in, sweeper
from channels.base import Edition, Form, Outcome, Post
from channels.outlet import Outlet, OutletSettings
from kitchen.publishing.models import Publication
from tests.channels.twins import MemoryFiles, MemoryTokens


@pytest.mark.parametrize("name", __main__.MODULES)
def test_every_benchmark_can_be_run(name: str) -> None:
    assert callable(import_module(f"benchmarks.{name}").run)


def test_the_stand_in_keeps_many_waiting_at_once(home: Path) -> None:
    post = Post("a-post", Edition(Form.ARTICLE, "荷塘整治完成", body="<p>全文</p>"), "")
    with stand_in.running(home) as platform, ThreadPoolExecutor(8) as senders:
        settings = OutletSettings(platform.address(500, "sender"), "key", "secret")
        channel = Outlet(settings, MemoryFiles(), MemoryTokens())
        began = time.monotonic()
        receipts = list(senders.map(lambda _: channel.publish(post, {"urls": {}}), range(8)))
        assert 0.5 <= time.monotonic() - began < 8 * 0.5
    assert {receipt.outcome for receipt in receipts} == {Outcome.LIVE}


def test_the_sweeper_is_measured_among_deliveries_at_rest() -> None:
    with newsroom.house() as house:
        sweeper.at_rest(house, 200)
        with house.database.unit(write=False) as session:
            states = Counter(str(row.state) for row in session.query(Publication))
    assert sum(states.values()) == 200
    assert {states[state] for state in sweeper.OPEN} == {sweeper.OPEN_ROWS // len(sweeper.OPEN)}
    assert states["live"] > states["failed"] > 0
