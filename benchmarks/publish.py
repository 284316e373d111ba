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
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]

from benchmarks import bare, fanout, postgres
from benchmarks.fanout import Taken
from tests.fixtures.district import District, district

TARGET = 1.5
SIZES = {"6": 6, "112": 112}
ROUNDS = {"6": 5, "112": 2}
WORKERS = 2
OURS = ("deliver-0", "deliver-1", "recall")


@dataclass
class Contest:
    """Both sides on one district."""

    district: District
    bare_workers: Mapping[str, Sequence[psutil.Process]]
    parcels: dict[int, list[bare.Parcel]] = field(default_factory=dict)

    def ours(self, size: int) -> Taken:
        """Our own fan-out of a new story to the first ``size`` accounts."""
        story = self.district.write(self.district.accounts[:size])
        taken = fanout.by_product(
            self.district, story, size, fanout.processes(self.district.product, OURS)
        )
        if size not in self.parcels:
            self.parcels[size] = fanout.parcels(self.district, story)
        return taken

    def bare(self, size: int, kind: str) -> Taken:
        """The same pieces by bare jobs, as posts of their own."""
        return fanout.by_jobs(
            self.district.product, kind, self.bare_workers[kind], self.parcels[size]
        )


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
            kind: [fanout.bare_worker(stack, place.product, kind) for _ in range(WORKERS)]
            for kind in bare.KINDS
        }
        yield Contest(place, workers)


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
