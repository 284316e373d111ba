"""Which rows keep bytes alive: a root is a column in which names of bytes stand.

The table of all roots stands where every station is known (`kitchen/screens/roots.py`) and comes
in with the database; this station knows its shape only. Bytes that no root names may be taken away.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, String, Text, cast, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from kitchen.core.db import Database

OPEN: Final = "open"
SEALED: Final = "sealed"
_NAME = re.compile(r"[0-9a-f]{64}")
_AT_ONCE: Final = 500
"""Names in one question; SQLite takes no more than some thousand parameters."""


@dataclass(frozen=True, slots=True)
class Root:
    """``column`` holds one name; with ``within`` it holds a text or JSON in which names stand.

    Rows count where ``only`` is true.
    """

    column: InstrumentedAttribute[Any]
    within: bool = False
    only: ColumnElement[bool] | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        return true() if self.only is None else self.only


Roots = Mapping[str, Sequence[Root]]
"""By the store in which the bytes lie."""


def named_among(database: Database, roots: Sequence[Root], names: Collection[str]) -> set[str]:
    """Which of these names a row stands for, asked in a unit of its own."""
    with database.unit(write=False) as session:
        found = _held(session, roots, sorted(names))
        left = set(names) - found
        for root in roots:
            if root.within and left:
                written = _written(session, root, left)
                found |= written
                left -= written
    return found


def named_between(
    session: Session, roots: Sequence[Root], after: str, last: str, most: int
) -> set[str]:
    """The names that rows hold behind ``after`` and up to ``last``: the first ``most`` of each."""
    found: set[str] = set()
    for root in roots:
        if not root.within:
            between = (root.column > after, root.column <= last, root.condition)
            query = select(root.column).where(*between).distinct()
            found.update(session.scalars(query.order_by(root.column).limit(most)))
    return found


def _held(session: Session, roots: Sequence[Root], names: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        for root in roots:
            if not root.within:
                query = select(root.column).where(root.column.in_(some), root.condition)
                found.update(session.scalars(query))
    return found


def _written(session: Session, root: Root, names: Collection[str]) -> set[str]:
    """Reads every row of the column, a few at a time."""
    text = root.column if isinstance(root.column.type, String) else cast(root.column, Text)
    found: set[str] = set()
    query = select(text).where(root.condition).execution_options(yield_per=100)
    for written in session.scalars(query):
        found.update(set(_NAME.findall(written or "")) & set(names))
    return found
