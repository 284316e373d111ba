"""Tables of search: what is in the index, what waits to be taken up, the questions people keep.

The index itself is the database's own: a full-text table on SQLite, a generalised inverted index
over numbers on PostgreSQL (:mod:`kitchen.search.sqlite`, :mod:`kitchen.search.postgresql`). Its
tables are no part of the metadata, because they have no equal on the other database.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, BigInteger, ForeignKey, Integer, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from kitchen.core.db import Base, Row
from kitchen.search import postgresql, sqlite
from kitchen.search.rules import NAME_MAX

BigId = BigInteger().with_variant(Integer, "sqlite")


class SearchDoc(Base):
    """One row of a station as the index knows it; ``id`` says of which (:mod:`.rules`)."""

    __tablename__ = "search_doc"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    uid: Mapped[str] = mapped_column(String(22))
    title: Mapped[str]
    text: Mapped[str]
    """Everything else by which it is found, as written."""
    row_version: Mapped[int]
    """Which version of the row this is."""
    folding: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="")
    column: Mapped[str] = mapped_column(String(40), default="")
    author_id: Mapped[int | None]
    unit_id: Mapped[int | None]
    born_at: Mapped[datetime]


class SearchMark(Base):
    """A row changed: the index must look at it again. Each change leaves a mark of its own."""

    __tablename__ = "search_mark"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    doc_id: Mapped[int] = mapped_column(BigId)


class SavedSearch(Row, Base):
    """A question that a person keeps, under a name of their own."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("staff_id", "name"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    asks: Mapped[dict[str, Any]]
    """The words and filters, as the page takes them in its address."""


for _engine in (sqlite, postgresql):
    for _statement in _engine.CREATE:
        event.listen(
            SearchDoc.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_engine.DIALECT),  # type: ignore[no-untyped-call]
        )
