"""The step of tips that were taken down: what came before came by the form, and stays whole."""

from __future__ import annotations

import pytest
from sqlalchemy import MetaData, Table, inspect, select

from kitchen import schema_version
from kitchen.core.db import Database
from tests.fixtures.databases import Postgres
from tests.migrations.rows import enter

BEFORE, STEP = "0038", "0039"
NEW = {"way", "circumstances_sealed", "taken_down_by_id"}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """A database of each kind that stands where this step begins."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/step.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.run("DROP DATABASE IF EXISTS step_tips WITH (FORCE)")
    server.run("CREATE DATABASE step_tips")
    return server.url("step_tips")


def test_what_was_told_before_came_by_the_form(url: str) -> None:
    schema_version.upgrade(url, BEFORE)
    database = Database(url)
    with database.engine.begin() as link:
        into = enter(link, "tip", "a", code_hash="a", state="new", words_sealed="sealed")
        merged = enter(link, "tip", "b", code_hash="b", state="merged", merged_into_id=into)
        enter(link, "tip_message", tip_id=merged, words_sealed="answer")
    schema_version.upgrade(url, STEP)
    with database.engine.begin() as link:
        tip = Table("tip", MetaData(), autoload_with=link)
        columns = (tip.c.way, tip.c.circumstances_sealed, tip.c.taken_down_by_id)
        rows = link.execute(select(tip.c.words_sealed, *columns).order_by(tip.c.id)).all()
        assert [tuple(row) for row in rows] == [
            ("sealed", "form", "", None),
            ("", "form", "", None),
        ]
        staff_id = enter(link, "staff", username="lin", name="林小满")
        sealed = {"circumstances_sealed": "sealed", "taken_down_by_id": staff_id}
        enter(link, "tip", "c", code_hash="c", state="new", way="phone", **sealed)
    schema_version.downgrade(url, BEFORE)
    with database.engine.begin() as link:
        assert not NEW & {it["name"] for it in inspect(link).get_columns("tip")}
        tip = Table("tip", MetaData(), autoload_with=link)
        assert len(link.execute(select(tip.c.id)).all()) == 3
        message = Table("tip_message", MetaData(), autoload_with=link)
        assert link.execute(select(message.c.tip_id)).scalars().all() == [merged]
    database.dispose()
