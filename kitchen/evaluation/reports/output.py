"""What was published and how it was read: by channel and column, the best pieces, the accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.clock import CENTRE
from kitchen.evaluation.figures import targets
from kitchen.evaluation.figures.models import PieceFigures
from kitchen.evaluation.figures.rules import Age
from kitchen.evaluation.indices import holding
from kitchen.evaluation.reports.rules import Cell, Period, Section, Table
from kitchen.evaluation.reports.scope import Scope, went_out
from kitchen.matrix.labels import REGISTERED_ONLY
from kitchen.matrix.models import Account
from kitchen.matrix.registry import parameters
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind, State
from kitchen.stories.models import Story

AGES = (Age.DAY, Age.THREE_DAYS, Age.WEEK)
"""At which reads are told; those of a week are what pieces are compared by."""
BEST, ACCOUNTS_MOST, MENDED_MOST = 10, 200, 100


def published(session: Session, scope: Scope) -> Section:
    """Pieces that went out, and of how many stories, by channel and by column."""
    return Section(
        "published",
        [
            _counted(session, scope, "by_channel", "channel", Publication.channel),
            _counted(session, scope, "by_column", "column", Story.column),
        ],
    )


def _counted(session: Session, scope: Scope, key: str, name: str, column: Any) -> Table:
    stories, pieces = func.count(Story.id.distinct()), func.count(Publication.id)
    query = went_out(scope).add_columns(column, stories, pieces).group_by(column)
    return Table(key, (name, "stories", "pieces"), _largest_first(session.execute(query)))


def _largest_first(rows: Iterable[Any]) -> list[Sequence[Cell]]:
    """By the last column; those alike by their name."""
    ordered = sorted(rows, key=lambda row: (-row[-1], row[0]))
    return [list(row) for row in ordered]


def reads(session: Session, scope: Scope) -> Section:
    """Reads by channel at each age; of how many pieces they were told stands beside them."""
    columns = [
        column
        for age in AGES
        for column in (_at(age, func.count), _at(age, func.sum))  # how many told, and their sum
    ]
    query = (
        went_out(scope)
        .add_columns(Publication.channel, func.count(Publication.id.distinct()), *columns)
        .outerjoin(
            PieceFigures,
            and_(PieceFigures.publication_id == Publication.id, PieceFigures.age.in_(AGES)),
        )
        .group_by(Publication.channel)
    )
    rows = [[_plain(cell) for cell in row] for row in session.execute(query)]
    names = [f"{name}_{age}" for age in AGES for name in ("told", "reads")]
    ordered = sorted(rows, key=lambda row: (-(row[-1] or 0), row[0]))
    return Section("reads", [Table("by_channel", ("channel", "pieces", *names), ordered)])


def _at(age: Age, count: Any) -> ColumnElement[Any]:
    column: ColumnElement[Any] = count(case((PieceFigures.age == age, PieceFigures.reads)))
    return column


def _plain(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, str) else int(cell)


def best(session: Session, scope: Scope) -> Section:
    """The pieces that were read most within a week, of those of which it was told."""
    columns = ("title", "channel", "account", "reads_168", "likes", "shares")
    told = (PieceFigures.reads, PieceFigures.likes, PieceFigures.shares)
    query = (
        went_out(scope)
        .add_columns(Story.title, Publication.channel, Account.name, *told)
        .join(PieceFigures, PieceFigures.publication_id == Publication.id)
        .join(Account, Account.id == Publication.account_id)
        .where(PieceFigures.age == Age.WEEK, PieceFigures.reads.is_not(None))
        .order_by(PieceFigures.reads.desc(), Publication.id)
        .limit(BEST)
    )
    rows = [list(row) for row in session.execute(query)]
    return Section("best", [Table("pieces", columns, rows, named=3)])


def accounts(session: Session, scope: Scope) -> Section:
    """Accounts against their targets (S36), the busiest first.

    Told are those in use, and those that put out anything within the period, whatever became of
    them since. An account's pieces count whoever wrote them; its mean is of the reads told at the
    age of its target, which is that of ``/insight/targets``. What an account published whose
    credentials are not with the house, or were not yet, nobody knows.
    """
    held = targets.standing(session)
    ages = held.ages_of_accounts()
    counted = _by_account(scope, ages)
    pieces, taken = func.coalesce(counted.c.pieces, 0), holding.taken_over()
    since = holding.since(taken)
    known = and_(Account.held, Account.channel.not_in(sorted(REGISTERED_ONLY)), since < scope.ends)
    query = (
        select(Account, case((known, since)), counted)
        .outerjoin(counted, counted.c.account_id == Account.id)
        .outerjoin(taken, taken.c.subject_uid == Account.uid)
        .where(or_(Account.in_use, pieces > 0), scope.over(Account.unit_id))
        .order_by(pieces.desc(), known.desc(), Account.id)
        .limit(ACCOUNTS_MOST)
    )
    today = clock.today(session)
    daily = parameters.values(session)["kpi_posts"]
    rows = []
    for account, known_since, _, count, *means in session.execute(query):
        goal = held.for_account(account.uid)
        mean = dict(zip(ages, means, strict=True))[goal.age]
        rows.append(
            [
                *(
                    account.name,
                    account.channel,
                    *_pace(count, known_since, scope.period, today),
                    daily,
                ),
                *(None if mean is None else round(float(mean), 1), goal.reads),
            ]
        )
    columns = ("account", "channel", "pieces", "per_day", "target_per_day", "mean_reads")
    return Section("accounts", [Table("targets", (*columns, "target_reads"), rows, named=2)])


def _by_account(scope: Scope, ages: Sequence[Age]) -> Subquery:
    """Pieces of each account within the period, and the mean of their reads at each age."""
    at_ages = and_(PieceFigures.publication_id == Publication.id, PieceFigures.age.in_(ages))
    return (
        went_out(replace(scope, units=None))
        .add_columns(
            Publication.account_id,
            func.count(Publication.id.distinct()).label("pieces"),
            *(_at(age, func.avg).label(f"mean_{age}") for age in ages),
        )
        .outerjoin(PieceFigures, at_ages)
        .group_by(Publication.account_id)
        .subquery()
    )


def _pace(
    count: int | None, since: datetime | None, period: Period, today: date
) -> tuple[int | None, float | None]:
    """Pieces and pieces a day, of the days since when it is known what an account publishes.

    Nothing is known of one that the house does not publish to, unless it once did.
    """
    pieces = count if count or since is None else 0
    days = period.elapsed(today)
    if since is not None:
        days -= max(0, (since.astimezone(CENTRE).date() - period.first).days)
    return pieces, round(pieces / days, 2) if pieces is not None and days > 0 else None


def mended(session: Session, scope: Scope) -> Section:
    """What was corrected and what was called back within the period, whenever it had gone out."""
    recalled = (
        select()
        .select_from(Publication)
        .join(Story, Story.id == Publication.story_id)
        .where(
            Publication.kind == Kind.RECALL,
            Publication.state == State.REMOVED,
            scope.holds(Publication.since),
            scope.over(Story.unit_id),
        )
    )
    whats = (("corrected", went_out(scope, Kind.CORRECT)), ("recalled", recalled))
    rows = [
        row
        for what, query in whats
        for row in session.execute(
            query.add_columns(literal(what), Story.title, Publication.channel, Account.name)
            .join(Account, Account.id == Publication.account_id)
            .order_by(Publication.id)
        )
    ]
    counts = [[what, sum(row[0] == what for row in rows)] for what, _ in whats]
    listed = [[*row[1:], row[0]] for row in rows[:MENDED_MOST]]
    return Section(
        "mended",
        [
            Table("counts", ("measure", "count"), counts),
            Table("pieces", ("title", "channel", "account", "measure"), listed, named=4),
        ],
    )
