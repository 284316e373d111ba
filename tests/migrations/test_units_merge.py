"""The step of units, feeds and clauses: old measures stay readable, nothing that stood is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import MetaData, Table, select

from kitchen import schema_version
from kitchen.core.db import Database
from tests.fixtures.databases import Postgres
from tests.migrations.rows import enter

NOW = datetime.now(UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """A database of each kind that stands where this step begins."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/step.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.run("DROP DATABASE IF EXISTS step_units WITH (FORCE)")
    server.run("CREATE DATABASE step_units")
    return server.url("step_units")


def test_old_measures_say_what_their_clause_said_and_units_stay(url: str) -> None:
    schema_version.upgrade(url, "0027")
    database = Database(url)
    with database.engine.begin() as link:
        district = enter(link, "unit", "d", name="青禾区", level="district")
        enter(link, "unit", "t", name="云溪街道", level="town", parent_id=district)
        for uid, clause in (("known", "办法三·巡查处置"), ("other", "别的办法第九条")):
            account_id = enter(link, "account", uid, channel="weibo", handle=uid, unit_id=district)
            stands = {"measure": "talk", "cause": "no_duty", "state": "done", "facts": "停更"}
            enter(
                link,
                "sanction",
                uid,
                account_id=account_id,
                unit_id=district,
                clause=clause,
                **stands,
            )
    schema_version.upgrade(url, "0030")
    with database.engine.connect() as link:
        sanction = Table("sanction", MetaData(), autoload_with=link)
        told = link.execute(select(sanction.c.uid, sanction.c.clause, sanction.c.clause_words))
        words = {row.uid: (row.clause, row.clause_words[:9]) for row in told}
        assert words == {
            "known": ("办法三·巡查处置", "对制度不健全、责任"),
            "other": ("别的办法第九条", ""),
        }
        unit = Table("unit", MetaData(), autoload_with=link)
        rows = link.execute(select(unit.c.name, unit.c.closed_at).order_by(unit.c.id)).all()
        assert [tuple(row) for row in rows] == [("青禾区", None), ("云溪街道", None)]
    schema_version.downgrade(url, "0027")
    with database.engine.connect() as link:
        sanction = Table("sanction", MetaData(), autoload_with=link)
        assert "clause_words" not in sanction.c
        assert len(link.execute(select(sanction.c.id)).all()) == 2
    database.dispose()
