"""A matrix that is measured: accounts, pieces that came out, figures as they were told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.db import Database
from kitchen.evaluation.figures.models import PieceFigures, PieceTurn
from kitchen.evaluation.indices import jobs, queries, service
from kitchen.evaluation.indices.formulas import as_json
from kitchen.evaluation.indices.models import IndexDefinition, IndexScore
from kitchen.evaluation.indices.shipped import SHIPPED
from kitchen.evaluation.indices.windows import Window
from kitchen.matrix.models import Account
from kitchen.patrols.models import AccountDay
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind, State
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.rules import Kind as VersionKind
from tests.fixtures.newsroom import Newsroom

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""Four in the afternoon of a Monday, in the newsroom: the week before is over."""
LONG_AGO = datetime(2014, 1, 1, tzinfo=UTC)
"""Since when the house holds the accounts of a test that says nothing else."""


@dataclass
class Measured:
    """Accounts by name, and what they published."""

    newsroom: Newsroom
    accounts: dict[str, Account] = field(default_factory=dict)
    count: int = 0

    @property
    def database(self) -> Database:
        return self.newsroom.database

    def at(self, moment: datetime) -> None:
        self.database.info["now"] = moment

    def opened(
        self, name: str, channel: str = "wechat", unit: str = "青禾区融媒体中心", **more: Any
    ) -> Account:
        with self.database.unit() as session:
            account = Account(
                channel=channel,
                name=name,
                handle=f"{channel}-{name}",
                unit_id=self.newsroom.units[unit].id,
                **{"created_at": LONG_AGO, **more},
            )
            session.add(account)
        self.accounts[name] = account
        return account

    def published(self, name: str, at: str, *, state: State = State.LIVE, **told: Any) -> int:
        """A piece that came out at this hour of the newsroom; ``told`` are figures, ``age`` theirs.

        Without figures nobody told any.
        """
        account, when = self.accounts[name], _local(at)
        self.count += 1
        with self.database.unit() as session:
            story = Story(title=f"第{self.count}篇", doc={}, unit_id=account.unit_id, saved_at=when)
            story.author_id = self.newsroom.reporter.id
            version = Version(
                story=story, number=1, kind=VersionKind.SUBMITTED, title="", fields={}, doc={}
            )
            version.master_hash = ""
            session.add(version)
            session.flush()
            ids = {"story_id": story.id, "account_id": account.id, "channel": account.channel}
            post = FrozenPost(version_id=version.id, post={}, payload_hash="", **ids)
            session.add(post)
            session.flush()
            piece = Publication(
                frozen_post_id=post.id, kind=Kind.PUBLISH, payload_hash="", state=state, **ids
            )
            piece.since = when if state == State.LIVE else self.database.info["now"]
            session.add(piece)
            session.flush()
            session.add(PieceTurn(publication_id=piece.id, position=0, live_at=when, **ids))
        if told:
            self.told(piece.id, **told)
        return piece.id

    def corrected(self, piece_id: int, *, state: State = State.LIVE) -> None:
        """A piece was corrected where it stands; ``state`` is what became of the correction."""
        with self.database.unit() as session:
            former = session.get_one(Publication, piece_id)
            former.state, former.remote_id = State.SUPERSEDED, f"remote-{piece_id}"
            session.flush()
            same = {"story_id": former.story_id, "account_id": former.account_id}
            same |= {"channel": former.channel, "frozen_post_id": former.frozen_post_id}
            newer = Publication(kind=Kind.CORRECT, payload_hash="", state=state, **same)
            newer.target_id, newer.remote_id = former.id, former.remote_id
            newer.since = clock.now(session)
            session.add(newer)

    def told(self, piece_id: int, *, age: int = 24, **figures: int | None) -> None:
        """A piece's figures at an age; told again, they replace what was told before."""
        with self.database.unit() as session:
            taken_at = clock.now(session)
            row = PieceFigures(publication_id=piece_id, age=age, taken_at=taken_at, **figures)
            session.merge(row)

    def followed(self, name: str, day: str, followers: int) -> None:
        with self.database.unit() as session:
            session.add(
                AccountDay(
                    account_id=self.accounts[name].id,
                    day=datetime.fromisoformat(day).date(),
                    followers=followers,
                )
            )

    def compute(self, name: str, window: Window, actor: Actor | None = None) -> int:
        with self.database.unit() as session:
            definition = queries.the_definition(session, name)
            return service.compute(session, actor or self.newsroom.editor, definition, window)

    def round(self) -> int:
        """The daily round, if it is due."""
        return jobs.recompute(self.database)

    def scores(self, **where: Any) -> list[IndexScore]:
        with self.database.unit(write=False) as session:
            query = select(IndexScore).filter_by(**where).order_by(IndexScore.id)
            whole = joinedload(IndexScore.account), joinedload(IndexScore.definition)
            return list(session.scalars(query.options(*whole)))

    def score(self, account: str, definition: str, kind: str) -> IndexScore:
        """An account's score in the latest window of a kind that was worked out."""
        found = [
            it
            for it in self.scores(kind=kind)
            if (it.account.name, it.definition.name) == (account, definition)
        ]
        return max(found, key=lambda it: it.first_day)


def _local(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=clock.CENTRE)


@pytest.fixture
def measured(newsroom: Newsroom) -> Measured:
    """Two accounts on WeChat and one on Weibo, on a Monday, with the formulas that ship."""
    newsroom.database.info["now"] = MONDAY
    with newsroom.database.unit() as session:
        session.add_all(
            IndexDefinition(
                name=it.name,
                family=it.family,
                edition=it.edition,
                title=it.title,
                channel=it.channel,
                body=as_json(it.formula),
                source=it.source,
                valid_from=it.valid_from,
                experimental=it.experimental,
            )
            for it in SHIPPED.values()
        )
    measured = Measured(newsroom)
    measured.opened("青禾发布")
    measured.opened("云溪街道", unit="云溪街道")
    measured.opened("青禾微博", "weibo")
    return measured


WHOLE = {"reads": 1000, "likes": 20, "watching": 10, "shares": 30, "comments": 5}
"""Every figure of a piece, told."""
