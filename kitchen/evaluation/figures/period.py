"""What the pieces of a period had gathered at one age: by channel, by account, best and weakest.

All pieces are compared at the same age, so that old ones have no advantage. A piece of which
nothing is known counts as a piece, and in no sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from kitchen.evaluation.figures import targets
from kitchen.evaluation.figures.models import PieceFigures, PieceTurn
from kitchen.evaluation.figures.rules import FIELDS, Age, Measure
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
    """What the pieces gathered that went live within the period; four queries."""
    return PeriodFigures(
        period,
        age,
        by_channel(session, period, age),
        by_channel(session, before(period), age),
        _ranked(session, period, age, best=True),
        _ranked(session, period, age, best=False),
    )


def by_channel(session: Session, period: Period, age: Age) -> list[Sum]:
    """A sum for each channel, the most read first; one query, by an index of the days."""
    sums = (func.sum(getattr(PieceFigures, name)) for name in FIELDS)
    rows = session.execute(
        select(PieceTurn.channel, func.count(), func.count(PieceFigures.reads), *sums)
        .select_from(PieceTurn)
        .outerjoin(PieceFigures, _at(age))
        .where(period.holds(PieceTurn.live_at))
        .group_by(PieceTurn.channel)
    )
    found = [
        Sum(channel, pieces, known, *(None if told is None else int(told) for told in sums_told))
        for channel, pieces, known, *sums_told in rows
    ]
    return sorted(found, key=lambda it: (-(it.reads or 0), it.channel))


def _at(age: Age) -> ColumnElement[bool]:
    """That figures are those of a piece at this age."""
    return and_(
        PieceFigures.publication_id == PieceTurn.publication_id, PieceFigures.age == int(age)
    )


def _ranked(session: Session, period: Period, age: Age, *, best: bool) -> list[Piece]:
    """Five pieces by their reads; named only once they are found, so that a year costs no join."""
    first = (
        select(
            PieceTurn.publication_id,
            PieceTurn.story_id,
            PieceTurn.account_id,
            PieceFigures.reads,
            PieceFigures.oddity,
        )
        .join(PieceFigures, _at(age))
        .where(period.holds(PieceTurn.live_at), PieceFigures.reads.is_not(None))
        .order_by(PieceFigures.reads.desc() if best else PieceFigures.reads)
        .order_by(PieceTurn.publication_id)
        .limit(LISTED)
        .subquery()
    )
    named = (
        select(Story.uid, Story.title, Account.name, Account.channel, first.c.reads)
        .add_columns(first.c.oddity != "")
        .select_from(first)
        .join(Story, Story.id == first.c.story_id)
        .join(Account, Account.id == first.c.account_id)
        .order_by(first.c.reads.desc() if best else first.c.reads, first.c.publication_id)
    )
    return [Piece(*row) for row in session.execute(named)]


def account_means(session: Session, until: date) -> list[AccountMean]:
    """The mean piece of each account over the thirty days that end so, against its target.

    Each account is counted at the age of its own target; two queries and one for each such age.
    """
    held = targets.standing(session)
    period = Period(until - timedelta(days=29), until)
    ages = {held.general(Measure.MEAN).age} | {
        Age(row.age) for row in held.rows if row.measure == Measure.MEAN
    }
    found = []
    for age in sorted(ages):
        rows = session.execute(
            select(Account.name, Account.uid, func.count(), func.avg(PieceFigures.reads))
            .select_from(PieceTurn)
            .join(PieceFigures, _at(age))
            .join(Account, Account.id == PieceTurn.account_id)
            .where(period.holds(PieceTurn.live_at), PieceFigures.reads.is_not(None))
            .group_by(Account.id, Account.name, Account.uid)
        )
        for name, uid, pieces, mean in rows:
            goal = held.for_account(uid, Measure.MEAN)
            if goal.age == age:
                found.append(AccountMean(name, uid, pieces, round(mean), goal.reads))
    return sorted(found, key=lambda it: (it.met, it.account))
