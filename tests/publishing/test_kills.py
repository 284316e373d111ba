"""Worker processes killed for real, in the middle of deliveries to the sandbox."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from redis import Redis

from kitchen.core.db import Database
from kitchen.core.seal import Sealer
from kitchen.ports import Ports
from kitchen.publishing import invariants, jobs, sweep
from kitchen.tokens import channel_opener, shared_tokens
from tests.fixtures.sandbox import Sandbox
from tests.publishing.conftest import Outside
from tests.publishing.test_platforms import STATUS, register

CHILD = """
import os, sys
from kitchen.publishing import crash
left = [int(sys.argv[1])]
def hook(name):
    left[0] -= 1
    if left[0] == 0:
        os._exit(137)
crash.hook = hook
from kitchen.worker import answer
answer("deliver", 0)
"""
KILLS = 6
STORIES = 6


@pytest.fixture
def seal_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def ports(ports: Ports, database: Database, redis: Redis, seal_key: str) -> Ports:
    sealer = Sealer([seal_key])
    opener = channel_opener(ports.store, shared_tokens(database, redis, sealer))
    return replace(ports, sealer=sealer, open_channel=opener)


@pytest.mark.fault
@pytest.mark.slow
def test_workers_killed_in_mid_air_leave_one_copy_of_everything(
    outside: Outside,
    sandbox: Sandbox,
    database_url: str,
    redis_url: str,
    seal_key: str,
    tmp_path: Path,
) -> None:
    account = register(outside, sandbox, "weibo")
    for _ in range(STORIES):
        outside.approve_for([account], STATUS)
    environment = {
        **os.environ,
        "KITCHEN_HOME": str(tmp_path / "worker"),
        "KITCHEN_DATABASE_URL": database_url,
        "KITCHEN_REDIS_URL": redis_url,
        "KITCHEN_SEAL_KEYS": seal_key,
    }
    dice = random.Random(20260501)
    ends = []
    for _ in range(KILLS):
        point = str(dice.randrange(1, 24))
        argv = [sys.executable, "-c", CHILD, point]
        ends.append(subprocess.run(argv, env=environment, capture_output=True).returncode)
        outside.later(seconds=200)
        sweep.sweep(outside.database)
        jobs.look_at_unknown(outside.database)
    outside.recover()
    assert 137 in ends
    assert set(ends) <= {0, 137}
    assert outside.states() == ["live"] * STORIES
    copies = sandbox.state()["copies"]
    assert sorted(copies.values()) == [1] * STORIES
    with outside.database.unit(write=False) as session:
        assert invariants.broken(session) == {}
