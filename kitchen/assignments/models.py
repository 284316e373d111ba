"""Tables of assignments: the task, its crew, its thread, kit and vehicles, and people's time."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.assignments.rules import (
    GEAR,
    MACHINE,
    Answer,
    Claim,
    GearKind,
    GearState,
    Kind,
    Role,
    Span,
    State,
    Step,
)
from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.people.models import Staff, Unit
from kitchen.topics.models import Topic


class Assignment(Row, Base):
    """Who goes where with what by when, for one topic."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_state_id", "state", "id"),
        Index("ix_assignment_starts_at_due_at", "starts_at", "due_at"),
    )
    machine: ClassVar[Machine] = MACHINE

    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    brief: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    meeting_point: Mapped[str] = mapped_column(String(80), default="")
    contact: Mapped[str] = mapped_column(String(80), default="")
    """Whom to ask for on the spot; seen by those who may read the task, and sent nowhere."""
    risk: Mapped[str] = mapped_column(default="")
    """What to look out for: weather, traffic, crowds, protective kit."""
    kit: Mapped[list[str]]
    """What is taken along and kept in no list; the rest is booked."""
    vehicle: Mapped[str] = mapped_column(String(40), default="")
    """A car that is kept in no list."""
    starts_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    state: Mapped[State] = mapped_column(String(10), default=State.DRAFTED)
    dispatched_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    sequence: Mapped[int] = mapped_column(default=0)
    """Counts what calendars must learn of: a time, a place, a crew, a cancellation."""
    late_told_at: Mapped[datetime | None]
    """When the desk was told that nobody had set out in time."""

    topic: Mapped[Topic | None] = relationship()
    dispatched_by: Mapped[Staff | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    crew: Mapped[list[Crew]] = relationship(
        back_populates="assignment", order_by="Crew.id", cascade="all, delete-orphan"
    )
    bookings: Mapped[list[Booking]] = relationship(
        back_populates="assignment", order_by="Booking.id", cascade="all, delete-orphan"
    )

    @property
    def span(self) -> Span | None:
        """When and where it is; ``None`` as long as nobody has said when."""
        if self.starts_at is None or self.due_at is None:
            return None
        return Span(self.starts_at, self.due_at, self.place)


class Crew(Base):
    """One person on an assignment, and whether they can come."""

    __tablename__ = "crew"
    __table_args__ = (UniqueConstraint("assignment_id", "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[Role] = mapped_column(String(8))
    answer: Mapped[Answer] = mapped_column(String(8), default=Answer.ASKED)
    reason: Mapped[str] = mapped_column(default="")
    left_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    arrived_note: Mapped[str] = mapped_column(String(80), default="")
    """Where they stand, in their own words; nobody is tracked."""
    sent_in_at: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship(back_populates="crew")
    staff: Mapped[Staff] = relationship()

    @property
    def steps(self) -> list[tuple[Step, datetime]]:
        """How far they have come, with the moments."""
        told = {
            Step.LEFT: self.left_at,
            Step.ARRIVED: self.arrived_at,
            Step.SENT_IN: self.sent_in_at,
        }
        return [(step, moment) for step, moment in told.items() if moment is not None]


class Message(Row, Base):
    """One entry of the thread; its pictures are media uses of the message."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_assignment_id_id", "assignment_id", "id"),)

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[Kind] = mapped_column(String(8), default=Kind.MESSAGE)
    text: Mapped[str] = mapped_column(default="")

    staff: Mapped[Staff] = relationship()
    assignment: Mapped[Assignment] = relationship()


class Gear(Row, Base):
    """A piece of kit or a vehicle of a unit, which can be booked and handed out."""

    __tablename__ = "gear"
    __table_args__ = (UniqueConstraint("unit_id", "name"),)
    machine: ClassVar[Machine] = GEAR

    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[GearKind] = mapped_column(String(8))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[GearState] = mapped_column(String(8), default=GearState.IN)
    note: Mapped[str] = mapped_column(String(200), default="")

    unit: Mapped[Unit] = relationship()


class Booking(Base):
    """A piece of gear that goes with a task, for the task's span; back early, it is free again."""

    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("assignment_id", "gear_id"),
        Index("ix_booking_gear_id_starts_at", "gear_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    gear_id: Mapped[int] = mapped_column(ForeignKey("gear.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    handed_out_at: Mapped[datetime | None]
    handed_to_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    returned_at: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship(back_populates="bookings")
    gear: Mapped[Gear] = relationship()
    handed_to: Mapped[Staff | None] = relationship()


class TimeClaim(Row, Base):
    """Leave, sickness, a journey, a duty: time of a person that is not free for tasks."""

    __tablename__ = "time_claim"
    __table_args__ = (Index("ix_time_claim_staff_id_starts_at", "staff_id", "starts_at"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[Claim] = mapped_column(String(8))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(80), default="")

    staff: Mapped[Staff] = relationship()

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)


class CrewSetting(Base):
    """What the newsroom says about ways and lateness; one row, or none."""

    __tablename__ = "crew_setting"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    travel_minutes: Mapped[int]
    late_minutes: Mapped[int]


class CalendarFeed(Base):
    """The private address of a person's tasks as a calendar; the table finds it by its hash."""

    __tablename__ = "calendar_feed"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_sealed: Mapped[str]
    """So that its owner can copy the address again."""
    made_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()
