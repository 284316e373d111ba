"""The step of whose figures are: what a platform told by then stays its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select

from kitchen import schema_version
from kitchen.core.db import Database
from tests.fixtures.databases import Postgres

NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
BEFORE, STEP = "0036", "0037"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """A database of each kind that stands where this step begins."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/step.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.run("DROP DATABASE IF EXISTS step_whose WITH (FORCE)")
    server.run("CREATE DATABASE step_whose")
    return server.url("step_whose")


def _plain(link: Connection, table_name: str, /, **values: Any) -> None:
    """A row of which only these columns matter; the others hold as little as they may."""
    table = Table(table_name, MetaData(), autoload_with=link)
    empty: dict[str, Any] = {}
    for column in table.c:
        if not column.nullable and column.server_default is None:
            kind = column.type.python_type
            empty[column.name] = {str: "", bool: False, datetime: NOW, dict: {}}.get(kind, 0)
    link.execute(insert(table), {**empty, **values})


def _fill(link: Connection) -> None:
    _plain(link, "unit", id=1, uid="u", name="中心", path="1/")
    _plain(link, "account", id=1, uid="k", unit_id=1, channel="weibo", handle="k", settings={})
    _plain(link, "story", id=1, uid="s", doc={}, attached=[], tags=[], sources=[], credits=[])
    _plain(link, "story_version", id=1, uid="v", story_id=1, number=1, fields={}, doc={})
    known = {"story_id": 1, "account_id": 1, "channel": "weibo", "payload_hash": ""}
    _plain(link, "frozen_post", id=1, uid="f", version_id=1, post={}, **known)
    _plain(link, "publication", id=1, uid="p", frozen_post_id=1, parcel={}, **known)
    figures = {"publication_id": 1, "taken_at": NOW, "oddity": ""}
    _plain(link, "piece_figures", **figures, age=1, teller="platform", reads=5, comments=0)
    _plain(link, "piece_figures", **figures, age=6, teller="platform")
    _plain(link, "piece_figures", **figures, age=24, teller="hand", reads=9, likes=2)


def test_what_the_platform_told_by_then_is_its_own(url: str) -> None:
    schema_version.upgrade(url, BEFORE)
    database = Database(url)
    with database.engine.begin() as link:
        _fill(link)
    schema_version.upgrade(url, STEP)
    with database.engine.begin() as link:
        table = Table("piece_figures", MetaData(), autoload_with=link)
        told = link.execute(select(table.c.age, table.c.by_platform).order_by(table.c.age)).all()
        assert [tuple(row) for row in told] == [(1, ["reads", "comments"]), (6, []), (24, [])]
    schema_version.downgrade(url, BEFORE)
    with database.engine.begin() as link:
        assert "by_platform" not in {
            it["name"] for it in inspect(link).get_columns("piece_figures")
        }
        assert len(link.execute(select(table.c.age)).all()) == 3
    database.dispose()
