"""Where the answers of a crew leave its task: never where neither field nor desk can go on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy.orm import Session

from kitchen.assignments import field, queries, service
from kitchen.assignments.models import Assignment
from kitchen.assignments.rules import Answer, Role, State, standing
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.notifications.models import Notice
from tests.assignments.conftest import Send, staff
from tests.fixtures.newsroom import Door, Newsroom

ACCEPTED = Answer.ACCEPTED


@pytest.mark.parametrize(
    ("answers", "out", "stands"),
    [
        ({"asked"}, False, State.DISPATCHED),
        ({"accepted", "asked"}, False, State.DISPATCHED),
        ({"declined", "asked"}, False, State.DISPATCHED),
        ({"accepted"}, False, State.ACCEPTED),
        ({"accepted", "declined"}, False, State.ACCEPTED),
        ({"declined"}, False, State.DECLINED),
        (set(), False, State.DECLINED),
        ({"accepted", "asked"}, True, State.UNDER_WAY),
        ({"accepted", "declined"}, True, State.UNDER_WAY),
    ],
)
def test_where_a_task_stands_follows_from_the_answers(
    answers: set[str], out: bool, stands: State
) -> None:
    assert standing({Answer(each) for each in answers}, out=out) == stands


def redispatch(session: Session, newsroom: Newsroom, task: Assignment, *crew: Actor) -> None:
    now = clock.now(session)
    service.dispatch(
        session,
        newsroom.editor,
        task,
        crew=[(one, Role.TEXT) for one in staff(session, *crew)],
        starts_at=now,
        due_at=now + timedelta(hours=2),
        place="西门",
    )


def test_the_last_answer_is_a_no_and_the_others_go(newsroom: Newsroom, send: Send) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter, newsroom.second_reporter)
        service.accept(session, newsroom.reporter, task)
        service.decline(session, newsroom.second_reporter, task, "生病")
        assert task.state == State.ACCEPTED
        field.set_out(session, newsroom.reporter, task)
        service.finish(session, newsroom.reporter, task)


def test_the_only_one_changes_their_mind_and_the_desk_sends_another(
    newsroom: Newsroom, send: Send
) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter)
        service.accept(session, newsroom.reporter, task)
        service.decline(session, newsroom.reporter, task, "生病")
        assert task.state == State.DECLINED
        assert task in queries.to_dispatch(session)
        redispatch(session, newsroom, task, newsroom.second_reporter)
        assert task.state == State.DISPATCHED


def test_whoever_comes_in_under_way_answers_and_goes(
    newsroom: Newsroom, send: Send, sign_in: Door
) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter, newsroom.second_reporter)
        service.accept(session, newsroom.reporter, task)
        service.accept(session, newsroom.second_reporter, task)
        field.set_out(session, newsroom.reporter, task)
        leaves, comes = staff(session, newsroom.second_reporter, newsroom.second_editor)
        service.replan(session, newsroom.editor, task, swap=(leaves, comes))
        assert task.state == State.UNDER_WAY
        uid = task.uid
    assert f"/assignments/{uid}/accept" in sign_in("second_editor").get(f"/assignments/{uid}").text
    with newsroom.database.unit() as session:
        task = queries.the_assignment(session, uid)
        service.accept(session, newsroom.second_editor, task)
        field.set_out(session, newsroom.second_editor, task)
        assert task.state == State.UNDER_WAY


def test_when_nobody_out_there_is_left_the_task_is_back_at_the_desk(
    newsroom: Newsroom, send: Send
) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter)
        service.accept(session, newsroom.reporter, task)
        field.set_out(session, newsroom.reporter, task)
        service.decline(session, newsroom.reporter, task, "车坏在路上")
        assert task.state == State.DECLINED


@pytest.mark.parametrize("under_way", [False, True])
def test_the_place_of_an_accepted_task_changes_and_its_crew_hears(
    newsroom: Newsroom, send: Send, under_way: bool
) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter, newsroom.second_reporter, place="东门")
        service.accept(session, newsroom.reporter, task)
        service.accept(session, newsroom.second_reporter, task)
        if under_way:
            field.set_out(session, newsroom.reporter, task)
        before = task.state
        redispatch(session, newsroom, task, newsroom.reporter)
        assert (task.place, task.state) == ("西门", before)
        told = {
            each.staff_id: each.text
            for each in session.query(Notice).filter_by(url=f"/assignments/{task.uid}", kind="task")
        }
        assert "有改动" in told[newsroom.reporter.id or 0]
        assert "不用去" in told[newsroom.second_reporter.id or 0]


def test_whoever_declined_is_not_asked_again_by_another_place(
    newsroom: Newsroom, send: Send, sign_in: Door
) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter, newsroom.second_reporter)
        service.accept(session, newsroom.reporter, task)
        service.decline(session, newsroom.second_reporter, task, "生病")
        uid = task.uid
    form = sign_in("editor").get(f"/assignments/{uid}/dispatch")
    assert form.status_code == 200
    assert _ticked(form.text) == {"reporter"}


def _ticked(page: str) -> set[str]:
    boxes = [box.partition(">")[0] for box in page.split("<input")[1:]]
    crew = [box for box in boxes if any(f'name="{role}"' in box for role in Role)]
    return {box.partition('value="')[2].partition('"')[0] for box in crew if "checked" in box}


def test_two_who_accept_at_once_are_both_heard(newsroom: Newsroom, send: Send) -> None:
    """Each has read the task before the other answers, where the database lets them."""
    with newsroom.database.unit() as session:
        uid = send(session, newsroom.reporter, newsroom.second_reporter).uid
    both = Barrier(2)

    def accept(actor: Actor) -> None:
        with newsroom.database.unit() as session:
            seen = queries.the_assignment(session, uid)
            with suppress(BrokenBarrierError):
                both.wait(2)
            service.accept(session, actor, seen)

    with ThreadPoolExecutor(2) as phones:
        list(phones.map(accept, (newsroom.reporter, newsroom.second_reporter)))
    with newsroom.database.unit() as session:
        task = queries.the_assignment(session, uid)
        assert [it.answer for it in task.crew] == [ACCEPTED, ACCEPTED]
        assert task.state == State.ACCEPTED
