"""The ground under the tests: each fixture is the real thing, and fresh for every test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from redis import Redis
from sqlalchemy import select, text

from kitchen.core import audit
from kitchen.core.access import HOUSE
from kitchen.core.db import Base, Database
from kitchen.people.models import Unit
from kitchen.people.rules import Level
from tests.fixtures.browser import Watch

GOOD = (
    "<!doctype html><html lang='zh'><title>稿件</title><main><h1>稿件</h1>"
    "<img src='data:,' alt='封面'></main>"
)


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_an_empty_database_with_every_table(database: Database, turn: int) -> None:
    with database.unit() as session:
        session.execute(text("CREATE TABLE only_here (id INTEGER)"))
    with database.unit(write=False) as session:
        for table in Base.metadata.sorted_tables:
            assert session.execute(table.select()).first() is None


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_wrote_no_other_finds(database: Database, turn: int) -> None:
    with database.unit() as session:
        unit = Unit(name="青禾区", level=Level.DISTRICT)
        session.add(unit)
        session.flush()
        audit.record(session, HOUSE, "found", unit)
        assert unit.id == 1
    with database.unit(write=False) as session:
        assert session.scalars(select(audit.AuditEntry.id)).all() == [1]


def test_a_database_is_of_the_kind_the_test_is_named_for(
    database: Database, request: pytest.FixtureRequest
) -> None:
    assert database.engine.dialect.name in request.node.name


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_an_empty_redis(redis: Redis, turn: int) -> None:
    assert redis.dbsize() == 0
    redis.set("left", turn)


def test_redis_keeps_what_it_is_told_and_never_evicts(redis: Redis) -> None:
    assert redis.config_get("appendonly") == {"appendonly": "yes"}
    assert redis.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert redis.config_get("port") == {"port": "0"}


def test_the_home_is_short_enough_for_a_socket(home: Path) -> None:
    assert len(bytes(home / "redis" / "redis.sock")) < 100


def test_ports_in_a_row_are_free(free_port: Callable[..., int]) -> None:
    assert 1024 < free_port(3) < 32768


def test_no_port_is_given_twice(free_port: Callable[..., int]) -> None:
    assert len({free_port() for _ in range(50)}) == 50


def test_a_faultless_page_passes(page: Page, axe: Callable[[Page], None]) -> None:
    page.set_content(GOOD)
    axe(page)


def test_axe_finds_a_picture_without_words(page: Page, axe: Callable[[Page], None]) -> None:
    page.set_content(GOOD.replace("alt='封面'", ""))
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_the_watch_sees_console_errors_and_other_hosts(page: Page, watch: Watch) -> None:
    page.set_content("<img src='http://elsewhere.example/x.png' alt=''>")
    page.evaluate("console.error('broken')")
    page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    page.wait_for_timeout(100)
    told = "\n".join(watch.unexpected())
    assert "console error: broken" in told
    assert "uncaught" in told
    assert "request to another host: http://elsewhere.example/x.png" in told
    watch.expect(".")
    assert watch.unexpected() == []
