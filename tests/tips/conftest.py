"""A tips desk and a source with an old phone; time goes on only when told."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kitchen import app
from kitchen.core.clock import CENTRE
from kitchen.ports import TipRoom
from kitchen.tips import making, telling
from kitchen.tips.models import Tip
from kitchen.web.face import Face
from tests.fixtures.newsroom import Newsroom

WORDS = "化工园东门夜里往河里排黑水，连续三天，都是凌晨两点。"
CONTACT = "让小卖部的老李转告，电话13800138000"
MORNING = datetime(2026, 11, 24, 10, 3, tzinfo=CENTRE)


@dataclass
class TipDesk:
    """The desk and whatever a source does, through the public pages."""

    newsroom: Newsroom
    source: FlaskClient

    @property
    def room(self) -> TipRoom:
        room: TipRoom = self.newsroom.database.info["tips"]
        return room

    @contextmanager
    def unit(self) -> Iterator[Session]:
        with self.newsroom.database.unit() as session:
            yield session

    def at(self, moment: datetime) -> None:
        self.newsroom.database.info["now"] = moment

    def later(self, **how: float) -> None:
        self.at(self.newsroom.database.info["now"] + timedelta(**how))

    def send(self, **changes: Any) -> TestResponse:
        """Fill the form in and send it, some seconds after it was shown."""
        form = {"_key": secrets.token_hex(8), "shown": self.shown(), "words": WORDS}
        return self.source.post("/tip", data={**form, **changes})

    def shown(self, seconds: int = 60) -> str:
        """What a form carries that was shown so many seconds ago."""

        class Earlier(TimestampSigner):
            def get_timestamp(self) -> int:
                return super().get_timestamp() - seconds

        key = self.newsroom.house.settings.secret_key
        return Earlier(key, salt="tip form").sign(b"").decode()

    def tell(self, **changes: Any) -> str:
        """Send a tip; answers its code."""
        answer = self.send(**changes)
        assert answer.status_code == 200, answer.text
        return code_in(answer)

    def find(self, code: str) -> Tip:
        with self.unit() as session:
            return telling.find(session, code)

    def do(self, code: str, act: Callable[[Session, Tip], object]) -> Tip:
        """Act on what a code opens, in a unit of work of its own."""
        with self.unit() as session:
            act(session, telling.find(session, code))
        return self.find(code)

    def make_all(self) -> None:
        """Have the worker do what its bell says."""
        making.ring_for_waiting(self.newsroom.database)
        for bell, number in self.newsroom.bell.rung:
            if bell == making.BELL:
                making.make(self.newsroom.database, number)


def code_in(answer: TestResponse) -> str:
    found = re.search(r"data-code>([^<]+)<", answer.text)
    assert found is not None, answer.text
    return found[1]


@pytest.fixture
def public(newsroom: Newsroom) -> Face:
    return app.create_public(newsroom.house)


@pytest.fixture
def tips(newsroom: Newsroom, public: Face) -> TipDesk:
    desk = TipDesk(newsroom, public.test_client())
    desk.at(MORNING)
    return desk
