"""The step of crews and messages, up and down with a task, its crew and a notice in the tables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, MetaData, Table, insert, select

from kitchen import schema_version
from kitchen.core.db import Database
from tests.fixtures.databases import Postgres

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
ROW = {"version": 1, "created_at": NOW}
STAFF = {
    **ROW,
    "id": 1,
    "uid": "s",
    "username": "reporter",
    "name": "苏小满",
    "initials": "sxm",
    "password_hash": "",
    "phone": "",
    "locale": "zh",
    "active": True,
}
TASK = {
    **ROW,
    "id": 1,
    "uid": "t",
    "title": "采藕现场",
    "brief": "",
    "place": "荷塘镇",
    "kit": [],
    "vehicle": "采访车一号",
    "state": "dispatched",
}
CREW = {
    "id": 1,
    "assignment_id": 1,
    "staff_id": 1,
    "role": "text",
    "answer": "asked",
    "reason": "",
}
NOTICE = {**ROW, "id": 1, "uid": "n", "staff_id": 1, "text": "x", "params": {}, "url": "/"}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """A database of each kind that stands where this step begins."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/step.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.run("DROP DATABASE IF EXISTS step_crew WITH (FORCE)")
    server.run("CREATE DATABASE step_crew")
    return server.url("step_crew")


def _table(link: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=link)


def test_tasks_and_notices_survive_the_step_and_the_way_back(url: str) -> None:
    schema_version.upgrade(url, "0007")
    database = Database(url)
    rows = {"staff": STAFF, "assignment": TASK, "crew": CREW, "notice": NOTICE}
    with database.engine.begin() as link:
        for name, row in rows.items():
            link.execute(insert(_table(link, name)), row)
    schema_version.upgrade(url, "0008")
    with database.engine.connect() as link:
        task, notice = _table(link, "assignment"), _table(link, "notice")
        assert link.execute(select(task.c.sequence, task.c.risk)).one() == (0, "")
        assert link.execute(select(notice.c.kind, notice.c.count)).one() == ("other", 1)
    schema_version.downgrade(url, "0007")
    with database.engine.connect() as link:
        assert link.execute(select(_table(link, "assignment").c.place)).scalar_one() == "荷塘镇"
        assert link.execute(select(_table(link, "crew").c.answer)).scalar_one() == "asked"
    database.dispose()
