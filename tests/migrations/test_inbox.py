"""The step of the inbox: pieces that stand where readers write are heard from now on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, DateTime, Integer, MetaData, Table, insert, select

from kitchen import schema_version
from kitchen.core.db import Database
from tests.fixtures.databases import Postgres

NOW = datetime.now(UTC)
PIECES: dict[str, dict[str, Any]] = {
    "heard": {"channel": "weibo", "state": "live", "remote_id": "1", "since": NOW},
    "old": {"channel": "weibo", "state": "live", "remote_id": "2", "since": NOW - timedelta(40)},
    "failed": {"channel": "weibo", "state": "failed", "remote_id": "", "since": NOW},
    "silent": {"channel": "kuaishou", "state": "live", "remote_id": "3", "since": NOW},
}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """A database of each kind that stands where this step begins."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/step.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.run("DROP DATABASE IF EXISTS step_inbox WITH (FORCE)")
    server.run("CREATE DATABASE step_inbox")
    return server.url("step_inbox")


def _enter(link: Connection, called: str, /, uid: str = "u", **said: Any) -> int:
    """A row of a table as it stood then; what nobody said is empty."""
    table = Table(called, MetaData(), autoload_with=link)
    row = {
        column.name: _empty(column)
        for column in table.c
        if not column.nullable and column.name != "id"
    }
    link.execute(insert(table), {**row, **({"uid": uid} if "uid" in table.c else {}), **said})
    newest = select(table.c.id).order_by(table.c.id.desc()).limit(1)
    return int(link.execute(newest).scalar_one())


def _empty(column: Any) -> Any:
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer):
        return 1
    if isinstance(column.type, DateTime):
        return NOW
    return {} if "JSON" in str(column.type) else ""


def test_only_fresh_pieces_that_stand_among_readers_are_listened_to(url: str) -> None:
    schema_version.upgrade(url, "0025")
    database = Database(url)
    with database.engine.begin() as link:
        unit_id = _enter(link, "unit", name="青禾区", level="district")
        story_id = _enter(link, "story", state="approved", title="路灯")
        version_id = _enter(link, "story_version", story_id=story_id)
        for at, (name, piece) in enumerate(PIECES.items()):
            account_id = _enter(
                link, "account", name, channel=piece["channel"], handle=name, unit_id=unit_id
            )
            shared = {"story_id": story_id, "account_id": account_id}
            post_id = _enter(
                link, "frozen_post", name, version_id=version_id, position=at, **shared
            )
            _enter(
                link,
                "publication",
                name,
                frozen_post_id=post_id,
                kind="publish",
                **shared,
                **piece,
            )
    schema_version.upgrade(url, "0026")
    with database.engine.connect() as link:
        gathering = Table("gathering", MetaData(), autoload_with=link)
        publication = Table("publication", MetaData(), autoload_with=link)
        heard = select(publication.c.uid).join(
            gathering, gathering.c.publication_id == publication.c.id
        )
        assert link.execute(heard).scalars().all() == ["heard"]
    schema_version.downgrade(url, "0025")
    database.dispose()
