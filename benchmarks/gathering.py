"""Gathering what readers write: comments a second, from the platform sandbox over real HTTP.

Eight pieces on Weibo accounts of their own, each with a thousand new comments. ``ours`` is a round
of the gathering: pages read through the adapter, words looked for, messages, deadlines and tallies
written. ``floor`` reads the same pages through the same adapters with as many threads, and writes
nothing. Both are comments a second; ``ratio`` is floor / ours, and ``least`` is what the newsroom
needs.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import newsroom, postgres
from channels.abilities import Converses
from channels.base import Channel, Edition, Form, Post, Receipt
from channels.registry import channel_class
from kitchen.app import House
from kitchen.core import clock
from kitchen.demo.accounts import PLANS, Place
from kitchen.feedback import gathering
from kitchen.feedback.models import Gathering, Voice
from kitchen.matrix.models import Account
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import State
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.rules import Kind as VersionKind
from kitchen.watch.errands import HANDS
from tests.channels.twins import MemoryFiles, MemoryTokens
from tests.fixtures.places import first_free_port
from tests.fixtures.processes import started

LEAST = 2_000
"""Comments a second that the newsroom must be able to take in."""
TARGET = 1.5
PIECES, COMMENTS = 8, 1_000
ROUNDS = 3
WORDS = "请问%d号线什么时候修好，路灯也不亮，晚上走路不安全。"


@dataclass(frozen=True)
class Wall:
    """The sandbox, and its memory, into which many readers write at once."""

    url: str
    memory: Path

    def write(self, remote_ids: Sequence[str], many: int) -> None:
        """So many readers write under each of these pieces."""
        with sqlite3.connect(self.memory, timeout=30) as memory:
            for remote_id in remote_ids:
                row = memory.execute("SELECT id FROM objects WHERE remote_id = ?", (remote_id,))
                thing, now = row.fetchone()[0], time.time()
                memory.executemany(
                    "INSERT INTO remarks (thing, author, name, text, parent, made_at)"
                    " VALUES (?, '', ?, ?, 0, ?)",
                    [(thing, f"读者{at}", WORDS % at, now) for at in range(many)],
                )


@contextmanager
def wall() -> Iterator[Wall]:
    """A sandbox of its own."""
    port = first_free_port()
    with tempfile.TemporaryDirectory(prefix="kitchen-bench-sandbox-") as home:
        argv = [sys.executable, "-m", "channels.sandbox", "--port", str(port), "--home", home]
        url = f"http://127.0.0.1:{port}"
        with started(argv, lambda: _answers(url), log=Path(home) / "sandbox.log"):
            yield Wall(url, Path(home) / "sandbox.sqlite3")


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/__sim__/state").is_success
    except httpx.HTTPError:
        return False


def run(rounds: int = ROUNDS, comments: int = COMMENTS) -> Iterator[dict[str, Any]]:
    """A line for each kind of database."""
    with wall() as readers:
        yield _line("sqlite", readers, None, rounds, comments)
        with postgres.running() as server:
            if server is not None:
                yield _line("postgresql", readers, server.create("inbox"), rounds, comments)


def _line(kind: str, readers: Wall, url: str | None, rounds: int, comments: int) -> dict[str, Any]:
    with newsroom.house(url) as opened:
        house = connected(opened)
        accounts = _accounts(house, readers)
        pairs = [_round(house, readers, accounts, comments) for _ in range(rounds + 1)][1:]
    total = PIECES * comments
    ours, floor = (statistics.median(total / pair[at] for pair in pairs) for at in (0, 1))
    return {
        "name": f"gathering_{kind}",
        "ours": round(ours),
        "floor": round(floor),
        "unit": "comments/s",
        "ratio": round(floor / ours, 3),
        "target": TARGET,
        "least": LEAST,
        "size": {"pieces": PIECES, "comments": total, "threads": HANDS},
        "runs": len(pairs),
    }


def connected(house: House) -> House:
    """The house with a way to platforms: the adapters, by the settings of each account."""

    def open_channel(key: str, settings: Any, _account: str) -> Channel:
        kind = channel_class(key)
        return kind(kind.Settings(**settings), MemoryFiles(), MemoryTokens())

    ports = replace(house.ports, open_channel=open_channel)
    house.database.info["ports"] = ports
    return replace(house, ports=ports)


def _accounts(house: House, readers: Wall) -> list[Account]:
    plan = next(it for it in PLANS if it.channel == "weibo")
    asked = {"channel": "weibo", "count": PIECES}
    opened = httpx.post(f"{readers.url}/__sim__/accounts", json=asked, timeout=30).json()
    place = Place(readers.url, "http://127.0.0.1")
    with house.database.unit() as session:
        found = [
            Account(
                channel="weibo",
                name=f"微博{at}",
                handle=each["uid"],
                unit_id=2,
                settings=plan.settings(place, each),
            )
            for at, each in enumerate(opened["accounts"])
        ]
        session.add_all(found)
    return found


def _round(
    house: House, readers: Wall, accounts: Sequence[Account], comments: int
) -> tuple[float, float]:
    """Seconds of one gathering of new pieces, and of the bare reading of the same."""
    channels = [house.ports.open_channel("weibo", it.settings, it.uid) for it in accounts]
    receipts = [_published(channel, at) for at, channel in enumerate(channels)]
    with house.database.unit() as session:
        for account, receipt in zip(accounts, receipts, strict=True):
            _enter(session, account, receipt)
    readers.write([it.remote_id for it in receipts], comments)
    before = _count(house)
    began = time.perf_counter()
    gathering.gather(house.database)
    ours = time.perf_counter() - began
    assert _count(house) - before == PIECES * comments
    began = time.perf_counter()
    with ThreadPoolExecutor(HANDS) as pool:
        read = pool.map(_read, channels, receipts)
        assert sum(read) == PIECES * comments
    return ours, time.perf_counter() - began


def _read(channel: Converses, receipt: Receipt) -> int:
    return sum(1 for _ in channel.comments(receipt))


def _published(channel: Channel, number: int) -> Receipt:
    uid = f"p{time.time_ns()}{number}"
    link = f"http://127.0.0.1/s/{uid}"
    post = Post(uid, Edition(Form.STATUS, body=f"第{uid}号路灯已经修好 {link}"), link)
    return channel.publish(post, channel.prepare(post))


def _enter(session: Session, account: Account, receipt: Receipt) -> None:
    """The rows of a piece that is live, and due to be listened to."""
    now = clock.now(session)
    story = Story(title="路灯", doc={}, author_id=1)
    session.add(story)
    session.flush()
    version = Version(
        story_id=story.id,
        number=1,
        kind=VersionKind.SUBMITTED,
        title="路灯",
        fields={},
        doc={},
        master_hash="",
    )
    session.add(version)
    session.flush()
    post = FrozenPost(
        version_id=version.id,
        story_id=story.id,
        account_id=account.id,
        channel="weibo",
        post={},
        payload_hash="",
        position=0,
    )
    session.add(post)
    session.flush()
    publication = Publication(
        frozen_post_id=post.id,
        story_id=story.id,
        account_id=account.id,
        unit_id=2,
        channel="weibo",
        payload_hash="",
        state=State.LIVE,
        since=now,
        remote_id=receipt.remote_id,
    )
    session.add(publication)
    session.flush()
    session.add(Gathering(publication_id=publication.id, live_at=now, next_at=now))


def _count(house: House) -> int:
    with house.database.unit(write=False) as session:
        return session.scalar(select(func.count()).select_from(Voice)) or 0
