"""One sweep of the outbox: a few rows that are not at rest, among very many that are.

The sweep is the real one, as the timetable runs it every five seconds: what dead workers held, what
is held back, what is due. It must cost what lies open, not what was ever sent: ``ours`` is a sweep
in a house of 1,000,000 deliveries that have come to rest, ``floor`` the same among 10,000, in turn,
in milliseconds by the clock, the database's server included.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    case,
    insert,
    join,
    literal,
    select,
    true,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session

from benchmarks import measuring, newsroom, postgres
from kitchen.app import House
from kitchen.core import clock
from kitchen.matrix.models import Account
from kitchen.publishing import sweep
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Hold, Kind, State
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.rules import Kind as VersionKind

FEW, MANY = 10_000, 1_000_000
ROUNDS = 30
TARGET = 1.3
ACCOUNTS = 100
OPEN = (State.HELD, State.READY, State.BACKOFF, State.ACCEPTED)
"""What the rows are that are not at rest, in turn."""
OPEN_ROWS = 20


def run(rounds: int = ROUNDS, few: int = FEW, many: int = MANY) -> Iterator[dict[str, Any]]:
    """A line for each kind of database."""
    yield _grown("sweep_growth_sqlite", (few, None), (many, None), rounds)
    with postgres.running() as server:
        if server is not None:
            small, large = (few, server.create("few")), (many, server.create("many"))
            yield _grown("sweep_growth_postgresql", small, large, rounds)


def _grown(
    name: str, small: tuple[int, str | None], large: tuple[int, str | None], rounds: int
) -> dict[str, Any]:
    with ExitStack() as stack:
        floor_house, our_house = (
            at_rest(stack.enter_context(newsroom.house(url)), count)
            for count, url in (small, large)
        )
        ours, floor = measuring.in_turn(
            lambda: sweep.sweep(our_house.database),
            lambda: sweep.sweep(floor_house.database),
            rounds,
        )
    return {
        "name": name,
        "ours": round(measuring.median_wall(ours) * 1000, 3),
        "floor": round(measuring.median_wall(floor) * 1000, 3),
        "unit": "ms",
        "ratio": round(
            statistics.median(
                mine.wall / bare.wall for mine, bare in zip(ours, floor, strict=True)
            ),
            3,
        ),
        "target": TARGET,
        "size": {"at_rest": large[0], "floor_at_rest": small[0], "open": OPEN_ROWS},
        "runs": rounds,
    }


def at_rest(house: House, count: int) -> House:
    """The house after so many deliveries have come to rest, and with a few that have not."""
    newsroom.add_stories(house, count // ACCOUNTS, characters=20)
    with house.database.unit() as session:
        session.add_all(
            Account(channel="outlet", name=f"客户端{at}", handle=f"at-{at}", unit_id=2)
            for at in range(ACCOUNTS)
        )
        session.flush()
        _versions(session)
        _posts(session)
        _publications(session)
        _reopen(session)
    postgres.analyse(house.database)
    return house


def _versions(session: Session) -> None:
    plain = {"number": 1, "kind": VersionKind.SUBMITTED, "fields": {}, "doc": {}}
    fixed = {**plain, "version": 1, "created_at": clock.now(session), "master_hash": ""}
    columns = {"uid": _uid(Story), "story_id": Story.id, "title": Story.title, **fixed}
    _insert(session, Version, columns, Story)


def _posts(session: Session) -> None:
    columns = {
        "uid": _uid(Version) + "x" + cast_to(Account.id, String),
        "created_at": Version.created_at,
        "version": 1,
        "version_id": Version.id,
        "story_id": Version.story_id,
        "account_id": Account.id,
        "channel": Account.channel,
        "post": {},
        "payload_hash": "",
        "position": 0,
    }
    every = join(Version, Account, true())
    _insert(session, FrozenPost, columns, every)


def _publications(session: Session) -> None:
    """One for each post: nearly all live, of the others some of each way to come to rest."""
    others = {1: State.FAILED, 2: State.CANCELLED, 3: State.GONE, 4: State.AWAITING_HAND}
    state = case(
        *((FrozenPost.id % 50 == rest, literal(str(other))) for rest, other in others.items()),
        else_=literal(str(State.LIVE)),
    )
    columns = {
        "uid": FrozenPost.uid,
        "created_at": FrozenPost.created_at,
        "since": FrozenPost.created_at,
        "version": 3,
        "frozen_post_id": FrozenPost.id,
        "story_id": FrozenPost.story_id,
        "account_id": FrozenPost.account_id,
        "unit_id": 2,
        "channel": FrozenPost.channel,
        "kind": Kind.PUBLISH,
        "payload_hash": "",
        "priority": 3,
        "position": 0,
        "state": state,
        "hold_reason": "",
        "fence": 1,
        "attempt_no": 1,
        "refusals": 0,
        "looks": 0,
        "parcel": {},
        "task_id": "",
        "remote_id": FrozenPost.uid,
        "remote_url": "",
        "code": "",
        "words": "",
    }
    _insert(session, Publication, columns, FrozenPost)


def _insert(session: Session, model: Any, columns: dict[str, Any], source: Any) -> None:
    """Insert a row for each of ``source``; what is no column of it is the same in all rows."""
    table = cast(Table, model.__table__)
    chosen = [
        value if isinstance(value, ColumnElement) else literal(value, table.c[name].type)
        for name, value in ((name, _plain(value)) for name, value in columns.items())
    ]
    rows = select(*chosen).select_from(source)
    session.execute(insert(table).from_select(list(columns), rows))


def _plain(value: Any) -> Any:
    return value.__clause_element__() if hasattr(value, "__clause_element__") else value


def _uid(model: Any) -> ColumnElement[str]:
    return literal("r") + cast_to(model.id, String)


def _reopen(session: Session) -> None:
    """The newest few are not at rest: held back until tomorrow, due, or being pondered."""
    newest = select(Publication).order_by(Publication.id.desc()).limit(OPEN_ROWS)
    tomorrow = clock.now(session) + timedelta(days=1)
    for at, publication in enumerate(session.scalars(newest)):
        publication.state = OPEN[at % len(OPEN)]
        if publication.state == State.HELD:
            publication.hold_reason, publication.not_before = Hold.SLOT, tomorrow
