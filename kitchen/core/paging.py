"""Lists in pages that cost the same wherever one is: by key, never by offset."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from kitchen.core.errors import N_, Invalid

T = TypeVar("T")
LARGEST = 2**63 - 1
"""A key that a database can hold."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows and, if there are more, the cursor of the next page."""

    items: Sequence[T]
    next: str | None = None


def newest_first(
    session: Session, query: Select[Any], key: Any, *, limit: int, cursor: str | None
) -> Page[T]:
    """The page of ``query`` after ``cursor``, by descending ``key`` (a unique integer column)."""
    if cursor:
        query = query.where(key < key_of(cursor))
    rows: Sequence[T] = session.scalars(query.order_by(key.desc()).limit(limit + 1)).all()
    if len(rows) <= limit:
        return Page(rows)
    return Page(rows[:limit], cursor_at(getattr(rows[limit - 1], key.key)))


def cursor_at(value: int) -> str:
    """The cursor of the page after the row whose key this is."""
    return base64.urlsafe_b64encode(str(value).encode()).decode().rstrip("=")


def key_of(cursor: str) -> int:
    """The key after which the page begins. Raises :class:`Invalid` for what is no cursor."""
    try:
        key = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        key = -1
    if not 0 <= key <= LARGEST:
        raise Invalid(fields={"cursor": N_("这个翻页标记不能用，请从第一页看起。")})
    return key
