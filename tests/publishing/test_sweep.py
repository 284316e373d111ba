"""Killed at every commit, every call and every ring of the whole journey: it always ends well.

The points are tried until a walk comes through alive, so that none can be forgotten.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from channels.base import Post, Receipt
from kitchen.ports import Ports
from tests.faults.twin import serving
from tests.fixtures.dying import Nth
from tests.publishing.conftest import Outside, Platform, Recalling, accepted
from tests.publishing.journey import Journey, Mortal, MortalBell, Plan, mortal_walk

PLAYS = [
    pytest.param(Platform.put, id="live at once"),
    pytest.param(accepted, id="decided later", marks=pytest.mark.soak),
]


class Played(Recalling):
    """Every piece goes as the play says; taking back what is gone already changes nothing."""

    def __init__(self, platform: Platform, account: str, play: Callable[..., Receipt]) -> None:
        super().__init__(platform, account)
        self._play = play

    def publish(self, post: Post, parcel: Any) -> Receipt:
        return self._play(self.platform, post)

    def recall(self, receipt: Receipt) -> Receipt:
        uid = receipt.remote_id.removeprefix("id-")
        self.platform.copies[uid] = max(self.platform.copies[uid], 1)
        return super().recall(receipt)


@pytest.fixture(params=PLAYS)
def ports(ports: Ports, platform: Platform, request: pytest.FixtureRequest) -> Ports:
    def open_channel(_key: str, _settings: Any, account: str) -> Any:
        return Mortal(Played(platform, account, request.param))

    return replace(ports, bell=MortalBell(), open_channel=open_channel)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """In one process on SQLite; the real ones are killed on PostgreSQL."""
    kind = "postgresql" if request.node.get_closest_marker("soak") else "sqlite"
    url: str = request.getfixturevalue(f"{kind}_url")
    return url


@pytest.mark.slow
def test_killed_at_every_point_of_the_journey_it_ends_well(outside: Outside) -> None:
    platform, bad = outside.platform, {}
    for point in itertools.count(1):
        journey = Journey(outside, known=2 * (point - 1))
        mortal_walk(journey, nth := Nth(point))
        puts = [post.uid for post in platform.sent].count
        if wrong := journey.faults(puts, lambda uid: platform.copies[uid]):
            bad[point] = (nth.passed[-1], wrong)
        if not nth.died:
            break
    sys.stdout.write(f"\ncrash points: {point - 1}, bad={len(bad)}\n")
    assert bad == {}
    assert point > 40


@pytest.mark.soak
@pytest.mark.fault
@pytest.mark.parametrize("ports", [Platform.put], indirect=True, ids=["real"])
def test_real_processes_killed_at_every_point_end_well(outside: Outside, tmp_path: Path) -> None:
    room = outside.newsroom
    with serving(1, tmp_path / "twin.log", often=0) as url:
        plan = Plan(
            outside.database.engine.url.render_as_string(hide_password=False),
            url,
            room.reporter.id or 0,
            room.deputy.id or 0,
            room.operator.unit_id or 0,
        )
        argv = [sys.executable, "-m", "tests.publishing.journey", json.dumps(asdict(plan))]
        run = subprocess.run(argv, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    sys.stdout.write(f"\ncrash points, real processes: {told['points']}, bad={len(told['bad'])}\n")
    assert told["bad"] == {}, run.stderr[-3000:]
    assert told["points"] > 40
