"""Stories that were handed in, as cheaply as they can be made, and a department to invite."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.base import Edition, Form, Post
from kitchen.core import bus
from kitchen.core.access import Actor
from kitchen.core.errors import Refusal
from kitchen.matrix.models import Account
from kitchen.media import intake
from kitchen.media import service as media
from kitchen.people import queries as people
from kitchen.people.models import Post as StaffPost
from kitchen.people.models import Staff, Unit
from kitchen.people.rules import Level
from kitchen.review import queries, service
from kitchen.review.models import Round, Step
from kitchen.review.rules import StepState
from kitchen.roles import ROLES
from kitchen.stories import release
from kitchen.stories import service as stories
from kitchen.stories.doc import from_text
from kitchen.stories.events import StorySubmitted
from kitchen.stories.master import fields_of
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.release import Aim
from kitchen.stories.rules import Kind, State
from kitchen.topics.rules import Risk
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Newsroom

LADDER = ("editor", "chief", "deputy", "head", "leader")
TEXT = "青禾大桥昨日合龙。比计划提前二十天。"


@dataclass
class Desk:
    """A newsroom whose stories are in review; everything in its own unit of work."""

    newsroom: Newsroom
    account_ids: list[int]
    channel: str = "outlet"
    edition: Edition | None = None
    """What is frozen; the story as an article where nothing else is said."""

    def hand_in(
        self, risk: Risk = Risk.ROUTINE, author: Actor | None = None, by: Actor | None = None
    ) -> int:
        """A story in review, its posts frozen; answers its id."""
        author = author or self.newsroom.reporter
        with self.newsroom.database.unit() as session:
            story = Story(
                title="青禾大桥合龙",
                doc=from_text(TEXT),
                risk=risk,
                state=State.DRAFT,
                author_id=author.id,
                unit_id=author.unit_id,
            )
            session.add(story)
            session.flush()
            self._submit(session, story, by or author)
            return story.id

    def hand_in_again(self, story_id: int, text: str) -> None:
        """The author mended the text and hands it in once more."""
        with self.newsroom.database.unit() as session:
            story = session.get_one(Story, story_id)
            story.doc = from_text(text)
            self._submit(session, story, self.newsroom.reporter)

    def _submit(self, session: Session, story: Story, by: Actor) -> None:
        story.state = State.IN_REVIEW
        count = len(session.scalars(select(Version.id).where(Version.story_id == story.id)).all())
        version = Version(
            story_id=story.id,
            number=count + 1,
            kind=Kind.SUBMITTED,
            title=story.title,
            fields=fields_of(story),
            doc=story.doc,
            master_hash="",
            made_by_id=by.id,
        )
        session.add(version)
        session.flush()
        for account_id in self.account_ids:
            session.add(self._frozen(version, account_id))
        session.flush()
        bus.emit(session, StorySubmitted(story.id, version.id))

    def _frozen(self, version: Version, account_id: int) -> FrozenPost:
        article = Edition(Form.ARTICLE, version.title, body=f"<p>{TEXT}</p>")
        uid = f"post{version.id}x{account_id}"
        post = Post(uid, self.edition or article, f"http://127.0.0.1/s/{uid}")
        return FrozenPost(
            uid=uid,
            version_id=version.id,
            story_id=version.story_id,
            account_id=account_id,
            channel=self.channel,
            post=post.as_json(),
            payload_hash=post.payload_hash,
            position=account_id,
        )

    def round_of(self, session: Session, story_id: int) -> Round:
        """The latest round, with its steps."""
        uid = session.scalars(
            select(Round.uid).where(Round.story_id == story_id).order_by(Round.number.desc())
        ).first()
        assert uid is not None
        return queries.the_round(session, uid)

    def open_step(self, session: Session, story_id: int) -> Step:
        steps = self.round_of(session, story_id).steps
        return next(step for step in steps if step.state == StepState.OPEN)

    def pass_as(self, name: str, story_id: int, **more: Any) -> None:
        """The person passes the level that is open, having seen what is frozen."""
        with self.newsroom.database.unit() as session:
            step = self.open_step(session, story_id)
            given = {"seen_hash": service.shown_hash(session, step.round.version_id), **more}
            actor = self.newsroom.actors[name]
            service.pass_(session, actor, step, given.pop("opinion", ""), given["seen_hash"])

    def return_as(self, name: str, story_id: int, reason: str = "数字要核", to: int = 0) -> None:
        with self.newsroom.database.unit() as session:
            step = self.open_step(session, story_id)
            service.return_(session, self.newsroom.actors[name], step, reason, to)

    def climb(self, story_id: int, *names: str) -> None:
        for name in names:
            self.pass_as(name, story_id)


@pytest.fixture
def review(newsroom: Newsroom) -> Desk:
    """Two accounts of the centre, and the cyberspace office with one who may review there."""
    with newsroom.database.unit() as session:
        centre = session.get_one(Unit, newsroom.units["青禾区融媒体中心"].id)
        office = Unit(name="区网信办", level=Level.DEPARTMENT, parent_id=centre.parent_id)
        accounts = [
            Account(channel="outlet", name=name, handle=name, unit_id=centre.id)
            for name in ("青禾客户端", "青禾号")
        ]
        invited = Staff(
            username="invited",
            name="测试invited",
            initials="in",
            password_hash="-",
            posts=[StaffPost(unit=office, role="head", title="")],
        )
        session.add_all([office, invited, *accounts])
        session.flush()
        newsroom.units["区网信办"] = office
        newsroom.actors["invited"] = people.actor_of(session, invited, ROLES)
        return Desk(newsroom, [account.id for account in accounts])


@pytest.fixture
def written(review: Desk) -> str:
    """The uid of a story with a picture, written by the reporter for the centre's accounts."""
    reporter = review.newsroom.reporter
    bytes_in = io.BytesIO(encoded(photo(320, 240)))
    received = intake.receive(review.newsroom.ports.store, bytes_in, "大桥.jpg")
    with review.newsroom.database.unit() as session:
        asset = media.catalogue(session, reporter, received, credit="测试 摄", caption="大桥合龙")
        attrs = {"asset": asset.uid, "sha256": asset.sha256, "caption": "大桥合龙", "src": ""}
        figure = {"type": "figure", "attrs": {**attrs, "credit": "测试 摄", "alt": ""}}
        text = from_text(TEXT)
        text["content"].append(figure)
        story = stories.begin(session, reporter, title="青禾大桥昨日合龙")
        sources = [{"name": "区交通运输局", "url": "", "note": "电话核实"}]
        content = {"doc": text, "sources": sources}
        stories.save_draft(session, reporter, story, content, story.version)
        aims = [Aim(session.get_one(Account, account_id)) for account_id in review.account_ids]
        release.set_targets(session, reporter, story, aims)
        return story.uid


def at_once(*deeds: Callable[[], None]) -> list[BaseException | None]:
    """Do all of these at the same moment; answers what each was refused with."""
    gate = threading.Barrier(len(deeds))
    ends: list[BaseException | None] = [None] * len(deeds)

    def run(place: int) -> None:
        gate.wait()
        try:
            deeds[place]()
        except Exception as error:
            ends[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def refused(ends: list[BaseException | None]) -> list[str]:
    """The codes of the refusals; anything that is no refusal fails the test."""
    errors = [end for end in ends if end is not None]
    assert all(isinstance(error, Refusal) for error in errors), errors
    return [error.reason for error in errors if isinstance(error, Refusal)]
