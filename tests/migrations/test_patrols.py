"""The step of patrols and groups, up and down with an account, a service and a story in place."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select
from sqlalchemy.exc import IntegrityError

from kitchen import schema_version
from kitchen.core.db import Database
from tests.migrations.test_planning_and_watch import ACCOUNT, NOW, ROW, url

__all__ = ["url"]

SANCTION = {
    **ROW,
    "account_id": 1,
    "unit_id": 1,
    "measure": "talk",
    "cause": "no_duty",
    "clause": "办法三·巡查处置",
    "facts": "不更新",
    "leap_reason": "",
    "doc_no": "",
    "decision": "",
    "appeal": "",
    "ruling": "",
    "outcome": "",
}
FINDING = {
    **ROW,
    "id": 1,
    "uid": "f",
    "account_id": 1,
    "unit_id": 1,
    "kind": "stale",
    "key": "2026-11-01",
    "severity": "warn",
    "state": "open",
    "seen_at": NOW,
    "late_told": False,
    "answer": "",
    "verdict": "",
}
MADE = {"finding", "sanction", "patrol_turn", "outlet_clicks", "account_group", "joint_part"}


def _table(link: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=link)


def test_an_account_survives_the_step_and_the_way_back(url: str) -> None:  # noqa: F811
    schema_version.upgrade(url, "0020")
    database = Database(url)
    unit = {**ROW, "id": 1, "uid": "u", "name": "青禾区", "level": "district", "origin": ""}
    with database.engine.begin() as link:
        link.execute(insert(_table(link, "unit")), unit)
        link.execute(insert(_table(link, "account")), ACCOUNT)
    schema_version.upgrade(url, "0024")
    with database.engine.begin() as link:
        assert set(inspect(link).get_table_names()) >= MADE
        link.execute(insert(_table(link, "finding")), FINDING)
        sanctions = _table(link, "sanction")
        for uid, state in (("s1", "done"), ("s2", "refused"), ("s3", "proposed")):
            link.execute(insert(sanctions), {**SANCTION, "uid": uid, "state": state})
    second = {**SANCTION, "uid": "s4", "state": "in_force"}
    with pytest.raises(IntegrityError), database.engine.begin() as link:
        link.execute(insert(_table(link, "sanction")), second)
    schema_version.downgrade(url, "0020")
    with database.engine.begin() as link:
        assert not set(inspect(link).get_table_names()) & MADE
        assert link.execute(select(_table(link, "account").c.name)).scalar_one() == ACCOUNT["name"]
    database.dispose()
