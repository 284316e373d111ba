"""What is in production, seen as board, list, calendar and places; and the board's moves."""

from __future__ import annotations

from datetime import date, timedelta
from gzip import compress
from typing import Any

import pytest
from sqlalchemy import event

from kitchen.core import clock
from kitchen.core.errors import Forbidden, Stale, WrongState
from kitchen.people.models import Staff
from kitchen.topics import boards, coverage, meeting, stages
from kitchen.topics.rules import Decision, Lane, Stage, State, is_further, lane_of, lanes_open
from tests.fixtures.newsroom import Door, Newsroom
from tests.topics.conftest import Sitting, propose, topic_called


@pytest.mark.parametrize(
    ("state", "stage", "lane", "to"),
    [
        (State.DRAFT, Stage.PLANNED, Lane.DRAFT, {Lane.PROPOSED}),
        (State.RETURNED, Stage.PLANNED, Lane.DRAFT, {Lane.PROPOSED}),
        (State.PROPOSED, Stage.PLANNED, Lane.PROPOSED, {Lane.DRAFT}),
        (State.DEFERRED, Stage.PLANNED, Lane.PROPOSED, set()),
        (State.REJECTED, Stage.PLANNED, None, set()),
        (State.MERGED, Stage.PLANNED, None, set()),
        (
            State.APPROVED,
            Stage.PLANNED,
            Lane.PLANNED,
            {Lane.GATHERING, Lane.WRITING, Lane.REVIEWING, Lane.DONE},
        ),
        (
            State.APPROVED,
            Stage.DONE,
            Lane.DONE,
            {Lane.PLANNED, Lane.GATHERING, Lane.WRITING, Lane.REVIEWING},
        ),
    ],
)
def test_lanes(state: State, stage: Stage, lane: Lane | None, to: set[Lane]) -> None:
    assert lane_of(state, stage) == lane
    assert set(lanes_open(state, stage)) == to


def test_stages_follow_each_other() -> None:
    assert is_further(Stage.DONE, Stage.REVIEWING)
    assert not is_further(Stage.GATHERING, Stage.GATHERING)
    assert not is_further(Stage.PLANNED, Stage.DONE)


def _approve(sitting: Sitting, title: str) -> None:
    with sitting.unit() as (session, found):
        topic = topic_called(session, title)
        meeting.decide(session, sitting.newsroom.chief, found, topic, Decision.APPROVE)


def test_an_approved_topic_is_moved_by_hand(sitting: Sitting) -> None:
    _approve(sitting, "选题一")
    with sitting.unit() as (session, _):
        topic = topic_called(session, "选题一")
        stages.move(session, sitting.newsroom.reporter, topic, Lane.WRITING, topic.version)
        assert topic.stage == Stage.WRITING


def test_a_draft_is_filed_and_taken_back_by_hand(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        topic = propose(session, newsroom.reporter, as_draft=True)
        stages.move(session, newsroom.reporter, topic, Lane.PROPOSED)
        assert topic.state == State.PROPOSED
        stages.move(session, newsroom.reporter, topic, Lane.DRAFT)
        assert topic.state == State.DRAFT


@pytest.mark.parametrize("to", [Lane.PLANNED, Lane.WRITING, Lane.DONE])
def test_no_hand_leads_past_the_meeting(sitting: Sitting, to: Lane) -> None:
    with sitting.unit() as (session, _), pytest.raises(WrongState, match="编前会"):
        stages.move(session, sitting.newsroom.chief, topic_called(session, "选题一"), to)


def test_nor_back_before_it(sitting: Sitting) -> None:
    _approve(sitting, "选题一")
    with sitting.unit() as (session, _), pytest.raises(WrongState):
        topic = topic_called(session, "选题一")
        stages.move(session, sitting.newsroom.chief, topic, Lane.PROPOSED)


def test_another_reporters_topic_stays_where_it_is(sitting: Sitting) -> None:
    _approve(sitting, "选题一")
    with sitting.unit() as (session, _), pytest.raises(Forbidden):
        topic = topic_called(session, "选题一")
        stages.move(session, sitting.newsroom.second_reporter, topic, Lane.WRITING)


def test_whoever_it_was_handed_to_may_move_it(sitting: Sitting) -> None:
    _approve(sitting, "选题一")
    second = sitting.newsroom.second_reporter
    with sitting.unit() as (session, _):
        topic = topic_called(session, "选题一")
        stages.hand_to(session, sitting.newsroom.chief, topic, session.get_one(Staff, second.id))
        stages.move(session, second, topic, Lane.GATHERING)
        assert boards.keeper_of(topic).id == second.id


def test_of_two_who_move_it_the_second_is_told(sitting: Sitting) -> None:
    _approve(sitting, "选题一")
    with sitting.unit() as (session, _):
        topic = topic_called(session, "选题一")
        seen = topic.version
        stages.move(session, sitting.newsroom.chief, topic, Lane.WRITING, seen)
        with pytest.raises(Stale):
            stages.move(session, sitting.newsroom.deputy, topic, Lane.DONE, seen)


def test_what_happens_downstream_leads_forward_only(sitting: Sitting) -> None:
    _approve(sitting, "选题一")
    with sitting.unit() as (session, _):
        topic = topic_called(session, "选题一")
        stages.follow(session, topic.id, Stage.REVIEWING)
        stages.follow(session, topic.id, Stage.GATHERING)
        stages.follow(session, None, Stage.DONE)
        assert topic.stage == Stage.REVIEWING
        waiting = topic_called(session, "选题二")
        stages.follow(session, waiting.id, Stage.DONE)
        assert waiting.stage == Stage.PLANNED


MONDAY = date(2026, 11, 30)


@pytest.fixture
def filled(newsroom: Newsroom) -> Newsroom:
    """Topics of two people, two columns, three places, some dated."""
    with newsroom.database.unit() as session:
        second = session.get_one(Staff, newsroom.second_reporter.id)
        for number in range(12):
            propose(
                session,
                newsroom.reporter,
                f"<i>选题{number}</i>",
                column=("民生", "时政", "")[number % 3],
                place=("云溪街道", "九里桥", "")[number % 3],
                planned_on=MONDAY + timedelta(days=number % 4) if number % 2 else None,
                urgent=number == 5,
                owner=second if number % 4 == 0 else None,
            )
    return newsroom


def _groups(newsroom: Newsroom, by: Any, **filters: str) -> dict[str, int]:
    with newsroom.database.unit(write=False) as session:
        found = by(boards.in_production(session, boards.Filters(**filters)))
        return {group.label: group.count for group in found if group.count}


def test_topics_are_grouped(filled: Newsroom) -> None:
    assert _groups(filled, boards.by_lane) == {Lane.PROPOSED: 12}
    assert _groups(filled, boards.by_column) == {"民生": 4, "时政": 4, "": 4}
    people = {"测试reporter": 9, "测试second_reporter": 3}
    assert _groups(filled, boards.by_person) == people
    assert _groups(filled, boards.by_channel) == {"wechat": 12}
    assert list(_groups(filled, boards.by_place))[-1] == ""


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"q": "选题1"}, 3),
        ({"q": "%"}, 0),
        ({"column": "民生"}, 4),
        ({"person": "second_reporter"}, 3),
        ({"person": "reporter"}, 9),
        ({"person": "nobody"}, 0),
        ({"channel": "weibo"}, 0),
        ({"place": "九里桥", "column": "时政"}, 4),
    ],
)
def test_views_are_narrowed(filled: Newsroom, filters: dict[str, str], count: int) -> None:
    assert sum(_groups(filled, boards.by_lane, **filters).values()) == count


def test_the_urgent_comes_first_and_the_undated_last(filled: Newsroom) -> None:
    with filled.database.unit(write=False) as session:
        found = boards.in_production(session, boards.Filters())
        assert found[0].urgent
        assert [topic.planned_on for topic in found[1:7]] == sorted(
            topic.planned_on for topic in found[1:7] if topic.planned_on
        ) + [None]


def test_a_month_has_whole_weeks(filled: Newsroom) -> None:
    with filled.database.unit(write=False) as session:
        weeks = boards.month_of(boards.in_production(session, boards.Filters()), date(2026, 12, 1))
        assert [len(week) for week in weeks] == [7] * 5
        assert weeks[0][0].day == MONDAY
        assert weeks[0][0].outside
        assert sum(len(day.topics) for week in weeks for day in week) == 6


VIEWS = [
    "",
    "?group=person",
    "?group=column",
    "?group=platform",
    "?view=list",
    "?view=list&group=person",
    "?view=list&state=proposed",
    "?view=cal&month=2026-12",
    "?view=place",
]


@pytest.mark.parametrize("address", VIEWS)
def test_every_view_has_an_address_and_escapes_what_it_shows(
    filled: Newsroom, sign_in: Door, address: str
) -> None:
    page = sign_in("reporter").get(f"/topics{address}")
    assert page.status_code == 200
    assert "&lt;i&gt;选题" in page.text
    assert "<i>选题" not in page.text
    assert sign_in("reporter").get(f"/topics/view{address}").text.lstrip().startswith("<div id=")


@pytest.mark.parametrize(
    "address",
    [
        "?view=globe",
        "?group=mood",
        "?view=cal&month=2026-13",
        "?view=cal&month=9999-12",
        "?view=cal&month=0001-01",
    ],
)
def test_an_address_that_means_nothing_is_refused(sign_in: Door, address: str) -> None:
    assert sign_in("reporter").get(f"/topics{address}").status_code == 422


@pytest.mark.parametrize("address", VIEWS)
def test_a_view_costs_the_same_however_much_there_is(
    filled: Newsroom, sign_in: Door, address: str
) -> None:
    visitor = sign_in("reporter")
    few = _statements(filled, lambda: visitor.get(f"/topics/view{address}"))
    with filled.database.unit() as session:
        for number in range(40):
            propose(session, filled.second_reporter, f"更多{number}", column=f"栏{number}")
    assert _statements(filled, lambda: visitor.get(f"/topics/view{address}")) == few


def _statements(newsroom: Newsroom, act: Any) -> int:
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    engine = newsroom.database.engine
    act()
    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return len(said)


def test_a_board_of_a_hundred_and_twenty_cards_is_light(newsroom: Newsroom, sign_in: Door) -> None:
    with newsroom.database.unit() as session:
        people = session.query(Staff).all()
        topics = [
            propose(
                session, newsroom.reporter, f"青禾区第 {n} 个选题，写给老街坊", place="云溪街道"
            )
            for n in range(120)
        ]
        for number, topic in enumerate(topics):
            topic.state, topic.stage = State.APPROVED, list(Stage)[number % 4]
            topic.owner = people[number % len(people)]
            topic.decided_at = clock.now(session)
    page = sign_in("chief").get("/topics", headers={"Accept-Encoding": "gzip"})
    assert len(compress(page.data)) <= 25_000


def test_moves_by_menu_and_by_the_api(sitting: Sitting, sign_in: Door) -> None:
    _approve(sitting, "选题一")
    with sitting.unit() as (session, _):
        topic = topic_called(session, "选题一")
        uid, version = topic.uid, topic.version
    reporter = sign_in("reporter")
    moved = reporter.post_form(f"/topics/{uid}/move?view=board", {"to": "writing"})
    assert moved.status_code == 302
    body = {"to": "done", "version": version}
    late = reporter.call("POST", f"/api/v1/topics/{uid}/move", body)
    assert (late.status_code, late.json["code"]) == (409, "stale")
    body["version"] = version + 1
    done = reporter.call("POST", f"/api/v1/topics/{uid}/move", body)
    assert (done.json["stage"], "done" in done.json["lanes"]) == ("done", False)
    past = reporter.call("POST", f"/api/v1/topics/{uid}/move", {"to": "proposed"})
    assert past.status_code == 409
    assert reporter.call("POST", f"/api/v1/topics/{uid}/move", {"to": "moon"}).status_code == 422
    assert sign_in("operator").post_form(f"/topics/{uid}/move", {"to": "done"}).status_code == 403


def test_a_topic_is_handed_over_by_initials(sitting: Sitting, sign_in: Door) -> None:
    with sitting.unit() as (session, _):
        uid = topic_called(session, "选题一").uid
        session.get_one(Staff, sitting.newsroom.second_reporter.id).initials = "lxm"
    chief = sign_in("chief")
    assert chief.post_form(f"/topics/{uid}/hand", {"owner": "lxm"}).status_code == 302
    assert "测试second_reporter" in chief.get(f"/topics/{uid}").text
    refused = chief.call("POST", f"/api/v1/topics/{uid}/hand", {"owner": "nobody"})
    assert refused.status_code == 422
    stranger = sign_in("second_editor").call("POST", f"/api/v1/topics/{uid}/hand", {"owner": "lxm"})
    assert stranger.status_code == 403


def test_coverage_counts_columns_by_platforms_and_knows_the_gaps(sitting: Sitting) -> None:
    with sitting.unit() as (session, _):
        for title, column in (("选题一", "民生"), ("选题二", "民生"), ("选题三", "时政")):
            topic = topic_called(session, title)
            topic.column, topic.planned_on = column, MONDAY
        topic_called(session, "选题三").channels = ["weibo"]
    _approve(sitting, "选题一")
    with sitting.unit() as (session, _):
        counts = coverage.planned(session, MONDAY, MONDAY)
        assert counts["民生", "wechat"] == coverage.Cell(planned=1, waiting=1)
        grid = coverage.grid(session, MONDAY, MONDAY, counts)
        assert [name for name, _ in grid.rows] == ["时政", "民生"]
        assert grid.gaps == 2
        assert coverage.planned(session, MONDAY + timedelta(days=1), MONDAY) == {}
    assert coverage.span_of(date(2026, 12, 3), week=True) == (MONDAY, MONDAY + timedelta(days=6))
