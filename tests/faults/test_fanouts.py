"""Fan-outs through the whole product while its workers, Redis and its web process are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.conftest import Disasters
from tests.fixtures.district import SIX, district
from tests.fixtures.processes import wait_until

pytestmark = pytest.mark.fault

APPROVE_AND_DIE = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.orm import Session
from kitchen.app import open_house
from kitchen.config import Settings
from kitchen.demo import desk

house = open_house(Settings.from_environment(os.environ))

def die(session):
    if session.info["write"] and not session.in_nested_transaction():
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Session, "after_commit", die)
desk.pass_next(house, sys.argv[1])
"""


@pytest.mark.slow
def test_killed_workers_and_broken_ways_leave_one_copy_or_a_question(disasters: Disasters) -> None:
    disasters.break_the_ways()
    for _ in range(5):
        disasters.fan_out()
        disasters.kill_a_worker()
    disasters.mend_the_ways()
    disasters.settle(120)
    told = disasters.account()
    assert disasters.kills >= 4
    assert told["live"] > told.total() / 2, told


@pytest.mark.slow
def test_a_redis_that_is_killed_and_emptied_loses_nothing(disasters: Disasters) -> None:
    disasters.fan_out()
    disasters.district.product.kill_redis(emptied=True)
    disasters.fan_out()
    disasters.settle(120)
    assert disasters.account() == {"live": 2 * len(SIX)}
    wait_until(disasters.district.product.all_listen, "every worker is known to the new Redis", 30)


@pytest.mark.slow
def test_who_approves_and_dies_at_once_has_approved(disasters: Disasters) -> None:
    """No bell was rung: the sweeper finds the work."""
    story = disasters.write()
    product = disasters.district.product
    ended = subprocess.run(
        [sys.executable, "-c", APPROVE_AND_DIE, story], env={**os.environ, **product.environment}
    )
    assert ended.returncode == -signal.SIGKILL
    wait_until(lambda: len(disasters.rows()) == len(SIX), "what was approved is planned", 1)
    disasters.settle(30, aged=False)
    assert disasters.account() == {"live": len(SIX)}


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_fifty_fan_outs_and_twenty_kills(
    kind: str, home: Path, request: pytest.FixtureRequest
) -> None:
    """At full size and in real time: every lease and every settle window is waited for."""
    url = "" if kind == "sqlite" else request.getfixturevalue("bare_postgresql_url")
    with district(home, url, matrix={}) as place:
        disasters = Disasters(place)
        disasters.break_the_ways()
        for number in range(50):
            disasters.fan_out()
            while disasters.kills < number * 2 // 5:
                disasters.kill_a_worker()
        disasters.kill_a_worker()
        disasters.mend_the_ways()
        disasters.settle(1800, aged=False)
        told = disasters.account()
    sys.stdout.write(f"\n{kind}: {told.total()} deliveries, {disasters.kills} workers killed, ")
    sys.stdout.write(f"seed {disasters.seed}: {dict(told)}\n")
    assert disasters.kills == 20
