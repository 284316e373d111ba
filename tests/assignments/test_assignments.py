"""Sending people out, their answers, and the thread between field and desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from kitchen.assignments import booking, clashes, field, queries, service
from kitchen.assignments.models import Assignment
from kitchen.assignments.rules import MACHINE, Answer, GearKind, Kind, Role, State
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.media import intake
from kitchen.media import queries as media
from kitchen.media import service as catalogue
from kitchen.notifications import queries as notices
from kitchen.people.models import Unit
from tests.assets.samples import encoded, photo
from tests.assignments.conftest import drafted, staff
from tests.fixtures.newsroom import Door, Newsroom


def _sent(session: Session, newsroom: Newsroom, *actors: Actor, **more: object) -> Assignment:
    assignment = drafted(session, newsroom)
    now = clock.now(session)
    crew = [(one, Role.TEXT) for one in staff(session, *actors)]
    span: dict[str, datetime] = {"starts_at": now, "due_at": now + timedelta(hours=2)}
    service.dispatch(session, newsroom.editor, assignment, crew=crew, **{**span, **more})
    return assignment


def test_every_state_can_be_reached() -> None:
    assert MACHINE.reachable() == {str(state) for state in State}


def test_those_who_are_sent_hear_of_it_and_accept(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        assignment = _sent(session, newsroom, newsroom.reporter, newsroom.second_reporter)
        assert notices.unread(session, newsroom.reporter.id) == 1
        service.accept(session, newsroom.reporter, assignment)
        assert assignment.state == State.DISPATCHED
        service.accept(session, newsroom.second_reporter, assignment)
        assert assignment.state == State.ACCEPTED
        field.set_out(session, newsroom.reporter, assignment)
        service.finish(session, newsroom.reporter, assignment)
        assert assignment.state == State.DONE


def test_declining_needs_a_reason_and_the_desk_sends_another(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        assignment = _sent(session, newsroom, newsroom.reporter)
        with pytest.raises(Invalid):
            service.decline(session, newsroom.reporter, assignment, "")
        service.decline(session, newsroom.reporter, assignment, "在外地采访")
        assert assignment.state == State.DECLINED
        assert notices.unread(session, newsroom.editor.id) == 1
        crew = [(one, Role.TEXT) for one in staff(session, newsroom.second_reporter)]
        due = clock.now(session) + timedelta(hours=3)
        service.dispatch(
            session, newsroom.editor, assignment, crew=crew, starts_at=None, due_at=due
        )
        assert [member.answer for member in assignment.crew] == [Answer.ASKED]


def test_who_accepted_keeps_their_answer_when_the_crew_changes(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        assignment = _sent(session, newsroom, newsroom.reporter, newsroom.second_reporter)
        service.accept(session, newsroom.reporter, assignment)
        crew = [
            (one, Role.PHOTO) for one in staff(session, newsroom.reporter, newsroom.second_editor)
        ]
        due = clock.now(session) + timedelta(hours=3)
        service.dispatch(
            session, newsroom.editor, assignment, crew=crew, starts_at=None, due_at=due
        )
        answers = {member.staff_id: member.answer for member in assignment.crew}
        assert answers == {
            newsroom.reporter.id: Answer.ACCEPTED,
            newsroom.second_editor.id: Answer.ASKED,
        }


@pytest.mark.parametrize(
    ("people", "hours", "field"), [(0, 2, "crew"), (1, -1, "due_at")], ids=["nobody", "backwards"]
)
def test_an_impossible_dispatch_is_refused(
    newsroom: Newsroom, people: int, hours: int, field: str
) -> None:
    with newsroom.database.unit() as session:
        assignment = drafted(session, newsroom)
        now = clock.now(session)
        crew = [(one, Role.TEXT) for one in staff(session, newsroom.reporter)[:people]]
        with pytest.raises(Invalid) as refused:
            service.dispatch(
                session,
                newsroom.editor,
                assignment,
                crew=crew,
                starts_at=now,
                due_at=now + timedelta(hours=hours),
            )
        assert field in refused.value.fields


def test_a_stranger_to_the_task_neither_accepts_nor_speaks(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        assignment = _sent(session, newsroom, newsroom.reporter)
        with pytest.raises(Forbidden):
            service.accept(session, newsroom.second_reporter, assignment)
        with pytest.raises(Forbidden):
            service.say(session, newsroom.second_reporter, assignment, "我也来说两句")


def test_the_same_person_or_vehicle_wanted_twice_is_shown(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        first = _sent(session, newsroom, newsroom.reporter, vehicle="采访一号车")
        second = _sent(session, newsroom, newsroom.reporter, vehicle="采访一号车")
        found = clashes.of_assignment(session, second)
        assert {(clash.what, clash.other.id) for clash in found} == {
            ("测试reporter", first.id),
            ("采访一号车", first.id),
        }


def test_whoever_declined_is_free_again(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        first = _sent(session, newsroom, newsroom.reporter, newsroom.second_reporter)
        service.decline(session, newsroom.reporter, first, "生病")
        found = clashes.clashes(session, first.span, [newsroom.reporter.id])
        assert found == []


def test_a_cancelled_task_takes_no_more_words(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        assignment = _sent(session, newsroom, newsroom.reporter)
        service.cancel(session, newsroom.editor, assignment, "活动取消")
        with pytest.raises(WrongState):
            service.say(session, newsroom.reporter, assignment, "我到了")


def test_a_request_from_the_desk_calls_the_crew(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        assignment = _sent(session, newsroom, newsroom.reporter)
        uid = assignment.uid
        service.say(session, newsroom.editor, assignment, "补一张全景", kind=Kind.REQUEST)
        assert notices.unread(session, newsroom.reporter.id) == 2
    assert (f"assignment:{uid}", {}) in newsroom.live.told


def test_an_overdue_task_is_found(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        assignment = _sent(session, newsroom, newsroom.reporter)
        assert queries.overdue(session) == []
        session.info["shift"] = timedelta(hours=3)
        session.info.pop("moment")
        assert queries.overdue(session) == [assignment]


def test_material_comes_in_by_the_page_and_the_wrong_file_is_named(sign_in: Door) -> None:
    newsroom = sign_in.newsroom
    with newsroom.database.unit() as session:
        uid = _sent(session, newsroom, newsroom.reporter).uid
    picture = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(picture, "JPEG")
    files = [(BytesIO(picture.getvalue()), "现场.jpg"), (BytesIO(b"<svg/>"), "图.svg")]
    url = f"/assignments/{uid}"
    answer = sign_in("reporter").post_form(f"{url}/messages", {"text": "已到场", "files": files})
    assert answer.status_code == 302
    page = sign_in("editor").get(url).text
    assert "已到场" in page
    assert "回传材料" in page
    assert "图.svg" in sign_in("reporter").get(url).text


def test_the_dispatch_form_keeps_what_was_typed(sign_in: Door) -> None:
    newsroom = sign_in.newsroom
    with newsroom.database.unit() as session:
        uid = drafted(session, newsroom).uid
    url = f"/assignments/{uid}/dispatch"
    refused = sign_in("editor").post_form(url, {"place": "东环路", "due_at": "2099-01-01T10:00"})
    assert refused.status_code == 422
    assert 'value="东环路"' in refused.text
    sent = {"text": ["reporter"], "place": "东环路", "due_at": "2099-01-01T10:00"}
    assert sign_in("editor").post_form(url, sent).status_code == 302
    shown = sign_in("reporter").call("GET", f"/api/v1/assignments/{uid}").json
    assert (shown["state"], shown["crew"][0]["username"]) == ("dispatched", "reporter")


def test_the_list_of_the_api_costs_the_same_however_much_it_shows(
    newsroom: Newsroom, sign_in: Door, count_queries: Callable[[], int]
) -> None:
    editor, costs = sign_in("editor"), []
    for numbers in (range(3), range(3, 12)):
        with newsroom.database.unit() as session:
            unit = session.get_one(Unit, newsroom.units["青禾区融媒体中心"].id)
            for number in numbers:
                named = {"name": f"相机{number}", "kind": GearKind.CAMERA, "unit": unit}
                camera = booking.keep(session, newsroom.editor, **named)
                _sent(session, newsroom, newsroom.reporter, gear=[camera])
        editor.call("GET", "/api/v1/assignments")
        before = count_queries()
        shown = editor.call("GET", "/api/v1/assignments").json["items"]
        costs.append(count_queries() - before)
    assert sorted(each["gear"] for each in shown) == sorted([f"相机{it}"] for it in range(12))
    assert costs[0] == costs[1]


def test_a_thread_costs_the_same_however_much_is_said(
    newsroom: Newsroom, sign_in: Door, count_queries: Callable[[], int]
) -> None:
    with newsroom.database.unit() as session:
        uid = _sent(session, newsroom, newsroom.reporter).uid
        received = intake.receive(
            newsroom.ports.store, BytesIO(encoded(photo(320, 240))), "现场.jpg"
        )
        shown = catalogue.catalogue(session, newsroom.reporter, received, caption="抢修现场").uid
    editor, costs = sign_in("editor"), []
    for more in (3, 9):
        with newsroom.database.unit() as session:
            assets = [media.the_asset(session, shown)]
            for _ in range(more):
                task = queries.the_assignment(session, uid)
                service.say(session, newsroom.reporter, task, "现场", assets=assets)
        editor.get(f"/assignments/{uid}/thread")
        before = count_queries()
        page = editor.get(f"/assignments/{uid}/thread").text
        costs.append(count_queries() - before)
    assert page.count(f"/media/{shown}/thumb") == 12
    assert costs[0] == costs[1]
