"""The list of stories, filtered by state, as a page: at 100,000 stories against 1,000.

The page is the real one, through the real desk: session, guard, navigation counters, template. What
is asked is how its cost grows with what is in the house.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from flask.testing import FlaskClient

from benchmarks import measuring, newsroom, postgres

FEW, MANY = 1_000, 100_000
TARGET = 1.3
PAGE = "/stories?state=approved"


def run(rounds: int = 15) -> Iterator[dict[str, Any]]:
    """One line for each kind of database."""
    yield _grown("list_growth_sqlite", None, None, rounds)
    with postgres.running() as server:
        if server is not None:
            few, many = server.create("few"), server.create("many")
            yield _grown("list_growth_postgresql", few, many, rounds)


def _grown(name: str, few_url: str | None, many_url: str | None, rounds: int) -> dict[str, Any]:
    with ExitStack() as stack:
        few = stack.enter_context(newsroom.house(few_url))
        many = stack.enter_context(newsroom.house(many_url))
        newsroom.add_stories(few, FEW)
        newsroom.add_stories(many, MANY)
        small, large = newsroom.visitor(few, "editor"), newsroom.visitor(many, "editor")
        ours, floor = measuring.in_turn(lambda: _read(large), lambda: _read(small), rounds)
        size = {"stories": MANY, "floor_stories": FEW, "bytes": len(_read(large))}
        return measuring.line(name, ours, floor, target=TARGET, size=size)


def _read(client: FlaskClient) -> bytes:
    answer = client.get(PAGE)
    assert answer.status_code == 200, answer.status
    return answer.data
