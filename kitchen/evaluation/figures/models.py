"""Tables of published pieces: whose turn it is to be counted, figures by age, targets, alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.evaluation.figures.rules import ALARM, AlarmState, Concern, Measure, Scope, Teller
from kitchen.matrix.models import Account
from kitchen.people.models import Staff
from kitchen.publishing.models import Publication
from kitchen.stories.models import Story


class PieceTurn(Base):
    """A piece since it went live, and when it is counted next; it stays when counting is over.

    Story, account, channel and position are the publication's own and never change: they stand
    here again so that a period is added up without the outbox.
    """

    __tablename__ = "piece_turn"
    __table_args__ = (
        Index("ix_piece_turn_live_at_channel", "live_at", "channel"),
        Index("ix_piece_turn_account_id_live_at", "account_id", "live_at"),
        Index("ix_piece_turn_account_id_next_at", "account_id", "next_at"),
    )

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    channel: Mapped[str] = mapped_column(String(32))
    position: Mapped[int]
    live_at: Mapped[datetime]
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    """``None``: nobody is asked (any more); a person may still enter figures."""
    failures: Mapped[int] = mapped_column(default=0)
    """Looks in a row that told nothing."""
    words: Mapped[str] = mapped_column(String(500), default="")
    """Why the latest look told nothing: a code of :mod:`.labels`, or the platform's own words."""

    publication: Mapped[Publication] = relationship()
    story: Mapped[Story] = relationship()
    account: Mapped[Account] = relationship()
    figures: Mapped[list[PieceFigures]] = relationship(
        primaryjoin="PieceTurn.publication_id == foreign(PieceFigures.publication_id)",
        order_by="PieceFigures.age",
        viewonly=True,
    )


class PieceFigures(Base):
    """Everything that a piece had gathered when it had reached an age.

    ``None`` is "not told", which is not nought. 100 000+ is kept as 100 001.
    """

    __tablename__ = "piece_figures"
    __table_args__ = (Index("ix_piece_figures_taken_at", "taken_at"),)

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), primary_key=True)
    age: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Hours, one of :class:`kitchen.evaluation.figures.rules.Age`."""
    taken_at: Mapped[datetime]
    """When they were told, by the platform where it told any; later than the age where the
    platform was late or asked late, or a person entered them later.
    """
    teller: Mapped[Teller] = mapped_column(String(10), default=Teller.PLATFORM)
    """Who told what the platform did not; the platform, where all of it is its own."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    by_platform: Mapped[list[str]] = mapped_column(default=list)
    """The fields that the platform itself told: nobody changes them by hand."""
    reads: Mapped[int | None]
    likes: Mapped[int | None]
    watching: Mapped[int | None]
    """在看; only WeChat has it."""
    shares: Mapped[int | None]
    comments: Mapped[int | None]
    oddity: Mapped[str] = mapped_column(String(40), default="")
    """Why the figures are doubted, by :mod:`kitchen.evaluation.figures.oddities`; empty: not."""

    publication: Mapped[Publication] = relationship()
    staff: Mapped[Staff | None] = relationship()


class ReadTarget(Row, Base):
    """So many reads by an age; ``subject`` says of which column, account or topic."""

    __tablename__ = "read_target"
    __table_args__ = (UniqueConstraint("scope", "measure", "subject"),)

    scope: Mapped[Scope] = mapped_column(String(10))
    measure: Mapped[Measure] = mapped_column(String(6))
    subject: Mapped[str] = mapped_column(String(40), default="")
    """The column's name, or the uid of the account or topic; empty for all."""
    age: Mapped[int]
    reads: Mapped[int]


class FiguresAlarm(Row, Base):
    """Something about a piece's figures that a person should look at, told once."""

    __tablename__ = "figures_alarm"
    __table_args__ = (
        UniqueConstraint("publication_id", "age", "concern"),
        Index("ix_figures_alarm_state_id", "state", "id"),
    )
    machine: ClassVar[Machine] = ALARM

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    age: Mapped[int]
    concern: Mapped[Concern] = mapped_column(String(20))
    seen: Mapped[dict[str, Any]]
    """The figures as they were told then; with a missed target, its ``target``."""
    state: Mapped[AlarmState] = mapped_column(String(10), default=AlarmState.OPEN)
    reason: Mapped[str] = mapped_column(String(500), default="")
    """What whoever looked at it says."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    publication: Mapped[Publication] = relationship()
    staff: Mapped[Staff | None] = relationship()

    @property
    def unit_id(self) -> int | None:
        """The account's unit: who may judge depends on it."""
        return self.publication.unit_id
