"""A meeting in session, and what its members do in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.topics import meeting, queries, service
from kitchen.topics.models import Meeting, Topic
from tests.fixtures.newsroom import Newsroom


def propose(session: Session, actor: Actor, title: str = "雨后道路抢修", **more: object) -> Topic:
    """A topic, filed."""
    given = {"angle": "从居民出行看", "planned_on": None, **more}
    return service.propose(
        session, actor, sources=[], title=title, forms=["text"], channels=["wechat"], **given
    )


@dataclass
class Sitting:
    """Today's meeting, open, presided over by the chief; three members are there."""

    newsroom: Newsroom

    @contextmanager
    def unit(self) -> Iterator[tuple[Session, Meeting]]:
        """A unit of work in it."""
        with self.newsroom.database.unit() as session:
            yield session, queries.the_meeting(session, clock.today(session))


def topic_called(session: Session, title: str) -> Topic:
    """The topic of that title."""
    return session.scalars(select(Topic).where(Topic.title == title)).one()


def take_back(session: Session, actor: Actor, found: Meeting) -> Topic:
    """Undo what the actor's page shows as the latest decision."""
    last = queries.last_decided(found)
    assert last is not None
    assert last.decided_at is not None
    return meeting.undo_last(session, actor, found, last.topic.uid, last.decided_at)


@pytest.fixture
def sitting(newsroom: Newsroom) -> Sitting:
    with newsroom.database.unit() as session:
        for number in ("一", "二", "三"):
            propose(session, newsroom.reporter, f"选题{number}")
        convened = meeting.convene(session, newsroom.chief, clock.today(session))
        for member in (newsroom.committee, newsroom.chief, newsroom.deputy):
            meeting.attend(session, member, convened)
        meeting.open_meeting(session, newsroom.chief, convened)
    return Sitting(newsroom)
