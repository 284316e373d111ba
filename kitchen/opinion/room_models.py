"""Tables of incident rooms (S43) and of drills (S45)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.opinion.rules import (
    DRILL,
    INCIDENT,
    LINE,
    TASK,
    ClockName,
    Grade,
    Incident,
    Line,
    Office,
    Run,
    Task,
)
from kitchen.people.models import Staff
from kitchen.stories.models import Story

_CALLED = text("call_at IS NOT NULL")
_RUNNING = text("state = 'running'")


class IncidentRoom(Row, Base):
    """An incident, and the room in which offices deal with it together.

    A drill has no story, so nothing of it can reach a platform: the database says so as well.
    """

    __tablename__ = "opinion_incident"
    __table_args__ = (
        CheckConstraint("NOT drill OR story_id IS NULL", name="a_drill_says_nothing"),
        Index("ix_opinion_incident_state_id", "state", "id"),
    )
    machine: ClassVar[Machine] = INCIDENT

    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    grade: Mapped[Grade] = mapped_column(String(8), default=Grade.ROUTINE)
    state: Mapped[Incident] = mapped_column(String(10), default=Incident.OPEN)
    drill: Mapped[bool] = mapped_column(default=False)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"), index=True)
    """The statement."""
    answered_at: Mapped[datetime | None]
    """When the first reader could see the statement."""
    press_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")

    opened_by: Mapped[Staff | None] = relationship()
    story: Mapped[Story | None] = relationship()
    members: Mapped[list[Member]] = relationship(order_by="Member.id", back_populates="incident")
    lines: Mapped[list[AgreedLine]] = relationship(
        order_by="AgreedLine.number", back_populates="incident"
    )
    tasks: Mapped[list[RoomTask]] = relationship(
        order_by="(RoomTask.due_at, RoomTask.id)", back_populates="incident"
    )
    clocks: Mapped[list[Clock]] = relationship(
        order_by="(Clock.due_at, Clock.id)", back_populates="incident"
    )

    @property
    def line(self) -> AgreedLine | None:
        """The agreed line in force."""
        approved = [each for each in self.lines if each.state == Line.APPROVED]
        return approved[-1] if approved else None

    def offices_of(self, staff_id: int | None) -> list[Office]:
        """In whose names somebody sits in the room."""
        return [Office(each.office) for each in self.members if each.staff_id == staff_id]


class Member(Base):
    """Somebody who sits in a room in the name of an office."""

    __tablename__ = "opinion_member"
    __table_args__ = (
        UniqueConstraint("incident_id", "staff_id", "office"),
        Index("ix_opinion_member_staff_id_incident_id", "staff_id", "incident_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("opinion_incident.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    office: Mapped[Office] = mapped_column(String(12))
    joined_at: Mapped[datetime]

    incident: Mapped[IncidentRoom] = relationship(back_populates="members")
    staff: Mapped[Staff] = relationship()


class Assessment(Base):
    """How one office sees the incident. A further one stands beside it; none is ever changed."""

    __tablename__ = "opinion_assessment"
    __table_args__ = (UniqueConstraint("incident_id", "office", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("opinion_incident.id"))
    office: Mapped[Office] = mapped_column(String(12))
    number: Mapped[int]
    at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    grade: Mapped[Grade] = mapped_column(String(8))
    words: Mapped[str]

    staff: Mapped[Staff] = relationship()


class AgreedLine(Row, Base):
    """A version of what everybody says (口径); approved by somebody who did not write it."""

    __tablename__ = "opinion_line"
    __table_args__ = (UniqueConstraint("incident_id", "number"),)
    machine: ClassVar[Machine] = LINE

    incident_id: Mapped[int] = mapped_column(ForeignKey("opinion_incident.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    number: Mapped[int]
    text: Mapped[str]
    state: Mapped[Line] = mapped_column(String(10), default=Line.DRAFT)
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")

    incident: Mapped[IncidentRoom] = relationship(back_populates="lines")
    drafted_by: Mapped[Staff] = relationship(foreign_keys=[drafted_by_id])
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])


class RoomTask(Row, Base):
    """What somebody is to do about an incident, and until when."""

    __tablename__ = "opinion_task"
    __table_args__ = (
        Index("ix_opinion_task_call_at", "call_at", sqlite_where=_CALLED, postgresql_where=_CALLED),
        Index("ix_opinion_task_owner_id_state", "owner_id", "state"),
    )
    machine: ClassVar[Machine] = TASK

    incident_id: Mapped[int] = mapped_column(ForeignKey("opinion_incident.id"), index=True)
    words: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    due_at: Mapped[datetime]
    call_at: Mapped[datetime | None]
    state: Mapped[Task] = mapped_column(String(8), default=Task.OPEN)
    result: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]

    incident: Mapped[IncidentRoom] = relationship(back_populates="tasks")
    owner: Mapped[Staff] = relationship()


class Clock(Base):
    """One of the clocks that run from an incident's opening."""

    __tablename__ = "opinion_clock"
    __table_args__ = (
        UniqueConstraint("incident_id", "name"),
        Index(
            "ix_opinion_clock_call_at", "call_at", sqlite_where=_CALLED, postgresql_where=_CALLED
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("opinion_incident.id"))
    name: Mapped[ClockName] = mapped_column(String(8))
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    call_at: Mapped[datetime | None]
    calls: Mapped[int] = mapped_column(default=0)

    incident: Mapped[IncidentRoom] = relationship(back_populates="clocks")

    @property
    def was_late(self) -> bool:
        """Whether it was stopped after its end."""
        return self.done_at is not None and self.done_at > self.due_at


class Drill(Row, Base):
    """One playing of a scenario into a room of its own."""

    __tablename__ = "opinion_drill"
    __table_args__ = (
        Index(
            "ix_opinion_drill_next_at", "next_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING
        ),
    )
    machine: ClassVar[Machine] = DRILL

    scenario: Mapped[str] = mapped_column(String(16))
    incident_id: Mapped[int] = mapped_column(ForeignKey("opinion_incident.id"), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[Run] = mapped_column(String(8), default=Run.RUNNING)
    speed: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    """How many injects were played."""
    next_at: Mapped[datetime | None]
    left_seconds: Mapped[int] = mapped_column(default=0)
    """Until the next inject, on the clock, while it is paused."""
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    incident: Mapped[IncidentRoom] = relationship()
    begun_by: Mapped[Staff] = relationship()
