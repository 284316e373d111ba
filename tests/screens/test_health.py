"""How the house says it is: alive, ready or not and why not, open questions, numbers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from rq import SimpleWorker

from kitchen import app, schema_version, tasks, timetable
from kitchen.core import clock
from kitchen.matrix.models import Account
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import State
from kitchen.screens import heartbeats
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.rules import Kind
from tests.fixtures.newsroom import Newsroom


@pytest.fixture
def watcher(newsroom: Newsroom, redis_url: str) -> FlaskClient:
    """A machine that watches the desk, on a real Redis; it is nobody on the staff."""
    house = newsroom.house
    settings = replace(house.settings, redis_url=redis_url)
    return app.create_desk(replace(house, settings=settings)).test_client()


@pytest.fixture
def workers(redis: Redis) -> Iterator[list[SimpleWorker]]:
    """One worker per queue, as far as Redis knows."""
    queues = [tasks.queue(redis, name) for name in timetable.queues(2)]
    born = [SimpleWorker([queue], connection=redis) for queue in queues]
    for worker in born:
        worker.register_birth()
    yield born
    for worker in born:
        worker.register_death()


@pytest.fixture
def at_head(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's tables are made in one go, without Alembic's mark; here they count as current."""
    monkeypatch.setattr(schema_version, "current", lambda database: schema_version.head())


@pytest.fixture
def ticking(newsroom: Newsroom) -> None:
    heartbeats.beat_of_timetable(newsroom.database)


def failing(watcher: FlaskClient) -> set[str]:
    """The checks that fail; the status must agree with them."""
    answer = watcher.get("/readyz")
    failed = {name for name, told in answer.json["checks"].items() if not told["ok"]}
    assert answer.status_code == (503 if failed else 200)
    assert all(told["seconds"] >= 0 for told in answer.json["checks"].values())
    return failed


def test_the_process_answers_on_both_faces(watcher: FlaskClient, house: app.House) -> None:
    for client in (watcher, app.create_public(house).test_client()):
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_only_the_desk_tells_how_it_is(house: app.House) -> None:
    reader = app.create_public(house).test_client()
    for path in ("/readyz", "/truthz", "/metrics"):
        assert reader.get(path).status_code == 404


@pytest.mark.usefixtures("workers", "at_head", "ticking")
def test_a_house_in_order_is_ready(watcher: FlaskClient) -> None:
    assert failing(watcher) == set()
    assert failing(watcher) == set()


@pytest.mark.usefixtures("at_head", "ticking")
def test_a_queue_without_a_worker_is_told(
    watcher: FlaskClient, workers: list[SimpleWorker]
) -> None:
    workers[-1].register_death()
    assert failing(watcher) == {"workers"}
    workers[-1].register_birth()


@pytest.mark.usefixtures("workers", "at_head")
def test_a_timetable_that_fell_silent_is_told(watcher: FlaskClient, newsroom: Newsroom) -> None:
    assert failing(watcher) == {"timetable"}
    heartbeats.beat_of_timetable(newsroom.database)
    assert failing(watcher) == set()
    newsroom.database.info["shift"] = timedelta(minutes=2)
    assert failing(watcher) == {"timetable"}


@pytest.mark.usefixtures("workers", "ticking")
def test_a_database_behind_the_code_is_told(
    watcher: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema_version, "current", lambda database: "0000")
    assert failing(watcher) == {"migrations"}


@pytest.mark.usefixtures("workers", "at_head", "ticking")
def test_what_fails_is_named_and_nothing_more_is_said(
    watcher: FlaskClient, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(*_: object, **__: object) -> None:
        raise OSError("/srv/secret/path: no space left")

    monkeypatch.setattr(newsroom.ports.store, "put", burst)
    assert failing(watcher) == {"store"}
    assert "secret" not in watcher.get("/readyz").text


@pytest.mark.usefixtures("at_head", "ticking")
def test_without_redis_the_house_is_not_ready_and_says_so_soon(newsroom: Newsroom) -> None:
    settings = replace(newsroom.house.settings, redis_url="unix:///nowhere/redis.sock")
    desk = app.create_desk(replace(newsroom.house, settings=settings))
    assert failing(desk.test_client()) == {"redis", "workers"}


@pytest.mark.usefixtures("workers", "at_head", "ticking")
def test_many_may_ask_at_once(watcher: FlaskClient) -> None:
    answers: list[set[str]] = []
    desk = watcher.application
    threads = [
        threading.Thread(target=lambda: answers.append(failing(desk.test_client())))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [set()] * 4


def test_nothing_open_is_told_as_nothing(watcher: FlaskClient) -> None:
    nothing = dict.fromkeys(("due", "unknown", "unanswered", "unsent"))
    assert watcher.get("/truthz").json == nothing


def deliver(newsroom: Newsroom, state: State, ago: float, *, next_in: float | None = None) -> None:
    """A delivery that has been in a state for so many seconds."""
    with newsroom.database.unit() as session:
        now = clock.now(session)
        unit = newsroom.operator.unit_id
        story = Story(title="绝密标题", doc={})
        number = session.query(Account).count()
        account = Account(channel="weibo", name="账号名", handle=f"h{number}", unit_id=unit)
        session.add_all([story, account])
        session.flush()
        version = Version(
            story_id=story.id,
            number=1,
            kind=Kind.SUBMITTED,
            title="",
            fields={},
            doc={},
            master_hash="",
        )
        session.add(version)
        session.flush()
        ids = {"story_id": story.id, "account_id": account.id, "channel": "weibo"}
        post = FrozenPost(version_id=version.id, post={}, payload_hash="", **ids)
        session.add(post)
        session.flush()
        session.add(
            Publication(
                frozen_post_id=post.id,
                payload_hash="",
                state=state,
                since=now - timedelta(seconds=ago),
                next_at=None if next_in is None else now + timedelta(seconds=next_in),
                **ids,
            )
        )


def test_the_oldest_open_questions_are_told_in_seconds(
    watcher: FlaskClient, newsroom: Newsroom
) -> None:
    deliver(newsroom, State.READY, 30)
    deliver(newsroom, State.READY, 90)
    deliver(newsroom, State.BACKOFF, 500, next_in=-40)
    deliver(newsroom, State.BACKOFF, 900, next_in=600)
    deliver(newsroom, State.LIVE, 9000)
    deliver(newsroom, State.UNKNOWN, 200)
    deliver(newsroom, State.NEEDS_HUMAN, 3600)
    told = watcher.get("/truthz").json
    assert told["due"] == pytest.approx(90, abs=20)
    assert told["unknown"] == pytest.approx(200, abs=20)
    assert told["unanswered"] == pytest.approx(3600, abs=20)


def test_the_numbers_are_what_prometheus_reads(watcher: FlaskClient, newsroom: Newsroom) -> None:
    deliver(newsroom, State.LIVE, 10)
    deliver(newsroom, State.LIVE, 10)
    deliver(newsroom, State.UNKNOWN, 60)
    answer = watcher.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert samples[("kitchen_publications", "weibo", "live")] == 2
    assert samples[("kitchen_publications", "weibo", "unknown")] == 1
    assert samples[("kitchen_oldest_unknown_seconds",)] == pytest.approx(60, abs=20)
    assert samples[("kitchen_oldest_due_seconds",)] == 0
    assert samples[("kitchen_leads_waiting",)] == 0
    assert "绝密标题" not in answer.text
    assert "账号名" not in answer.text
