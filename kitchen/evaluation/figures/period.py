"""What the pieces of a period had gathered at one age: by channel, by account, best and weakest.

All pieces are compared at the same age, so that old ones have no advantage. A piece of which
nothing is known counts as a piece, and in no sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, and_, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from kitchen.evaluation.figures import targets
from kitchen.evaluation.figures.models import PieceFigures, PieceTurn
from kitchen.evaluation.figures.rules import FIELDS, Age
from kitchen.matrix.models import Account
from kitchen.sanctions.queries import Period
from kitchen.stories.models import Story

LISTED = 5
"""Pieces that are named as the best, and as the weakest."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What pieces of one channel gathered. A field is ``None`` where no piece's is known."""

    channel: str
    """Empty for all channels together."""
    pieces: int
    known: int
    """Pieces whose reads are known."""
    reads: int | None = None
    likes: int | None = None
    watching: int | None = None
    shares: int | None = None
    comments: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as a list names it."""

    story_uid: str
    title: str
    account: str
    channel: str
    reads: int
    doubted: bool


@dataclass(frozen=True, slots=True)
class AccountMean:
    """The mean reads of an account's pieces against its target (S36)."""

    account: str
    account_uid: str
    pieces: int
    reads: int
    target: int

    @property
    def met(self) -> bool:
        return self.reads >= self.target


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """A period at one age."""

    period: Period
    age: Age
    channels: Sequence[Sum]
    before: Sequence[Sum]
    """The same for the period before, of the same length."""
    best: Sequence[Piece]
    weakest: Sequence[Piece]

    @property
    def whole(self) -> Sum:
        return total(self.channels)

    @property
    def whole_before(self) -> Sum:
        return total(self.before)


def total(channels: Sequence[Sum]) -> Sum:
    """Channels added up; what none of them knows stays unknown."""
    sums = {
        name: sum(known)
        if (known := [v for it in channels if (v := getattr(it, name)) is not None])
        else None
        for name in FIELDS
    }
    return Sum("", sum(it.pieces for it in channels), sum(it.known for it in channels), **sums)


def before(period: Period) -> Period:
    """As many days, right before."""
    days = (period.until - period.since).days + 1
    return Period(period.since - timedelta(days=days), period.since - timedelta(days=1))


def figures(session: Session, period: Period, age: Age) -> PeriodFigures:
    """What the pieces gathered that went live within the period; four queries.

    The first walks once along the index of the days and takes sums, best and weakest on the way.
    """
    piece = _pieces(period, age)
    rows = session.execute(
        union_all(_sums(piece), _first(piece, "best"), _first(piece, "weakest"))
    ).all()
    best = sorted(_of(rows, "best"), key=lambda row: (-row.reads, row.publication_id))
    weakest = sorted(_of(rows, "weakest"), key=lambda row: (row.reads, row.publication_id))
    names = _names(session, [*best, *weakest])
    return PeriodFigures(
        period,
        age,
        _summed(rows),
        by_channel(session, before(period), age),
        [names.piece(row) for row in best],
        [names.piece(row) for row in weakest],
    )


def by_channel(session: Session, period: Period, age: Age) -> list[Sum]:
    """A sum for each channel, the most read first; one query, by an index of the days."""
    return _summed(session.execute(_sums(_pieces(period, age))).all())


def _at(age: Age) -> ColumnElement[bool]:
    """That figures are those of a piece at this age."""
    return and_(
        PieceFigures.publication_id == PieceTurn.publication_id, PieceFigures.age == int(age)
    )


def _pieces(period: Period, age: Age) -> CTE:
    """Every piece of the period with its figures, where there are any."""
    return (
        select(
            PieceTurn.publication_id,
            PieceTurn.story_id,
            PieceTurn.account_id,
            PieceTurn.channel,
            PieceFigures.oddity,
            *(getattr(PieceFigures, name) for name in FIELDS),
        )
        .outerjoin(PieceFigures, _at(age))
        .where(period.holds(PieceTurn.live_at))
        .cte("piece")
    )


def _sums(piece: CTE) -> Select[Any]:
    """A row for each channel; in the columns that name a piece, nothing."""
    told = piece.c
    return select(
        literal("sum").label("part"),
        told.channel,
        func.count().label("pieces"),
        func.count(told.reads).label("known"),
        *(func.sum(told[name]).label(name) for name in FIELDS),
        *(null().label(name) for name in _NAMING),
    ).group_by(told.channel)


_NAMING = ("publication_id", "story_id", "account_id", "oddity")


def _first(piece: CTE, part: str) -> Select[Any]:
    """A row for each of the first pieces by their reads, of the same columns."""
    told = piece.c
    found = (
        select(
            literal(part).label("part"),
            told.channel,
            literal(1).label("pieces"),
            literal(1).label("known"),
            *(told[name] for name in FIELDS),
            *(told[name] for name in _NAMING),
        )
        .where(told.reads.is_not(None))
        .order_by(told.reads.desc() if part == "best" else told.reads, told.publication_id)
        .limit(LISTED)
        .subquery()
    )
    return select(found)


def _summed(rows: Sequence[Row[Any]]) -> list[Sum]:
    found = [
        Sum(row.channel, row.pieces, row.known, *(_whole(getattr(row, name)) for name in FIELDS))
        for row in _of(rows, "sum")
    ]
    return sorted(found, key=lambda it: (-(it.reads or 0), it.channel))


def _whole(told: Any) -> int | None:
    """PostgreSQL adds whole numbers up to decimals."""
    return None if told is None else int(told)


def _of(rows: Sequence[Row[Any]], part: str) -> list[Row[Any]]:
    return [row for row in rows if row.part == part]


@dataclass(frozen=True, slots=True)
class _Names:
    """How a few stories and accounts are called, by id."""

    stories: Mapping[int, tuple[str, str]]
    accounts: Mapping[int, str]

    def piece(self, row: Row[Any]) -> Piece:
        """The piece of a row that names one."""
        uid, title = self.stories[row.story_id]
        account = self.accounts[row.account_id]
        return Piece(uid, title, account, row.channel, int(row.reads), row.oddity != "")


def _names(session: Session, rows: Sequence[Row[Any]]) -> _Names:
    stories = select(Story.id, Story.uid, Story.title).where(
        Story.id.in_({row.story_id for row in rows})
    )
    accounts = select(Account.id, Account.name).where(
        Account.id.in_({row.account_id for row in rows})
    )
    return _Names(
        {story_id: (uid, title) for story_id, uid, title in session.execute(stories)},
        {account.id: account.name for account in session.execute(accounts)},
    )


def account_means(session: Session, until: date) -> list[AccountMean]:
    """The mean piece of each account over the thirty days that end so, against its target.

    Each account is counted at the age of its own target; two queries and one for each such age.
    """
    held = targets.standing(session)
    period = Period(until - timedelta(days=29), until)
    found = []
    for age in held.ages_of_accounts():
        rows = session.execute(
            select(Account.name, Account.uid, func.count(), func.avg(PieceFigures.reads))
            .select_from(PieceTurn)
            .join(PieceFigures, _at(age))
            .join(Account, Account.id == PieceTurn.account_id)
            .where(period.holds(PieceTurn.live_at), PieceFigures.reads.is_not(None))
            .group_by(Account.id, Account.name, Account.uid)
        )
        for name, uid, pieces, mean in rows:
            goal = held.for_account(uid)
            if goal.age == age:
                found.append(AccountMean(name, uid, pieces, round(mean), goal.reads))
    return sorted(found, key=lambda it: (it.met, it.account))
