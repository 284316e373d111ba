"""Collection of 10,000 posts that reach an age at once: calls to platforms, and pieces a second.

Six accounts of Weibo, whose counter takes a hundred posts in a call; the stub tells as the adapter
does and counts what it is asked. ``calls`` is held against ``least``, the calls that the platform's
own limit allows for; ``ours`` is the whole collection in pieces a second: turns claimed, receipts
read, figures, doubts and targets written.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from benchmarks import newsroom, postgres
from channels.abilities import Numbers
from channels.base import Receipt
from kitchen.app import House
from kitchen.core import clock
from kitchen.core.db import new_uid
from kitchen.evaluation.figures import collecting
from kitchen.evaluation.figures.models import PieceFigures, PieceTurn
from kitchen.matrix.models import Account
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind, State
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.rules import Kind as VersionKind

POSTS, ACCOUNTS = 10_000, 6
TARGET = 1.0
AT_ONCE = 100
"""Posts that Weibo's counter takes in a call."""


@dataclass
class Counter:
    """A platform's counter: every post has been read a thousand times."""

    calls: list[int] = field(default_factory=list)

    def measure(self, receipts: Sequence[Receipt], day: date) -> list[Numbers]:
        ids = [receipt.remote_id for receipt in receipts]
        self.calls += [len(ids[at : at + AT_ONCE]) for at in range(0, len(ids), AT_ONCE)]
        return [Numbers(each, reads=1000, likes=10, shares=3, comments=2) for each in ids]


def run(posts: int = POSTS, accounts: int = ACCOUNTS) -> Iterator[dict[str, Any]]:
    """A line for each kind of database."""
    yield _line("sqlite", None, posts, accounts)
    with postgres.running() as server:
        if server is not None:
            yield _line("postgresql", server.create("counting"), posts, accounts)


def _line(kind: str, url: str | None, posts: int, accounts: int) -> dict[str, Any]:
    counter = Counter()
    with newsroom.house(url) as house:
        ports = replace(house.ports, open_channel=lambda *_given: counter)
        house.database.info["ports"] = ports
        furnish(house, posts, accounts)
        began = time.perf_counter()
        while collecting.collect_due(house.database):
            pass
        seconds = time.perf_counter() - began
        with house.database.unit(write=False) as session:
            kept = session.scalar(select(func.count()).select_from(PieceFigures))
    assert kept == posts, f"{kept} of {posts} were kept"
    least = sum(-(-len(range(at, posts, accounts)) // AT_ONCE) for at in range(accounts))
    return {
        "name": f"counting_calls_{kind}",
        "calls": len(counter.calls),
        "least": least,
        "ratio": round(len(counter.calls) / least, 3),
        "target": TARGET,
        "ours": round(posts / seconds),
        "unit": "pieces/s",
        "size": {"posts": posts, "accounts": accounts},
        "runs": 1,
    }


def furnish(house: House, posts: int, accounts: int) -> None:
    """So many posts, live for a bit more than an hour, spread over the accounts."""
    with house.database.unit() as session:
        live_at = clock.now(session) - timedelta(minutes=70)
        session.add_all(
            Account(channel="weibo", name=f"微博{at}", handle=f"at-{at}", unit_id=2)
            for at in range(accounts)
        )
        story = Story(title="荷塘整治完成", doc={}, author_id=1, unit_id=2)
        session.add(story)
        session.flush()
        rows = [_rows(number, story.id, accounts, live_at) for number in range(1, posts + 1)]
        for at, table in enumerate((Version, FrozenPost, Publication, PieceTurn)):
            session.execute(insert(table), [row[at] for row in rows])


def _rows(number: int, story_id: int, accounts: int, live_at: Any) -> tuple[dict[str, Any], ...]:
    account_id = 1 + number % accounts
    row = {"id": number, "created_at": live_at, "version": 1}
    version = {
        **row,
        "uid": new_uid(),
        "story_id": story_id,
        "number": number,
        "kind": VersionKind.SUBMITTED,
        "title": "",
        "fields": {},
        "doc": {},
        "master_hash": "",
    }
    post = {
        **row,
        "uid": new_uid(),
        "version_id": number,
        "story_id": story_id,
        "account_id": account_id,
        "channel": "weibo",
        "post": {},
        "payload_hash": "",
        "position": 0,
    }
    publication = {
        **row,
        "uid": new_uid(),
        "frozen_post_id": number,
        "story_id": story_id,
        "account_id": account_id,
        "unit_id": 2,
        "channel": "weibo",
        "kind": Kind.PUBLISH,
        "payload_hash": "",
        "state": State.LIVE,
        "since": live_at,
        "remote_id": f"id-{number}",
    }
    turn = {
        "publication_id": number,
        "story_id": story_id,
        "account_id": account_id,
        "channel": "weibo",
        "position": 0,
        "live_at": live_at,
        "next_at": live_at + timedelta(hours=1),
        "failures": 0,
        "words": "",
    }
    return version, post, publication, turn
