"""The tables of what runs when and who hears which bell; the loop that keeps them."""

from __future__ import annotations

import threading

import pytest
from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from kitchen import tasks, timetable, worker
from kitchen.timetable import Periodic, lanes, queues, run
from tests.fixtures.newsroom import Newsroom


@pytest.mark.parametrize(
    ("doorbell", "subject", "queue"),
    [
        ("deliver", 0, "deliver-0"),
        ("deliver", 1, "deliver-1"),
        ("deliver", 2, "deliver-0"),
        ("recall", 5, "recall"),
        ("reconcile", 0, "recall"),
        ("poll", 0, "recall"),
        ("clip", 7, "media"),
        ("hub", 0, "media"),
        ("links", 0, "media"),
    ],
)
def test_each_bell_is_heard_by_one_kind_of_worker(doorbell: str, subject: int, queue: str) -> None:
    assert lanes(2)(doorbell, subject) == queue
    assert queue in queues(2)


def test_every_bell_that_is_rung_has_an_answer() -> None:
    assert {"deliver", "recall", "reconcile", "poll", "probe", "clip", "hub", "links"} <= set(
        timetable.DOORBELLS
    )


def test_a_job_that_fails_has_its_next_turn_and_stops_no_other(newsroom: Newsroom) -> None:
    stop, turns = threading.Event(), []

    def fails(_database: object) -> None:
        turns.append("fails")
        if turns.count("fails") == 3:
            stop.set()
        raise RuntimeError("once more")

    table = (
        Periodic("fails", 0.01, fails),
        Periodic("works", 0.01, lambda _database: turns.append("works")),
    )
    run(newsroom.database, stop, table)
    assert turns.count("fails") == 3
    assert turns.count("works") >= 2


def test_the_whole_timetable_runs_on_an_empty_newsroom(newsroom: Newsroom) -> None:
    for each in timetable.TIMETABLE:
        each.act(newsroom.database)


def test_a_rung_bell_is_answered_by_the_worker_of_its_lane(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, int]] = []
    monkeypatch.setattr(worker, "answer", lambda bell, subject: heard.append((bell, subject)))
    bell = tasks.RqBell(redis, lanes(2))
    bell.ring("deliver", 3)
    bell.ring("recall", 0)
    for name in ("deliver-1", "recall"):
        SimpleWorker([tasks.queue(redis, name)], connection=redis, serializer=JSONSerializer).work(
            burst=True, logging_level="WARNING"
        )
    assert heard == [("deliver", 3), ("recall", 0)]


def test_a_bell_that_nobody_knows_harms_nothing() -> None:
    worker.answer("tea", 1)
