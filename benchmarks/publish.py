"""Fan-out: from the commit that approves to the last receipt, against bare RQ jobs.

Ours is the product at work, every process of it: outbox, claims, arming, receipts, audit. The floor
is :mod:`benchmarks.bare`: jobs that make the same calls through the same adapters to the same
sandbox and the same app, by as many worker processes (RQ's own ``Worker``; ``simple`` is what its
``SimpleWorker`` needs, which does not fork). Both are run in turn on posts of their own.

The sandbox decides at the first question. The floor puts that question at once; ours waits 0.2 s
first, as one does with a platform: ``accepted`` is when the last platform had taken its piece,
``ours`` when the last one had said that readers see it. ``cpu`` is what the worker processes need
for one delivery, in milliseconds. PostgreSQL runs without forcing to the disk, SQLite with.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]
from rq import Queue, Worker
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import bare, postgres
from kitchen import ports
from kitchen.core.db import new_uid
from kitchen.matrix import service as accounts
from kitchen.publishing.models import Attempt, Publication
from kitchen.publishing.rules import State
from kitchen.stories.models import FrozenPost, Story
from kitchen.tokens import PlatformToken
from tests.fixtures.district import District, district
from tests.fixtures.processes import started

TARGET = 1.5
SIZES = {"6": 6, "112": 112}
ROUNDS = {"6": 5, "112": 2}
TICK = 0.01
"""How often both sides look whether everything is done."""
PATIENCE = 60.0
SETTLED = 0.1
"""Seconds until a process that has ended is counted with its parent."""
WORKERS = 2
OURS = ("deliver-0", "deliver-1", "recall")


@dataclass(frozen=True)
class Taken:
    """What one fan-out took: seconds, seconds to the last acceptance, processor seconds."""

    seconds: float
    cpu: float
    accepted: float = 0.0


@dataclass
class Contest:
    """Both sides on one district."""

    district: District
    bare_workers: Mapping[str, Sequence[psutil.Process]]
    parcels: dict[int, list[bare.Parcel]] = field(default_factory=dict)

    def ours(self, size: int) -> Taken:
        """Our own fan-out of a new story to the first ``size`` accounts."""
        product = self.district.product
        story = self.district.write(self.district.accounts[:size])
        workers = product.workers()
        busy = [psutil.Process(pid) for queue, pid in workers.items() if queue in OURS]
        cpu = _cpu(busy)
        began = self.district.approve(story)
        stood = datetime.now(UTC) - timedelta(seconds=time.perf_counter() - began)
        _wait(lambda: _live(self.district, story) == size)
        seconds = time.perf_counter() - began
        if size not in self.parcels:
            self.parcels[size] = _parcels(self.district, story)
        return Taken(seconds, _cpu(busy) - cpu, _accepted(self.district, story, stood))

    def bare(self, size: int, kind: str) -> Taken:
        """The same pieces by bare jobs, as posts of their own."""
        busy = self.bare_workers[kind]
        parcels = [_again(parcel) for parcel in self.parcels[size]]
        with self.district.product.redis() as redis:
            done = Queue(kind, connection=redis).finished_job_registry
            before, cpu = done.get_job_count(cleanup=False), _cpu(busy)
            began = time.perf_counter()
            bare.enqueue(redis, kind, self.district.product.settings.store_url, parcels)
            _wait(lambda: done.get_job_count(cleanup=False) == before + size)
            seconds = time.perf_counter() - began
            return Taken(seconds, _cpu(busy) - cpu)


def run(rounds: Mapping[str, int] = ROUNDS) -> Iterator[dict[str, Any]]:
    """A line for each size and each kind of database."""
    yield from _on("sqlite", "", rounds)
    with postgres.running() as server:
        if server is not None:
            yield from _on("postgresql", server.create("fanout"), rounds)


def _on(kind: str, database_url: str, rounds: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    with _contest(database_url) as contest:
        for name, size in SIZES.items():
            yield _line(f"fanout_{name}_{kind}", contest, size, rounds[name])


@contextmanager
def _contest(database_url: str) -> Iterator[Contest]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kb-")))
        place = stack.enter_context(district(home, database_url))
        decide = {"channel": "*", "verdict": "live", "after_polls": 0}
        httpx.post(f"{place.place.sandbox}/__sim__/verdicts", json=decide).raise_for_status()
        workers = {
            kind: [_bare_worker(stack, place, kind, home) for _ in range(WORKERS)]
            for kind in bare.KINDS
        }
        yield Contest(place, workers)


def _bare_worker(stack: ExitStack, place: District, kind: str, home: Path) -> psutil.Process:
    """One worker of the floor, once it listens."""
    argv = [sys.executable, "-m", "benchmarks.bare", kind, place.product.settings.redis_address]
    with place.product.redis() as redis:
        before = Worker.count(connection=redis)
        process = stack.enter_context(
            started(argv, lambda: Worker.count(connection=redis) > before, log=home / "bare.log")
        )
    return psutil.Process(process.pid)


def _cpu(busy: Sequence[psutil.Process]) -> float:
    """Processor seconds of the processes and of their children, ended ones included."""
    time.sleep(SETTLED)
    family = [each for process in busy for each in (process, *process.children())]
    spent = [each.cpu_times() for each in family]
    return float(sum(sum(each[:4]) for each in spent))


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, "the fan-out does not come to its end"
        time.sleep(TICK)


def _live(place: District, story: str) -> int:
    return sum(state == State.LIVE for state, _ in _deliveries(place, story))


def _deliveries(place: District, story: str) -> list[tuple[str, datetime | None]]:
    """State of each delivery of the story, and when its call to publish had been answered."""
    with place.product.house.database.unit(write=False) as session:
        found = session.execute(
            select(Publication.state, Attempt.ended_at)
            .join(Attempt, Attempt.publication_id == Publication.id, isouter=True)
            .join(Story, Story.id == Publication.story_id)
            .where(Story.uid == story)
        )
        return [(str(state), ended_at) for state, ended_at in found]


def _accepted(place: District, story: str, stood: datetime) -> float:
    """Seconds from the commit to the last answer of a platform that it has the piece."""
    answered = [ended_at for _, ended_at in _deliveries(place, story) if ended_at]
    return (max(answered) - stood).total_seconds()


def _parcels(place: District, story: str) -> list[bare.Parcel]:
    """What a bare job needs to make the calls that were made for the story."""
    with place.product.house.database.unit(write=False) as session:
        posts = session.scalars(select(FrozenPost).join(Story).where(Story.uid == story))
        return [_parcel(session, post) for post in posts]


def _parcel(session: Session, post: FrozenPost) -> bare.Parcel:
    account, sealer = post.account, ports.of(session).sealer
    kept = session.scalars(select(PlatformToken).where(PlatformToken.account_uid == account.uid))
    tokens = {
        each.name: str(sealer.open(f"tokens:{account.uid}:{each.name}", each.sealed)["token"])
        for each in kept
    }
    return bare.Parcel(post.channel, accounts.settings_of(session, account), tokens, post.post)


def _again(parcel: bare.Parcel) -> bare.Parcel:
    """The same piece as another post: a platform takes no post twice."""
    former, uid = str(parcel.post["uid"]), new_uid()
    link = str(parcel.post["link"]).replace(former, uid)
    return replace(parcel, post={**parcel.post, "uid": uid, "link": link})


def _line(name: str, contest: Contest, size: int, rounds: int) -> dict[str, Any]:
    """The figure as ``make bench`` prints it; the first round, which warms up, does not count."""
    pairs = [
        (contest.ours(size), contest.bare(size, "worker"), contest.bare(size, "simple"))
        for _ in range(rounds + 1)
    ][1:]

    def median(pick: Callable[[tuple[Taken, Taken, Taken]], float]) -> float:
        return round(statistics.median(pick(pair) for pair in pairs), 4)

    return {
        "name": name,
        "ours": median(lambda pair: pair[0].seconds),
        "floor": median(lambda pair: pair[1].seconds),
        "unit": "s",
        "ratio": median(lambda pair: pair[0].seconds / pair[1].seconds),
        "target": TARGET,
        "size": {"accounts": size, "workers": WORKERS},
        "runs": rounds,
        "accepted": median(lambda pair: pair[0].accepted),
        "simple": median(lambda pair: pair[2].seconds),
        "cpu_ours": median(lambda pair: pair[0].cpu * 1000 / size),
        "cpu_floor": median(lambda pair: pair[1].cpu * 1000 / size),
        "cpu_simple": median(lambda pair: pair[2].cpu * 1000 / size),
    }
