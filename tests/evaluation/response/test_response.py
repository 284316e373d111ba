"""How fast a story came to its readers: the steps from the audit and the rows, and the medians."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from channels.base import Edition, Form
from kitchen.core import audit
from kitchen.core.access import HOUSE
from kitchen.evaluation.response.models import StoryTimes
from kitchen.evaluation.response.queries import response
from kitchen.evaluation.response.rules import Step, bottleneck, longest, medians, minutes_of
from kitchen.evaluation.response.service import moments_of
from kitchen.leads.models import Lead
from kitchen.leads.rules import Source
from kitchen.publishing.models import Publication
from kitchen.sanctions.queries import Period
from kitchen.stories.models import Story
from kitchen.topics.models import Topic
from tests.evaluation.figures.conftest import (
    MONDAY,
    Counted,
    counted,
    counters,
    even_dice,
    platform,
    ports,
)

__all__ = ["counted", "counters", "even_dice", "platform", "ports"]

EDITION = Edition(Form.STATUS, body="荷塘整治完成")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def at(**minutes: int) -> dict[Step, datetime]:
    return {Step(name): NOON + timedelta(minutes=count) for name, count in minutes.items()}


@pytest.mark.parametrize(
    ("moments", "minutes", "slowest"),
    [
        (
            at(lead=0, decided=30, assigned=40, begun=100, submitted=160, approved=180, live=185),
            {
                "decided": 30,
                "assigned": 10,
                "begun": 60,
                "submitted": 60,
                "approved": 20,
                "live": 5,
            },
            Step.BEGUN,
        ),
        # a step nobody took: its time belongs to the next one
        (at(lead=0, begun=50, live=60), {"begun": 50, "live": 10}, Step.BEGUN),
        # written before the topic was decided: what ran side by side counts once
        (
            at(lead=0, decided=60, begun=20, live=90),
            {"decided": 60, "begun": 0, "live": 30},
            "decided",
        ),
        (at(live=10), {}, None),
        # the lead was filed, and the topic decided, when readers had it already
        (at(lead=500, decided=600, begun=10, live=60), {"live": 50}, Step.LIVE),
        ({}, {}, None),
    ],
)
def test_steps_add_up_to_the_whole(
    moments: dict[Step, datetime], minutes: dict[str, int], slowest: Step | None
) -> None:
    found = minutes_of(moments)
    assert found == minutes
    assert longest(found) == slowest
    if found:
        whole = moments[Step.LIVE] - min(moments.values())
        assert sum(found.values()) == whole.total_seconds() / 60


def test_a_median_is_of_those_that_took_the_step() -> None:
    stories = [
        {Step.BEGUN: 10, Step.LIVE: 5},
        {Step.BEGUN: 20},
        {Step.BEGUN: 90, Step.LIVE: 6},
    ]
    usual = medians(stories)
    assert usual == {Step.BEGUN: 20, Step.LIVE: 5.5}
    assert bottleneck(usual) == Step.BEGUN
    assert bottleneck(medians([])) is None


def hours_before(hours: float) -> datetime:
    return MONDAY - timedelta(hours=hours)


def worked_on(counted: Counted, story: Story, **more: Any) -> None:
    """The story came of a lead ten hours ago, decided after two, submitted after eight."""
    with counted.database.unit() as session:
        lead = Lead(title="荷塘", body="荷塘换新颜", source=Source.PUBLIC)
        reporter = counted.newsroom.reporter
        topic = Topic(
            title="荷塘", forms=[], channels=[], proposer_id=reporter.id, decided_at=hours_before(8)
        )
        topic.leads.append(lead)
        session.add(topic)
        session.flush()
        lead.created_at = hours_before(10)
        row = session.get_one(Story, story.id)
        row.topic_id, row.created_at = topic.id, hours_before(6)
        for name, value in more.items():
            setattr(row, name, value)
    counted.at(hours_before(2))
    with counted.database.unit() as session:
        audit.record(session, HOUSE, "submit", session.get_one(Story, story.id))
    counted.at(hours_before(1))
    with counted.database.unit() as session:
        audit.record(session, HOUSE, "submit", session.get_one(Story, story.id))
        audit.record(session, HOUSE, "approve", session.get_one(Story, story.id))
    counted.at(MONDAY)


def story_at_work(counted: Counted, **more: Any) -> Story:
    story = counted.approve_for([counted.account()], EDITION)
    worked_on(counted, story, **more)
    return story


def test_the_steps_come_from_rows_and_audit_and_are_noted_when_it_goes_live(
    counted: Counted,
) -> None:
    story = story_at_work(counted)
    with counted.database.unit(write=False) as session:
        assert session.get(StoryTimes, story.id) is None
        assert Step.LIVE not in moments_of(session, session.get_one(Story, story.id))
    counted.carry()
    with counted.database.unit(write=False) as session:
        row = session.get_one(StoryTimes, story.id)
        assert row.minutes == {
            Step.DECIDED: 120,
            Step.BEGUN: 120,
            Step.SUBMITTED: 240,
            Step.APPROVED: 60,
            Step.LIVE: 60,
        }
        assert (row.assigned, row.live_at) == (None, MONDAY)


def test_an_approval_that_was_revoked_and_acts_on_a_correction_are_no_steps(
    counted: Counted,
) -> None:
    story = story_at_work(counted)
    counted.at(MONDAY - timedelta(minutes=5))
    with counted.database.unit() as session:
        audit.record(session, HOUSE, "approve", session.get_one(Story, story.id))
    counted.at(MONDAY)
    counted.carry()
    counted.later(hours=3)
    with counted.database.unit() as session:
        audit.record(session, HOUSE, "approve", session.get_one(Story, story.id))
    with counted.database.unit(write=False) as session:
        row = session.get_one(StoryTimes, story.id)
        now = moments_of(session, session.get_one(Story, story.id))
    assert (row.approved, row.live) == (115, 5)
    assert minutes_of(now) == row.minutes


def test_only_the_first_publication_ends_the_clock(counted: Counted) -> None:
    story = counted.publish(counted.account(), counted.account(name="青禾文旅"))
    with counted.database.unit(write=False) as session:
        before = session.get_one(StoryTimes, story.id).live_at
        assert session.query(Publication).count() == 2
    counted.later(hours=5)
    with counted.database.unit(write=False) as session:
        assert session.get_one(StoryTimes, story.id).live_at == before


def test_medians_by_desk_and_week_name_the_bottleneck(counted: Counted) -> None:
    section = counted.newsroom.units["采编部"].id
    for number, (week, submitted) in enumerate([(0, 30), (0, 50), (1, 400)]):
        counted.at(MONDAY + timedelta(weeks=week))
        story = counted.publish(counted.account(name=f"号{number}"), unit_id=section)
        with counted.database.unit() as session:
            row = session.get_one(StoryTimes, story.id)
            row.submitted, row.approved = submitted, 60
    with counted.database.unit(write=False) as session:
        found = response(session, Period(date(2026, 3, 1), date(2026, 3, 15)))
        first_week = response(session, Period(date(2026, 3, 2), date(2026, 3, 2)))
        nothing = response(session, Period(date(2025, 1, 1), date(2025, 1, 2)))
    assert (found.whole.stories, found.whole.steps[Step.SUBMITTED]) == (3, 50)
    assert found.whole.bottleneck == Step.APPROVED
    assert [(each.name, each.stories) for each in found.desks] == [("采编部", 3)]
    assert [(each.name, each.steps[Step.SUBMITTED], each.bottleneck) for each in found.weeks] == [
        ("2026-03-02", 40, Step.APPROVED),
        ("2026-03-09", 400, Step.SUBMITTED),
    ]
    assert first_week.whole.stories == 2
    assert (nothing.whole.stories, nothing.whole.bottleneck, nothing.desks) == (0, None, [])
