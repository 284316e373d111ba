"""A newsroom whose stories were read, and the month in which they are counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select, update

from channels.base import Outcome
from kitchen.core.access import Actor
from kitchen.core.db import Database
from kitchen.evaluation.figures.models import PieceFigures
from kitchen.evaluation.figures.rules import Age
from kitchen.evaluation.pickups.models import PickUp, PickUpOutlet
from kitchen.evaluation.pickups.rules import Standing, Tier
from kitchen.evaluation.scores import counting, jobs, pay, queries, service
from kitchen.evaluation.scores.models import ScoreAppeal, ScoreMonth, StoryScore
from kitchen.evaluation.scores.pay import Sum
from kitchen.evaluation.scores.rules import Grade
from kitchen.matrix.models import Account
from kitchen.people.models import Staff
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.rules import Kind, Source, State
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.rules import Kind as Kept
from kitchen.stories.rules import State as Stands
from tests.fixtures.newsroom import Newsroom

MAY_20 = datetime(2026, 5, 20, 2, tzinfo=UTC)
"""Ten in the morning of a Wednesday, in the newsroom."""
JUNE_5 = datetime(2026, 6, 5, 2, tzinfo=UTC)
"""A Friday of the next month: May is over, and its last reads of 72 hours are in."""
DOC = {"type": "doc", "content": [{"type": "paragraph"}]}
MAY = "2026-05"


@dataclass
class Counted:
    """Stories that came out in May, and what the house makes of them."""

    newsroom: Newsroom
    accounts: dict[str, int] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))

    @property
    def database(self) -> Database:
        return self.newsroom.database

    def at(self, moment: datetime) -> None:
        self.database.info["now"] = moment

    def later(self, **span: float) -> None:
        self.at(self.database.info["now"] + timedelta(**span))

    def story(
        self,
        title: str = "青禾大桥合龙",
        *,
        day: int = 10,
        month: int = 5,
        author: Actor | None = None,
        channels: tuple[str, ...] = ("outlet", "wechat"),
        **given: Any,
    ) -> str:
        """A story that readers first saw on that day; its uid."""
        writer = author or self.newsroom.reporter
        at = datetime(2026, month, day, 2, tzinfo=UTC)
        with self.database.unit() as session:
            story = Story(
                title=title,
                doc=DOC,
                state=Stands.PUBLISHED,
                author_id=writer.id,
                **{"length": 600, "unit_id": self.newsroom.units["采编部"].id, **given},
            )
            version = Version(
                story=story,
                number=1,
                kind=Kept.SUBMITTED,
                title=title,
                fields={},
                doc=DOC,
                master_hash="a" * 64,
            )
            session.add_all([story, version])
            session.flush()
            for after, channel in enumerate(channels):
                self._deliver(session, story, version, channel, at + timedelta(minutes=after))
            return story.uid

    def _deliver(
        self, session: Any, story: Story, version: Version, channel: str, at: datetime
    ) -> None:
        post = FrozenPost(
            version_id=version.id,
            story_id=story.id,
            account_id=self.accounts[channel],
            channel=channel,
            post={},
            payload_hash="b" * 64,
        )
        session.add(post)
        session.flush()
        piece = Publication(
            frozen_post_id=post.id,
            story_id=story.id,
            account_id=post.account_id,
            channel=channel,
            payload_hash=post.payload_hash,
            state=State.LIVE,
            since=at,
            remote_id=f"id-{next(self._numbers)}",
        )
        session.add(piece)
        session.flush()
        session.add(
            ReceiptRow(
                publication_id=piece.id,
                attempt_no=1,
                source=Source.RESPONSE,
                outcome=Outcome.LIVE,
                observed_at=at,
            )
        )

    def read(
        self,
        uid: str,
        reads: int | None,
        *,
        channel: str = "wechat",
        age: Age = Age.WEEK,
        oddity: str = "",
    ) -> None:
        """How often a story was read on an account when it had reached an age."""
        with self.database.unit() as session:
            piece = session.scalars(
                select(Publication)
                .join(Story, Story.id == Publication.story_id)
                .where(Story.uid == uid, Publication.channel == channel)
            ).one()
            told = {"publication_id": piece.id, "age": int(age), "taken_at": piece.since}
            session.add(PieceFigures(**told, reads=reads, oddity=oddity))

    def baseline(self, reads: int = 100, day: int = 2) -> None:
        """Three stories of the second reporter's that were read so often on 微信."""
        for _ in range(3):
            uid = self.story("平常的一篇", day=day, author=self.newsroom.second_reporter)
            self.read(uid, reads)

    def picked_up(
        self, uid: str, tier: Tier, standing: Standing = Standing.CONFIRMED, name: str = ""
    ) -> None:
        """An outlet of that level took a story up."""
        number = next(self._numbers)
        with self.database.unit() as session:
            outlet = PickUpOutlet(name=name or f"{tier}报{number}", tier=tier)
            session.add(outlet)
            session.flush()
            session.add(
                PickUp(
                    story_id=self._story(session, uid).id,
                    outlet_id=outlet.id,
                    url=f"https://example.com/{number}",
                    published_on=date(2026, 5, 12),
                    state=standing,
                )
            )

    def corrected(self, uid: str, words: str = "更正了人名") -> None:
        """A correction of the story is out."""
        with self.database.unit() as session:
            story = self._story(session, uid)
            story.correction = words
            version = Version(
                story=story,
                number=2,
                kind=Kept.APPROVED,
                title=story.title,
                fields={},
                doc=DOC,
                master_hash="c" * 64,
            )
            session.add(version)
            session.flush()
            post = FrozenPost(
                version_id=version.id,
                story_id=story.id,
                account_id=self.accounts["wechat"],
                channel="wechat",
                post={},
                payload_hash="d" * 64,
            )
            session.add(post)
            session.flush()
            session.add(
                Publication(
                    frozen_post_id=post.id,
                    story_id=story.id,
                    account_id=post.account_id,
                    channel="wechat",
                    kind=Kind.CORRECT,
                    payload_hash=post.payload_hash,
                    state=State.LIVE,
                    since=self.database.info["now"],
                    remote_id=f"id-{next(self._numbers)}",
                )
            )

    @staticmethod
    def _story(session: Any, uid: str) -> Story:
        story: Story = session.scalars(select(Story).where(Story.uid == uid)).one()
        return story

    def count(self) -> int:
        """The house counts, as it does on a night when it has counted none of the months yet."""
        with self.database.unit() as session:
            session.execute(update(ScoreMonth).values(counted_at=None))
        return jobs.go(self.database)

    def month(self, name: str = MAY) -> ScoreMonth:
        with self.database.unit(write=False) as session:
            return queries.the_month(session, name)

    def score(self, uid: str, name: str = MAY) -> StoryScore:
        with self.database.unit(write=False) as session:
            return queries.the_score(session, queries.the_month(session, name), uid)

    def points(self, uid: str) -> float:
        return self.score(uid).points / 100

    def grade(self, uid: str, grade: str = "c", actor: Actor | None = None, **more: Any) -> None:
        with self.database.unit() as session:
            score = queries.the_score(session, queries.the_month(session, MAY), uid)
            service.grade(session, actor or self.newsroom.committee, score, Grade(grade), **more)

    def grade_all(self) -> None:
        """The committee grades whatever has no grade yet with C."""
        with self.database.unit() as session:
            month = queries.the_month(session, MAY)
            scores = queries.page_of_scores(session, month, state="ungraded", limit=200).items
            for score in scores:
                service.grade(session, self.newsroom.committee, score, Grade.C)

    def move(self, verb: str, actor: Actor | None = None, *more: str, name: str = MAY) -> None:
        with self.database.unit() as session:
            month = queries.the_month(session, name)
            getattr(service, verb)(session, actor or self.newsroom.head, month, *more)

    def publish(self) -> None:
        """May is counted, graded and shown to everyone, on the fifth of June."""
        self.at(JUNE_5)
        self.count()
        self.grade_all()
        self.move("finish")
        self.move("publish")

    def lock(self) -> None:
        """The days for appeals are over, and May is closed."""
        self.later(days=14)
        self.move("lock")

    def sum_of(self, actor: Actor, name: str = MAY) -> Sum:
        with self.database.unit(write=False) as session:
            found = pay.people(session, queries.the_month(session, name), actor.id)
            return found[0].sum

    def act(
        self, verb: Callable[..., Any], actor: Actor, uid: str, *more: Any, **named: Any
    ) -> Any:
        """Somebody does something to a story's score."""
        with self.database.unit() as session:
            score = queries.the_score(session, queries.the_month(session, MAY), uid)
            return verb(session, actor, score, *more, **named)

    def answer(
        self, verb: Callable[..., Any], actor: Actor, uid: str, words: str, **named: Any
    ) -> ScoreAppeal:
        with self.database.unit() as session:
            appeal = queries.the_appeal(session, uid)
            verb(session, actor, appeal, words, **named)
            return appeal

    def count_month(self, name: str = MAY) -> int:
        with self.database.unit() as session:
            return counting.count(session, queries.the_month(session, name))


@pytest.fixture
def counted(newsroom: Newsroom) -> Counted:
    newsroom.database.info["now"] = MAY_20
    found = Counted(newsroom)
    with newsroom.database.unit() as session:
        session.execute(update(Staff).values(created_at=datetime(2026, 1, 5, tzinfo=UTC)))
        for channel in ("outlet", "wechat", "toutiao"):
            account = Account(
                channel=channel,
                name=f"青禾{channel}",
                handle=channel,
                unit_id=newsroom.units["青禾区融媒体中心"].id,
            )
            session.add(account)
            session.flush()
            found.accounts[channel] = account.id
    return found
