"""One story's whole way, walked by processes that may end at any point of it.

Approved, planned, rung for, claimed, prepared, armed, sent, written down, asked about, live, told,
revoked, recalled, removed. Whoever died is followed by others who know nothing but the database,
and by people who come back and do what they had not done yet.

``python -m tests.publishing.journey PLAN`` walks it in real processes, forked for each point and
ended by ``os._exit``; it prints how many points there were and at which of them it went wrong.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import structlog
from cryptography.fernet import Fernet

from assets.sealed_store import SealedStore
from assets.store import FolderStore
from channels.base import Post, Receipt
from kitchen import app
from kitchen.config import Settings
from kitchen.core.db import Database
from kitchen.core.seal import Sealer
from kitchen.ports import Ports, QuietBell, QuietLive
from kitchen.publishing import announce, invariants, jobs
from kitchen.publishing.crash import crashpoint
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import AT_REST
from kitchen.stories.models import FrozenPost, Story
from tests.faults.twin import SETTLE, TwinChannel
from tests.fixtures.dying import Killed, Nth, dying
from tests.publishing.conftest import Outside, Platform

KILLED = 137
BAD = 1


class MortalBell(QuietBell):
    """A process may end just before it rings, or just after."""

    def ring(self, doorbell: str, subject_id: int) -> None:
        crashpoint("ringing")
        super().ring(doorbell, subject_id)
        crashpoint("rung")


class Mortal:
    """A channel at whose every call a process may end, besides the points inside the product."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self.abilities = channel.abilities

    def prepare(self, post: Post) -> dict[str, Any]:
        return self._call(self._channel.prepare, post)

    def publish(self, post: Post, parcel: Any) -> Receipt:
        return self._call(self._channel.publish, post, parcel)

    def find(self, post: Post, parcel: Any, since: Any) -> Receipt | None:
        return self._call(self._channel.find, post, parcel, since)

    def poll(self, receipt: Receipt) -> Receipt:
        return self._call(self._channel.poll, receipt)

    def recall(self, receipt: Receipt) -> Receipt:
        return self._call(self._channel.recall, receipt)

    def _call(self, call: Callable[..., Any], *given: Any) -> Any:
        crashpoint("calling")
        answer = call(*given)
        crashpoint("called")
        return answer


@dataclass
class Journey:
    """The way of the story that comes after the first ``known`` deliveries of a house."""

    outside: Outside
    known: int

    def walk(self) -> None:
        """Every step that is still to be done."""
        database = self.outside.database
        if not self.rows():
            self.outside.approve()
        for job in (jobs.carry_due, jobs.ask_about_accepted, announce.announce):
            job(database)
        rows = self.rows()
        if len(rows) == 1 and rows[0].state == "live":
            with database.unit(write=False) as session:
                story = session.get_one(Story, rows[0].story_id)
            self.outside.revoke(story)
        jobs.carry_recalls(database)

    def recover(self) -> None:
        """What the timetable does until nothing is left to do."""
        for _ in range(8):
            if self.rows() and all(row.state in AT_REST for row in self.rows()):
                return
            self.outside.recover(1)

    def finish(self) -> None:
        """Those who come after: they find what was left lying, and walk the rest."""
        for _ in range(2):
            self.recover()
            self.walk()
        self.recover()

    def rows(self) -> list[Publication]:
        return self.outside.rows()[self.known :]

    def faults(self, puts: Callable[[str], int], copies: Callable[[str], int]) -> list[str]:
        """What is wrong at its end; ``puts`` and ``copies`` count a post on the platform."""
        rows = self.rows()
        with self.outside.database.unit(write=False) as session:
            wrong = [f"{name} {uids}" for name, uids in invariants.broken(session).items()]
            uid = session.get_one(FrozenPost, rows[0].frozen_post_id).uid
        if (states := [str(row.state) for row in rows]) != ["gone", "removed"]:
            wrong.append(f"it ended as {states}")
        if (puts(uid), copies(uid)) != (1, 0):
            wrong.append(f"put there {puts(uid)} times, {copies(uid)} left")
        return wrong


@dataclass(frozen=True)
class Plan:
    """What the real processes are given: a database with a newsroom in it, and a platform."""

    database_url: str
    twin: str
    reporter: int
    deputy: int
    unit: int


class Processes:
    """Forks a process for every walk; none of them shares anything but the database."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def sweep(self) -> dict[str, Any]:
        """Every point in turn, until a walk comes through alive."""
        bad: dict[int, str] = {}
        point = 0
        while True:
            point += 1
            ended = self._forked(partial(self._walk, point))
            told = self._forked(partial(self._finish, point))
            if told:
                bad[point] = f"ended {ended}, then {told}"
            if ended != KILLED:
                return {"points": point - 1, "bad": bad}

    def _walk(self, point: int) -> None:
        outside = self._outside(2 * point)
        with dying(Nth(point, lambda: os._exit(KILLED))):
            Journey(outside, known=2 * (point - 1)).walk()

    def _finish(self, point: int) -> None:
        outside = self._outside(2 * point + 1)
        journey = Journey(outside, known=2 * (point - 1))
        journey.finish()
        state = TwinChannel(self._plan.twin, timedelta()).state()
        puts, copies = state["puts"], state["copies"]
        wrong = journey.faults(lambda uid: puts.get(uid, 0), lambda uid: copies.get(uid, 0))
        if wrong:
            sys.stderr.write(f"point {point}: {wrong}\n")
            os._exit(BAD)

    def _outside(self, number: int) -> Outside:
        """The house of one process; ``number`` keeps the names of its accounts its own."""
        plan = self._plan

        def open_channel(_key: str, _settings: Any, _account: str) -> Any:
            return Mortal(TwinChannel(plan.twin, timedelta(seconds=SETTLE)))

        ports = Ports(
            FolderStore(Path(tempfile.gettempdir()) / "kitchen-journey-store"),
            Sealer([Fernet.generate_key().decode()]),
            MortalBell(),
            QuietLive(),
            open_channel,
            sealed=SealedStore(
                FolderStore(Path(tempfile.gettempdir()) / "kitchen-journey-sealed"),
                [Fernet.generate_key().decode()],
            ),
        )
        settings = Settings.from_environment({"KITCHEN_DATABASE_URL": plan.database_url})
        house = app.furnish(settings, Database(plan.database_url), ports)
        people = SimpleNamespace(
            database=house.database,
            reporter=SimpleNamespace(id=plan.reporter),
            deputy=SimpleNamespace(id=plan.deputy),
            operator=SimpleNamespace(unit_id=plan.unit),
        )
        taken: list[Any] = [None] * number
        return Outside(people, Platform(), taken)  # type: ignore[arg-type]

    def _forked(self, act: Callable[[], None]) -> int:
        if (pid := os.fork()) == 0:
            status = BAD
            try:
                act()
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def mortal_walk(journey: Journey, nth: Nth) -> None:
    """Walk until ``nth`` ends the process, here by raising; then others come and finish it."""
    with suppress(Killed), dying(nth):
        journey.walk()
    journey.finish()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    sys.stdout.write(json.dumps(Processes(Plan(**json.loads(sys.argv[1]))).sweep()))
