"""A petitions desk: people of two units beside the centre's, and the way of a question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kitchen import app
from kitchen.core import codes
from kitchen.core.access import Actor
from kitchen.people import queries as people
from kitchen.people.models import Post, Staff, Unit
from kitchen.people.rules import Level
from kitchen.petitions import asking, handling, queries, service
from kitchen.petitions.asking import Question
from kitchen.petitions.models import Petition
from kitchen.petitions.rules import Category
from kitchen.roles import ROLES
from kitchen.web.face import Face
from tests.fixtures.newsroom import Newsroom

TOWN, TRAFFIC = "云溪街道", "区交通运输局"
QUESTION = Question(
    "青禾大道路灯不亮", "青禾大道北段路灯坏了一个月，晚上走路看不清。", "青禾大道北段"
)
REPLY = "已派人更换十二盏路灯，本周五前全部亮起，咨询请打区里的服务热线。"


@dataclass
class Office:
    """The petitions desk and whoever deals with it; time goes on only when told."""

    newsroom: Newsroom
    clerk: Actor
    second_clerk: Actor
    stranger: Actor
    """Answers for another unit."""
    asked: int = 0

    @contextmanager
    def unit(self) -> Iterator[Session]:
        with self.newsroom.database.unit() as session:
            yield session

    def at(self, moment: datetime) -> None:
        """It is this moment now."""
        self.newsroom.database.info["now"] = moment

    def later(self, **how: float) -> None:
        self.at(self.newsroom.database.info["now"] + timedelta(**how))

    def ask(self, question: Question = QUESTION) -> str:
        """File a question; answers its code."""
        self.asked += 1
        code = codes.code_for("a secret of tests", str(self.asked), question.title)
        with self.unit() as session:
            asking.ask(session, code, question)
        return code

    def do(self, code: str, act: Callable[[Session, Petition], object]) -> Petition:
        """Act on what a code opens, in a unit of work of its own."""
        with self.unit() as session:
            petition = asking.find(session, code)
            act(session, petition)
        with self.unit() as session:
            return asking.find(session, code)

    def hand(self, code: str, unit: str = TOWN) -> Petition:
        """Accept it and have a unit answer."""

        def handed(session: Session, petition: Petition) -> None:
            service.accept(session, self.newsroom.duty, petition, Category.TRAFFIC)
            department = queries.the_department(session, self.newsroom.units[unit].uid)
            service.hand(session, self.newsroom.duty, petition, department)

        return self.do(code, handed)

    def reply(self, code: str, words: str = REPLY) -> Petition:
        return self.do(code, lambda session, it: handling.reply(session, self.clerk, it, words))

    def answer(self, code: str, words: str = REPLY) -> Petition:
        """All the way from the question to the reviewed answer."""
        self.hand(code)
        self.reply(code, words)
        deputy = self.newsroom.deputy
        return self.do(code, lambda session, it: handling.pass_reply(session, deputy, it))


@pytest.fixture
def office(newsroom: Newsroom) -> Office:
    with newsroom.database.unit() as session:
        district = session.merge(newsroom.units["青禾区"], load=False)
        traffic = Unit(name=TRAFFIC, level=Level.DEPARTMENT, parent_id=district.id)
        session.add(traffic)
        session.flush()
        newsroom.units[TRAFFIC] = traffic
    clerks = [_taken_on(newsroom, name, TOWN) for name in ("clerk", "second_clerk")]
    return Office(newsroom, *clerks, _taken_on(newsroom, "stranger", TRAFFIC))


def _taken_on(newsroom: Newsroom, username: str, unit: str) -> Actor:
    with newsroom.database.unit() as session:
        post = Post(unit_id=newsroom.units[unit].id, role="department", title="")
        session.add(Staff(username=username, name=username, password_hash="", posts=[post]))
        session.flush()
        staff = people.staff_by_username(session, username)
        assert staff is not None
        newsroom.actors[username] = people.actor_of(session, staff, ROLES)
    return newsroom.actors[username]


@pytest.fixture
def public(newsroom: Newsroom) -> Face:
    return app.create_public(newsroom.house)


@pytest.fixture
def citizen(public: Face) -> FlaskClient:
    """Somebody with an old phone, whom nobody knows."""
    return public.test_client()
