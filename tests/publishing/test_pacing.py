"""How often an account is called: by the platform's measure, and never blindly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from redis import Redis

from channels.abilities import Pace
from kitchen.pacing import RedisPacer
from kitchen.ports import PacerAway, Ports, QuietPacer
from kitchen.publishing import jobs
from tests.publishing.conftest import Outside, Recalling

THREE_A_MINUTE = Pace(3, timedelta(minutes=1))


@pytest.fixture(autouse=True)
def paced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recalling, "pace", property(lambda self: THREE_A_MINUTE), raising=False)


@pytest.fixture
def pacer(ports: Ports) -> QuietPacer:
    assert isinstance(ports.pacer, QuietPacer)
    return ports.pacer


def test_whose_turn_has_not_come_waits_and_is_not_refused(
    outside: Outside, pacer: QuietPacer
) -> None:
    pacer.waits.append(timedelta(seconds=40))
    outside.approve()
    outside.carry()
    row = outside.row()
    assert (row.state, row.code, row.refusals) == ("backoff", "paced", 0)
    assert outside.platform.calls["publish"] == 0
    outside.recover(1)
    assert outside.row().state == "live"


def test_where_nobody_can_say_nothing_is_sent(outside: Outside, pacer: QuietPacer) -> None:
    pacer.waits.append(PacerAway())
    outside.approve()
    outside.carry()
    assert outside.platform.calls["publish"] == 0
    outside.recover(1)
    assert outside.row().state == "live"


class TestTheBucket:
    def test_a_burst_is_taken_at_once_and_then_evenly(self, redis: Redis) -> None:
        pacer = RedisPacer(redis)
        waits = [pacer.take("one", THREE_A_MINUTE).total_seconds() for _ in range(5)]
        assert waits[:3] == [0, 0, 0]
        assert 15 < waits[3] <= 20
        assert waits[4] == pytest.approx(waits[3], abs=1)

    def test_accounts_do_not_wait_for_each_other(self, redis: Redis) -> None:
        pacer = RedisPacer(redis)
        waits = [pacer.take(key, THREE_A_MINUTE) for key in ("one", "two") for _ in range(3)]
        assert waits == [timedelta()] * 6

    def test_all_workers_share_it(self, redis: Redis) -> None:
        waits = [RedisPacer(redis).take("one", THREE_A_MINUTE) for _ in range(4)]
        assert waits[:3] == [timedelta()] * 3
        assert waits[3] > timedelta()

    def test_nothing_is_left_behind(self, redis: Redis) -> None:
        RedisPacer(redis).take("one", THREE_A_MINUTE)
        assert all(redis.ttl(key) > 0 for key in redis.scan_iter("pace:*"))

    def test_with_redis_away_only_the_urgent_go_on(self) -> None:
        away: Any = Redis.from_url("redis://127.0.0.1:9/0", socket_connect_timeout=0.2)
        pacer = RedisPacer(away)
        with pytest.raises(PacerAway):
            pacer.take("one", THREE_A_MINUTE)
        waits = [pacer.take("one", THREE_A_MINUTE, urgent=True) for _ in range(4)]
        assert waits[:3] == [timedelta()] * 3
        assert waits[3] > timedelta(seconds=15)


def test_a_recall_asks_as_one_that_is_urgent(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = QuietPacer.take

    def watched(self: QuietPacer, key: str, pace: Pace, *, urgent: bool = False) -> timedelta:
        seen.append(urgent)
        return take(self, key, pace, urgent=urgent)

    seen: list[bool] = []
    monkeypatch.setattr(QuietPacer, "take", watched)
    story = outside.approve()
    outside.carry()
    outside.revoke(story)
    jobs.carry_recalls(outside.database)
    assert seen == [False, True]
