"""A statement that goes out everywhere at once: from the approval's commit to the last receipt.

The platform (:mod:`benchmarks.stand_in`) answers every call after 200 ms and takes any number of
them at once, so that what counts is how many calls are under way, and what each costs. A delivery
is two calls: the picture, and the piece. ``floor`` is :mod:`benchmarks.crowd`'s bare client with as
many threads as our workers have hands together. ``workers`` is how many worker processes of ours
carry deliveries: one, and as many as the product starts by default. ``cpu`` is processor
milliseconds for one delivery. PostgreSQL runs without forcing to the disk, SQLite with.

The ``statement_rq`` lines put bare RQ jobs in the floor's place, as many workers as ours, once: one
job at a time is all that such a worker does, forking (``worker``) or not (``simple``).
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from benchmarks import bare, fanout, postgres
from benchmarks.crowd import by_threads, crowd
from benchmarks.fanout import Taken
from kitchen import timetable
from kitchen.publishing.rounds import HANDS
from tests.fixtures.district import District

TARGET = 2.0
TARGET_RQ = 0.5
ROUNDS: Mapping[int, int] = {112: 3, 1000: 3}
"""How often a statement goes out, by the number of its accounts."""
WORKERS = (1, 2)
CALL = 200
"""Milliseconds until the platform answers a call."""
BARE = 112
"""Deliveries with which bare jobs are compared: more would take them many minutes."""


@dataclass
class Contest:
    """Both sides on one product with ``workers`` for deliveries."""

    district: District
    workers: int
    parcels: dict[int, list[bare.Parcel]] = field(default_factory=dict)

    def ours(self, size: int) -> Taken:
        """A new statement to the first ``size`` accounts."""
        story = self.district.write(self.district.accounts[:size])
        busy = fanout.processes(self.district.product, timetable.queues(self.workers))
        taken = fanout.by_product(self.district, story, size, busy)
        if size not in self.parcels:
            self.parcels[size] = fanout.parcels(self.district, story)
        return taken

    def bare(self, size: int) -> Taken:
        """The same calls by the bare client."""
        return by_threads(self.district, self.parcels[size], HANDS * self.workers)

    def jobs(self, size: int, kind: str) -> Taken:
        """The same calls by bare RQ jobs."""
        product = self.district.product
        with ExitStack() as stack:
            busy = [fanout.bare_worker(stack, product, kind) for _ in range(self.workers)]
            return fanout.by_jobs(product, kind, busy, self.parcels[size])


def run(rounds: Mapping[int, int] = ROUNDS, bare_jobs: int = BARE) -> Iterator[dict[str, Any]]:
    """Lines for each number of workers on each kind of database, and those of the bare jobs."""
    for workers in WORKERS:
        yield from _on("sqlite", "", workers, rounds, bare_jobs)
    with postgres.running() as server:
        if server is None:
            return
        for workers in WORKERS:
            url = server.create(f"statement_{workers}")
            yield from _on("postgresql", url, workers, rounds, 0)


def _on(
    kind: str, database_url: str, workers: int, rounds: Mapping[int, int], bare_jobs: int
) -> Iterator[dict[str, Any]]:
    with crowd([CALL] * max(rounds), database_url, workers) as district:
        contest = Contest(district, workers)
        for size, many in rounds.items():
            yield _line(f"statement_{size}_by_{workers}_{kind}", contest, size, many)
        if bare_jobs:
            yield from _against_jobs(contest, bare_jobs)


def _line(name: str, contest: Contest, size: int, rounds: int) -> dict[str, Any]:
    """The figure as ``make bench`` prints it; the first round, which warms up, does not count."""
    pairs = [(contest.ours(size), contest.bare(size)) for _ in range(rounds + 1)][1:]

    def median(pick: Callable[[Taken, Taken], float]) -> float:
        return round(statistics.median(pick(*pair) for pair in pairs), 3)

    return {
        "name": name,
        "ours": median(lambda ours, _: ours.seconds),
        "floor": median(lambda _, floor: floor.seconds),
        "unit": "s",
        "ratio": median(lambda ours, floor: ours.seconds / floor.seconds),
        "target": TARGET,
        "size": _size(contest, size),
        "runs": rounds,
        "cpu_ours": median(lambda ours, _: ours.cpu * 1000 / size),
        "cpu_floor": median(lambda _, floor: floor.cpu * 1000 / size),
    }


def _against_jobs(contest: Contest, size: int) -> Iterator[dict[str, Any]]:
    ours = contest.ours(size)
    for kind in bare.KINDS:
        floor = contest.jobs(size, kind)
        yield {
            "name": f"statement_rq_{kind}_{size}_by_{contest.workers}",
            "ours": round(ours.seconds, 3),
            "floor": round(floor.seconds, 3),
            "unit": "s",
            "ratio": round(ours.seconds / floor.seconds, 3),
            "target": TARGET_RQ,
            "size": _size(contest, size),
            "runs": 1,
        }


def _size(contest: Contest, size: int) -> dict[str, Any]:
    hands = HANDS * contest.workers
    return {"accounts": size, "workers": contest.workers, "hands": hands, "call_ms": CALL}
