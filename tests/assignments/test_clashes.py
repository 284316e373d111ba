"""What clashes: by the rule as a table, and in the newsroom, before sending and after moving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kitchen.assignments import claims, clashes, service
from kitchen.assignments.rules import Claim, ClashKind, Span, clash_of
from kitchen.core import clock
from kitchen.core.errors import Forbidden, Invalid, Stale
from kitchen.notifications.models import Notice
from kitchen.people.models import Staff
from tests.assignments.conftest import Send, staff
from tests.fixtures.newsroom import Door, Newsroom

NINE = datetime(2026, 11, 26, 1, tzinfo=UTC)
TRAVEL = timedelta(minutes=30)


def span(begin: float, end: float, place: str = "") -> Span:
    """Hours after nine."""
    return Span(NINE + timedelta(hours=begin), NINE + timedelta(hours=end), place)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (span(0, 2), span(1, 3), ClashKind.OVERLAP),
        (span(0, 4), span(1, 2), ClashKind.OVERLAP),
        (span(0, 2), span(0, 2), ClashKind.OVERLAP),
        (span(0, 2, "荷塘"), span(2, 3, "荷塘"), None),
        (span(0, 2, "荷塘"), span(2, 3, "云溪"), ClashKind.TRAVEL),
        (span(0, 2, "荷塘"), span(2.4, 3, "云溪"), ClashKind.TRAVEL),
        (span(0, 2, "荷塘"), span(2.5, 3, "云溪"), None),
        (span(0, 2, "荷塘"), span(2.1, 3), None),
        (span(0, 2), span(2, 3), None),
        (span(0, 1), span(5, 6), None),
    ],
)
def test_what_clashes(one: Span, other: Span, kind: ClashKind | None) -> None:
    assert clash_of(one, other, TRAVEL) == kind
    assert clash_of(other, one, TRAVEL) == kind


def test_the_way_between_two_places_is_counted_as_the_newsroom_says(
    newsroom: Newsroom, send: Send
) -> None:
    with newsroom.database.unit() as session:
        first = send(session, newsroom.reporter, place="荷塘")
        after = first.due_at + timedelta(minutes=20)
        second = send(session, newsroom.reporter, begin=after, place="云溪")
        (clash,) = clashes.of_assignment(session, second)
        assert (clash.kind, clash.other) == (ClashKind.TRAVEL, first)
        claims.set_setting(session, newsroom.editor, 15, 10)
        assert clashes.of_assignment(session, second) == []


def test_somebody_on_leave_is_flagged_and_only_their_own_may_say_so(
    newsroom: Newsroom, send: Send
) -> None:
    with newsroom.database.unit() as session:
        now = clock.now(session)
        me = session.get_one(Staff, newsroom.reporter.id)
        times = {"starts_at": now, "ends_at": now + timedelta(days=1)}
        with pytest.raises(Forbidden):
            claims.enter(session, newsroom.second_reporter, me, kind=Claim.LEAVE, **times)
        with pytest.raises(Invalid):
            backwards = {"starts_at": now, "ends_at": now}
            claims.enter(session, newsroom.reporter, me, kind=Claim.LEAVE, **backwards)
        claim = claims.enter(session, newsroom.reporter, me, kind=Claim.LEAVE, **times)
        task = send(session, newsroom.reporter)
        (clash,) = clashes.of_assignment(session, task)
        assert (clash.claim, clash.what) == (claim, me.name)
        claims.remove(session, newsroom.editor, claim)
        assert clashes.of_assignment(session, task) == []


def test_a_task_moved_into_another_is_flagged_and_its_crew_hears(
    newsroom: Newsroom, send: Send
) -> None:
    with newsroom.database.unit() as session:
        first = send(session, newsroom.reporter)
        second = send(session, newsroom.reporter, begin=first.due_at + timedelta(hours=5))
        assert clashes.of_assignment(session, second) == []
        service.replan(session, newsroom.editor, second, starts_at=first.starts_at)
        assert {clash.other for clash in clashes.of_assignment(session, second)} == {first}
        assert second.due_at - second.starts_at == timedelta(hours=2)
        told = session.query(Notice).filter_by(url=f"/assignments/{second.uid}").all()
        assert any("有改动" in notice.text for notice in told)


def test_one_person_takes_the_place_of_another(newsroom: Newsroom, send: Send) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter)
        service.accept(session, newsroom.reporter, task)
        leaves, comes = staff(session, newsroom.reporter, newsroom.second_reporter)
        service.replan(session, newsroom.editor, task, swap=(leaves, comes))
        assert [(it.staff_id, it.answer) for it in task.crew] == [(comes.id, "asked")]
        assert task.state == "dispatched"
        with pytest.raises(Invalid):
            service.replan(session, newsroom.editor, task, swap=(leaves, comes))


def test_of_two_who_replan_at_once_the_second_is_told(newsroom: Newsroom, send: Send) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter)
        seen, later = task.version, task.starts_at + timedelta(hours=1)
        service.replan(session, newsroom.editor, task, starts_at=later, seen=seen)
        with pytest.raises(Stale):
            service.replan(session, newsroom.second_editor, task, starts_at=later, seen=seen)


def test_a_towns_editor_sends_nobody_of_the_centre(newsroom: Newsroom, send: Send) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter)
        leaves, comes = staff(session, newsroom.reporter, newsroom.second_reporter)
        with pytest.raises(Forbidden):
            service.replan(session, newsroom.town_editor, task, swap=(leaves, comes))


def test_lanes_and_clashes_are_read_through_the_api(
    newsroom: Newsroom, send: Send, sign_in: Door
) -> None:
    with newsroom.database.unit() as session:
        first = send(session, newsroom.reporter, place="荷塘")
        second = send(session, newsroom.reporter, place="云溪")
        day = clock.local(first.starts_at).date()
        uids = {first.uid, second.uid}
    editor = sign_in("editor")
    lanes = editor.call("GET", f"/api/v1/crew?day={day}").json["items"]
    (lane,) = [it for it in lanes if it["bars"]]
    assert {bar["task"] for bar in lane["bars"]} == uids
    assert {bar["clash"] for bar in lane["bars"]} == {"overlap"}
    setting = {"travel_minutes": 15, "late_minutes": 5}
    assert editor.call("PUT", "/api/v1/crew/setting", json=setting).json == setting
    reporter = sign_in("reporter")
    assert reporter.call("GET", "/api/v1/crew/setting").json == setting
    assert reporter.call("PUT", "/api/v1/crew/setting", json=setting).status_code == 403
    assert all(not it["movable"] for it in reporter.call("GET", "/api/v1/crew").json["items"])
