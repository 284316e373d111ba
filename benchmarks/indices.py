"""Indices of many accounts worked out anew: 10,000 scores from the figures of 40,000 pieces.

``ours`` is the daily round's own step, window by window: pieces gathered, headlines picked, inputs
counted, the formula interpreted, scores written with their inputs. ``floor`` is one query for all
figures, the formula written out in a line, and the same rows written by one statement. In turn, in
milliseconds by the clock.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from benchmarks import measuring, newsroom, postgres
from kitchen.app import House
from kitchen.core import clock
from kitchen.core.db import new_uid
from kitchen.evaluation.figures.models import PieceFigures, PieceTurn
from kitchen.evaluation.figures.rules import Age
from kitchen.evaluation.indices import queries, scoring
from kitchen.evaluation.indices.formulas import as_json
from kitchen.evaluation.indices.models import IndexDefinition, IndexScore
from kitchen.evaluation.indices.shipped import SHIPPED
from kitchen.evaluation.indices.windows import Kind, Window, window_of
from kitchen.matrix.models import Account
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind as Delivery
from kitchen.publishing.rules import State
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.rules import Kind as VersionKind

ACCOUNTS, DAYS, PIECES = 1_000, 10, 4
"""Accounts on WeChat, days that are worked out, pieces of an account on each."""
ROUNDS = 5
TARGET = 3.0
FORMULA = "wci-v14.2b"
FIRST = date(2026, 5, 3)
CHUNK = 5_000


def run(
    rounds: int = ROUNDS, accounts: int = ACCOUNTS, days: int = DAYS
) -> Iterator[dict[str, Any]]:
    """A line for each kind of database."""
    yield _line("indices_sqlite", None, rounds, accounts, days)
    with postgres.running() as server:
        if server is not None:
            url = server.create("indices")
            yield _line("indices_postgresql", url, rounds, accounts, days)


def _line(name: str, url: str | None, rounds: int, accounts: int, days: int) -> dict[str, Any]:
    with newsroom.house(url) as house:
        published(house, accounts, days)
        windows = [window_of(Kind.DAY, FIRST + timedelta(days=day)) for day in range(days)]
        recompute(house, windows)
        ours, floor = measuring.in_turn(
            lambda: recompute(house, windows), lambda: bare(house), rounds
        )
    return {
        "name": name,
        "ours": round(measuring.median_wall(ours) * 1000, 1),
        "floor": round(measuring.median_wall(floor) * 1000, 1),
        "unit": "ms",
        "ratio": round(
            statistics.median(
                mine.wall / bare.wall for mine, bare in zip(ours, floor, strict=True)
            ),
            3,
        ),
        "target": TARGET,
        "size": {"indices": accounts * days, "pieces": accounts * days * PIECES},
        "runs": rounds,
    }


def recompute(house: House, windows: list[Window]) -> None:
    """What the daily round does with these windows."""
    for window in windows:
        with house.database.unit() as session:
            scoring.score_all(session, queries.the_definition(session, FORMULA), window)


def bare(house: House) -> None:
    """One query, the formula in a line, one statement that writes."""
    with house.database.unit() as session:
        now, found = clock.now(session), _figures(session)
        ids = session.execute(select(IndexScore.id, IndexScore.account_id, IndexScore.first_day))
        rows = [{"at": at, "computed_at": now, **_scored(found[who, day])} for at, who, day in ids]
        session.connection().execute(_UPDATE, rows)


_SCORES = cast(Table, IndexScore.__table__)
_UPDATE = (
    update(_SCORES)
    .where(_SCORES.c.id == bindparam("at"))
    .values(
        {name: bindparam(name) for name in ("computed_at", "value", "inputs", "pieces", "unknown")}
    )
)


def _figures(session: Session) -> dict[tuple[int, date], list[Any]]:
    told = select(
        *(Publication.account_id, Publication.since),
        *(PieceFigures.reads, PieceFigures.watching, PieceFigures.likes, PieceFigures.shares),
    ).join(PieceFigures, PieceFigures.publication_id == Publication.id)
    found: dict[tuple[int, date], list[Any]] = {}
    for account_id, since, *figures in session.execute(told.order_by(Publication.id)):
        found.setdefault((account_id, clock.local(since).date()), []).append(figures)
    return found


def _scored(pieces: list[list[int]]) -> dict[str, Any]:
    total = [sum(each) for each in zip(*pieces, strict=True)]
    top = [max(each) for each in zip(*pieces, strict=True)]

    def log(r: float, z: float, l: float, e: float) -> float:  # noqa: E741 - the formula's letters
        return (
            0.70 * math.log(r + 1)
            + 0.09 * math.log(10 * z + 1)
            + 0.06 * math.log(10 * l + 1)
            + 0.15 * math.log(10 * e + 1)
        )

    mean = (value / len(pieces) for value in total)
    parts = 0.6 * log(*total) + 0.2 * log(*mean) + 0.1 * log(*pieces[0]) + 0.1 * log(*top)
    letters = dict(zip("RZLE", total, strict=True))
    return {"value": parts**2 * 12, "inputs": letters, "pieces": len(pieces), "unknown": 0}


# --- what was published ---


def published(house: House, accounts: int, days: int) -> None:
    """Every story went to every account and has its figures of 24 hours."""
    stories = days * PIECES
    newsroom.add_stories(house, stories, characters=20)
    with house.database.unit() as session:
        shipped = SHIPPED[FORMULA]
        session.add(
            IndexDefinition(
                name=shipped.name,
                family=shipped.family,
                edition=shipped.edition,
                title=shipped.title,
                channel=shipped.channel,
                body=as_json(shipped.formula),
                source=shipped.source,
                valid_from=shipped.valid_from,
            )
        )
        session.add_all(
            Account(
                channel="wechat",
                name=f"微信{at}",
                handle=f"wx-{at}",
                unit_id=2,
                created_at=datetime(FIRST.year, 1, 1, tzinfo=UTC),
            )
            for at in range(accounts)
        )
        session.flush()
        numbers = list(session.scalars(select(Account.id).order_by(Account.id)))
        versions = list(_versions(session))
        _insert(session, numbers, versions)


def _versions(session: Session) -> Iterator[Version]:
    for story in session.scalars(select(Story).order_by(Story.id)):
        version = Version(
            story_id=story.id,
            number=1,
            kind=VersionKind.SUBMITTED,
            title="",
            fields={},
            doc={},
            master_hash="",
        )
        session.add(version)
        session.flush()
        yield version


def _insert(session: Session, numbers: list[int], versions: list[Version]) -> None:
    now = clock.now(session)
    rows: dict[type[Any], list[Mapping[str, Any]]] = {
        FrozenPost: [],
        Publication: [],
        PieceTurn: [],
        PieceFigures: [],
    }
    last = session.scalar(select(func.count()).select_from(Publication)) or 0
    for order, version in enumerate(versions):
        day, hour = divmod(order, PIECES)
        at = datetime(FIRST.year, FIRST.month, FIRST.day, 1 + 3 * hour, tzinfo=UTC)
        at += timedelta(days=day)
        for account_id in numbers:
            last += 1
            _piece(rows, last, version, account_id, at, now)
    for kind, found in rows.items():
        for start in range(0, len(found), CHUNK):
            session.execute(insert(kind), found[start : start + CHUNK])


def _piece(
    rows: Mapping[type[Any], list[Mapping[str, Any]]],
    number: int,
    version: Version,
    account_id: int,
    at: datetime,
    now: datetime,
) -> None:
    same = {"story_id": version.story_id, "account_id": account_id, "channel": "wechat"}
    born = {"uid": new_uid(), "created_at": now, "version": 1}
    rows[FrozenPost].append(
        {"id": number, **born, **same, "version_id": version.id, "post": {}, "payload_hash": ""}
    )
    rows[Publication].append(
        {
            "id": number,
            **born,
            "uid": new_uid(),
            **same,
            "frozen_post_id": number,
            "kind": Delivery.PUBLISH,
            "payload_hash": "",
            "state": State.LIVE,
            "since": at,
        }
    )
    rows[PieceTurn].append(
        {"publication_id": number, **same, "position": 0, "live_at": at, "failures": 0, "words": ""}
    )
    reads = 200 + number * 37 % 9_000
    rows[PieceFigures].append(
        {
            "publication_id": number,
            "age": int(Age.DAY),
            "taken_at": now,
            "reads": reads,
            "likes": reads // 50,
            "watching": reads // 80,
            "shares": reads // 30,
        }
    )
