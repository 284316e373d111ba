"""A newsroom whose pieces stand on platforms that count, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from channels.abilities import Numbers
from channels.base import Edition, Form, Receipt
from kitchen.evaluation.figures import collecting, queries
from kitchen.evaluation.figures.models import FiguresAlarm, PieceFigures, PieceTurn
from kitchen.evaluation.figures.rules import FIELDS
from kitchen.evaluation.response.jobs import take_down_times
from kitchen.matrix.models import Account
from kitchen.ports import Ports
from kitchen.stories.models import Story
from tests.fixtures.newsroom import Newsroom
from tests.publishing.conftest import Outside, Platform, Recalling, even_dice

__all__ = ["even_dice"]

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""Ten in the morning of a Monday, in the newsroom."""


@dataclass
class Counters:
    """What platforms count, by remote id; ``plays`` are errors or answers of the next calls."""

    so_far: dict[str, dict[str, int | None]] = field(default_factory=dict)
    days: dict[str, dict[date, dict[str, int | None]]] = field(default_factory=dict)
    plays: list[Any] = field(default_factory=list)
    calls: list[list[str]] = field(default_factory=list)
    """The ids of each call."""

    def answer(self, receipts: Sequence[Receipt]) -> list[Numbers] | None:
        self.calls.append([receipt.remote_id for receipt in receipts])
        play = self.plays.pop(0) if self.plays else None
        if isinstance(play, Exception):
            raise play
        return play  # type: ignore[no-any-return]


class Counting(Recalling):
    """A channel that tells everything so far."""

    key = "weibo"

    def __init__(self, platform: Platform, account: str, counters: Counters) -> None:
        super().__init__(platform, account)
        self.counters = counters

    def measure(self, receipts: Sequence[Receipt], day: date) -> list[Numbers]:
        told = self.counters.answer(receipts)
        if told is not None:
            return told
        known = [it.remote_id for it in receipts if it.remote_id in self.counters.so_far]
        return [Numbers(each, **self.counters.so_far[each]) for each in known]


class CountingDays(Counting):
    """A channel that tells single days."""

    key = "wechat"

    def days_of(self, receipts: Sequence[Receipt], published: date) -> list[Numbers]:
        told = self.counters.answer(receipts)
        if told is not None:
            return told
        return [
            Numbers(receipt.remote_id, day=day, **counts)
            for receipt in receipts
            for day, counts in self.counters.days.get(receipt.remote_id, {}).items()
        ]


@dataclass
class Counted(Outside):
    """The newsroom, its platforms' counters, and what was kept of them."""

    counters: Counters = field(default_factory=Counters)

    def at(self, moment: datetime) -> None:
        self.database.info["now"] = moment

    def later(self, **span: float) -> None:
        self.at(self.now() + timedelta(**span))

    def now(self) -> datetime:
        moment: datetime = self.database.info["now"]
        return moment

    def account(self, channel: str = "weibo", name: str = "青禾发布") -> Account:
        with self.database.unit() as session:
            account = Account(
                channel=channel,
                name=name,
                handle=f"{channel}-{name}",
                unit_id=self.newsroom.operator.unit_id,
            )
            session.add(account)
        self.accounts.append(account)
        return account

    def carry(self) -> None:
        """A worker hears the bell, and the timetable comes round."""
        super().carry()
        collecting.enrol(self.database)
        take_down_times(self.database)

    def publish(self, *accounts: Account, **more: Any) -> Story:
        """A story goes out on these accounts, now."""
        edition = Edition(Form.STATUS, body="荷塘整治完成")
        story = self.approve_for(list(accounts), edition)
        with self.database.unit() as session:
            row = session.get_one(Story, story.id)
            for name, value in more.items():
                setattr(row, name, value)
        self.carry()
        return story

    def remote(self, story: Story) -> str:
        """What the platform calls the (first) piece of a story."""
        return next(row.remote_id for row in self.rows() if row.story_id == story.id)

    def tell(self, story: Story, **counts: int | None) -> None:
        """From now on the platform counts so much of the story's piece."""
        self.counters.so_far[self.remote(story)] = counts

    def collect(self) -> int:
        return collecting.collect_due(self.database)

    def turn(self, story: Story) -> PieceTurn:
        with self.database.unit(write=False) as session:
            return session.query(PieceTurn).filter_by(story_id=story.id).one()

    def piece(self, story: Story) -> str:
        return next(row.uid for row in self.rows() if row.story_id == story.id)

    def figures(self, story: Story) -> dict[int, tuple[int | None, ...]]:
        """What is kept of the story's only piece, by age: reads, likes, 在看, shares, comments."""
        with self.database.unit(write=False) as session:
            (turn,) = queries.pieces_of(session, story)
            return {row.age: tuple(getattr(row, it) for it in FIELDS) for row in turn.figures}

    def reads(self, story: Story) -> dict[int, int | None]:
        return {age: told[0] for age, told in self.figures(story).items()}

    def row(self, story: Story, age: int) -> PieceFigures:  # type: ignore[override]
        with self.database.unit(write=False) as session:
            return session.get_one(PieceFigures, (self.turn(story).publication_id, age))

    def alarms(self) -> list[FiguresAlarm]:
        with self.database.unit(write=False) as session:
            page = queries.page_of_alarms(session)
            return list(reversed(page.items))

    def concerns(self) -> list[tuple[str, int]]:
        return [(str(alarm.concern), alarm.age) for alarm in self.alarms()]


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def counters() -> Counters:
    return Counters()


@pytest.fixture
def ports(ports: Ports, platform: Platform, counters: Counters) -> Ports:
    """Ports that lead to platforms which count."""

    def open_channel(key: str, settings: Any, account: str) -> Any:
        kind = {"weibo": Counting, "wechat": CountingDays}.get(key, Recalling)
        return kind(platform, account, *([counters] if issubclass(kind, Counting) else []))

    return replace(ports, open_channel=open_channel)


@pytest.fixture
def counted(newsroom: Newsroom, platform: Platform, counters: Counters) -> Counted:
    newsroom.database.info["now"] = MONDAY
    return Counted(newsroom, platform, counters=counters)
