"""Collection: every live piece is counted at six ages, by asking its platform (ADR 0037).

Pieces whose turn has come are asked about together, account by account. A platform that tells
everything so far is asked at each age; one that tells single days is asked the morning after an age
is reached, and its days are added up, so that it also fills the gaps an outage left, and mends what
it told before. What is not told stays unknown, says why, and is asked for again until the next age
is reached.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, cast

import structlog
from sqlalchemy import Select, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from channels.abilities import Measures, NotYet, Numbers, TellsDays
from channels.base import ChannelError, Outcome, Receipt
from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.evaluation.figures import service
from kitchen.evaluation.figures.looks import (
    DELAYED,
    LEFT_OUT,
    UNNAMED,
    by_age,
    by_piece,
    missing,
    next_look,
)
from kitchen.evaluation.figures.models import PieceTurn
from kitchen.evaluation.figures.platforms import tells
from kitchen.evaluation.figures.rules import LATE_MOST, Age, Told
from kitchen.evaluation.pieces import stands
from kitchen.matrix.models import Account
from kitchen.publishing.addresses import Address, address_of_account
from kitchen.publishing.known import receipts_of
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.rules import Kind
from kitchen.watch import errands

log = structlog.get_logger(__name__)

BELL = "count_pieces"
PIECES_MOST = 100
"""Pieces of an account asked about at once; a multiple of what platforms take in a call."""
ROUNDS_MOST = 10
"""Rounds on one ring of the bell: after an outage the gaps are filled bit by bit."""
LOOK_BACK = timedelta(days=7)
"""A timetable that stood still for longer leaves pieces uncounted."""
ENROLLED_MOST = 5000
LEASE = timedelta(minutes=10)
AGAIN = timedelta(minutes=15)
"""The first pause after a look that told nothing; it doubles with each further one."""
DOUBLINGS = 4
NOT_YET = timedelta(hours=1)


def enrol(database: Database) -> None:
    """Pieces that were seen live lately are counted from then on; once, whatever becomes of them.

    Not where the platform's answer is recorded: what is only counted must neither slow a delivery
    down nor stand in its way.
    """
    with database.unit(write=False) as session:
        found = session.execute(_seen_lately(clock.now(session))).all()
    if found:
        turns = [_turn(*each) for each in found]
        dialect = sqlite if database.engine.dialect.name == "sqlite" else postgresql
        entering = dialect.insert(cast(Table, PieceTurn.__table__)).on_conflict_do_nothing()
        with database.unit() as session:
            session.execute(entering, turns)


def _seen_lately(now: datetime) -> Select[Any]:
    """Pieces without a turn, and when they were first seen."""
    known = select(PieceTurn.publication_id).where(
        PieceTurn.publication_id == ReceiptRow.publication_id
    )
    seen = (
        select(ReceiptRow.publication_id, func.min(ReceiptRow.observed_at).label("live_at"))
        .join(Publication, Publication.id == ReceiptRow.publication_id)
        .where(
            Publication.kind == Kind.PUBLISH,
            ReceiptRow.outcome == Outcome.LIVE,
            ReceiptRow.observed_at >= now - LOOK_BACK,
            ~known.exists(),
        )
        .group_by(ReceiptRow.publication_id)
        .limit(ENROLLED_MOST)
        .subquery()
    )
    columns = Publication.id, Publication.story_id, Publication.account_id, Publication.channel
    return select(*columns, Publication.position, seen.c.live_at).join(
        seen, seen.c.publication_id == Publication.id
    )


def _turn(
    publication_id: int, story_id: int, account_id: int, channel: str, position: int, live: datetime
) -> dict[str, Any]:
    return {
        "publication_id": publication_id,
        "story_id": story_id,
        "account_id": account_id,
        "channel": channel,
        "position": position,
        "live_at": live,
        "next_at": next_look(channel, live, live),
        "failures": 0,
        "words": "",
    }


def ring_if_due(database: Database) -> None:
    """Ring if some piece is to be counted, of an account that :func:`claim` would ask about."""
    with database.unit(write=False) as session:
        due = (
            select(PieceTurn.publication_id)
            .join(Account, Account.id == PieceTurn.account_id)
            .where(PieceTurn.next_at <= clock.now(session), Account.held, Account.in_use)
        )
        if session.scalar(due.limit(1)) is not None:
            ports.of(session).bell.ring(BELL, 0)


def collect_due(database: Database, _subject_id: int = 0) -> int:
    """Ask about the pieces whose turn has come; how many accounts were asked."""
    asked = 0
    for _round in range(ROUNDS_MOST):
        done = errands.run(database, claim)
        asked += done
        if not done:
            break
    return asked


def claim(session: Session, most: int) -> Sequence[Collecting]:
    """What to ask now, by a lease: the accounts that have waited longest, each for its pieces."""
    now = clock.now(session)
    waiting = (
        select(PieceTurn.account_id)
        .join(Account, Account.id == PieceTurn.account_id)
        .where(PieceTurn.next_at <= now, Account.held, Account.in_use)
        .group_by(PieceTurn.account_id)
        .order_by(func.min(PieceTurn.next_at), PieceTurn.account_id)
        .limit(most)
    )
    accounts = session.scalars(select(Account).where(Account.id.in_(waiting))).all()
    return [_claimed(session, account, now) for account in accounts]


def _claimed(session: Session, account: Account, now: datetime) -> Collecting:
    due = session.scalars(
        select(PieceTurn)
        .where(PieceTurn.account_id == account.id, PieceTurn.next_at <= now)
        .order_by(PieceTurn.next_at, PieceTurn.publication_id)
        .limit(PIECES_MOST)
        .with_for_update(skip_locked=True)
    ).all()
    standing = _standing(session, [turn.publication_id for turn in due])
    receipts = receipts_of(session, standing)
    for turn in due:
        askable = turn.publication_id in receipts and tells(turn.channel)
        turn.next_at = now + LEASE if askable and not _over(turn, now) else None
        if turn.publication_id in standing and turn.publication_id not in receipts:
            turn.words = UNNAMED
    session.flush()
    pieces = [
        Piece(turn.publication_id, turn.live_at, receipts[turn.publication_id])
        for turn in due
        if turn.next_at is not None
    ]
    return Collecting(address_of_account(session, account), clock.today(session), pieces)


def _standing(session: Session, publication_ids: Collection[int]) -> set[int]:
    """Which of these pieces readers still see."""
    these = select(Publication.id).where(Publication.id.in_(publication_ids), stands())
    return set(session.scalars(these))


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as its platform is asked about it."""

    publication_id: int
    live_at: datetime
    receipt: Receipt

    @property
    def day(self) -> date:
        """The day on which it went out."""
        return clock.local(self.live_at).date()


@dataclass(slots=True)
class Collected:
    """What came of asking."""

    numbers: list[Numbers] = field(default_factory=list)
    words: str = ""
    """Why nothing, or not all, was told."""


@dataclass(frozen=True, slots=True)
class Collecting:
    """Asking about pieces of one account."""

    address: Address
    today: date
    pieces: Sequence[Piece]

    def go(self) -> Collected:
        """Ask in as few calls as the adapter needs; what was told before an error is kept."""
        collected = Collected()
        if not self.pieces:
            return collected
        try:
            for numbers in self._asked():
                collected.numbers += numbers
        except NotYet:
            collected.words = DELAYED
        except ChannelError as error:
            collected.words = error.words or error.code or type(error).__name__
        except Exception as error:
            log.exception("counting_surprise", account=self.address.account_uid)
            collected.words = type(error).__name__
        return collected

    def _asked(self) -> Iterable[list[Numbers]]:
        channel = self.address.open()
        if isinstance(channel, TellsDays):
            for day, group in groupby(
                sorted(self.pieces, key=lambda it: it.day), lambda it: it.day
            ):
                yield channel.days_of([piece.receipt for piece in group], day)
        elif isinstance(channel, Measures):
            yield channel.measure([piece.receipt for piece in self.pieces], self.today)

    def end(self, session: Session, collected: Collected) -> None:
        """Keep what was told; who was not told of is asked for again."""
        now = clock.now(session)
        told = by_piece(collected.numbers)
        standing = _standing(session, [piece.publication_id for piece in self.pieces])
        receipts = {piece.publication_id: piece.receipt for piece in self.pieces}
        turns = session.scalars(
            select(PieceTurn)
            .where(PieceTurn.publication_id.in_(standing))
            .order_by(PieceTurn.publication_id)  # as a sheet holds them: two wait, none for ever
            .with_for_update()
        ).all()
        news: dict[int, Mapping[Age, Told]] = {}
        for turn in turns:
            looked = told.get(receipts[turn.publication_id].remote_id)
            ages = by_age(turn, looked, now) if looked is not None else {}
            if ages:
                news[turn.publication_id] = ages
            if why := missing(turn, looked, ages, now):
                said = collected.words if why == LEFT_OUT else ""
                _put_off(turn, said or why, now)
            else:
                turn.failures, turn.words = 0, ""
                turn.next_at = next_look(turn.channel, turn.live_at, now)
        counted = [turn for turn in turns if turn.publication_id in news]
        service.note(session, counted, news)


def _put_off(turn: PieceTurn, words: str, now: datetime) -> None:
    """Ask again after a pause that grows, but no later than the next age can be had; never again
    once the figures belong to no age any more.
    """
    turn.words = words[:500]
    if _over(turn, now):
        turn.next_at = None
        return
    pause = NOT_YET if words == DELAYED else AGAIN * 2 ** min(turn.failures, DOUBLINGS)
    turn.failures += 0 if words == DELAYED else 1
    due = next_look(turn.channel, turn.live_at, now)
    turn.next_at = min(now + pause, due) if due else now + pause


def _over(turn: PieceTurn, now: datetime) -> bool:
    """Whether its last age is so long past that figures of today belong to none."""
    return now - turn.live_at > Age.MONTH.span + LATE_MOST
