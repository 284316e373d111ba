"""What one worker carries when nobody waits: a platform that answers at once, one worker process.

Ours claims, arms, sends, and writes down what came back; the floor is a bare RQ job that makes the
same two calls through the same adapters (RQ's own ``Worker``, which forks for every job; ``simple``
is what its ``SimpleWorker`` needs). ``ours`` and ``floor`` are deliveries a second, ``ratio`` is
floor / ours. ``cpu`` is processor milliseconds of the worker for one delivery.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from benchmarks import fanout, postgres
from benchmarks.crowd import crowd
from benchmarks.fanout import Taken
from tests.fixtures.district import District

TARGET = 1.43
"""At least 0.7 of the rate of the floor."""
SIZE = 300
ROUNDS = 5
OURS = ("deliver-0",)

Pair = tuple[Taken, Taken, Taken]
"""Ours, RQ's own worker, the one that does not fork."""


def run(rounds: int = ROUNDS, size: int = SIZE) -> Iterator[dict[str, Any]]:
    """A line for each kind of database."""
    yield _on("sqlite", "", rounds, size)
    with postgres.running() as server:
        if server is not None:
            yield _on("postgresql", server.create("deliveries"), rounds, size)


def _on(kind: str, database_url: str, rounds: int, size: int) -> dict[str, Any]:
    with crowd([0] * size, database_url) as district, ExitStack() as stack:
        workers = {
            each: fanout.bare_worker(stack, district.product, each) for each in ("worker", "simple")
        }
        pairs = [_pair(district, workers, size) for _ in range(rounds + 1)][1:]
    return _line(f"deliveries_{kind}", pairs, size)


def _pair(district: District, workers: Any, size: int) -> Pair:
    story = district.write(district.accounts)
    busy = fanout.processes(district.product, OURS)
    ours = fanout.by_product(district, story, size, busy)
    parcels = fanout.parcels(district, story)
    worker, simple = (
        fanout.by_jobs(district.product, kind, [process], parcels)
        for kind, process in workers.items()
    )
    return ours, worker, simple


def _line(name: str, pairs: list[Pair], size: int) -> dict[str, Any]:
    def median(pick: Callable[[Taken, Taken, Taken], float]) -> float:
        return round(statistics.median(pick(*pair) for pair in pairs), 3)

    return {
        "name": name,
        "ours": median(lambda ours, _, __: size / ours.seconds),
        "floor": median(lambda _, worker, __: size / worker.seconds),
        "unit": "1/s",
        "ratio": median(lambda ours, worker, _: ours.seconds / worker.seconds),
        "target": TARGET,
        "size": {"deliveries": size, "workers": 1, "call_ms": 0},
        "runs": len(pairs),
        "simple": median(lambda _, __, simple: size / simple.seconds),
        "ratio_simple": median(lambda ours, _, simple: ours.seconds / simple.seconds),
        "cpu_ours": median(lambda ours, _, __: ours.cpu * 1000 / size),
        "cpu_floor": median(lambda _, worker, __: worker.cpu * 1000 / size),
        "cpu_simple": median(lambda _, __, simple: simple.cpu * 1000 / size),
    }
