"""The calendar: one day of every account by hours, and beside it what has no hour yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, defer, joinedload

from kitchen.core import clock
from kitchen.core.clock import CENTRE
from kitchen.core.errors import N_
from kitchen.matrix import queries as matrix
from kitchen.matrix.models import Account
from kitchen.publishing.meters import Meter, meters_of
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind, State, in_quiet
from kitchen.publishing.schedule import MOVABLE
from kitchen.stories.models import Story, Target
from kitchen.stories.rules import State as StoryState

CLOSE = timedelta(minutes=15)
"""Two pieces of one account nearer to each other than this are warned of."""
HEAD_START = timedelta(minutes=5)
"""How soon after now an hour that has begun may still be chosen."""
TRAY_MOST = 100
_UNSEEN = (State.CANCELLED, State.SUPERSEDED)
TOO_CLOSE = N_("与同一账号的另一篇相隔不到 15 分钟")
TWICE = N_("同一账号上这篇稿件不止一次")


@dataclass(frozen=True, slots=True)
class Card:
    """A delivery, or the plan of one while its story is in review, with what is odd about it."""

    story: Story
    account: Account
    at: datetime | None
    """When it leaves or left; ``None``: as soon as nothing holds it back."""
    publication: Publication | None = None
    warnings: tuple[str, ...] = ()
    """Message ids."""

    @property
    def waiting(self) -> bool:
        return self.publication is None or self.publication.state in MOVABLE

    @property
    def key(self) -> str:
        """Names the card on its page."""
        if self.publication is not None:
            return self.publication.uid
        return f"{self.story.uid}-{self.account.uid}"

    @property
    def typed(self) -> str:
        """The moment as a field holds it."""
        return typed(self.at)


@dataclass(frozen=True, slots=True)
class Hour:
    """A column. ``first`` is its earliest moment that may still be chosen, as a field holds it."""

    number: int
    first: str
    now: bool


@dataclass(frozen=True, slots=True)
class Cell:
    hour: Hour
    quiet: bool
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Lane:
    """A row: an account with its hours, and how much of its quota is spent."""

    account: Account
    cells: Sequence[Cell]
    meter: Meter | None


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    today: date
    hours: Sequence[Hour]
    lanes: Sequence[Lane]
    tray: Sequence[Card] = field(default=())

    @property
    def week(self) -> list[date]:
        """The seven days around it, Monday first."""
        monday = self.day - timedelta(days=self.day.weekday())
        return [monday + timedelta(days=number) for number in range(7)]

    @property
    def before(self) -> date:
        """The same weekday of the week before."""
        return self.day - timedelta(days=7)

    @property
    def after(self) -> date:
        """The same weekday of the week after."""
        return self.day + timedelta(days=7)


def day_of(session: Session, day: date) -> Day:
    """The calendar of one day; a constant number of queries."""
    now = clock.now(session)
    accounts = matrix.accounts(session)
    cards = [*_deliveries(session, day, now), *_plans(session, day, now)]
    hours = [_hour(day, number, now) for number in range(24)]
    meters = meters_of(session, accounts, day)
    placed = _warned(card for card in cards if card.at is not None)
    return Day(
        day,
        clock.local(now).date(),
        hours,
        [_lane(account, hours, placed, meters.get(account.id)) for account in accounts],
        [card for card in cards if card.at is None],
    )


def typed(moment: datetime | None) -> str:
    """A moment as a field holds it, on the newsroom's wall clock."""
    return f"{clock.local(moment):%Y-%m-%dT%H:%M}" if moment else ""


def _hour(day: date, number: int, now: datetime) -> Hour:
    start = datetime.combine(day, time(number), CENTRE)
    end = start + timedelta(hours=1)
    if now < start:
        return Hour(number, typed(start), now=False)
    soon = now + HEAD_START
    rounded = soon + timedelta(minutes=-soon.minute % 5)
    return Hour(number, typed(rounded) if rounded < end else "", now=now < end)


def _lane(account: Account, hours: Sequence[Hour], cards: list[Card], meter: Meter | None) -> Lane:
    own = [card for card in cards if card.account.id == account.id]
    cells = [Cell(hour, _quiet(account, hour.number), _within(own, hour.number)) for hour in hours]
    return Lane(account, cells, meter)


def _within(cards: Iterable[Card], hour: int) -> list[Card]:
    return [card for card in cards if card.at and clock.local(card.at).hour == hour]


def _quiet(account: Account, hour: int) -> bool:
    """Whether any of the hour is quiet."""
    ends = (time(hour), time(hour, 59))
    return any(in_quiet(end, account.quiet_from, account.quiet_until) for end in ends)


def _warned(cards: Iterable[Card]) -> list[Card]:
    """The cards in their order in time; those that may still be moved say what is odd."""
    ordered = sorted(cards, key=lambda card: card.typed)
    return [replace(card, warnings=_warnings(card, ordered)) for card in ordered]


def _warnings(card: Card, cards: Sequence[Card]) -> tuple[str, ...]:
    if not card.waiting:
        return ()
    beside = [it for it in cards if it is not card and it.account.id == card.account.id]
    found = []
    if any(it.story.id != card.story.id and _close(it.at, card.at) for it in beside):
        found.append(TOO_CLOSE)
    if any(it.story.id == card.story.id for it in beside):
        found.append(TWICE)
    return tuple(found)


def _close(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and abs(one - other) < CLOSE


def _deliveries(session: Session, day: date, now: datetime) -> list[Card]:
    """What left or leaves on the day, and all that waits for something else than its slot."""
    start, end = _bounds(day)
    held = Publication.state == State.HELD
    tray = and_(held, or_(Publication.not_before.is_(None), Publication.not_before <= now))
    slotted = and_(held, Publication.not_before >= start, Publication.not_before < end)
    moved = and_(
        Publication.state.not_in([State.HELD, *_UNSEEN]),
        Publication.since >= start,
        Publication.since < end,
    )
    found = session.scalars(
        select(Publication)
        .where(Publication.kind != Kind.RECALL, or_(tray, slotted, moved))
        .options(
            joinedload(Publication.account),
            joinedload(Publication.story).defer(Story.doc),
            defer(Publication.parcel),
        )
        .order_by(Publication.position, Publication.id)
    )
    return [Card(row.story, row.account, _moment(row, now), row) for row in found]


def _moment(row: Publication, now: datetime) -> datetime | None:
    if row.state != State.HELD:
        return row.since
    return row.not_before if row.not_before and row.not_before > now else None


def _plans(session: Session, day: date, now: datetime) -> list[Card]:
    """Where stories in review will go: known, and not yet to be moved from here."""
    start, end = _bounds(day)
    found = session.scalars(
        select(Target)
        .join(Story, Story.id == Target.story_id)
        .where(
            Story.state == StoryState.IN_REVIEW,
            or_(
                Target.slot.is_(None),
                Target.slot <= now,
                and_(Target.slot >= start, Target.slot < end),
            ),
        )
        .options(joinedload(Target.account), joinedload(Target.story).defer(Story.doc))
        .order_by(Target.position, Target.id)
        .limit(TRAY_MOST)
    )
    return [Card(it.story, it.account, it.slot if _ahead(it.slot, now) else None) for it in found]


def _ahead(slot: datetime | None, now: datetime) -> bool:
    return slot is not None and slot > now


def _bounds(day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time.min, CENTRE)
    return start, start + timedelta(days=1)
