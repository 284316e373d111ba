"""The step of planning and the watch, up and down with accounts and stories in the tables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, MetaData, Table, insert, select

from kitchen import schema_version
from kitchen.core.db import Database
from tests.fixtures.databases import Postgres

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
ROW = {"version": 1, "created_at": NOW}
ACCOUNT = {
    **ROW,
    "id": 1,
    "uid": "a",
    "channel": "outlet",
    "name": "知青禾",
    "handle": "qinghe",
    "public_url": "",
    "unit_id": 1,
    "enabled": True,
    "settings": {},
    "secrets_sealed": "",
    "sending": True,
    "halted_because": "",
    "followers": 0,
    "principal": "",
    "supervisor": "",
    "office": "",
    "keepers": "",
    "check": "works",
    "check_words": "",
}
STORY = {
    **ROW,
    "id": 1,
    "uid": "s",
    "title": "荷塘整治完成",
    "digest": "",
    "doc": {},
    "attached": [],
    "clip_uid": "",
    "tags": [],
    "sources": [],
    "rights_note": "",
    "credits": [],
    "ai_use": "none",
    "risk": "routine",
    "column": "",
    "state": "draft",
    "shared": False,
    "length": 0,
    "master_hash": "",
    "adopted_share": 0,
}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """A database of each kind that stands where this step begins."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/step.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.run("DROP DATABASE IF EXISTS step_one WITH (FORCE)")
    server.run("CREATE DATABASE step_one")
    return server.url("step_one")


def _table(link: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=link)


def test_accounts_and_stories_survive_the_step_and_the_way_back(url: str) -> None:
    schema_version.upgrade(url, "0003")
    database = Database(url)
    unit = {**ROW, "id": 1, "uid": "u", "name": "青禾区", "level": "district", "origin": ""}
    with database.engine.begin() as link:
        for name, row in (("unit", unit), ("account", ACCOUNT), ("story", STORY)):
            link.execute(insert(_table(link, name)), row)
    schema_version.upgrade(url, "0004")
    with database.engine.connect() as link:
        account, story = _table(link, "account"), _table(link, "story")
        assert link.execute(select(account.c.access_until)).scalar_one() is None
        assert not link.execute(select(story.c.in_unison)).scalar_one()
    schema_version.downgrade(url, "0003")
    with database.engine.connect() as link:
        assert link.execute(select(_table(link, "story").c.title)).scalar_one() == "荷塘整治完成"
        assert link.execute(select(_table(link, "account").c.handle)).scalar_one() == "qinghe"
    database.dispose()
