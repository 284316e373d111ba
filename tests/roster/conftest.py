"""A line of duty, people who stand on it, and a clock that may be put forward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from kitchen.core.access import Actor
from kitchen.core.clock import CENTRE
from kitchen.notifications.models import Notice
from kitchen.people.models import Staff
from kitchen.roster import queries, service
from kitchen.roster.models import DutyShift
from kitchen.roster.service import Kept, Planned
from tests.fixtures.newsroom import Newsroom

DAY = date(2026, 9, 30)
"""A Wednesday; the next day begins a public holiday."""


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour, minute), CENTRE)


class Roster:
    """The roster of a house whose clock stands where it was put."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        self.database = newsroom.database
        self.set_clock(at(7))

    def set_clock(self, moment: datetime) -> None:
        self.database.info["now"] = moment

    def line(self, name: str = "新媒体值班", **how: Any) -> str:
        with self.database.unit() as session:
            unit = self.newsroom.units["青禾区融媒体中心"]
            kept = Kept(name, unit, time(8), time(20), **how)
            return service.open_line(session, self.newsroom.chief, kept).uid

    def shift(
        self, line: str, a: Actor, b: Actor | None = None, day: date = DAY, **hours: time
    ) -> str:
        with self.database.unit() as session:
            planned = Planned(
                queries.the_line(session, line),
                day,
                session.get_one(Staff, a.id),
                session.get_one(Staff, b.id) if b else None,
                **hours,
            )
            return service.plan_shift(session, self.newsroom.chief, planned).uid

    def do(self, verb: Callable[..., object], actor: Actor, uid: str, *more: Any) -> None:
        with self.database.unit() as session:
            verb(session, actor, queries.the_shift(session, uid), *more)

    def see(self, uid: str) -> DutyShift:
        with self.database.unit(write=False) as session:
            return queries.the_shift(session, uid)

    def told(self, actor: Actor) -> list[str]:
        """What a person was told, in order, with its places filled."""
        with self.database.unit(write=False) as session:
            found = session.query(Notice).filter_by(staff_id=actor.id).order_by(Notice.id)
            return [each.text % each.params for each in found]


@pytest.fixture
def roster(newsroom: Newsroom) -> Roster:
    return Roster(newsroom)


MINUTE = timedelta(minutes=1)
