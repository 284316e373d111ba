"""How times are taken: in turn, so that a busy machine is busy for both sides; medians are told."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the wall clock and of this process's processor time."""

    wall: float
    cpu: float


def once(act: Callable[[], object]) -> Cost:
    """What one call costs."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def in_turn(
    ours: Callable[[], object], floor: Callable[[], object], rounds: int
) -> tuple[list[Cost], list[Cost]]:
    """``rounds`` calls of each, alternating, after one of each that does not count."""
    ours()
    floor()
    pairs = [(once(ours), once(floor)) for _ in range(rounds)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def median_wall(costs: list[Cost]) -> float:
    return statistics.median(cost.wall for cost in costs)


def median_cpu(costs: list[Cost]) -> float:
    return statistics.median(cost.cpu for cost in costs)


def line(
    name: str, ours: list[Cost], floor: list[Cost], *, target: float, size: dict[str, Any]
) -> dict[str, Any]:
    """The figure as ``make bench`` prints it: milliseconds, the ratio by processor time.

    Processor time is what stays comparable on a busy machine; the wall clock stands beside it.
    """
    ratio = statistics.median(
        mine.cpu / bare.cpu for mine, bare in zip(ours, floor, strict=True) if bare.cpu
    )
    return {
        "name": name,
        "ours": round(median_cpu(ours) * 1000, 3),
        "floor": round(median_cpu(floor) * 1000, 3),
        "unit": "ms cpu",
        "ratio": round(ratio, 3),
        "target": target,
        "size": size,
        "runs": len(ours),
        "wall_ours": round(median_wall(ours) * 1000, 3),
        "wall_floor": round(median_wall(floor) * 1000, 3),
    }


def by_clock(
    name: str, ours: list[Cost], floor: list[Cost], *, target: float, size: dict[str, Any]
) -> dict[str, Any]:
    """The same by the clock, where most of the work is done by the database's own server."""
    mine, bare = (median_wall(costs) for costs in (ours, floor))
    return {
        "name": name,
        "ours": round(mine * 1000, 3),
        "floor": round(bare * 1000, 3),
        "unit": "ms",
        "ratio": round(mine / bare, 3),
        "target": target,
        "size": size,
        "runs": len(ours),
    }
