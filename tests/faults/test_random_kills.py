"""Thousands of pieces, a platform that fails at every third request, workers killed outright.

No piece is there twice and none is lost: it is live, or a person is asked about it.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from channels.base import Edition, Form
from kitchen.core import clock
from kitchen.publishing.models import Attempt, Publication
from kitchen.publishing.rules import State
from tests.faults.herd import Plan
from tests.faults.twin import TwinChannel, serving
from tests.fixtures.books import demand_right_books
from tests.fixtures.newsroom import Newsroom
from tests.publishing.conftest import Outside, Platform

pytestmark = pytest.mark.fault

ACCOUNTS = 25


@pytest.fixture
def database_url(postgresql_url: str) -> str:
    """Many processes write at once: on PostgreSQL, as a house of that size would."""
    return postgresql_url


@pytest.fixture
def outside(newsroom: Newsroom) -> Outside:
    return Outside(newsroom, Platform())


def approve(outside: Outside, pieces: int) -> None:
    """So many pieces for a matrix of accounts, all approved at once."""
    outside.approve(accounts=ACCOUNTS)
    for number in range(1, pieces // ACCOUNTS):
        outside.approve_for(outside.accounts, Edition(Form.ARTICLE, f"荷塘整治第{number}天"))


def killed(outside: Outside, plan: Plan) -> dict[str, Any]:
    """Let the herd carry everything while it is killed; what it says of itself."""
    argv = [sys.executable, "-m", "tests.faults.herd", json.dumps(asdict(plan))]
    run = subprocess.run(argv, capture_output=True, text=True, timeout=plan.most + 60)
    assert run.returncode == 0, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    return {**told, "failed jobs": run.stderr.count("Traceback")}


def account(outside: Outside, twin_url: str) -> Counter[str]:
    """Compare what the house says with what stands on the platform."""
    state = TwinChannel(twin_url, timedelta()).state()
    copies = Counter(state["copies"])
    told: Counter[str] = Counter(
        faults=sum(state["calls"].values()) - state["calls"].get("clean", 0)
    )
    told["requests"] = sum(state["calls"].values())
    with outside.database.unit(write=False) as session:
        rows = session.scalars(select(Publication)).all()
        uids = {row.id: row.frozen_post.uid for row in rows}
        told["attempts"] = len(session.scalars(select(Attempt.id)).all())
    for row in rows:
        there = copies[uids[row.id]]
        told["pieces"] += 1
        told[str(row.state)] += 1
        told["doubles"] += there > 1
        told["said to be live and is not"] += row.state == State.LIVE and not there
        told["lost"] += row.state not in {State.LIVE, State.NEEDS_HUMAN, State.FAILED}
        told["failed and is there"] += row.state == State.FAILED and there > 0
        if row.state == State.NEEDS_HUMAN:
            told[f"asked about: {row.code}"] += 1
    return told


def run(outside: Outside, tmp_path: Path, **plan: Any) -> Counter[str]:
    with serving(plan["seed"], tmp_path / "twin.log") as url:
        with outside.database.unit(write=False) as session:
            epoch = clock.fresh(session).isoformat()
        address = outside.database.engine.url.render_as_string(hide_password=False)
        settings = {"database_url": address, "twin": url, "epoch": epoch}
        key = Fernet.generate_key().decode()
        herd = killed(outside, Plan(seal_key=key, **settings, **plan))
        told = account(outside, url)
    told.update(herd)
    sys.stdout.write(f"\nrandom kills, seed {plan['seed']}: {dict(told)}\n")
    assert told["doubles"] == told["lost"] == told["failed and is there"] == 0, told
    assert told["said to be live and is not"] == 0, told
    demand_right_books(outside.database)
    return told


@pytest.mark.slow
def test_a_few_kills_leave_one_copy_of_everything(outside: Outside, tmp_path: Path) -> None:
    approve(outside, 50)
    told = run(outside, tmp_path, seed=20260501, workers=2, kills=12, every=0.4, most=150)
    assert told["kills"] == 12
    assert told["faults"] > 10


@pytest.mark.soak
def test_eight_hundred_kills_leave_one_copy_of_everything(outside: Outside, tmp_path: Path) -> None:
    """``KITCHEN_SOAK_PIECES``, ``_KILLS`` and ``_SEED`` make it smaller, or another one."""
    pieces = int(os.environ.get("KITCHEN_SOAK_PIECES", "5000"))
    kills = int(os.environ.get("KITCHEN_SOAK_KILLS", "800"))
    seed = int(os.environ.get("KITCHEN_SOAK_SEED", random.randrange(10**6)))
    approve(outside, pieces)
    told = run(outside, tmp_path, seed=seed, workers=4, kills=kills, every=0.2, most=3600)
    assert told["kills"] >= kills
    assert told["needs_human"] < pieces * 0.02
