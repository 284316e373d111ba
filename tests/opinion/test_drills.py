"""Drills (S45): played by the clock, marked everywhere, and nothing of them reaches a platform."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from kitchen.core.errors import Duplicate, Invalid, NotFound, WrongState
from kitchen.opinion import drills, figures, queries, room_queries, rooms, rumours, statements
from kitchen.opinion.models import Entry, Item, Tally
from kitchen.opinion.room_models import Drill, IncidentRoom
from kitchen.opinion.rules import SPEEDS, Incident, Run, Step
from kitchen.opinion.scenarios import FIRE, FUNDS, SCENARIOS
from kitchen.publishing.models import Publication
from kitchen.stories.models import Story, Target
from tests.fixtures.newsroom import Door
from tests.opinion.conftest import Watchroom


def begin(watchroom: Watchroom, scenario: str = "fire", speed: int = 60) -> str:
    with watchroom.database.unit() as session:
        return drills.begin(session, watchroom.duty, scenario, speed).uid


def the(watchroom: Watchroom, uid: str) -> Drill:
    with watchroom.database.unit(write=False) as session:
        return room_queries.the_drill(session, uid)


def act(watchroom: Watchroom, uid: str, verb: str) -> None:
    with watchroom.database.unit() as session:
        getattr(drills, verb)(session, watchroom.duty, room_queries.the_drill(session, uid))


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_a_scenario_is_told_in_order(scenario: object) -> None:
    minutes = [each.minute for each in scenario.injects]  # type: ignore[attr-defined]
    assert minutes == sorted(minutes)
    assert minutes[0] == 0


def test_it_is_played_by_the_clock_each_inject_once(watchroom: Watchroom) -> None:
    uid = begin(watchroom)
    assert the(watchroom, uid).position == 1
    assert drills.play(watchroom.database) == 0
    watchroom.later(seconds=14)  # fourteen minutes of the case
    assert drills.play(watchroom.database) == 2
    watchroom.later(hours=1)
    assert drills.play(watchroom.database) == len(FIRE.injects) - 3
    assert the(watchroom, uid).state == Run.PLAYED
    with watchroom.database.unit(write=False) as session:
        injects = session.scalars(select(Entry).where(Entry.step == Step.INJECT)).all()
        said = session.scalars(select(Item)).all()
    assert [it.words for it in injects] == [it.words for it in FIRE.injects]
    assert len(said) == len([it for it in FIRE.injects if it.channel])


@pytest.mark.parametrize("speed", SPEEDS)
def test_clocks_of_a_drill_run_as_fast_as_it(watchroom: Watchroom, speed: int) -> None:
    uid = begin(watchroom, speed=speed)
    room = watchroom.see(the(watchroom, uid).incident.uid)
    first = next(it for it in room.clocks if it.name == "first")
    assert first.due_at - room.created_at == timedelta(hours=5) / speed


def test_it_stands_still_and_goes_on_where_it_stood(watchroom: Watchroom) -> None:
    uid = begin(watchroom)
    watchroom.later(seconds=2)
    act(watchroom, uid, "pause")
    watchroom.later(hours=5)
    assert drills.play(watchroom.database) == 0
    act(watchroom, uid, "go_on")
    watchroom.later(seconds=2)
    assert drills.play(watchroom.database) == 0
    watchroom.later(seconds=1)
    assert drills.play(watchroom.database) == 1
    with pytest.raises(WrongState):
        act(watchroom, uid, "go_on")


def test_it_is_reset_and_played_anew(watchroom: Watchroom) -> None:
    uid = begin(watchroom)
    with pytest.raises(Duplicate):
        begin(watchroom)
    begin(watchroom, "funds")
    act(watchroom, uid, "reset")
    assert the(watchroom, uid).incident.state == Incident.CLOSED
    assert drills.play(watchroom.database) == 0
    again = the(watchroom, begin(watchroom))
    assert again.uid != uid
    assert again.position == 1
    with pytest.raises(WrongState):
        act(watchroom, uid, "reset")


def test_nothing_of_a_drill_reaches_a_platform(watchroom: Watchroom) -> None:
    """Every way from a room to a story is shut, and the database shuts the last."""
    room = the(watchroom, begin(watchroom)).incident
    watchroom.agreed(room.uid)
    with pytest.raises(WrongState, match="演练"):
        watchroom.on_room(room.uid, statements.draft_statement, "duty")
    with watchroom.database.unit() as session:
        story = Story(title="真稿", doc={"type": "doc"}, author_id=watchroom.duty.id)
        session.add(story)
        session.flush()
        found = room_queries.the_room(session, watchroom.duty, room.uid)
        with pytest.raises(WrongState, match="演练"):
            statements.attach_story(session, watchroom.duty, found, story)
        with pytest.raises(WrongState, match="演练"):
            rumours.enter(session, watchroom.duty, text="楼塌了", incident=found)
    with pytest.raises(IntegrityError), watchroom.database.unit() as session:
        session.execute(update(IncidentRoom).values(story_id=select(Story.id).scalar_subquery()))
    room = watchroom.on_room(room.uid, statements.play, "duty")
    assert room.state == Incident.ANSWERED
    assert room.answered_at is not None
    with pytest.raises(WrongState):
        watchroom.on_room(room.uid, statements.play, "duty")
    watchroom.later(hours=1)
    drills.play(watchroom.database)
    with watchroom.database.unit(write=False) as session:
        assert session.scalar(select(func.count(Story.id))) == 1
        assert session.scalar(select(func.count()).select_from(Target)) == 0
        assert session.scalar(select(func.count(Publication.id))) == 0


def test_a_real_room_is_not_played(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    watchroom.agreed(uid)
    with pytest.raises(WrongState):
        watchroom.on_room(uid, statements.play, "duty")


def test_what_a_drill_says_is_marked_and_counted_nowhere(watchroom: Watchroom) -> None:
    room = the(watchroom, begin(watchroom, "funds")).incident
    assert room.title == f"{rooms.MARK}{FUNDS.title}"
    with watchroom.database.unit(write=False) as session:
        assert queries.page_of_items(session).items == []
        assert session.scalar(select(func.count()).select_from(Tally)) == 0
        assert room_queries.count_running(session) == 0
        assert sum(day.count for day in figures.trend(session)) == 0
    assert watchroom.heard("deputy") == []
    with pytest.raises(WrongState):
        watchroom.on_room(room.uid, rooms.reopen, "deputy", "再来")


def test_a_drill_that_there_is_not(watchroom: Watchroom) -> None:
    with pytest.raises(NotFound):
        begin(watchroom, "flood")
    with pytest.raises(Invalid):
        begin(watchroom, speed=7)


def test_pages_of_drills(watchroom: Watchroom, sign_in: Door) -> None:
    duty = sign_in("duty")
    assert sign_in("reporter").get("/drills").status_code == 403
    assert duty.post_form("/drills", {"scenario": "fire", "speed": "7"}).status_code == 422
    at = duty.post_form("/drills", {"scenario": "fire", "speed": "60"}).location
    page = duty.get(at).text
    assert "这个房间是演练" in page
    assert "起草对外声明" not in page
    uid = the_uid(watchroom)
    assert duty.post_form(f"/drills/{uid}/pause").status_code == 302
    assert "继续演练" in duty.get(at).text
    assert duty.post_form(f"/drills/{uid}/go_on").status_code == 302
    assert duty.post_form(f"/drills/{uid}/reset").status_code == 302
    assert "已重置" in duty.get("/drills").text


def the_uid(watchroom: Watchroom) -> str:
    with watchroom.database.unit(write=False) as session:
        return session.scalars(select(Drill.uid)).one()
