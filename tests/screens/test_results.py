"""Beside the meeting: what became of the last one's decisions, and coverage with what is out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kitchen.core import clock
from kitchen.publishing.rules import State
from kitchen.screens import looking_back
from kitchen.stories.models import Story
from kitchen.topics import meeting, queries, service
from kitchen.topics.coverage import Cell
from kitchen.topics.models import Topic
from kitchen.topics.rules import Decision
from tests.fixtures.newsroom import Door, Newsroom
from tests.publishing.conftest import Outside, even_dice, outside, platform, ports

__all__ = ["even_dice", "outside", "platform", "ports"]


@pytest.fixture
def met(outside: Outside) -> Outside:
    """A meeting that approved one topic and refused another; no story yet."""
    newsroom = outside.newsroom
    with newsroom.database.unit() as session:
        for title in ("路通了", "不做的"):
            service.propose(
                session,
                newsroom.reporter,
                sources=[],
                title=title,
                angle="",
                forms=["text"],
                channels=["outlet"],
                planned_on=clock.today(session),
                column="民生",
            )
        convened = meeting.convene(session, newsroom.chief, clock.today(session))
        for member in (newsroom.committee, newsroom.chief, newsroom.deputy):
            meeting.attend(session, member, convened)
        meeting.open_meeting(session, newsroom.chief, convened)
        first, second = (item.topic for item in queries.the_meeting(session, convened.day).items)
        found = queries.the_meeting(session, convened.day)
        meeting.decide(session, newsroom.chief, found, first, Decision.APPROVE)
        meeting.decide(session, newsroom.chief, found, second, Decision.REJECT, reason="做过")
    return outside


def _about(outside: Outside, story: Any) -> None:
    """The story is of the approved topic."""
    with outside.database.unit() as session:
        topic = session.query(Topic).filter_by(title="路通了").one()
        session.query(Story).filter_by(uid=story.uid).one().topic_id = topic.id


def _results(newsroom: Newsroom) -> dict[str, looking_back.Result]:
    with newsroom.database.unit(write=False) as session:
        tomorrow = clock.today(session) + timedelta(days=1)
        found = looking_back.results_before(session, tomorrow)
        assert found is not None
        return {each.item.topic.title: each for each in found.results}


def test_before_the_first_meeting_there_is_nothing_to_look_back_on(newsroom: Newsroom) -> None:
    with newsroom.database.unit(write=False) as session:
        assert looking_back.results_before(session, clock.today(session)) is None


def test_a_topic_without_a_story_has_none_of_it(met: Outside) -> None:
    result = _results(met.newsroom)["路通了"]
    assert (result.stories, result.live, result.waiting) == (0, [], 0)


def test_what_is_out_is_named_by_platform(met: Outside) -> None:
    _about(met, met.approve(accounts=2))
    assert _results(met.newsroom)["路通了"].waiting == 2
    met.carry()
    result = _results(met.newsroom)["路通了"]
    assert (result.stories, len(result.live), result.waiting) == (1, 1, 0)
    assert _results(met.newsroom)["不做的"].live == []


def test_coverage_counts_what_went_live_beside_what_is_planned(met: Outside) -> None:
    _about(met, met.approve())
    met.carry()
    channel = met.rows()[0].channel
    assert met.rows()[0].state == State.LIVE
    with met.database.unit(write=False) as session:
        day = clock.today(session)
        counts = looking_back.with_published(
            session, day, day, {("民生", channel): Cell(planned=1)}
        )
        assert counts["民生", channel] == Cell(planned=1, published=1)
        after = day + timedelta(days=1)
        assert looking_back.with_published(session, after, after, {}) == {}


def test_the_pages_and_the_api_say_the_same(met: Outside, sign_in: Door) -> None:
    _about(met, met.approve())
    met.carry()
    with met.database.unit(write=False) as session:
        day = clock.today(session)
    reader = sign_in("reporter")
    tomorrow = (day + timedelta(days=1)).isoformat()
    told = reader.get(f"/api/v1/meetings/{tomorrow}/results").json
    assert told["day"] == day.isoformat()
    assert [len(item["live"]) for item in told["items"]] == [1, 0]
    grid = reader.get(f"/api/v1/coverage?day={day}&span=week").json
    assert sum(cell["published"] for cell in grid["cells"]) == 1
    page = reader.get(f"/coverage?day={day}&span=week").text
    assert "民生" in page
    assert reader.get("/coverage?day=yesterday").status_code == 422
    shown = sign_in("chief").post_form("/meetings/convene").headers["Location"]
    assert "上次会定的" in sign_in("chief").get(shown).text
