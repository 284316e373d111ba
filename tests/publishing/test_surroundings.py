"""What changes around a delivery: clocks that lie, a Redis that forgets, accounts that change."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import update

from channels.base import NeedsReauth
from kitchen import reactions, tasks
from kitchen.core import clock
from kitchen.core.errors import Invalid
from kitchen.matrix.models import Account
from kitchen.publishing import jobs, sweep
from kitchen.publishing.models import Publication
from kitchen.stories import release, service
from kitchen.stories.models import Story
from tests.publishing.conftest import Outside, before


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_worker_s_own_clock_moves_neither_slot_nor_lease(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    told = time.time
    monkeypatch.setattr(time, "time", lambda: told() + minutes * 60)
    with outside.database.unit() as session:
        slot = clock.now(session) + timedelta(minutes=5)
    outside.approve(not_before=slot)
    sweep.sweep(outside.database)
    outside.carry()
    assert outside.states() == ["held"]
    outside.later(minutes=5)
    sweep.sweep(outside.database)
    outside.carry()
    assert outside.states() == ["live"]
    assert abs(outside.row().since - slot) < timedelta(minutes=1)


def test_an_unclear_outcome_waits_by_the_clock_of_the_database(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that believes that ten minutes have passed does not take absence for proof."""
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, before)
    outside.carry()
    told = time.time
    monkeypatch.setattr(time, "time", lambda: told() + 600)
    outside.later(seconds=3)
    jobs.look_at_unknown(outside.database)
    assert outside.states() == ["unknown"]


def test_a_redis_that_is_flushed_in_mid_run_loses_nothing(outside: Outside, redis: Redis) -> None:
    rung = _with_real_bells(outside, redis)
    outside.approve(accounts=2)
    assert rung() == 1
    redis.flushall()
    outside.approve(accounts=2)
    redis.flushall()
    assert rung() == 0
    sweep.sweep(outside.database)
    assert rung() == 1
    outside.carry()
    assert outside.states() == ["live"] * 4


def test_a_redis_that_is_away_does_not_stop_an_approval(outside: Outside) -> None:
    away = Redis(unix_socket_path="/nowhere/redis.sock")
    bell = tasks.RqBell(away, lambda doorbell, _number: doorbell)
    ports = replace(outside.newsroom.ports, bell=bell)
    outside.database.info.update(ports=ports, reactions=reactions.table(ports))
    outside.approve()
    assert outside.states() == ["ready"]


def _with_real_bells(outside: Outside, redis: Redis) -> Any:
    bell = tasks.RqBell(redis, lambda doorbell, _number: doorbell)
    ports = replace(outside.database.info["ports"], bell=bell)
    outside.database.info.update(ports=ports, reactions=reactions.table(ports))
    return lambda: tasks.queue(redis, "deliver").count


def test_a_slot_in_the_past_is_refused(outside: Outside) -> None:
    outside.approve()
    reporter = outside.newsroom.reporter
    with pytest.raises(Invalid) as refused, outside.database.unit() as session:
        story = service.begin(session, reporter, title="荷塘整治完成")
        account = session.get_one(Account, outside.accounts[0].id)
        past = clock.now(session) - timedelta(minutes=1)
        release.set_targets(session, reporter, story, [release.Aim(account, past)])
    assert "targets" in refused.value.fields


CHANGES: dict[str, tuple[dict[str, Any], str, str]] = {
    "retired": ({"enabled": False}, "held", "retired"),
    "halted": ({"sending": False}, "held", "switch"),
    "renamed": ({"name": "改了名字", "handle": "renamed"}, "live", ""),
}


@pytest.mark.parametrize(("change", "state", "hold"), CHANGES.values(), ids=CHANGES)
def test_an_account_that_changes_between_planning_and_sending(
    outside: Outside, change: dict[str, Any], state: str, hold: str
) -> None:
    outside.approve()
    with outside.database.unit() as session:
        session.execute(update(Account).values(**change))
    outside.carry()
    assert (outside.row().state, outside.row().hold_reason) == (state, hold)
    assert outside.platform.copies.total() == (state == "live")


def test_access_that_expires_between_planning_and_sending_waits_for_a_person(
    outside: Outside,
) -> None:
    outside.approve(accounts=2)
    outside.platform.prepares[outside.accounts[0].uid] = [NeedsReauth("expired")]
    outside.carry()
    assert outside.states() == ["held", "live"]
    assert outside.rows()[0].hold_reason == "auth"


def test_a_planned_account_cannot_be_deleted_from_under_its_delivery(outside: Outside) -> None:
    outside.approve()
    with pytest.raises(Exception, match=r"(?i)foreign key"), outside.database.unit() as session:
        session.delete(session.get_one(Account, outside.accounts[0].id))
    assert outside.states() == ["ready"]


def test_a_story_and_its_delivery_stay_together(outside: Outside) -> None:
    story = outside.approve()
    with pytest.raises(Exception, match=r"(?i)foreign key"), outside.database.unit() as session:
        session.delete(session.get_one(Story, story.id))
    with outside.database.unit(write=False) as session:
        assert session.query(Publication).one().story_id == story.id
