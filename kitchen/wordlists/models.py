"""Tables of word lists.

An entry is written once and closed once: the rows of a list at any of its versions are those that
began no later and had not ended. So every report can be read with the lists it was made with.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.people.models import Staff
from kitchen.wordlists.rules import MACHINE, State


class Wordlist(Row, Base):
    """One list and how often it changed. One that nobody changed has no row: it is as shipped."""

    __tablename__ = "wordlist"

    kind: Mapped[str] = mapped_column(String(12), unique=True)
    number: Mapped[int] = mapped_column(default=0)
    """The version in force; each change makes the next."""
    stamp: Mapped[str] = mapped_column(String(22))
    """Names this very content, so that no process keeps what it made of another."""
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    changed_by: Mapped[Staff | None] = relationship()


class WordlistEntry(Row, Base):
    """An entry from version ``since`` on, until it was closed by version ``until``."""

    __tablename__ = "wordlist_entry"
    __table_args__ = (Index("ix_wordlist_entry_kind_until_id", "kind", "until", "id"),)

    kind: Mapped[str] = mapped_column(String(12))
    since: Mapped[int]
    until: Mapped[int | None]
    word: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(6))
    replacement: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    channels: Mapped[list[str]] = mapped_column(default=list)
    columns: Mapped[list[str]] = mapped_column(default=list)
    exceptions: Mapped[list[str]] = mapped_column(default=list)
    title: Mapped[str] = mapped_column(String(60), default="")
    rank: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class WordlistProposal(Row, Base):
    """A change of a list that wants two persons: proposed by one, in force once another says so."""

    __tablename__ = "wordlist_proposal"
    machine: ClassVar[Machine] = MACHINE

    kind: Mapped[str] = mapped_column(String(12), index=True)
    state: Mapped[State] = mapped_column(String(10), default=State.OPEN, index=True)
    added: Mapped[list[Any]] = mapped_column(default=list)
    """Entries as :meth:`kitchen.wordlists.rules.Entry.as_json` has them."""
    dropped: Mapped[list[Any]] = mapped_column(default=list)
    """The same of entries that end."""
    note: Mapped[str] = mapped_column(String(200), default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    settled_at: Mapped[datetime | None]

    proposed_by: Mapped[Staff | None] = relationship(foreign_keys=[proposed_by_id])
    settled_by: Mapped[Staff | None] = relationship(foreign_keys=[settled_by_id])
