"""One press from the field, and the alarm when nobody sets out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kitchen.assignments import field, service
from kitchen.assignments.rules import State, Step
from kitchen.core.errors import WrongState
from kitchen.notifications.models import Notice
from tests.assignments.conftest import Send
from tests.fixtures.newsroom import Newsroom


def told(newsroom: Newsroom, words: str) -> int:
    with newsroom.database.unit(write=False) as session:
        return session.query(Notice).filter(Notice.text.contains(words)).count()


def test_each_of_the_crew_tells_their_own_steps(newsroom: Newsroom, send: Send) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter, newsroom.second_reporter)
        service.accept(session, newsroom.reporter, task)
        with pytest.raises(WrongState):
            field.set_out(session, newsroom.reporter, task)
        service.accept(session, newsroom.second_reporter, task)
        field.set_out(session, newsroom.reporter, task)
        assert task.state == State.UNDER_WAY
        field.arrive(session, newsroom.reporter, task, "南门岗亭旁")
        field.send_in(session, newsroom.reporter, task)
        field.arrive(session, newsroom.second_reporter, task)
        first, second = task.crew
        assert [step for step, _ in first.steps] == list(Step)
        assert first.arrived_note == "南门岗亭旁"
        assert [step for step, _ in second.steps] == [Step.LEFT, Step.ARRIVED]
        with pytest.raises(WrongState):
            field.arrive(session, newsroom.reporter, task)


def test_whoever_declined_tells_no_steps(newsroom: Newsroom, send: Send) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter, newsroom.second_reporter)
        service.accept(session, newsroom.reporter, task)
        service.accept(session, newsroom.second_reporter, task)
        service.decline(session, newsroom.second_reporter, task, "生病")
        with pytest.raises(WrongState):
            field.set_out(session, newsroom.second_reporter, task)


@pytest.mark.parametrize(("minutes", "calls"), [(5, 0), (15, 1)])
def test_a_start_that_nobody_makes_is_called_once(
    newsroom: Newsroom, send: Send, minutes: int, calls: int
) -> None:
    with newsroom.database.unit() as session:
        send(session, newsroom.reporter)
    newsroom.database.info["shift"] = timedelta(minutes=minutes)
    field.call_late(newsroom.database)
    field.call_late(newsroom.database)
    assert told(newsroom, "还没有人出发") == calls * 2, "who sent them, and who is on duty"


def test_whoever_set_out_is_not_late(newsroom: Newsroom, send: Send) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter)
        service.accept(session, newsroom.reporter, task)
        field.set_out(session, newsroom.reporter, task)
    newsroom.database.info["shift"] = timedelta(hours=1)
    field.call_late(newsroom.database)
    assert told(newsroom, "还没有人出发") == 0
