"""An office that watches public opinion: whoever decides, whoever sits in rooms from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.core.clock import CENTRE
from kitchen.notifications.models import Notice
from kitchen.opinion import queries, room_queries, room_work, rooms, rumours, signs
from kitchen.opinion.models import EarlySign, RumourCase
from kitchen.opinion.room_models import IncidentRoom
from kitchen.opinion.rules import Grade, Office, Stand, Verdict
from kitchen.people.queries import the_staff
from tests.fixtures.newsroom import Newsroom

NOON = datetime(2026, 11, 23, 12, tzinfo=CENTRE)
LINE = "柳湾一处民房起火，明火已扑灭，没有人员伤亡，原因正在调查。"


@dataclass
class Watchroom:
    """The newsroom with what stands in it; time goes on only when told."""

    newsroom: Newsroom

    def __getattr__(self, role: str) -> Actor:
        return getattr(self.newsroom, role)  # type: ignore[no-any-return]

    @property
    def database(self) -> Any:
        return self.newsroom.database

    def later(self, **how: float) -> None:
        self.database.info["now"] += timedelta(**how)

    def heard(self, role: str) -> list[str]:
        """What somebody was told, by the words before they are filled in."""
        with self.database.unit(write=False) as session:
            who = self.newsroom.actors[role].id
            return list(session.scalars(select(Notice.text).where(Notice.staff_id == who)))

    def sign(self, grade: Grade = Grade.ROUTINE, reporter: str = "reporter") -> str:
        with self.database.unit() as session:
            actor = self.newsroom.actors[reporter]
            return signs.report(session, actor, title="居民群里说自来水有味", grade=grade).uid

    def on_sign(self, uid: str, act: Callable[..., object], role: str, *more: Any) -> EarlySign:
        actor = self.newsroom.actors[role]
        with self.database.unit() as session:
            act(session, actor, queries.the_sign(session, actor, uid), *more)
        with self.database.unit(write=False) as session:
            return queries.the_sign(session, self.newsroom.duty, uid)

    def rumour(self, text: str = "听说自来水厂出事了，三天不能喝") -> str:
        with self.database.unit() as session:
            return rumours.enter(session, self.newsroom.duty, text=text).uid

    def on_rumour(self, uid: str, act: Callable[..., object], role: str, *more: Any) -> RumourCase:
        with self.database.unit() as session:
            act(session, self.newsroom.actors[role], queries.the_rumour(session, uid), *more)
        with self.database.unit(write=False) as session:
            return queries.the_rumour(session, uid)

    def judged(self, verdict: Verdict = Verdict.FALSE) -> str:
        """A rumour with a source and a verdict."""
        uid = self.rumour()
        self.on_rumour(uid, rumours.check, "duty")
        with self.database.unit() as session:
            rumours.add_source(
                session,
                self.newsroom.duty,
                queries.the_rumour(session, uid),
                name="区水务局",
                stand=Stand.REFUTES,
                words="水质正常",
            )
        self.on_rumour(uid, rumours.judge, "deputy", verdict, "水质每小时检测，各项合格。")
        return uid

    def room(self, grade: Grade = Grade.ROUTINE, **more: Any) -> str:
        with self.database.unit() as session:
            actor = self.newsroom.duty
            return rooms.open_room(session, actor, title="柳湾起火", grade=grade, **more).uid

    def on_room(
        self, uid: str, act: Callable[..., object], role: str, *more: Any, **named: Any
    ) -> IncidentRoom:
        actor = self.newsroom.actors[role]
        with self.database.unit() as session:
            act(session, actor, room_queries.the_room(session, actor, uid), *more, **named)
        return self.see(uid)

    def see(self, uid: str, role: str = "duty") -> IncidentRoom:
        with self.database.unit(write=False) as session:
            return room_queries.the_room(session, self.newsroom.actors[role], uid)

    def invite(self, uid: str, role: str, office: Office) -> None:
        with self.database.unit() as session:
            staff = the_staff(session, self.newsroom.actors[role].uid)
            room = room_queries.the_room(session, self.newsroom.duty, uid)
            rooms.invite(session, self.newsroom.duty, room, staff, office)

    def agreed(self, uid: str) -> None:
        """A line that was drafted and approved."""
        self.on_room(uid, room_work.draft_line, "duty", LINE)
        self.approve(uid, "deputy")

    def approve(self, uid: str, role: str) -> IncidentRoom:
        def last(session: Session, actor: Actor, room: IncidentRoom) -> None:
            room_work.approve_line(session, actor, room.lines[-1])

        return self.on_room(uid, last, role)


@pytest.fixture
def watchroom(newsroom: Newsroom) -> Watchroom:
    newsroom.database.info["now"] = NOON
    return Watchroom(newsroom)
