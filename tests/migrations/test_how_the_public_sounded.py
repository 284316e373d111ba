"""The step of tones: what was judged when it came is taken over, what was not stays unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, select

from kitchen import schema_version
from kitchen.core.db import Database
from tests.fixtures.databases import Postgres
from tests.migrations.rows import enter

HOUR = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """A database of each kind that stands where this step begins."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/step.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.run("DROP DATABASE IF EXISTS step_sounded WITH (FORCE)")
    server.run("CREATE DATABASE step_sounded")
    return server.url("step_sounded")


def _rows(link: Connection, called: str, *columns: str) -> list[tuple[Any, ...]]:
    table = Table(called, MetaData(), autoload_with=link)
    picked = [table.c[name] for name in columns]
    return [tuple(row) for row in link.execute(select(*picked).order_by(picked[0]))]


def test_tones_are_taken_over_from_the_messages(url: str) -> None:
    schema_version.upgrade(url, "0039")
    database = Database(url)
    with database.engine.begin() as link:
        unit_id = enter(link, "unit", name="青禾区", level="district")
        staff_id = enter(link, "staff", unit_id=unit_id, username="lin", name="林小满")
        account_id = enter(link, "account", channel="weibo", handle="q", unit_id=unit_id)
        list_id = enter(
            link,
            "opinion_watchlist",
            name="自来水",
            owner_id=staff_id,
            sensitivity="rise",
            unit_id=unit_id,
            incident_id=None,
        )
        tones = {"a": "negative", "b": "negative", "c": "mixed", "d": ""}
        for name, tone in tones.items():
            enter(
                link,
                "voice",
                name,
                account_id=account_id,
                unit_id=unit_id,
                remote_id=name,
                tone=tone,
                tone_words="失望" if tone else "",
            )
        for at, name in enumerate([*tones, "by hand"]):
            item_id = enter(
                link,
                "opinion_item",
                f"item {name}",
                origin="hand" if name == "by hand" else "voice",
                source_uid=name,
                channel="weibo",
                said_at=HOUR + timedelta(minutes=at),
            )
            enter(link, "opinion_hit", item_id=item_id, watchlist_id=list_id, terms=["水"])
        tallies = Table("opinion_tally", MetaData(), autoload_with=link)
        link.execute(
            tallies.insert(),
            {"watchlist_id": list_id, "hour": HOUR, "channel": "weibo", "count": 7},
        )
    schema_version.upgrade(url, "0040")
    with database.engine.connect() as link:
        kept = _rows(link, "opinion_item", "source_uid", "tone", "tone_words")
        counted = _rows(link, "opinion_tally", "count", "negative", "neutral", "positive")
    assert kept == [
        ("a", "negative", "失望"),
        ("b", "negative", "失望"),
        ("by hand", "", ""),
        ("c", "mixed", "失望"),
        ("d", "", ""),
    ]
    assert counted == [(7, 2, 1, 0)]  # four are unknown: of two of them the items are gone
    schema_version.downgrade(url, "0039")
    database.dispose()
