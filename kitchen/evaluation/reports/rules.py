"""The periods of reports, the shape in which every report keeps its figures, and what changed.

A week runs from Sunday to Saturday, as the lists of the trade do; a month is that of the calendar.
A report is data and no words: sections of tables whose columns are named by keys, so that the same
figures are read in every language, on every paper, and compared with those of another edition.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

Cell = str | int | float | None
"""A word, a count, a mean, or ``None``: not known, which is not nought."""
CHANGES_MOST = 500
"""Changes that an edition tells one by one."""
LATEST_DAY = 28
"""The last day that every month has."""


class Kind(StrEnum):
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """A week or a month of the newsroom's calendar, by its first day."""

    kind: Kind
    first: date

    @property
    def after(self) -> date:
        """The day after its last one."""
        if self.kind is Kind.WEEK:
            return self.first + timedelta(days=7)
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def last(self) -> date:
        return self.after - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.after - self.first).days

    def elapsed(self, today: date) -> int:
        """How many of its days have begun by today: all of a period that is over."""
        return max(0, min(self.days, (today - self.first).days + 1))

    @property
    def next(self) -> Period:
        return Period(self.kind, self.after)

    @property
    def former(self) -> Period:
        return period_of(self.kind, self.first - timedelta(days=1))

    def moments(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """From the first moment to the last, which is not in it."""
        first, after = (datetime.combine(day, time(), zone) for day in (self.first, self.after))
        return first, after


def period_of(kind: Kind, day: date) -> Period:
    """The week or month in which a day lies."""
    if kind is Kind.MONTH:
        return Period(kind, day.replace(day=1))
    return Period(kind, day - timedelta(days=(day.weekday() + 1) % 7))


def due_at(period: Period, day: int, hour: int, zone: tzinfo) -> datetime:
    """When the report of a period is to be sent.

    ``day`` is a weekday after the week (0 is Sunday), or a day of the month after (from 1 on).
    """
    days = day if period.kind is Kind.WEEK else day - 1
    return datetime.combine(period.after + timedelta(days=days), time(hour), zone)


def latest_due(kind: Kind, now: datetime, day: int, hour: int) -> Period:
    """The latest period whose report should have been sent by ``now``, a moment of the newsroom."""
    period = period_of(kind, now.date()).former
    zone = now.tzinfo
    assert zone is not None
    return period if due_at(period, day, hour, zone) <= now else period.former


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; the first column names the row, alone or together with ``named``.

    ``named`` is how many columns name a row: an account has a name on one channel, and so two.
    """

    key: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    named: int = 1

    def column(self, name: str) -> list[Cell]:
        """The values of one column, from top to bottom."""
        at = self.columns.index(name)
        return [row[at] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report, and its tables."""

    key: str
    tables: Sequence[Table]

    def table(self, key: str) -> Table:
        return next(each for each in self.tables if each.key == key)


Figures = Sequence[Section]


def packed(figures: Figures) -> dict[str, Any]:
    """The figures as plain values, for the database and for programs."""
    return {
        "sections": [
            {
                "key": section.key,
                "tables": [
                    {
                        "key": table.key,
                        "columns": list(table.columns),
                        "named": table.named,
                        "rows": [list(row) for row in table.rows],
                    }
                    for table in section.tables
                ],
            }
            for section in figures
        ]
    }


def unpacked(data: Mapping[str, Any]) -> list[Section]:
    """The figures from plain values."""
    return [
        Section(each["key"], [Table(**table) for table in each["tables"]])
        for each in data["sections"]
    ]


def digest_of(data: Mapping[str, Any]) -> str:
    """The hash by which everybody can tell that frozen figures are as they were."""
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def changes(former: Figures, now: Figures) -> list[dict[str, Any]]:
    """What is otherwise than in the former edition, row by row and column by column."""
    before, after = dict(_cells(former)), dict(_cells(now))
    found = []
    for place in dict.fromkeys([*before, *after]):
        if before.get(place) != after.get(place):
            section, table, row, column = place
            found.append(
                {
                    "section": section,
                    "table": table,
                    "row": list(row),
                    "column": column,
                    "before": before.get(place),
                    "after": after.get(place),
                }
            )
    return found[:CHANGES_MOST]


_Place = tuple[str, str, tuple[Cell, ...], str]


def _cells(figures: Figures) -> Iterator[tuple[_Place, Cell]]:
    for section in figures:
        for table in section.tables:
            for row in table.rows:
                name = tuple(row[: table.named])
                values = zip(table.columns[table.named :], row[table.named :], strict=True)
                for column, value in values:
                    yield (section.key, table.key, name, column), value
