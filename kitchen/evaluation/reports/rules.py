"""The periods of reports, the shape in which every report keeps its figures, and what changed.

A week runs from Sunday to Saturday, as the lists of the trade do; a month is that of the calendar.
A report is data and no words: sections of tables whose columns are named by keys, so that the same
figures are read in every language, on every paper, and compared with those of another edition.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

Cell = str | int | float | None
"""A word, a count, a mean, or ``None``: not known, which is not nought."""
CHANGES_MOST = 500
"""Changes that an edition tells one by one; it keeps how many there are in all."""
ROW = "row"
"""The column of a change that is a whole row: 1 where it is there."""
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


def until(former: Period, latest: Period) -> list[Period]:
    """Every period after the former one up to the latest, in their order."""
    found = []
    while former.first < latest.first:
        former = former.next
        found.append(former)
    return found


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


@dataclass(frozen=True, slots=True)
class About:
    """What an edition is the edition of, as it was when it was made."""

    kind: Kind
    first_day: date
    unit: str
    """The uid of the unit; empty for the whole house."""
    unit_name: str
    """As the unit was called then."""
    edition: int


FORM = 2
"""Of what is frozen. The first one had no number, and held nothing but the sections."""


def frozen(about: About, figures: Figures, changed: int) -> dict[str, Any]:
    """What an edition keeps for good: what it is, its figures, and how much is otherwise."""
    told = {**asdict(about), "kind": str(about.kind), "first_day": about.first_day.isoformat()}
    return {"form": FORM, "about": told, "changed": changed, **packed(figures)}


def digest_of(data: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]) -> str:
    """The hash by which everybody can tell that an edition is as it was: all that it tells.

    In the first form, the sections alone; such editions are held to it for ever.
    """
    hashed = {**data, "changes": list(changes)} if "form" in data else data
    canonical = json.dumps(hashed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def changes(former: Figures, now: Figures) -> list[dict[str, Any]]:
    """What is otherwise than in the former edition, row by row and column by column.

    A row that is there only once is one change, under :data:`ROW`. Rows of one name are told apart
    by ``nth``, which counts them from the top.
    """
    before, after = dict(_rows(former)), dict(_rows(now))
    return [
        {
            "section": place[0],
            "table": place[1],
            "row": list(place[2]),
            "nth": place[3],
            "column": column,
            "before": was,
            "after": is_,
        }
        for place in dict.fromkeys([*before, *after])
        for column, was, is_ in _differing(before.get(place), after.get(place))
    ]


_Place = tuple[str, str, tuple[Cell, ...], int]
_Cells = Mapping[str, Cell]


def _rows(figures: Figures) -> Iterator[tuple[_Place, _Cells]]:
    for section in figures:
        for table in section.tables:
            seen: Counter[tuple[Cell, ...]] = Counter()
            for row in table.rows:
                name = tuple(row[: table.named])
                seen[name] += 1
                values = zip(table.columns[table.named :], row[table.named :], strict=True)
                yield (section.key, table.key, name, seen[name]), dict(values)


def _differing(before: _Cells | None, after: _Cells | None) -> Iterator[tuple[str, Cell, Cell]]:
    if before is None or after is None:
        yield ROW, int(before is not None) or None, int(after is not None) or None
        return
    for column in dict.fromkeys([*before, *after]):
        if before.get(column) != after.get(column):
            yield column, before.get(column), after.get(column)
