"""Tables of pick-ups: the outlets that are watched, and what they took up."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.evaluation.pickups.rules import MACHINE, URL_MOST, Standing, Tier
from kitchen.people.models import Staff
from kitchen.stories.models import Story


class PickUpOutlet(Row, Base):
    """An outlet by name and level; ``domain`` tells by an address whose page it is."""

    __tablename__ = "pickup_outlet"
    __table_args__ = (UniqueConstraint("name"), UniqueConstraint("domain"))

    name: Mapped[str] = mapped_column(String(60))
    domain: Mapped[str | None] = mapped_column(String(120))
    tier: Mapped[Tier] = mapped_column(String(12))
    active: Mapped[bool] = mapped_column(default=True)


class PickUp(Row, Base):
    """One page elsewhere that carries one of our stories."""

    __tablename__ = "pickup"
    __table_args__ = (
        UniqueConstraint("story_id", "url"),
        Index("ix_pickup_state_id", "state", "id"),
        Index("ix_pickup_state_published_on", "state", "published_on"),
    )
    machine: ClassVar[Machine] = MACHINE

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"))
    outlet_id: Mapped[int] = mapped_column(ForeignKey("pickup_outlet.id"), index=True)
    url: Mapped[str] = mapped_column(String(URL_MOST))
    title: Mapped[str] = mapped_column(String(200), default="")
    published_on: Mapped[date]
    state: Mapped[Standing] = mapped_column(String(10), default=Standing.PROPOSED)
    likeness: Mapped[int | None]
    """Hundredths, by :func:`kitchen.leads.rules.likeness`; ``None``: entered by hand."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who entered it, or judged it last."""

    story: Mapped[Story] = relationship()
    outlet: Mapped[PickUpOutlet] = relationship()
    staff: Mapped[Staff | None] = relationship()

    @property
    def unit_id(self) -> int | None:
        """Over which unit one must hold a right to judge it: over the story's."""
        return self.story.unit_id


class PickUpMark(Base):
    """Up to which item the gathered feeds were looked through; one row, or none."""

    __tablename__ = "pickup_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_item_id: Mapped[int] = mapped_column(BigInteger)
