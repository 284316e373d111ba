"""Worker processes that are killed outright, one after the other, until everything is at rest.

``python -m tests.faults.herd PLAN`` runs by the JSON in ``PLAN``: it imports the house once, forks
the workers and kills one of them every few moments. The house lives :data:`RATE` times faster than
the wall: every lease, settle window and pause shrinks alike, because its one clock runs fast.
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session, configure_mappers

from assets.sealed_store import SealedStore
from assets.store import FolderStore
from channels import http
from kitchen import app
from kitchen.config import Settings
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.core.seal import Sealer
from kitchen.ports import Ports, QuietBell, QuietLive
from kitchen.publishing import circuits, deliver, jobs, rounds, sweep
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import AT_REST, State
from tests.faults.twin import SETTLE, TwinChannel

RATE = 20
"""How much faster than the wall the house's clock runs."""
TIMEOUT = 0.7
"""Seconds after which a call to the twin is given up; then the arming lease has not run out."""
Duty = Callable[[Database], object]
RESTING = sorted(AT_REST | {State.NEEDS_HUMAN})


@dataclass(frozen=True)
class Plan:
    """What one run is given, and with :attr:`seed` can be run again."""

    database_url: str
    seal_key: str
    twin: str
    epoch: str
    """The moment (ISO, in UTC) from which on the house's clock runs fast."""
    seed: int
    workers: int
    kills: int
    every: float
    """Seconds between two kills, on average."""
    most: float
    """Seconds after which the run is given up."""


def live_faster(epoch: datetime) -> None:
    """Let the house's clock run; what a process measures by its own clock shrinks alike."""
    told = clock.fresh

    def fast(session: Session) -> datetime:
        return epoch + (told(session) - epoch) * RATE

    clock.fresh = fast
    deliver.ARM_LEASE = deliver.ARM_LEASE / RATE
    rounds.RENEW_SECONDS = rounds.RENEW_SECONDS / RATE
    rounds.SHIFT_SECONDS = 2.0
    http.READ_SECONDS, http.CONNECT_SECONDS = TIMEOUT, TIMEOUT


def house_of(plan: Plan) -> app.House:
    """The house of one process, whose channels all lead to the twin."""

    def open_channel(_key: str, _settings: Any, _account: str) -> Any:
        return TwinChannel(plan.twin, timedelta(seconds=SETTLE * RATE))

    home = Path(tempfile.gettempdir()) / "kitchen-herd"
    ports = Ports(
        FolderStore(home / "store"),
        Sealer([plan.seal_key]),
        QuietBell(),
        QuietLive(),
        open_channel,
        sealed=SealedStore(FolderStore(home / "sealed"), [plan.seal_key]),
    )
    environment = {"KITCHEN_HOME": str(home), "KITCHEN_DATABASE_URL": plan.database_url}
    settings = Settings.from_environment(environment)
    return app.furnish(settings, Database(plan.database_url), ports)


CARRYING: Sequence[Duty] = (jobs.carry_due, sweep.sweep)
LOOKING: Sequence[Duty] = (
    *(jobs.look_at_unknown, jobs.ask_about_accepted),
    *(sweep.sweep, circuits.probe_all),
)
"""As in the house, nobody looks who carries: a round goes on while anything hangs."""


def work(plan: Plan, seat: int, number: int) -> None:
    """What a worker does until somebody kills it, in an order of its own."""
    database, dice = house_of(plan).database, random.Random(f"{plan.seed}-{number}")
    duties = LOOKING if seat % 2 else CARRYING
    while True:
        for duty in dice.sample(duties, len(duties)):
            try:
                duty(database)
            except Exception:  # a job that fails is noted, and the worker hears the next bell
                traceback.print_exc()
        time.sleep(0.05)


@dataclass
class Herd:
    """The workers that are alive, and how many were killed.

    ``busy_kills`` are those of which it is certain that something was still to be delivered.
    """

    plan: Plan
    kills: int = 0
    busy_kills: int = 0
    forked: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(self.plan.seed)
        self._seats: dict[int, int] = {}

    def run(self) -> dict[str, Any]:
        """Fork and kill until nothing moves any more; answers what it did."""
        began, looked = time.monotonic(), 0.0
        try:
            for seat in range(self.plan.workers):
                self._take(seat)
            while time.monotonic() - began < self.plan.most:
                time.sleep(self._dice.uniform(0, 2 * self.plan.every))
                if self.kills < self.plan.kills:
                    self._kill_one()
                if time.monotonic() - looked > 2:
                    looked = time.monotonic()
                    if self._open():
                        self.busy_kills = self.kills
                    elif self.kills >= self.plan.kills:
                        break
        finally:
            self._end_all()
        told = {"kills": self.kills, "busy kills": self.busy_kills}
        return {**told, "seconds": round(time.monotonic() - began)}

    def _take(self, seat: int) -> None:
        self.forked += 1
        pid = os.fork()
        if pid == 0:
            _be_a_worker(self.plan, seat, self.forked)
        self._seats[seat] = pid

    def _kill_one(self) -> None:
        seat = self._dice.choice(sorted(self._seats))
        self._end(seat)
        self.kills += 1
        self._take(seat)

    def _end(self, seat: int) -> None:
        pid = self._seats.pop(seat)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    def _end_all(self) -> None:
        for seat in list(self._seats):
            self._end(seat)

    def _open(self) -> int:
        """How many deliveries are not at rest, seen by a child, so that no connection is shared."""
        read, write = os.pipe()
        if (pid := os.fork()) == 0:
            os.write(write, str(_count_open(self.plan)).encode())
            os._exit(0)
        os.close(write)
        os.waitpid(pid, 0)
        with os.fdopen(read) as answer:
            return int(answer.read() or -1)


def _be_a_worker(plan: Plan, seat: int, number: int) -> None:
    try:
        work(plan, seat, number)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _count_open(plan: Plan) -> int:
    database = Database(plan.database_url)
    with database.unit(write=False) as session:
        query = select(func.count()).where(Publication.state.not_in(RESTING))
        return session.scalars(query).one()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    given = Plan(**json.loads(sys.argv[1]))
    configure_mappers()  # once, as the nursery does: who lives for seconds has no time for it
    live_faster(datetime.fromisoformat(given.epoch))
    sys.stdout.write(json.dumps(Herd(given).run()))
