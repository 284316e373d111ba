"""A newsroom whose notices can leave the house, and a clock to stand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from channels.http import close_connections
from kitchen.core.access import Actor
from kitchen.core.clock import CENTRE
from kitchen.core.errors import N_
from kitchen.notifications import preferences, service
from kitchen.notifications.models import Message
from kitchen.notifications.rules import Kind, Way
from kitchen.notifications.smtp import SmtpMailer
from tests.channels.platform import Platform, serving
from tests.fixtures.newsroom import Newsroom
from tests.notifications.smtp_sink import Sink, sink

NOON = datetime(2026, 11, 26, 12, tzinfo=CENTRE)
TEXT = N_("您报的线索“%(title)s”没有采用：%(reason)s")
EVERYTHING = [f"{kind}:{way}" for kind in Kind for way in Way]


@pytest.fixture
def mail() -> Iterator[Sink]:
    with sink() as kept:
        yield kept


@pytest.fixture
def chat() -> Iterator[Platform]:
    """A work chat's robots."""
    with serving() as platform:
        yield platform
        close_connections()


@pytest.fixture
def outside(newsroom: Newsroom, mail: Sink) -> Newsroom:
    """The newsroom at noon, with a mail server."""
    stand(newsroom, NOON)
    mailer = SmtpMailer(mail.url, "kitchen@example.com", seconds=1)
    changed = replace(newsroom.ports, mailer=mailer, desk_url="https://desk.example")
    newsroom.database.info["ports"] = changed
    return newsroom


def stand(newsroom: Newsroom, now: datetime) -> None:
    """It is ``now`` for all that follows."""
    newsroom.database.info["now"] = now


def reach(newsroom: Newsroom, actor: Actor, **given: Any) -> None:
    """Somebody says how they want to hear; by mail, of everything, unless given otherwise."""
    setting: dict[str, Any] = {
        "mail_address": f"{actor.username}@example.com",
        "robot": None,
        "robot_url": "",
        "robot_secret": "",
        "robot_gone": False,
        "quiet_since": None,
        "quiet_until": None,
        "digest_at": None,
        "chosen": EVERYTHING,
    }
    with newsroom.database.unit() as session:
        preferences.save(session, actor, **{**setting, **given})


def tell(
    newsroom: Newsroom, *people: Actor, kind: Kind = Kind.BREAKING, url: str = "/leads/x"
) -> None:
    with newsroom.database.unit() as session:
        ids = [actor.id for actor in people]
        params = {"title": "旧仓库起火", "reason": "线人老张要求保密"}
        service.tell(session, ids, TEXT, url, kind=kind, **params)


def messages(newsroom: Newsroom) -> list[Message]:
    with newsroom.database.unit(write=False) as session:
        return session.query(Message).order_by(Message.id).all()
