"""What the migration enters is what ships: every formula, to the last weight."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from kitchen import schema_version
from kitchen.core.db import Database
from kitchen.evaluation.indices.models import IndexDefinition
from kitchen.evaluation.indices.shipped import SHIPPED
from tests.fixtures.databases import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database that was brought up by its steps."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/migrated.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        server.run("DROP DATABASE IF EXISTS migrated_indices WITH (FORCE)")
        server.run("CREATE DATABASE migrated_indices")
        url = server.url("migrated_indices")
    schema_version.upgrade(url)
    return Database(url)


def test_the_migration_enters_what_ships(migrated: Database) -> None:
    with migrated.unit(write=False) as session:
        rows = {row.name: row for row in session.scalars(select(IndexDefinition))}
    migrated.dispose()
    assert set(rows) == set(SHIPPED)
    for name, shipped in SHIPPED.items():
        row = rows[name]
        assert row.formula == shipped.formula
        for field in ("family", "edition", "title", "channel", "source", "experimental"):
            assert getattr(row, field) == getattr(shipped, field), (name, field)
        assert row.valid_from == shipped.valid_from
        assert isinstance(row.valid_from, date)
