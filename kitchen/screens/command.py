"""What the command centre shows: the real work in numbers, each with the list behind it.

Everybody sees the same, so a process works it out once for all who look (:class:`Shared`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import time as wall_time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.assignments import queries as assignments
from kitchen.core import clock
from kitchen.core.clock import CENTRE
from kitchen.core.errors import N_
from kitchen.feedback.models import Voice
from kitchen.feedback.rules import State as VoiceState
from kitchen.leads import queries as leads
from kitchen.opinion import figures
from kitchen.opinion import queries as opinion
from kitchen.opinion import room_queries as rooms
from kitchen.opinion.figures import Day
from kitchen.opinion.room_models import IncidentRoom
from kitchen.petitions.models import Petition
from kitchen.petitions.queries import RUNNING
from kitchen.planning import queries as planning
from kitchen.planning.queries import Statement
from kitchen.publishing import queries as publishing
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.rules import State as Delivery
from kitchen.roster import queries as roster
from kitchen.roster.models import DutyShift
from kitchen.stories.models import Story
from kitchen.stories.rules import State as StoryState
from kitchen.topics import queries as topics

SCENES = ("ops", "spread", "opinion", "event")
LATEST = 5000
"""Receipts among which today's are looked for; no day has as many."""
FRESH_SECONDS = 2.0
"""How old what is shown may be; so long one answer serves everybody."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number, what it counts (a catalogue id), and the list behind it."""

    label: str
    value: int
    endpoint: str
    args: tuple[tuple[str, str], ...] = ()
    alarms: bool = False
    """Whether anything but nought is bad."""


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the wall, of one moment."""

    made_at: datetime
    work: Sequence[Tile]
    reach: Sequence[Tile]
    public: Sequence[Tile]
    out_today: Sequence[tuple[str, int]]
    """Channel and how many pieces came out there today."""
    statements: Sequence[Statement]
    trend: Sequence[Day]
    incidents: Sequence[IncidentRoom]
    duty: Sequence[DutyShift]


def board(session: Session) -> Board:
    """The work as it stands; few counts, each by an index."""
    now = clock.now(session)
    out = _out_today(session)
    counted = opinion.counts(session)
    return Board(
        made_at=now,
        work=(
            Tile(N_("待处理线索"), leads.waiting(session), "leads.index"),
            Tile(N_("待研判选题"), topics.to_decide(session), "topics.index"),
            Tile(
                N_("超时任务"), len(assignments.overdue(session)), "assignments.index", alarms=True
            ),
            Tile(
                N_("在审稿件"),
                _count(session, Story, StoryState.IN_REVIEW),
                "stories.index",
                (("state", "in_review"),),
            ),
            Tile(
                N_("退回稿件"),
                _count(session, Story, StoryState.RETURNED),
                "stories.index",
                (("state", "returned"),),
            ),
            Tile(
                N_("等人工的发布"),
                publishing.waiting_for_people(session),
                "publishing.index",
                alarms=True,
            ),
        ),
        reach=(
            Tile(N_("今天发出"), sum(many for _channel, many in out), "publishing.index"),
            Tile(
                N_("结果不明"),
                _count(session, Publication, Delivery.UNKNOWN),
                "publishing.index",
                alarms=True,
            ),
            Tile(
                N_("该发的后续"),
                len(planning.overdue(session, now)),
                "planning.statements",
                alarms=True,
            ),
        ),
        public=(
            Tile(N_("待签收苗头"), counted["signs"], "signs.index", alarms=True),
            Tile(N_("没办结的传言"), counted["rumours"], "rumours.index"),
            Tile(
                N_("超时留言"),
                _late_voices(session, now),
                "inbox.index",
                (("state", "overdue"),),
                alarms=True,
            ),
            Tile(
                N_("超时问政"),
                _late_petitions(session, now),
                "petitions.index",
                (("late", "1"),),
                alarms=True,
            ),
            Tile(N_("进行中事件"), rooms.count_running(session), "events.index"),
        ),
        out_today=out,
        statements=planning.statements(session, limit=5),
        trend=figures.trend(session),
        incidents=rooms.running(session),
        duty=roster.running(session, now),
    )


def _count(session: Session, model: Any, state: str) -> int:
    query = select(func.count(model.id)).where(model.state == state)
    return session.scalar(query) or 0


def _out_today(session: Session) -> list[tuple[str, int]]:
    """Pieces that readers first saw today, by channel, the most first."""
    start = datetime.combine(clock.today(session), wall_time(), CENTRE)
    newest = session.scalar(select(func.max(ReceiptRow.id))) or 0
    many = func.count(Publication.id.distinct())
    rows = session.execute(
        select(Publication.channel, many)
        .join(ReceiptRow, ReceiptRow.publication_id == Publication.id)
        .where(
            ReceiptRow.id > newest - LATEST,
            ReceiptRow.outcome == Delivery.LIVE,
            ReceiptRow.observed_at >= start,
        )
        .group_by(Publication.channel)
        .order_by(many.desc(), Publication.channel)
    )
    return [(row[0], row[1]) for row in rows]


def _late_voices(session: Session, now: datetime) -> int:
    waiting = (VoiceState.NEW, VoiceState.ASSIGNED)
    late = select(func.count(Voice.id)).where(Voice.state.in_(waiting), Voice.due_at < now)
    return session.scalar(late) or 0


def _late_petitions(session: Session, now: datetime) -> int:
    late = select(func.count(Petition.id)).where(Petition.state.in_(RUNNING), Petition.due_at < now)
    return session.scalar(late) or 0


class Shared:
    """Answers that everybody gets alike, made once for all who ask within a moment.

    While one makes it the others wait for that one; so two hundred walls cost about one.
    """

    def __init__(self, seconds: float = FRESH_SECONDS, most: int = 64) -> None:
        self._seconds = seconds
        self._most = most
        self._lock = threading.Lock()
        self._making: dict[Any, threading.Lock] = {}
        self._made: dict[Any, tuple[float, str]] = {}

    def get(self, key: Any, make: Callable[[], str]) -> str:
        """What was made last for this key, or what ``make`` makes now."""
        with self._lock:
            if len(self._making) > self._most:
                self._making.clear()
                self._made.clear()
            making = self._making.setdefault(key, threading.Lock())
        with making:
            made = self._made.get(key)
            if made is not None and time.monotonic() - made[0] < self._seconds:
                return made[1]
            text = make()
            self._made[key] = time.monotonic(), text
            return text
