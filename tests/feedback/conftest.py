"""A wall on which readers write, an account that speaks on it, and the people who answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from channels.abilities import Comment, Letter
from channels.base import Abilities, Edition, Form, Listing, Receipt
from kitchen.core import bus, clock
from kitchen.core.access import Actor
from kitchen.feedback import escalation, gathering, queries, replying, sending
from kitchen.feedback.models import Gathering, Voice
from kitchen.matrix.models import Account
from kitchen.notifications.models import Notice
from kitchen.ports import Ports
from kitchen.publishing.events import LettersHeard
from kitchen.publishing.models import Publication
from tests.fixtures.newsroom import Newsroom
from tests.publishing.conftest import FakeChannel, Outside, Platform, even_dice

__all__ = ["even_dice"]


@dataclass
class Wall:
    """What readers wrote under the one piece, newest first, and how often each was answered."""

    comments: list[Comment] = field(default_factory=list)
    replies: Counter[str] = field(default_factory=Counter)
    letters: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What we wrote to people privately."""
    reads: list[Any] = field(default_factory=list)
    """How the next lists go: an exception, or ``None`` for well."""
    breaks_after: int | None = None
    told_twice: bool = False
    plays: list[Any] = field(default_factory=list)
    """How the next replies go: ``before`` and ``after`` are exceptions raised then."""
    asked_since: list[datetime | None] = field(default_factory=list)

    def say(self, number: int, text: str, at: datetime, **more: Any) -> None:
        self.comments.insert(0, Comment(str(number), f"读者{number}", text, at, **more))

    def take_away(self, number: int) -> None:
        self.comments = [each for each in self.comments if each.id != str(number)]

    def edit(self, number: int, **changes: Any) -> None:
        self.comments = [
            replace(each, **changes) if each.id == str(number) else each for each in self.comments
        ]


@dataclass(frozen=True)
class Before:
    """The connection breaks before the platform has read the reply."""

    error: Exception


@dataclass(frozen=True)
class After:
    """The platform takes the reply, and the answer is lost."""

    error: Exception


class Talkative(FakeChannel):
    """A channel whose readers write, and may be answered."""

    key = "weibo"

    def __init__(self, platform: Platform, account: str, wall: Wall) -> None:
        super().__init__(platform, account)
        self.wall = wall

    def comments(self, receipt: Receipt) -> Iterator[Comment]:
        self.wall.asked_since.append(None)
        yield from self._told()

    def latest(self, receipt: Receipt, since: datetime) -> Iterator[Comment]:
        self.wall.asked_since.append(since)
        yield from (each for each in self._told() if each.at >= since)

    def _told(self) -> Iterator[Comment]:
        if self.wall.reads and (error := self.wall.reads.pop(0)):
            raise error
        shown = [*self.wall.comments]
        if self.wall.told_twice:
            shown = shown[:2] + shown[:2]
        for number, comment in enumerate(shown):
            if self.wall.breaks_after == number:
                raise self.wall.reads.pop(0)
            yield comment

    def reply(self, receipt: Receipt, comment_id: str, text: str) -> None:
        play = self.wall.plays.pop(0) if self.wall.plays else None
        if isinstance(play, Before):
            raise play.error
        self.wall.replies[comment_id] += 1
        self.wall.edit(int(comment_id), reply=text)
        if isinstance(play, After):
            raise play.error

    def answer(self, sender: str, text: str) -> None:
        play = self.wall.plays.pop(0) if self.wall.plays else None
        if isinstance(play, Before):
            raise play.error
        self.wall.letters[sender, text] += 1
        if isinstance(play, After):
            raise play.error


@pytest.fixture
def platform() -> Platform:
    return Platform(abilities=Abilities(Listing.AUTHORITATIVE, timedelta(seconds=10)))


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def ports(ports: Ports, platform: Platform, wall: Wall) -> Ports:
    def open_channel(key: str, settings: Any, account: str) -> Any:
        return Talkative(platform, account, wall)

    return replace(ports, open_channel=open_channel)


@dataclass
class Inbox(Outside):
    """A piece of ours on a platform, what is written under it, and who answers."""

    wall: Wall = field(default_factory=Wall)

    def publish(self) -> None:
        """A piece goes out to an account on which readers write."""
        with self.database.unit() as session:
            account = Account(
                channel="weibo",
                name="青禾发布",
                handle=f"qinghe-{len(self.accounts)}",
                unit_id=self.newsroom.operator.unit_id,
            )
            session.add(account)
            session.flush()
            self.accounts.append(account)
        self.approve_for([account], Edition(Form.STATUS, body="荷塘整治完成"))
        self.carry()

    def now(self) -> datetime:
        with self.database.unit(write=False) as session:
            return clock.now(session)

    def say(self, number: int, text: str, ago: float = 0, **more: Any) -> None:
        """A reader writes, so many minutes ago."""
        self.wall.say(number, text, self.now() - timedelta(minutes=ago), **more)

    def write(self, key: str, text: str, sender: str = "o1") -> None:
        """Somebody writes to the account privately."""
        letter = Letter(key, sender, text, self.now())
        with self.database.unit() as session:
            bus.emit(session, LettersHeard(self.accounts[0].id, [letter]))

    def gather(self, **later: float) -> None:
        self.later(**later)
        gathering.gather(self.database)

    def send(self, **later: float) -> None:
        self.later(**later)
        sending.carry(self.database)

    def escalate(self, **later: float) -> None:
        self.later(**later)
        escalation.escalate(self.database)

    def voices(self) -> list[Voice]:
        """Everything in the inbox, as it came, whole."""
        with self.database.unit(write=False) as session:
            uids = [each.uid for each in session.query(Voice).order_by(Voice.id)]
            return [queries.the_voice(session, uid) for uid in uids]

    def voice(self, text: str = "") -> Voice:
        (found,) = (each for each in self.voices() if text in each.text)
        return found

    def looked(self) -> Gathering:
        with self.database.unit(write=False) as session:
            return session.query(Gathering).one()

    def do(self, verb: Any, actor: Actor, text: str, *more: Any) -> None:
        """A person does something about the message with these words."""
        uid = self.voice(text).uid
        with self.database.unit() as session:
            verb(session, actor, queries.the_voice(session, uid), *more)

    def answer(self, text: str, words: str = "已派人查看，谢谢您。") -> None:
        """Somebody drafts a reply and somebody else passes it."""
        self.do(replying.submit, self.newsroom.operator, text, words)
        self.pass_(text)

    def pass_(self, text: str) -> None:
        reply = self.voice(text).reply
        assert reply is not None
        self.do(replying.pass_, self.newsroom.editor, text, reply.version)

    def told(self, actor: Actor) -> list[str]:
        with self.database.unit(write=False) as session:
            found = session.query(Notice).filter_by(staff_id=actor.id).order_by(Notice.id)
            return [each.text % each.params for each in found]

    def publication(self) -> Publication:
        return self.row()


@pytest.fixture
def inbox(newsroom: Newsroom, platform: Platform, wall: Wall) -> Inbox:
    made = Inbox(newsroom, platform, wall=wall)
    made.publish()
    return made
