"""The wall of the command centre before two hundred viewers, against making it once.

The page is the real one, through the real desk: each viewer's session is looked up and the guard
asked, and what is on the wall is the same for all, so it is made once in a moment. What is asked is
how many makings two hundred looks cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any

from flask.testing import FlaskClient

from benchmarks import measuring, newsroom, postgres
from benchmarks.inbox import filled

VIEWERS = 200
MESSAGES = 10_000
TARGET = 12.0
"""Makings that so many looks may cost; without sharing it would be two hundred."""
PART = "/command/wall/part?scene=event"
_numbers = count(1)


def run(
    rounds: int = 9, viewers: int = VIEWERS, messages: int = MESSAGES
) -> Iterator[dict[str, Any]]:
    """A line for each kind of database."""
    yield from _seen("sqlite", None, rounds, viewers, messages)
    with postgres.running() as server:
        if server is not None:
            yield from _seen("postgresql", server.create("wall"), rounds, viewers, messages)


def _seen(
    kind: str, url: str | None, rounds: int, viewers: int, messages: int
) -> Iterator[dict[str, Any]]:
    with ExitStack() as stack:
        house = filled(stack.enter_context(newsroom.house(url)), messages)
        visitor = newsroom.visitor(house, "operator")
        ours, floor = measuring.in_turn(
            lambda: [_look(visitor, PART) for _ in range(viewers)],
            lambda: _look(visitor, f"{PART}&event={next(_numbers)}"),  # nobody asked for it before
            rounds,
        )
        size = {"viewers": viewers, "messages": messages}
        yield measuring.line(f"wall_viewers_{kind}", ours, floor, target=TARGET, size=size)


def _look(client: FlaskClient, page: str) -> bytes:
    answer = client.get(page)
    assert answer.status_code == 200, answer.status
    return answer.data
