"""The step of finding and sharing, up and down with a clip and its pictures in the tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, insert, select

from kitchen import schema_version
from kitchen.core.db import Database
from tests.fixtures.databases import Postgres

BEFORE, STEP = "0018", "0019"
NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)


def _asset(number: int, width: int, height: int, **more: Any) -> dict[str, Any]:
    words = ("filename", "title", "caption", "credit", "source", "making", "failure", "recipe")
    return {
        **dict.fromkeys(words, ""),
        "id": number,
        "uid": f"a{number}",
        "created_at": NOW,
        "version": 1,
        "kind": "picture",
        "sha256": str(number),
        "mime": "image/jpeg",
        "size": 1,
        "width": width,
        "height": height,
        "seconds": 0.0,
        "rights": "own",
        "aigc": 0,
        "aigc_in_file": 0,
        "derived_from": [],
        **more,
    }


CLIP = {"kind": "video", "recipe": "r", "derived_from": ["a2", "gone", "a1", "a2"]}
ASSETS = [_asset(1, 6, 4), _asset(2, 4, 6), _asset(3, 4, 4), _asset(4, 0, 0, **CLIP)]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """A database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/step.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.run("DROP DATABASE IF EXISTS step_finding WITH (FORCE)")
    server.run("CREATE DATABASE step_finding")
    return server.url("step_finding")


def test_what_is_known_of_assets_is_written_down_where_it_can_be_looked_for(url: str) -> None:
    schema_version.upgrade(url, BEFORE)
    database = Database(url)
    with database.engine.begin() as connection:
        connection.execute(
            insert(Table("media_asset", MetaData(), autoload_with=connection)), ASSETS
        )
    database.dispose()
    schema_version.upgrade(url, STEP)
    schema_version.downgrade(url, BEFORE)
    schema_version.upgrade(url, STEP)
    database = Database(url)
    with database.engine.begin() as connection:
        assets = Table("media_asset", MetaData(), autoload_with=connection)
        lies = select(assets.c.orientation, assets.c.state).order_by(assets.c.id)
        assert [tuple(row) for row in connection.execute(lies)] == [
            ("landscape", "available"),
            ("portrait", "available"),
            ("square", "available"),
            ("", "available"),
        ]
        lineage = Table("media_lineage", MetaData(), autoload_with=connection)
        lines = select(lineage.c.child_id, lineage.c.parent_id).order_by(lineage.c.position)
        assert [tuple(row) for row in connection.execute(lines)] == [(4, 2), (4, 1)]
    database.dispose()
