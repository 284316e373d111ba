"""The desk while tips come in: 500 an hour, three of ten with a film, and ten times as many.

Tips come through the public face of the same process, which is the worst that may happen to the
desk, over and over at their pace, with files of a megabyte. Asked is the 95th percentile of a page
of the desk against the same page while nothing comes. Phases alternate, so that a busy machine is
busy for both, and each is as long as a few tips take to come: their pace is the one that is named.
"""

from __future__ import annotations

import io
import os
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import TimestampSigner

from benchmarks import newsroom
from kitchen import app
from kitchen.tips.rules import LEAST_SECONDS

PACES = {"disaster": 500, "tenfold": 5_000}
"""Tips an hour."""
FILM = b"\0\0\0\x18ftypmp42" + bytes(12) + os.urandom(1_000_000)
"""What comes with three of ten: it is sealed as it is, and only a worker would look at it."""
TARGET = 1.1
TIPS = 4
"""Tips that come in a phase."""
LEAST = 6.0
"""Seconds that a phase takes at least."""
STORIES = 2_000


def run(
    phases: int = 4, tips: float = TIPS, least: float = LEAST, stories: int = STORIES
) -> Iterator[dict[str, Any]]:
    """A line for each pace."""
    with newsroom.house() as house:
        newsroom.add_stories(house, stories)
        room = house.database.info["tips"]
        house.database.info["tips"] = replace(room, most_in_minute=1_000_000)
        reader = newsroom.visitor(house, "editor")
        source = app.create_public(house).test_client()
        for name, pace in PACES.items():
            ours: list[float] = []
            floor: list[float] = []
            sent, seconds = 0, max(least, tips * 3600 / pace)
            for _ in range(phases):
                floor += _read(reader, seconds)
                with _coming(source, house.settings.secret_key, pace) as count:
                    ours += _read(reader, seconds)
                sent += count[0]
            size = {"tips_an_hour": pace, "sent": sent, "stories": stories}
            yield _line(f"tips_{name}", ours, floor, size)


def _line(name: str, ours: list[float], floor: list[float], size: dict[str, Any]) -> dict[str, Any]:
    mine, bare = (statistics.quantiles(each, n=20)[-1] * 1000 for each in (ours, floor))
    return {
        "name": name,
        "ours": round(mine, 3),
        "floor": round(bare, 3),
        "unit": "ms p95",
        "ratio": round(mine / bare, 3),
        "target": TARGET,
        "size": size,
        "runs": len(ours),
    }


def _read(client: FlaskClient, seconds: float) -> list[float]:
    """What each page took that was asked for within so many seconds, one after the other."""
    taken: list[float] = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        began = time.perf_counter()
        answer = client.get("/stories")
        taken.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.status
    return taken


@contextmanager
def _coming(source: FlaskClient, secret: str, pace: int) -> Iterator[list[int]]:
    """Tips come at this pace, the first at once, until the block ends; yields how many came."""
    over, count = threading.Event(), [0]

    def send() -> None:
        while True:
            _tell(source, secret, count[0])
            count[0] += 1
            if over.wait(3600 / pace):
                return

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    try:
        yield count
    finally:
        over.set()
        sender.join()


def _tell(source: FlaskClient, secret: str, number: int) -> None:
    form: dict[str, Any] = {"words": f"第{number}条：河边夜里有人倒东西。" * 10}
    form["shown"] = _Earlier(secret, salt="tip form").sign(b"").decode()
    if number % 10 < 3:
        form["files"] = [(io.BytesIO(FILM), "film.mp4")]
    answer = source.post("/tip", data=form)
    assert answer.status_code == 200, answer.status


class _Earlier(TimestampSigner):
    """Signs as of a form that was shown some seconds ago."""

    def get_timestamp(self) -> int:
        return super().get_timestamp() - 2 * LEAST_SECONDS
