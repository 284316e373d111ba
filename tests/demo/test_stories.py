"""The first two days: every page has something to show, and telling them again adds nothing."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen import app
from kitchen.assignments import queries as assignments
from kitchen.assignments.clashes import of_assignment
from kitchen.assignments.models import Assignment, Message
from kitchen.assignments.rules import State as TaskState
from kitchen.core import audit, clock
from kitchen.core.audit import AuditEntry
from kitchen.demo import cast, desk, stories
from kitchen.demo.desk import Patience
from kitchen.leads import queries as leads
from kitchen.leads.models import Lead
from kitchen.leads.rules import State as LeadState
from kitchen.media.models import MediaAsset
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import AT_REST, State
from kitchen.review import queries as review
from kitchen.stories.models import Story
from kitchen.stories.rules import State as StoryState
from kitchen.topics import meeting as meetings
from kitchen.topics.models import Meeting, Topic
from kitchen.topics.rules import MeetingState
from kitchen.topics.rules import State as TopicState
from tests.demo.test_line import work


@pytest.fixture
def told(readers: app.House) -> app.House:
    """The demo house after its first minute, deliveries included."""
    stories.tell(readers, Patience(60, lambda: work(readers)))
    Patience(60, lambda: work(readers)).until(lambda: _all_at_rest(readers), "发布")
    return readers


def _all_at_rest(house: app.House) -> bool:
    with house.database.unit(write=False) as session:
        return all(each.state in AT_REST for each in session.scalars(select(Publication)))


@pytest.mark.slow
def test_every_page_is_alive_after_the_first_minute(told: app.House) -> None:
    with told.database.unit(write=False) as session:

        def states(kind: type[Lead] | type[Topic] | type[Assignment] | type[Story]) -> set[str]:
            return {str(state) for state in session.scalars(select(kind.state))}

        assert states(Lead) == set(LeadState)
        assert states(Topic) == set(TopicState)
        assert states(Assignment) >= set(TaskState)
        assert states(Story) >= {
            StoryState.DRAFT,
            StoryState.IN_REVIEW,
            StoryState.RETURNED,
            StoryState.PUBLISHED,
        }
        _two_leads_look_alike(session)
        _two_tasks_clash(session)
        _one_task_is_overdue(session)
        _yesterday_met_and_today_waits(session)
        _everyone_has_something_to_review(session)
        _two_pieces_went_out_through_the_real_line(session)
        assert audit.verify(session).broken_at is None
        assert any(story.adopted_from_id for story in session.scalars(select(Story)))
        assert session.scalar(select(func.count(Message.id))) >= 4
        assert all(
            asset.caption for asset in session.scalars(select(MediaAsset)) if not asset.recipe
        )


def _two_leads_look_alike(session: Session) -> None:
    lead = session.scalars(select(Lead).where(Lead.urgency == "urgent")).first()
    assert [each.state for each, _ in leads.resembling(session, lead)]


def _two_tasks_clash(session: Session) -> None:
    waiting = session.scalars(select(Assignment).where(Assignment.state == "dispatched")).one()
    clashes = of_assignment(session, waiting)
    assert {clash.what for clash in clashes} == {cast.NAMES["photographer"], "采访车一号"}


def _one_task_is_overdue(session: Session) -> None:
    assert len(assignments.overdue(session)) == 1


def _yesterday_met_and_today_waits(session: Session) -> None:
    earlier, today = session.scalars(select(Meeting).order_by(Meeting.day)).all()
    assert (earlier.state, today.state) == (MeetingState.CLOSED, MeetingState.PLANNED)
    assert today.day == clock.today(session)
    assert len(today.items) >= 3
    assert not meetings.has_quorum(session, today)


def _everyone_has_something_to_review(session: Session) -> None:
    for username in ("editor", "chief", "deputy", "head", "leader"):
        assert review.count_to_decide(session, cast.actor(session, username)) >= 1, username


def _two_pieces_went_out_through_the_real_line(session: Session) -> None:
    states = Counter(session.scalars(select(Publication.state)))
    assert states == {State.LIVE: 10, State.AWAITING_HAND: 3}
    published = select(func.count()).where(Story.state == StoryState.PUBLISHED)
    assert session.scalar(published) == 2


@pytest.mark.slow
def test_the_next_start_adds_nothing_and_undoes_nothing(told: app.House) -> None:
    before = _entries(told)
    stories.tell(told, Patience(5, lambda: work(told)))
    assert _entries(told) == before
    with told.database.unit(write=False) as session:
        waiting = session.scalars(select(Story).where(Story.state == StoryState.IN_REVIEW)).all()
    for story in waiting:
        desk.pass_next(told, story.uid)
    before = _entries(told)
    stories.tell(told, Patience(5, lambda: work(told)))
    assert _entries(told) == before


def _entries(house: app.House) -> int:
    with house.database.unit(write=False) as session:
        return session.scalar(select(func.count(AuditEntry.id))) or 0
