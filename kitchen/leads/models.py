"""Tables of leads."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.leads.rules import MACHINE, Source, State, Urgency
from kitchen.people.models import Staff, Unit


class Lead(Row, Base):
    """Something that may become news. ``contact_sealed`` hides who told it; see the service."""

    __tablename__ = "lead"
    __table_args__ = (Index("ix_lead_state_id", "state", "id"),)
    machine: ClassVar[Machine] = MACHINE

    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str]
    source: Mapped[Source] = mapped_column(String(16))
    place: Mapped[str] = mapped_column(String(80), default="")
    happened_at: Mapped[datetime | None]
    urgency: Mapped[Urgency] = mapped_column(String(10), default=Urgency.NORMAL)
    state: Mapped[State] = mapped_column(String(16), default=State.NEW)
    reason: Mapped[str] = mapped_column(default="")
    """Why it was dropped or passed on."""
    contact_sealed: Mapped[str] = mapped_column(default="")
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), index=True)

    reporter: Mapped[Staff | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    merged_into: Mapped[Lead | None] = relationship(remote_side="Lead.id", back_populates="merged")
    merged: Mapped[list[Lead]] = relationship(back_populates="merged_into", order_by="Lead.id")
