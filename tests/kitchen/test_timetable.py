"""The tables of what runs when and who hears which bell; the loop that keeps them."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import pytest
from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException

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
        ("film", 7, "film"),
        ("take_in", 7, "media"),
        ("hub", 0, "media"),
        ("probe", 0, "media"),
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


def test_what_may_take_as_long_as_it_takes_has_no_time_to_run_out_of(redis: Redis) -> None:
    bell = tasks.RqBell(redis, lanes(1), timetable.UNTIMED)
    bell.ring("deliver", 0)
    bell.ring("recall", 0)
    (upload,) = tasks.queue(redis, "deliver-0").jobs
    (recall,) = tasks.queue(redis, "recall").jobs
    assert (upload.timeout, recall.timeout) == (-1, tasks.JOB_SECONDS)


def test_a_worker_is_known_to_live_while_a_long_job_goes_on(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = threading.Event()
    monkeypatch.setattr(tasks, "SIGN_SECONDS", 0.01)
    monkeypatch.setattr(tasks.Doorman, "maintain_heartbeats", lambda *_job: seen.set())
    told: list[bool] = []
    monkeypatch.setattr(worker, "answer", lambda _bell, _subject: told.append(seen.wait(20)))
    tasks.RqBell(redis, lanes(1), timetable.UNTIMED).ring("deliver", 0)
    tasks.listen(redis, "deliver-0", burst=True)
    assert told == [True]


def test_a_job_out_of_time_ends_even_if_it_goes_on_after_every_failure() -> None:
    def goes_on() -> None:
        for _ in range(40):
            with suppress(Exception):
                time.sleep(0.25)

    assert tasks.Doorman.death_penalty_class is tasks.Alarm
    with pytest.raises(tasks.OutOfTime), tasks.Alarm(1, JobTimeoutException):
        goes_on()


def test_a_bell_that_nobody_knows_harms_nothing() -> None:
    worker.answer("tea", 1)
