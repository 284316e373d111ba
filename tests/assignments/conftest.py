"""Tasks that somebody was sent on, for tests of what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kitchen.assignments import booking, service
from kitchen.assignments.models import Assignment, Gear
from kitchen.assignments.rules import GearKind, Role
from kitchen.core import clock
from kitchen.core.access import HOUSE, Actor
from kitchen.people.models import Staff, Unit
from kitchen.topics import service as topics
from tests.fixtures.newsroom import Newsroom

Send = Callable[..., Assignment]


def drafted(session: Session, newsroom: Newsroom, title: str = "雨后道路抢修") -> Assignment:
    """A task that waits for the desk."""
    topic = topics.propose(
        session,
        newsroom.reporter,
        sources=[],
        title=title,
        angle="从居民出行看",
        forms=["text"],
        channels=["wechat"],
        planned_on=None,
    )
    return service.draft_for_topic(session, HOUSE, topic)


def staff(session: Session, *actors: Actor) -> list[Staff]:
    return [session.get_one(Staff, actor.id) for actor in actors]


@pytest.fixture
def send(newsroom: Newsroom) -> Send:
    """``send(session, reporter, begin=…, hours=2)`` sends people out in the editor's name."""

    def sent(
        session: Session,
        *actors: Actor,
        begin: datetime | None = None,
        hours: float = 2,
        title: str = "雨后道路抢修",
        **more: Any,
    ) -> Assignment:
        task = drafted(session, newsroom, title)
        begin = begin or clock.now(session)
        crew = [(one, Role.TEXT) for one in staff(session, *actors)]
        service.dispatch(
            session,
            newsroom.editor,
            task,
            crew=crew,
            starts_at=begin,
            due_at=begin + timedelta(hours=hours),
            **more,
        )
        return task

    return sent


@pytest.fixture
def car(newsroom: Newsroom) -> str:
    """The uid of a car of the centre."""
    with newsroom.database.unit() as session:
        unit = session.get_one(Unit, newsroom.units["青禾区融媒体中心"].id)
        kept = booking.keep(
            session, newsroom.editor, name="采访车一号", kind=GearKind.VEHICLE, unit=unit
        )
        return kept.uid


def gear(session: Session, uid: str) -> Gear:
    return session.query(Gear).filter_by(uid=uid).one()
