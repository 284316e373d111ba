"""The step of counting pieces: what is live already is counted from the ages still ahead of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, select

from kitchen import schema_version
from kitchen.core.db import Database
from kitchen.evaluation.figures.looks import next_look
from tests.fixtures.databases import Postgres
from tests.migrations.rows import enter_pieces

NOW = datetime.now(UTC)


def _live(channel: str, **span: float) -> dict[str, Any]:
    since = NOW - timedelta(**span)
    return {"channel": channel, "state": "live", "kind": "publish", "since": since}


PIECES = {
    "fresh": _live("weibo", minutes=10),
    "twenty_days": _live("weibo", days=20),
    "just_over": _live("weibo", days=30, minutes=1),
    "old": _live("weibo", days=300),
    "by_day": _live("wechat", days=20),
    "silent": _live("shandian", days=1),
    "phones": _live("jpush", days=1),
    "gone": {**_live("weibo", days=1), "state": "gone"},
    "recall": {**_live("weibo", days=1), "kind": "recall"},
}
COUNTED = frozenset(PIECES) - {"gone", "recall"}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """A database of each kind that stands where this step begins."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/step.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.run("DROP DATABASE IF EXISTS step_turns WITH (FORCE)")
    server.run("CREATE DATABASE step_turns")
    return server.url("step_turns")


def test_a_piece_that_is_live_is_counted_next_at_the_first_age_ahead_of_it(url: str) -> None:
    schema_version.upgrade(url, "0033")
    database = Database(url)
    with database.engine.begin() as link:
        enter_pieces(link, PIECES)
    schema_version.upgrade(url, "0034")
    with database.engine.connect() as link:
        turn = Table("piece_turn", MetaData(), autoload_with=link)
        publication = Table("publication", MetaData(), autoload_with=link)
        rows = link.execute(
            select(publication.c.uid, turn.c.live_at, turn.c.next_at).join(
                turn, turn.c.publication_id == publication.c.id
            )
        )
        found = {uid: (_utc(live), _utc(at)) for uid, live, at in rows}
    assert found == {
        name: (piece["since"], next_look(piece["channel"], piece["since"], NOW))
        for name, piece in PIECES.items()
        if name in COUNTED
    }
    ahead = found["twenty_days"][1]
    assert ahead == PIECES["twenty_days"]["since"] + timedelta(days=30)
    assert found["by_day"][1] is not None
    assert {found[name][1] for name in ("just_over", "old", "silent", "phones")} == {None}
    schema_version.downgrade(url, "0033")
    database.dispose()


def _utc(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
