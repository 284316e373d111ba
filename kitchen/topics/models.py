"""Tables of topics and meetings."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.leads.models import Lead
from kitchen.people.models import Staff, Unit
from kitchen.topics.rules import MACHINE, MEETING, QUORUM, Decision, MeetingState, Risk, State


class Topic(Row, Base):
    """Something the newsroom may produce; ``forms`` and ``channels`` say as what and for where."""

    __tablename__ = "topic"
    __table_args__ = (Index("ix_topic_state_id", "state", "id"),)
    machine: ClassVar[Machine] = MACHINE

    title: Mapped[str] = mapped_column(String(80))
    angle: Mapped[str] = mapped_column(default="")
    forms: Mapped[list[str]]
    channels: Mapped[list[str]]
    planned_on: Mapped[date | None]
    resources: Mapped[str] = mapped_column(default="")
    risk: Mapped[Risk] = mapped_column(String(10), default=Risk.ROUTINE)
    state: Mapped[State] = mapped_column(String(10), default=State.DRAFT)
    reason: Mapped[str] = mapped_column(default="")
    """The committee's reason with its last decision."""
    filed_at: Mapped[datetime | None] = mapped_column(index=True)
    proposer_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]

    proposer: Mapped[Staff] = relationship(foreign_keys=[proposer_id])
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])
    unit: Mapped[Unit | None] = relationship()
    merged_into: Mapped[Topic | None] = relationship(remote_side="Topic.id")
    leads: Mapped[list[Lead]] = relationship(secondary="topic_lead", order_by="Lead.id")


class TopicLead(Base):
    """From which leads a topic was made."""

    __tablename__ = "topic_lead"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True, index=True)


class Meeting(Row, Base):
    """The committee's meeting of one day."""

    __tablename__ = "meeting"
    machine: ClassVar[Machine] = MEETING

    day: Mapped[date] = mapped_column(unique=True)
    state: Mapped[MeetingState] = mapped_column(String(8), default=MeetingState.PLANNED)
    quorum: Mapped[int] = mapped_column(default=QUORUM)
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    chair: Mapped[Staff | None] = relationship()
    items: Mapped[list[AgendaItem]] = relationship(
        back_populates="meeting", order_by="AgendaItem.position"
    )
    attendance: Mapped[list[Attendance]] = relationship(order_by="Attendance.at")


class Attendance(Base):
    """Who of the committee is present, and since when."""

    __tablename__ = "attendance"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()


class AgendaItem(Base):
    """A topic on a meeting's agenda, with what was decided there."""

    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("meeting_id", "topic_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    position: Mapped[int]
    decision: Mapped[Decision | None] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship(back_populates="items")
    topic: Mapped[Topic] = relationship()
    decided_by: Mapped[Staff | None] = relationship()
