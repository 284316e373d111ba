"""The inbox as a page: at 1,000,000 messages of the public against 10,000.

The page is the real one, through the real desk: session, guard, navigation counters, template. What
is asked is how its cost grows with what was ever written. ``deep`` is the same for a page far down.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from flask.testing import FlaskClient
from sqlalchemy import Table, insert, literal, select, text
from sqlalchemy import cast as cast_to
from sqlalchemy.types import String

from benchmarks import measuring, newsroom, postgres
from kitchen.app import House
from kitchen.core.paging import cursor_at
from kitchen.feedback.models import Voice
from kitchen.feedback.rules import Kind, Late, State
from kitchen.matrix.models import Account

FEW, MANY = 10_000, 1_000_000
TARGET = 1.3
ACCOUNTS = 100
PAGES = {"new": "/inbox?state=new", "answered": "/inbox?state=replied"}


def run(rounds: int = 15, few: int = FEW, many: int = MANY) -> Iterator[dict[str, Any]]:
    """Lines for each kind of database."""
    yield from _grown("sqlite", (few, None), (many, None), rounds)
    with postgres.running() as server:
        if server is not None:
            small, large = (few, server.create("few")), (many, server.create("many"))
            yield from _grown("postgresql", small, large, rounds)


def _grown(
    kind: str, small: tuple[int, str | None], large: tuple[int, str | None], rounds: int
) -> Iterator[dict[str, Any]]:
    with ExitStack() as stack:
        few, many = (
            newsroom.visitor(filled(stack.enter_context(newsroom.house(url)), count), "operator")
            for count, url in (small, large)
        )
        pages = {**PAGES, "deep": f"{PAGES['answered']}&cursor={cursor_at(small[0] // 2)}"}
        for name, page in pages.items():
            ours, floor = measuring.in_turn(
                lambda page=page: _read(many, page),  # type: ignore[misc]
                lambda page=page: _read(few, page),  # type: ignore[misc]
                rounds,
            )
            size = {"messages": large[0], "floor_messages": small[0]}
            told = f"inbox_growth_{name}_{kind}"
            yield measuring.line(told, ours, floor, target=TARGET, size=size)


def _read(client: FlaskClient, page: str) -> bytes:
    answer = client.get(page)
    assert answer.status_code == 200, answer.status
    return answer.data


def filled(house: House, count: int) -> House:
    """The house after so many messages; of a hundred, two are new and the others answered."""
    block = min(count, FEW)
    with house.database.unit() as session:
        session.add_all(
            Account(channel="weibo", name=f"微博{at}", handle=f"at-{at}", unit_id=2)
            for at in range(ACCOUNTS)
        )
        session.flush()
        session.execute(insert(Voice), [_voice(number) for number in range(1, block + 1)])
    table = cast(Table, Voice.__table__)
    plain = [column for column in table.c if column.name not in ("id", "uid", "remote_id")]
    for start in range(block, count, block):
        key = literal(f"{start}-") + cast_to(table.c.id, String)
        source = select(key, key, *plain).where(table.c.id <= block)
        names = ["uid", "remote_id", *(column.name for column in plain)]
        with house.database.unit() as session:
            session.execute(table.insert().from_select(names, source.order_by(table.c.id)))
    with house.database.unit() as session:
        session.execute(text("ANALYZE"))
    return house


def _voice(number: int) -> dict[str, Any]:
    waits = number % 50 == 0
    said_at = datetime.now(UTC) - timedelta(minutes=number)
    return {
        "uid": f"v{number}",
        "created_at": said_at,
        "version": 1,
        "account_id": 1 + number % ACCOUNTS,
        "unit_id": 2,
        "kind": Kind.LETTER if number % 20 == 0 else Kind.COMMENT,
        "remote_id": str(number),
        "thread": "t",
        "author": f"读者{number}",
        "text": f"第{number}条：请问这里的路灯什么时候修好？",
        "said_at": said_at,
        "due_at": said_at + timedelta(hours=24),
        "step_at": said_at + timedelta(hours=23) if waits else None,
        "state": State.NEW if waits else State.REPLIED,
        "late": Late.OVERDUE if number % 200 == 0 else Late.NO,
        "alert": "warn" if number % 500 == 0 else "",
    }
