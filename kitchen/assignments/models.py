"""Tables of assignments: the task, its crew, its thread."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.assignments.rules import MACHINE, Answer, Kind, Role, State
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
    kit: Mapped[list[str]]
    vehicle: Mapped[str] = mapped_column(String(40), default="")
    starts_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    state: Mapped[State] = mapped_column(String(10), default=State.DRAFTED)
    dispatched_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))

    topic: Mapped[Topic | None] = relationship()
    dispatched_by: Mapped[Staff | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    crew: Mapped[list[Crew]] = relationship(
        back_populates="assignment", order_by="Crew.id", cascade="all, delete-orphan"
    )


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

    assignment: Mapped[Assignment] = relationship(back_populates="crew")
    staff: Mapped[Staff] = relationship()


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
