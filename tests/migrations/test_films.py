"""The step of films made ready, up and down with films, pictures and renditions in the tables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, MetaData, Table, insert, select

from kitchen import schema_version
from kitchen.core.db import Database
from tests.fixtures.databases import Postgres

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
ASSET = {
    "version": 1,
    "created_at": NOW,
    "mime": "video/mp4",
    "size": 1,
    "width": 1,
    "height": 1,
    "seconds": 2.0,
    "filename": "",
    "title": "",
    "caption": "",
    "credit": "",
    "source": "",
    "rights": "own",
    "aigc": 0,
    "aigc_in_file": 0,
    "making": "",
    "failure": "",
    "derived_from": [],
    "recipe": "",
}
ASSETS = [
    {**ASSET, "id": 1, "uid": "film", "kind": "video", "sha256": "a"},
    {**ASSET, "id": 2, "uid": "picture", "kind": "picture", "sha256": "b"},
    {
        **ASSET,
        "id": 3,
        "uid": "clip",
        "kind": "video",
        "sha256": "",
        "making": "queued",
        "recipe": "c",
    },
]
RENDITION = {"asset_id": 1, "sha256": "a", "mime": "video/mp4", "width": 1, "height": 1, "size": 1}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """A database of each kind that stands where this step begins."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/step.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.run("DROP DATABASE IF EXISTS step_films WITH (FORCE)")
    server.run("CREATE DATABASE step_films")
    return server.url("step_films")


def _table(link: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=link)


def test_films_that_are_there_wait_to_be_made_ready_and_keep_what_they_had(url: str) -> None:
    schema_version.upgrade(url, "0017")
    database = Database(url)
    with database.engine.begin() as link:
        link.execute(insert(_table(link, "media_asset")), ASSETS)
        link.execute(
            insert(_table(link, "media_rendition")), {**RENDITION, "id": 1, "preset": "film"}
        )
    schema_version.upgrade(url, "0018")
    with database.engine.begin() as link:
        work = _table(link, "film_work")
        found = link.execute(select(work.c.asset_id, work.c.preset, work.c.state)).all()
        assert set(found) == {(1, "film_strip", "queued"), (1, "film_proxy", "queued")}
        made = {**RENDITION, "id": 2, "preset": "film_proxy"}
        link.execute(insert(_table(link, "media_rendition")), made)
    schema_version.downgrade(url, "0017")
    with database.engine.connect() as link:
        assert link.execute(select(_table(link, "media_rendition").c.preset)).all() == [("film",)]
        assert len(link.execute(select(_table(link, "media_asset").c.id)).all()) == 3
    database.dispose()
