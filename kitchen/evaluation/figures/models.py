"""Table of figures of published pieces, one row for each piece and age."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base
from kitchen.evaluation.figures.rules import Teller
from kitchen.people.models import Staff
from kitchen.publishing.models import Publication


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
    """When they were told; later than the age where the platform was late or asked late."""
    teller: Mapped[Teller] = mapped_column(String(10), default=Teller.PLATFORM)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
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
