"""The step of what a post shows, with pictures, a clip and posts that were frozen before it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select

from kitchen import schema_version
from kitchen.core.db import Database
from tests.fixtures.databases import Postgres

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
ROW = {"version": 1, "created_at": NOW}
COVER, BODY, FILM, STRANGE = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """A database of each kind that stands where this step begins."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/step.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.run("DROP DATABASE IF EXISTS step_shown WITH (FORCE)")
    server.run("CREATE DATABASE step_shown")
    return server.url("step_shown")


def _table(link: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=link)


def _plain(link: Connection, table_name: str, /, **values: Any) -> None:
    """A row of which only these columns matter; the others hold as little as they may."""
    table = _table(link, table_name)
    empty: dict[str, Any] = {}
    for column in table.c:
        if not column.nullable and column.server_default is None:
            kind = column.type.python_type
            empty[column.name] = {str: "", bool: False, datetime: NOW, dict: {}}.get(kind, 0)
    link.execute(insert(table), {**empty, **ROW, **values})


def _fill(link: Connection) -> None:
    _plain(link, "unit", id=1, uid="u", name="中心", path="1/")
    _plain(link, "account", id=1, uid="k", unit_id=1, channel="weibo", handle="k", settings={})
    _plain(link, "story", id=1, uid="s", doc={}, attached=[], tags=[], sources=[], credits=[])
    _plain(link, "story_version", id=1, uid="v", story_id=1, number=1, fields={}, doc={})
    for number, uid in enumerate(("cover", "figure", "clip", "pictured"), start=1):
        _plain(link, "media_asset", id=number, uid=uid, sha256=uid, recipe="", derived_from=[])
    lines = _table(link, "media_lineage")
    link.execute(insert(lines), {"child_id": 3, "parent_id": 4, "how": "clip", "position": 0})
    made = _table(link, "media_rendition")
    rest = {"preset": "body", "mime": "", "width": 1, "height": 1, "size": 1}
    names = [(1, COVER), (2, BODY), (3, FILM)]
    link.execute(insert(made), [{**rest, "asset_id": it, "sha256": name} for it, name in names])
    _plain(link, "film_work", id=1, uid="w", asset_id=3, preset="body", seconds=12.5)
    _plain(link, "media_right", id=1, uid="r", asset_id=1, channels=[])
    media = {"mime": "", "size": 1}
    article = {
        "cover": {"sha256": COVER, **media},
        "media": [],
        "body": f'<img data-sha256="{BODY}"> <img data-sha256="{STRANGE}">',
    }
    film = {"cover": None, "media": [{"sha256": FILM, **media}], "body": ""}
    for number, edition in enumerate((article, film, {**film, "media": []}), start=1):
        post = {"uid": str(number), "edition": edition}
        known = {"version_id": 1, "story_id": 1, "channel": "weibo", "payload_hash": ""}
        _plain(link, "account", id=10 + number, uid=f"k{number}", unit_id=1, handle=f"k{number}")
        known["account_id"] = 10 + number
        _plain(link, "frozen_post", id=number, uid=str(number), post=post, **known)


def test_posts_that_were_frozen_before_know_what_they_show_and_the_step_goes_back(url: str) -> None:
    schema_version.upgrade(url, "0020")
    database = Database(url)
    with database.engine.begin() as link:
        _fill(link)
    schema_version.upgrade(url, "0021")
    with database.engine.connect() as link:
        shown = _table(link, "frozen_post_asset")
        rows = {tuple(row) for row in link.execute(select(shown))}
        assert rows == {(1, 1), (1, 2), (2, 3), (2, 4)}
        made = _table(link, "media_rendition")
        seconds = select(made.c.asset_id, made.c.seconds).order_by(made.c.asset_id)
        assert link.execute(seconds).all() == [(1, 0.0), (2, 0.0), (3, 12.5)]
        right = _table(link, "media_right")
        assert link.execute(select(right.c.paper_sealed_as)).scalar_one() == ""
    schema_version.downgrade(url, "0020")
    with database.engine.connect() as link:
        there = inspect(link).get_table_names()
        assert "frozen_post_asset" not in there
        assert len(link.execute(select(_table(link, "media_rendition"))).all()) == 3
        assert "paper_mime" not in _table(link, "media_right").c
    database.dispose()
