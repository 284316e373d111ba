"""A pressroom: stories that went out at a moment of the test's choosing, with what became of them.

Rows are written as deliveries write them; a report must count them as plain Python does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from kitchen.core.clock import CENTRE
from kitchen.core.db import Database
from kitchen.evaluation.figures.models import PieceFigures
from kitchen.evaluation.pickups import queries as pickup_queries
from kitchen.evaluation.pickups.models import PickUp, PickUpOutlet
from kitchen.evaluation.pickups.rules import Standing, Tier
from kitchen.evaluation.reports import queries, service
from kitchen.evaluation.reports.models import Report
from kitchen.evaluation.reports.rules import Kind as ReportKind
from kitchen.evaluation.reports.rules import Period
from kitchen.leads.feed_models import LeadFeed, LeadFeedItem
from kitchen.leads.feed_rules import key_of
from kitchen.matrix.models import Account
from kitchen.people.models import Unit
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.rules import Kind, Source, State
from kitchen.stories.doc import from_text
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.rules import Kind as VersionKind
from kitchen.stories.rules import State as StoryState
from tests.fixtures.newsroom import Newsroom

WEEK = Period(ReportKind.WEEK, date(2026, 3, 1))
"""Sunday, 1 March to Saturday, 7 March."""
MONTH = Period(ReportKind.MONTH, date(2026, 3, 1))
BEFORE = datetime(2026, 1, 5, 9, tzinfo=CENTRE)
"""When the house came to hold its accounts."""
LATER = datetime(2026, 4, 10, 9, tzinfo=CENTRE)
"""When both are over."""
_numbers = count(1)


def noon(day: int, month: int = 3) -> datetime:
    """Noon of a day in the newsroom."""
    return datetime(2026, month, day, 12, tzinfo=CENTRE)


@dataclass(frozen=True)
class Piece:
    """A piece as the test knows it, for counting anew."""

    publication_id: int
    story_id: int
    title: str
    column: str
    unit: str
    account: str
    channel: str
    live_at: datetime
    reads: Mapping[int, int | None]


@dataclass
class Pressroom:
    """What went out, in rows and in plain values."""

    newsroom: Newsroom
    accounts: dict[str, Account] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.newsroom.database

    def at(self, moment: datetime) -> None:
        self.database.info["now"] = moment

    def account(self, name: str, channel: str = "wechat", unit: str = "青禾区融媒体中心") -> None:
        with self.database.unit() as session:
            row = Account(
                channel=channel,
                name=name,
                handle=f"handle-{name}",
                unit_id=self.newsroom.units[unit].id,
            )
            session.add(row)
        self.accounts[name] = row

    def write(self, title: str, *, unit: str = "采编部", text: str = "", **more: Any) -> int:
        """A story that was published, by its id."""
        with self.database.unit() as session:
            story = Story(
                title=title,
                doc=from_text(text or title),
                state=StoryState.PUBLISHED,
                unit_id=self.newsroom.units[unit].id,
                author_id=self.newsroom.reporter.id,
                **more,
            )
            session.add(story)
        return story.id

    def send(
        self,
        story_id: int,
        account: str,
        live_at: datetime,
        *,
        kind: Kind = Kind.PUBLISH,
        state: State = State.LIVE,
        reads: Mapping[int, int | None] | None = None,
        **figures: Any,
    ) -> int:
        """A delivery of it that the platform proved; the publication's id."""
        row = self.accounts[account]
        with self.database.unit() as session:
            story = session.get_one(Story, story_id)
            publication = self._delivery(session, story, row, live_at, kind, state)
            outcome = "gone" if kind is Kind.RECALL else "live"
            session.add(
                ReceiptRow(
                    publication_id=publication.id,
                    attempt_no=1,
                    source=Source.RESPONSE,
                    outcome=outcome,
                    observed_at=live_at,
                )
            )
            for age, told in (reads or {}).items():
                taken_at = live_at + timedelta(hours=age)
                session.add(
                    PieceFigures(
                        publication_id=publication.id,
                        age=age,
                        taken_at=taken_at,
                        reads=told,
                        **figures,
                    )
                )
            units = {unit.id: name for name, unit in self.newsroom.units.items()}
            if kind is Kind.PUBLISH:
                self.pieces.append(
                    Piece(
                        publication.id,
                        story.id,
                        story.title,
                        story.column,
                        units[story.unit_id or 0],
                        account,
                        row.channel,
                        live_at,
                        reads or {},
                    )
                )
        return publication.id

    def _delivery(
        self, session: Any, story: Story, account: Account, at: datetime, kind: Kind, state: State
    ) -> Publication:
        number = next(_numbers)
        version = Version(
            story=story,
            number=number,
            kind=VersionKind.SUBMITTED,
            title=story.title,
            fields={},
            doc=story.doc,
            master_hash="m",
            note="",
        )
        session.add(version)
        session.flush()
        post = FrozenPost(
            version_id=version.id,
            story_id=story.id,
            account_id=account.id,
            channel=account.channel,
            post={},
            payload_hash="h",
        )
        session.add(post)
        session.flush()
        publication = Publication(
            frozen_post_id=post.id,
            story_id=story.id,
            account_id=account.id,
            unit_id=account.unit_id,
            channel=account.channel,
            kind=kind,
            payload_hash="h",
            state=state,
            since=at,
            remote_id=f"id-{number}" if state == State.LIVE and kind != Kind.RECALL else "",
            remote_url=f"https://platform.example/{number}",
        )
        session.add(publication)
        session.flush()
        return publication

    def outlet(self, name: str, domain: str, tier: Tier) -> PickUpOutlet:
        with self.database.unit() as session:
            row = PickUpOutlet(name=name, domain=domain, tier=tier)
            session.add(row)
        return row

    def picked_up(
        self,
        story_id: int,
        outlet: PickUpOutlet,
        on: date,
        state: Standing = Standing.CONFIRMED,
    ) -> None:
        with self.database.unit() as session:
            session.add(
                PickUp(
                    story_id=story_id,
                    outlet_id=outlet.id,
                    url=f"https://{outlet.domain}/{next(_numbers)}",
                    published_on=on,
                    state=state,
                )
            )

    def unit(self, name: str) -> Unit:
        return self.newsroom.units[name]

    def within(self, period: Period, units: Sequence[str] | None = None) -> list[Piece]:
        """What a report must count, by plain Python."""
        begins, ends = period.moments(CENTRE)
        return [
            it
            for it in self.pieces
            if begins <= it.live_at < ends and (units is None or it.unit in units)
        ]

    def make(self, period: Period = WEEK, unit: str | None = None) -> Report:
        """An edition, made by the chief."""
        with self.database.unit() as session:
            whose = session.merge(self.unit(unit)) if unit else None
            made = service.make(session, self.newsroom.chief, period, whose)
            return queries.the_report(session, made.uid)

    def correct(self, reads: int) -> None:
        """What the first piece had at seven days is told anew by hand."""
        with self.database.unit() as session:
            row = session.get_one(PieceFigures, (self.pieces[0].publication_id, 168))
            row.reads = reads

    def reports(self) -> list[Report]:
        with self.database.unit(write=False) as session:
            return list(session.query(Report).order_by(Report.id))


@pytest.fixture
def pressroom(newsroom: Newsroom) -> Pressroom:
    room = Pressroom(newsroom)
    room.at(BEFORE)
    room.account("青禾发布")
    room.account("青禾微博", "weibo")
    room.account("云溪在线", "wechat", "云溪街道")
    room.at(LATER)
    return room


@pytest.fixture
def busy_week(pressroom: Pressroom) -> Pressroom:
    """A week with what a report must tell: several channels, columns, units, unknown reads."""
    bridge = pressroom.write("九里桥通车", column="民生")
    pressroom.send(bridge, "青禾发布", noon(1), reads={24: 900, 72: 1200, 168: 1500}, likes=30)
    pressroom.send(bridge, "青禾微博", noon(1), reads={24: 100, 168: None})
    lotus = pressroom.write("荷塘整治完成", column="生态")
    pressroom.send(lotus, "青禾发布", noon(4), reads={24: 400, 72: 500, 168: 700}, shares=4)
    town = pressroom.write("云溪街道办起书屋", unit="云溪街道")
    pressroom.send(town, "云溪在线", noon(7), reads={24: 50})
    late = pressroom.write("下一周的稿件")
    pressroom.send(late, "青禾发布", noon(8), reads={168: 9000})
    early = pressroom.write("上一周的稿件")
    early_piece = pressroom.send(early, "青禾发布", datetime(2026, 2, 28, 23, 59, tzinfo=CENTRE))
    with (
        pressroom.database.unit() as session
    ):  # seen live again within the week: it went out before
        session.add(
            ReceiptRow(
                publication_id=early_piece,
                attempt_no=1,
                source=Source.LISTING,
                outcome="live",
                observed_at=noon(2),
            )
        )
    return pressroom


# --- what others took up ---

TEXT = "九里桥今天上午十点正式通车，全长三百二十米，双向四车道，两岸居民出行时间缩短一半以上。"
PAGE = "https://news.province.example/a/1"
OUT = LATER - timedelta(days=1)
"""When the story went out."""


@pytest.fixture
def watched(pressroom: Pressroom) -> Pressroom:
    """One story that went out yesterday; a provincial paper and a portal are watched."""
    story = pressroom.write("九里桥正式通车", digest=TEXT[:40], text=TEXT)
    pressroom.send(story, "青禾发布", OUT)
    pressroom.outlet("省里的报", "province.example", Tier.PROVINCE)
    pressroom.outlet("一家门户", "portal.example", Tier.COMMERCIAL)
    return pressroom


def gathered(
    room: Pressroom, title: str, words: str = "", url: str = PAGE, said_at: datetime | None = None
) -> None:
    """A feed told this."""
    with room.database.unit() as session:
        feed = session.query(LeadFeed).first()
        if feed is None:
            feed = LeadFeed(
                name="省里的报", url="https://province.example/rss", every=30, next_at=LATER
            )
            session.add(feed)
        session.add(
            LeadFeedItem(
                feed=feed,
                guid_key=key_of(url + title),
                url_key=key_of(url),
                title=title,
                words=words,
                url=url,
                said_at=said_at,
            )
        )


def pickups(room: Pressroom) -> list[PickUp]:
    with room.database.unit(write=False) as session:
        return list(pickup_queries.page_of_pickups(session).items)[::-1]


def story_of(room: Pressroom, session: Any) -> Story:
    found = session.get_one(Story, room.pieces[0].story_id)
    assert isinstance(found, Story)
    return found


def reprinted(room: Pressroom) -> None:
    """The story is one that we took from somebody else."""
    with room.database.unit() as session:
        story_of(room, session).reprint = {"source": "省里的报", "title": "九里桥正式通车"}
