"""The steps of the registry and of campaigns, up and down with accounts in the table."""

from __future__ import annotations

import pytest
from sqlalchemy import MetaData, Table, insert, select

from kitchen import schema_version
from kitchen.core.db import Database
from tests.fixtures.databases import Postgres
from tests.migrations.test_planning_and_watch import ACCOUNT, ROW


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """A database of each kind that stands where these steps begin."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/step.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.run("DROP DATABASE IF EXISTS step_registry WITH (FORCE)")
    server.run("CREATE DATABASE step_registry")
    return server.url("step_registry")


def test_accounts_that_were_there_are_held_and_to_be_filed(url: str) -> None:
    schema_version.upgrade(url, "0020")
    database = Database(url)
    unit = {**ROW, "id": 1, "uid": "u", "name": "青禾区", "level": "district", "origin": ""}
    with database.engine.begin() as link:
        for name, row in (("unit", unit), ("account", ACCOUNT)):
            link.execute(insert(Table(name, MetaData(), autoload_with=link)), row)
    schema_version.upgrade(url, "0023")
    with database.engine.connect() as link:
        account = Table("account", MetaData(), autoload_with=link)
        held, state, measured = link.execute(
            select(account.c.held, account.c.state, account.c.measured_at)
        ).one()
        assert (held, state, measured) == (True, "surveyed", None)
    schema_version.downgrade(url, "0020")
    with database.engine.connect() as link:
        account = Table("account", MetaData(), autoload_with=link)
        assert link.execute(select(account.c.handle)).scalar_one() == "qinghe"
        assert "held" not in account.c
    database.dispose()
