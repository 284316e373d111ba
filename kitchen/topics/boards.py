"""Topics in production, seen four ways: board, list, calendar and places. Reads alone.

One query fetches what is in production; how it is laid out is worked out here, so that every view
costs the same few queries however much there is.
"""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import clock
from kitchen.people.models import Staff
from kitchen.topics.models import Topic
from kitchen.topics.rules import Lane, Stage, State, lane_of

MOST = 600
"""Topics that a view may hold; a newsroom has a tenth of that in production."""
CARDS = 30
"""Cards of a column that are shown; the others are counted."""
DONE_DAYS = 14
"""How long a completed topic stays in view."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a view is narrowed to; empty for everything."""

    q: str = ""
    person: str = ""
    column: str = ""
    channel: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Topics that stand together. ``label`` is empty for those without the property."""

    key: str
    label: str
    topics: Sequence[Topic] = field(default=())
    lane: Lane | None = None
    """Where the group is a lane into which cards may be moved."""

    @property
    def count(self) -> int:
        return len(self.topics)

    @property
    def shown(self) -> Sequence[Topic]:
        return self.topics[:CARDS]

    @property
    def hidden(self) -> int:
        return max(0, self.count - CARDS)


def in_production(session: Session, filters: Filters) -> Sequence[Topic]:
    """Everything filed, drafted or approved that is not long done, urgent and early ones first."""
    since = clock.now(session) - timedelta(days=DONE_DAYS)
    lasting = or_(Topic.stage != Stage.DONE, Topic.decided_at >= since)
    query = (
        select(Topic)
        .where(Topic.state.not_in([State.REJECTED, State.MERGED]), lasting)
        .options(joinedload(Topic.proposer), joinedload(Topic.owner), joinedload(Topic.appeal))
        .order_by(Topic.urgent.desc(), Topic.planned_on.is_(None), Topic.planned_on, Topic.id)
        .limit(MOST)
    )
    found = session.scalars(_narrowed(query, filters)).all()
    if not filters.channel:
        return found
    return [topic for topic in found if filters.channel in topic.channels]


def _narrowed(query: Select[Topic], filters: Filters) -> Select[Topic]:
    if filters.q:
        query = query.where(Topic.title.contains(filters.q, autoescape=True))
    if filters.column:
        query = query.where(Topic.column == filters.column)
    if filters.place:
        query = query.where(Topic.place == filters.place)
    if filters.person:
        who = select(Staff.id).where(Staff.username == filters.person).scalar_subquery()
        own = or_(Topic.owner_id == who, (Topic.owner_id.is_(None)) & (Topic.proposer_id == who))
        query = query.where(own)
    return query


def keeper_of(topic: Topic) -> Staff:
    """Who sees to it: the owner, else whoever proposed it."""
    return topic.owner or topic.proposer


def by_lane(topics: Iterable[Topic]) -> Sequence[Group]:
    """The lanes of the board, empty ones too."""
    lanes: dict[Lane, list[Topic]] = {lane: [] for lane in Lane}
    for topic in topics:
        lane = lane_of(topic.state, topic.stage)
        if lane is not None:
            lanes[lane].append(topic)
    return [Group(lane, lane, found, lane) for lane, found in lanes.items()]


def by_person(topics: Iterable[Topic]) -> Sequence[Group]:
    return _grouped(topics, lambda topic: [(keeper_of(topic).username, keeper_of(topic).name)])


def by_column(topics: Iterable[Topic]) -> Sequence[Group]:
    return _grouped(topics, lambda topic: [(topic.column, topic.column)])


def by_place(topics: Iterable[Topic]) -> Sequence[Group]:
    """Most first: the place view's tiles."""
    found = _grouped(topics, lambda topic: [(topic.place, topic.place)])
    return sorted(found, key=lambda group: (not group.label, -group.count))


def by_channel(topics: Iterable[Topic]) -> Sequence[Group]:
    """A topic stands under each platform for which it is meant."""
    return _grouped(topics, lambda topic: [(name, name) for name in topic.channels])


def _grouped(
    topics: Iterable[Topic], keys: Callable[[Topic], Sequence[tuple[str, str]]]
) -> Sequence[Group]:
    found: dict[tuple[str, str], list[Topic]] = {}
    for topic in topics:
        for key in keys(topic):
            found.setdefault(key, []).append(topic)
    ordered = sorted(found, key=lambda key: (not key[1], key))
    return [Group(key or "none", label, found[key, label]) for key, label in ordered]


@dataclass(frozen=True, slots=True)
class Day:
    """A square of the calendar; ``outside``: of the month before or after."""

    day: date
    topics: Sequence[Topic] = field(default=())
    outside: bool = False


def month_of(topics: Iterable[Topic], first: date) -> Sequence[Sequence[Day]]:
    """The weeks of a month, Monday first, each day with what is planned on it."""
    planned: dict[date, list[Topic]] = {}
    for topic in topics:
        if topic.planned_on:
            planned.setdefault(topic.planned_on, []).append(topic)
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return [
        [Day(day, planned.get(day, ()), outside=day.month != first.month) for day in week]
        for week in weeks
    ]
