"""Coverage: which columns are planned for which platforms, day by day; gaps are what it is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.matrix.models import Account
from kitchen.topics import queries
from kitchen.topics.models import Topic
from kitchen.topics.rules import State


@dataclass(frozen=True, slots=True)
class Cell:
    """One column on one platform: topics approved, still to be decided, and pieces out."""

    planned: int = 0
    waiting: int = 0
    published: int = 0

    @property
    def empty(self) -> bool:
        return not (self.planned or self.waiting or self.published)


Counts = Mapping[tuple[str, str], Cell]
"""By column and platform."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns down, platforms across, from ``first`` to ``last``."""

    first: date
    last: date
    channels: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]] = field(default=())

    @property
    def gaps(self) -> int:
        """Squares with nothing planned, waiting or out."""
        return sum(cell.empty for column, cells in self.rows if column for cell in cells)


def span_of(day: date, *, week: bool) -> tuple[date, date]:
    """The day itself, or its week from Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return (monday, monday + timedelta(days=6)) if week else (day, day)


def planned(session: Session, first: date, last: date) -> dict[tuple[str, str], Cell]:
    """Topics planned from ``first`` to ``last``; in one query."""
    rows = session.execute(
        select(Topic.column, Topic.channels, Topic.state).where(
            Topic.planned_on.between(first, last),
            Topic.state.in_([State.PROPOSED, State.DEFERRED, State.APPROVED]),
        )
    )
    counts: dict[tuple[str, str], Cell] = {}
    for column, channels, state in rows:
        for channel in channels:
            cell = counts.get((column, channel), Cell())
            counts[column, channel] = (
                replace(cell, planned=cell.planned + 1)
                if state == State.APPROVED
                else replace(cell, waiting=cell.waiting + 1)
            )
    return counts


def grid(session: Session, first: date, last: date, counts: Counts) -> Grid:
    """The counts laid out over the house's columns and platforms, and whatever else was used."""
    channels = _in_order(
        session.scalars(
            select(Account.channel).where(Account.enabled).distinct().order_by(Account.channel)
        ),
        sorted(channel for _, channel in counts),
    )
    columns = _in_order(queries.column_names(session), sorted(column for column, _ in counts))
    named = [name for name in columns if name] + [name for name in columns if not name]
    rows = [
        (column, [counts.get((column, channel), Cell()) for channel in channels])
        for column in named
    ]
    return Grid(first, last, channels, rows)


def _in_order(first: Iterable[str], more: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*first, *more]))
