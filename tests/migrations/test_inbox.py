"""The step of the inbox: pieces that stand where readers write are heard from now on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, select

from kitchen import schema_version
from kitchen.core.db import Database
from tests.fixtures.databases import Postgres
from tests.migrations.rows import enter_pieces

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


def test_only_fresh_pieces_that_stand_among_readers_are_listened_to(url: str) -> None:
    schema_version.upgrade(url, "0025")
    database = Database(url)
    with database.engine.begin() as link:
        enter_pieces(link, PIECES)
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
