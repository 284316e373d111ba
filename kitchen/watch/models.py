"""Tables of the watch: walks along accounts, posts of ours that were missed, foreign posts."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.matrix.models import Account
from kitchen.people.models import Staff
from kitchen.watch.rules import MACHINE, State


class Walk(Base):
    """The latest walk along an account."""

    __tablename__ = "walk"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    walked_at: Mapped[datetime]
    complete: Mapped[bool] = mapped_column(default=False)
    """False while under way, and where it broke off."""
    words: Mapped[str] = mapped_column(default="")
    """The platform's own words where it broke off."""


class Missed(Base):
    """A live post of ours that a look did not find; a second such look proves that it is gone."""

    __tablename__ = "missed"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), primary_key=True)
    missed_at: Mapped[datetime]


class ForeignPost(Row, Base):
    """A post on one of our accounts that the house did not put there, and what people say of it."""

    __tablename__ = "foreign_post"
    __table_args__ = (
        UniqueConstraint("account_id", "remote_id"),
        Index("ix_foreign_post_state_id", "state", "id"),
    )
    machine: ClassVar[Machine] = MACHINE

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The account's unit: who may judge depends on it."""
    remote_id: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    posted_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    state: Mapped[State] = mapped_column(String(10), default=State.OPEN)
    note: Mapped[str] = mapped_column(default="")
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    judged_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    judged_by: Mapped[Staff | None] = relationship()
