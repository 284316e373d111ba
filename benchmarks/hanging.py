"""One platform that hangs must not be felt by the others: six accounts, of which one hangs.

Stories go out one after the other, each to all six. ``ours`` is the 95th percentile of the seconds
from a story's approval to the receipt of a delivery, over the five accounts that answer (200 ms a
call) while the sixth hangs for 20 s in every call, ``floor`` the same while the sixth answers like
the others. Only one worker process carries deliveries, so that no other can come to its help.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from benchmarks import fanout, postgres
from benchmarks.crowd import crowd
from kitchen.publishing.models import Attempt, Publication
from kitchen.stories.models import Story
from tests.fixtures.district import District

TARGET = 1.10
STORIES = 20
CALL, HANG = 200, 20_000
"""Milliseconds until a platform answers a call, and until the one that hangs does."""
ACCOUNTS = 6
"""To which each story goes; the last may hang."""
WARMING = 2
"""Stories that do not count."""


def run(stories: int = STORIES, hang: int = HANG) -> Iterator[dict[str, Any]]:
    """A line for each kind of database."""
    yield _line("sqlite", "", stories, hang)
    with postgres.running() as server:
        if server is not None:
            yield _line("postgresql", server.create("hanging"), stories, hang)


def _line(kind: str, database_url: str, stories: int, hang: int) -> dict[str, Any]:
    with crowd([CALL] * ACCOUNTS + [hang], database_url) as district:
        *five, calm, hanging = district.accounts
        _waits(district, [*five, calm], WARMING)
        floor = _waits(district, [*five, calm], stories)
        ours = _waits(district, [*five, hanging], stories)
    return {
        "name": f"hanging_{kind}",
        "ours": round(_p95(ours), 3),
        "floor": round(_p95(floor), 3),
        "unit": "s p95",
        "ratio": round(_p95(ours) / _p95(floor), 3),
        "target": TARGET,
        "size": {"accounts": ACCOUNTS, "stories": stories, "call_ms": CALL, "hang_ms": hang},
        "runs": 1,
        "median_ours": round(statistics.median(ours), 3),
        "median_floor": round(statistics.median(floor), 3),
    }


def _waits(district: District, accounts: Sequence[str], stories: int) -> list[float]:
    """Seconds that each delivery to the first five accounts took, story by story."""
    written = [district.write(accounts) for _ in range(stories)]
    return [wait for story in written for wait in _released(district, story)]


def _released(district: District, story: str) -> list[float]:
    """Approve the story, wait for the five, and tell how long each took."""
    began = district.approve(story)
    stood = datetime.now(UTC) - timedelta(seconds=time.perf_counter() - began)
    fanout.wait(lambda: len(_answered(district, story)) == ACCOUNTS - 1)
    return [(moment - stood).total_seconds() for moment in _answered(district, story)]


def _answered(district: District, story: str) -> list[datetime]:
    """The moments of the receipts of the five that answer."""
    query = (
        select(Attempt.ended_at)
        .join(Publication, Attempt.publication_id == Publication.id)
        .join(Story, Story.id == Publication.story_id)
        .where(Story.uid == story, Publication.position < ACCOUNTS - 1)
    )
    with district.product.house.database.unit(write=False) as session:
        return [moment for moment in session.scalars(query) if moment]


def _p95(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.95)]
