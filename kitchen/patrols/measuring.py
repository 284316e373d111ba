"""Account figures by the platforms' own counts, once a day (S2): followers, reads, what readers do.

Some platforms count by the day, others tell everything so far; of those the difference to the last
look is the day. What a platform does not tell stays unknown: it is not nought.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import structlog
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from channels.abilities import CountsFollowers, Lists, Measures, NotYet, Numbers
from channels.base import ChannelError, Receipt
from channels.registry import channel_classes
from kitchen import ports
from kitchen.core import clock
from kitchen.core.access import HOUSE
from kitchen.core.db import Database
from kitchen.matrix.models import Account
from kitchen.matrix.registry import figures as registry
from kitchen.matrix.registry.rules import Figures
from kitchen.patrols import figures
from kitchen.patrols.models import AccountMeasure, PatrolTurn
from kitchen.publishing.addresses import Address, address_of_account
from kitchen.publishing.known import receipts_of
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind, State
from kitchen.watch import errands
from kitchen.watch.models import ForeignPost

log = structlog.get_logger(__name__)

BELL = "measure_accounts"
SOURCE = "platform"
"""Who told figures that the house asked for itself."""
READY_AT = time(9)
"""When every platform has counted the day before, by the newsroom's clock."""
WINDOW = timedelta(days=30)
PIECES_MOST = 100
"""The newest pieces of the window that are asked about."""
LEASE = timedelta(minutes=10)
AGAIN = timedelta(hours=1)
"""How long one waits where a day is not counted yet, or nobody answers."""
PATIENCE = 8
"""Failures in a row after which the next look is tomorrow's."""

Told = tuple[int | None, int | None]
"""Reads and interactions of a piece."""


@cache
def able() -> frozenset[str]:
    """Channels of which anything is counted."""
    return frozenset(
        key
        for key, known in channel_classes().items()
        if issubclass(known, Measures) or issubclass(known, CountsFollowers)
    )


def ring_if_due(database: Database) -> None:
    """Ring if some account is to be measured."""
    with database.unit(write=False) as session:
        if session.scalars(_due(session, 1)).first() is not None:
            ports.of(session).bell.ring(BELL, 0)


def measure_all_due(database: Database, _subject_id: int = 0) -> int:
    """Ask about the accounts whose turn has come; how many they were."""
    return errands.run(database, claim)


def claim(session: Session, most: int) -> Sequence[Measuring]:
    """The accounts to ask about now, by a lease."""
    now = clock.now(session)
    found = []
    for account in session.scalars(_due(session, most)).all():
        row = session.get(AccountMeasure, account.id)
        if row is None:
            row = AccountMeasure(account_id=account.id, next_at=now)
            session.add(row)
        row.next_at = now + LEASE
        found.append(
            Measuring(
                address=address_of_account(session, account),
                account_id=account.id,
                day=clock.today(session) - timedelta(days=1),
                receipts=_pieces(session, account.id, now),
            )
        )
    session.flush()
    return found


def _due(session: Session, most: int) -> Any:
    measured = AccountMeasure.next_at
    return (
        select(Account)
        .outerjoin(AccountMeasure, AccountMeasure.account_id == Account.id)
        .where(
            Account.held,
            Account.in_use,
            Account.channel.in_(sorted(able())),
            or_(measured.is_(None), measured <= clock.now(session)),
        )
        .order_by(Account.id)
        .limit(most)
    )


def _live_since(account_id: int, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Publication.account_id == account_id,
        Publication.kind == Kind.PUBLISH,
        Publication.state == State.LIVE,
        Publication.since >= since,
    )


def _pieces(session: Session, account_id: int, now: datetime) -> list[Receipt]:
    """The pieces that stand there, as their channel knows them, the newest first."""
    newest = session.scalars(
        select(Publication.id)
        .where(*_live_since(account_id, now - WINDOW), Publication.remote_id != "")
        .order_by(Publication.id.desc())
        .limit(PIECES_MOST)
    ).all()
    known = receipts_of(session, newest)
    return [known[publication_id] for publication_id in newest]


@dataclass(slots=True)
class Counted:
    """What came of asking."""

    followers: int | None = None
    numbers: Sequence[Numbers] = ()
    lists: bool = False
    """Whether everything on the account is known, by whomever it was posted."""
    words: str = ""
    """Why nothing, or not all, was told."""

    @property
    def empty(self) -> bool:
        return self.followers is None and not self.numbers


@dataclass(frozen=True, slots=True)
class Measuring:
    """Asking about one account; ``day`` is the one before today."""

    address: Address
    account_id: int
    day: date
    receipts: Sequence[Receipt]

    def go(self) -> Counted:
        """Ask; where the followers are not told, the pieces may still be, and the other way."""
        counted = Counted()
        self._ask(counted, self._followers)
        self._ask(counted, self._numbers)
        return counted

    def _followers(self, counted: Counted) -> None:
        channel = self.address.open()
        counted.lists = isinstance(channel, Lists)
        if isinstance(channel, CountsFollowers):
            counted.followers = channel.followers(self.day)

    def _numbers(self, counted: Counted) -> None:
        channel = self.address.open()
        if isinstance(channel, Measures) and self.receipts:
            counted.numbers = channel.measure(self.receipts, self.day)

    def _ask(self, counted: Counted, ask: Callable[[Counted], None]) -> None:
        try:
            ask(counted)
        except NotYet:
            counted.words = "not_yet"
        except ChannelError as error:
            counted.words = error.words or error.code or type(error).__name__
        except Exception as error:
            log.exception("measuring_surprise", account=self.address.account_uid)
            counted.words = type(error).__name__

    def end(self, session: Session, counted: Counted) -> None:
        """Enter what was told; what broke off is asked again within the hour."""
        account = session.get_one(Account, self.account_id)
        row = session.get_one(AccountMeasure, self.account_id, with_for_update=True)
        row.words = counted.words[:500]
        if counted.words and counted.empty:
            row.failures += 1
            gives_up = row.failures % PATIENCE == 0
            row.next_at = _tomorrow(session) if gives_up else clock.now(session) + AGAIN
            return
        row.failures, row.next_at = 0, _tomorrow(session)
        if row.day == self.day:
            return
        before = row.told if row.day is not None else None
        reads, interactions = of_the_day(counted.numbers, before)
        row.told, row.day = so_far(counted.numbers), self.day
        posts = _posted(session, self.account_id, self.day) if counted.lists else None
        told: dict[str, Any] = {
            "followers": counted.followers,
            "posts": posts,
            "reads": reads,
            "interactions": interactions,
        }
        if any(value is not None for value in told.values()):
            figures.note_figures(session, HOUSE, account, self.day, source=SOURCE, **told)
        turn = session.get(PatrolTurn, self.account_id)
        whole = Figures(
            counted.followers,
            _posted(session, self.account_id) if counted.lists else None,
            mean_reads(counted.numbers),
            turn.last_post_at if turn is not None else None,
        )
        registry.note(session, HOUSE, account, whole, "house")


def of_the_day(numbers: Sequence[Numbers], before: Mapping[str, Any] | None) -> Told:
    """Reads and interactions of the day; ``before``: what was told of each piece at the last look,
    ``None`` where there was none.
    """
    reads: int | None = None
    interactions: int | None = None
    for each in numbers:
        now = _told(each)
        then = (before or {}).get(each.remote_id, [0, 0])
        for_the_day = now if each.day is not None else _less(now, then, before is not None)
        reads = _plus(reads, for_the_day[0])
        interactions = _plus(interactions, for_the_day[1])
    return reads, interactions


def so_far(numbers: Sequence[Numbers]) -> dict[str, Any]:
    """What is kept for the next look: of pieces that are told of with everything so far."""
    return {each.remote_id: list(_told(each)) for each in numbers if each.day is None}


def mean_reads(numbers: Sequence[Numbers]) -> int | None:
    """How often a piece is read; unknown where a platform tells of single days only."""
    reads = [each.reads for each in numbers if each.day is None and each.reads is not None]
    return round(sum(reads) / len(reads)) if reads else None


def _told(numbers: Numbers) -> Told:
    acts = (numbers.likes, numbers.shares, numbers.comments)
    known = [each for each in acts if each is not None]
    return numbers.reads, sum(known) if known else None


def _less(now: Told, then: Sequence[int | None], known: bool) -> Told:
    if not known:
        return None, None
    found = [
        None if mine is None else max(0, mine - (former or 0))
        for mine, former in zip(now, then, strict=True)
    ]
    return found[0], found[1]


def _plus(total: int | None, more: int | None) -> int | None:
    return total if more is None else (total or 0) + more


def _tomorrow(session: Session) -> datetime:
    """The next time at which a day has been counted."""
    now = clock.now(session)
    ready = datetime.combine(clock.today(session), READY_AT, clock.CENTRE)
    return ready if ready > now else ready + timedelta(days=1)


def _posted(session: Session, account_id: int, day: date | None = None) -> int:
    """How much was posted on a day, or within the window: by us, and by hand."""
    since = clock.now(session) - WINDOW
    until = clock.now(session)
    if day is not None:
        since = datetime.combine(day, time(), clock.CENTRE)
        until = since + timedelta(days=1)
    ours = select(func.count()).where(*_live_since(account_id, since), Publication.since < until)
    by_hand = select(func.count()).where(
        ForeignPost.account_id == account_id,
        ForeignPost.posted_at >= since,
        ForeignPost.posted_at < until,
    )
    return int(session.scalar(ours) or 0) + int(session.scalar(by_hand) or 0)
