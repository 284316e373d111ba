"""Tables of petitions."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.leads.models import Lead
from kitchen.people.models import Staff, Unit
from kitchen.petitions.rules import (
    EXTENSION,
    MACHINE,
    PUBLIC,
    TRANSFER,
    Category,
    Handling,
    Origin,
    Showing,
    State,
    Step,
    Wish,
)


class Petition(Row, Base):
    """What somebody asks. Who they are is sealed; of the code by which they follow it only the
    hash is here, and whoever brought a lead has none.
    """

    __tablename__ = "petition"
    __table_args__ = (
        Index("ix_petition_state_id", "state", "id"),
        Index("ix_petition_created_at", "created_at"),
    )
    machine: ClassVar[Machine] = MACHINE

    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str]
    place: Mapped[str] = mapped_column(String(80), default="")
    category: Mapped[Category | None] = mapped_column(String(16))
    origin: Mapped[Origin] = mapped_column(String(8), default=Origin.PUBLIC)
    state: Mapped[State] = mapped_column(String(10), default=State.RECEIVED)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """Whose desk sorts it."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it was refused."""
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    contact_sealed: Mapped[str] = mapped_column(default="")
    may_publish: Mapped[bool] = mapped_column(default=True)
    """Whether its petitioner agrees that it is shown."""
    from_lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), unique=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), unique=True)
    """The lead that was made of it."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("petition.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    returns: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    """When the step under way must be done, by whoever has to do it."""
    call_at: Mapped[datetime | None] = mapped_column(index=True)
    """When somebody is called next about that term."""
    calls: Mapped[int] = mapped_column(default=0)

    unit: Mapped[Unit | None] = relationship()
    from_lead: Mapped[Lead | None] = relationship(foreign_keys=from_lead_id)
    lead: Mapped[Lead | None] = relationship(foreign_keys=lead_id)
    merged_into: Mapped[Petition | None] = relationship(
        remote_side="Petition.id", back_populates="merged"
    )
    merged: Mapped[list[Petition]] = relationship(
        back_populates="merged_into", order_by="Petition.id"
    )
    transfers: Mapped[list[Transfer]] = relationship(
        back_populates="petition", order_by="Transfer.id"
    )

    @property
    def transfer(self) -> Transfer | None:
        """What was handed out last, wherever that stands."""
        return self.transfers[-1] if self.transfers else None


class Transfer(Row, Base):
    """That a unit is to answer a petition; each time anew. ``unit_id`` is that unit."""

    __tablename__ = "petition_transfer"
    __table_args__ = (
        Index("ix_petition_transfer_unit_id_state_id", "unit_id", "state", "petition_id"),
        Index("ix_petition_transfer_created_at", "created_at"),
        Index("ix_petition_transfer_done_at", "done_at"),
    )
    machine: ClassVar[Machine] = TRANSFER

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    round: Mapped[int]
    state: Mapped[Handling] = mapped_column(String(12), default=Handling.OPEN)
    due_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")
    """What the desk asks of the unit; later why it came back, or was sent back."""
    reply: Mapped[str] = mapped_column(default="")
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    replied_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    urges: Mapped[int] = mapped_column(default=0)

    petition: Mapped[Petition] = relationship(back_populates="transfers")
    unit: Mapped[Unit] = relationship()
    replied_by: Mapped[Staff | None] = relationship()
    extension: Mapped[Extension | None] = relationship(back_populates="transfer")


class Extension(Row, Base):
    """A unit's one wish for more time; ``unit_id`` is the desk that decides."""

    __tablename__ = "petition_extension"
    machine: ClassVar[Machine] = EXTENSION

    transfer_id: Mapped[int] = mapped_column(ForeignKey("petition_transfer.id"), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    days: Mapped[int]
    reason: Mapped[str]
    state: Mapped[Wish] = mapped_column(String(8), default=Wish.ASKED)
    answer: Mapped[str] = mapped_column(default="")

    transfer: Mapped[Transfer] = relationship(back_populates="extension")


class Entry(Base):
    """One step of a petition's way, in words. Without a person it is the petitioner or the house;
    ``unit_id`` is where the person works who made it.
    """

    __tablename__ = "petition_entry"
    __table_args__ = (Index("ix_petition_entry_step_at", "step", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    at: Mapped[datetime]
    step: Mapped[Step] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))

    staff: Mapped[Staff | None] = relationship()


class Rating(Base):
    """How satisfied the petitioner is with a round's answer."""

    __tablename__ = "petition_rating"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """Who answered."""
    score: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(index=True)


class PublicAnswer(Row, Base):
    """A question with its answer as readers see it: words of its own, private data removed."""

    __tablename__ = "petition_public"
    __table_args__ = (Index("ix_petition_public_state_id", "state", "id"),)
    machine: ClassVar[Machine] = PUBLIC

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """Whose desk shows it."""
    department_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[Showing] = mapped_column(String(10), default=Showing.SHOWN)
    title: Mapped[str] = mapped_column(String(80))
    question: Mapped[str]
    reply: Mapped[str]
    place: Mapped[str] = mapped_column(String(80), default="")
    category: Mapped[Category | None] = mapped_column(String(16))
    pictures: Mapped[list[str]]
    """Uids of those that are shown."""
    answered_at: Mapped[datetime]
    report_url: Mapped[str] = mapped_column(default="")
    """The news that came of it."""
    report_title: Mapped[str] = mapped_column(default="")

    petition: Mapped[Petition] = relationship()
    department: Mapped[Unit] = relationship(foreign_keys=department_id)


class Parameter(Base):
    """A term or limit that the desk changed."""

    __tablename__ = "petition_parameter"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]
