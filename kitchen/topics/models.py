"""Tables of topics, meetings, votes, appeals and recurring plans."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.leads.models import Lead
from kitchen.people.models import Staff, Unit
from kitchen.topics.recurrence import Rhythm
from kitchen.topics.rules import (
    MACHINE,
    MEETING,
    QUORUM,
    Choice,
    Decision,
    MeetingState,
    Risk,
    Stage,
    State,
)


class Topic(Row, Base):
    """Something the newsroom may produce; ``forms`` and ``channels`` say as what and for where."""

    __tablename__ = "topic"
    __table_args__ = (
        Index("ix_topic_state_id", "state", "id"),
        Index("ix_topic_planned_on_id", "planned_on", "id"),
    )
    machine: ClassVar[Machine] = MACHINE

    title: Mapped[str] = mapped_column(String(80))
    angle: Mapped[str] = mapped_column(default="")
    forms: Mapped[list[str]]
    channels: Mapped[list[str]]
    planned_on: Mapped[date | None]
    resources: Mapped[str] = mapped_column(default="")
    column: Mapped[str] = mapped_column(String(40), default="")
    """The column under which it shall appear, by name (S37)."""
    place: Mapped[str] = mapped_column(String(40), default="")
    """Town, street or site where it happens."""
    urgent: Mapped[bool] = mapped_column(default=False)
    risk: Mapped[Risk] = mapped_column(String(10), default=Risk.ROUTINE)
    state: Mapped[State] = mapped_column(String(10), default=State.DRAFT)
    stage: Mapped[Stage] = mapped_column(String(10), default=Stage.PLANNED)
    """Means something once it is approved."""
    reason: Mapped[str] = mapped_column(default="")
    """The committee's reason with its last decision."""
    filed_at: Mapped[datetime | None] = mapped_column(index=True)
    proposer_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    """Who sees to it, where that is not the proposer."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]

    proposer: Mapped[Staff] = relationship(foreign_keys=[proposer_id])
    owner: Mapped[Staff | None] = relationship(foreign_keys=[owner_id])
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])
    unit: Mapped[Unit | None] = relationship()
    merged_into: Mapped[Topic | None] = relationship(remote_side="Topic.id")
    leads: Mapped[list[Lead]] = relationship(secondary="topic_lead", order_by="Lead.id")
    appeal: Mapped[Appeal | None] = relationship(back_populates="topic")


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
    secret_votes: Mapped[bool] = mapped_column(default=False)
    shown: Mapped[int | None]
    """Position on the agenda of what is on the wall; none: the first that is undecided."""
    shown_since: Mapped[datetime | None]

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
    votes_for: Mapped[int | None]
    """With the decision, the votes of the members present; none where nobody voted. Of a secret
    vote they stay when the decision is taken back."""
    votes_against: Mapped[int | None]
    abstentions: Mapped[int | None]

    meeting: Mapped[Meeting] = relationship(back_populates="items")
    topic: Mapped[Topic] = relationship()
    decided_by: Mapped[Staff | None] = relationship()
    votes: Mapped[list[Vote]] = relationship(order_by="Vote.at")


class Vote(Base):
    """What a member voted on a topic. In a secret vote the rows go with the decision."""

    __tablename__ = "vote"

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    choice: Mapped[Choice] = mapped_column(String(8))
    at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()


class Appeal(Base):
    """A proposer's one appeal against the committee's word on a topic."""

    __tablename__ = "appeal"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    reason: Mapped[str]
    against: Mapped[State] = mapped_column(String(10))
    """The state into which the committee's first word had brought the topic."""
    first_reason: Mapped[str]
    outcome: Mapped[Decision | None] = mapped_column(String(8))
    decided_at: Mapped[datetime | None]

    topic: Mapped[Topic] = relationship(back_populates="appeal")
    by: Mapped[Staff] = relationship()


class TopicPlan(Row, Base):
    """A topic that comes back: a festival, the two sessions, the flood season."""

    __tablename__ = "topic_plan"

    title: Mapped[str] = mapped_column(String(60))
    angle: Mapped[str] = mapped_column(default="")
    forms: Mapped[list[str]]
    channels: Mapped[list[str]]
    column: Mapped[str] = mapped_column(String(40), default="")
    place: Mapped[str] = mapped_column(String(40), default="")
    resources: Mapped[str] = mapped_column(default="")
    risk: Mapped[Risk] = mapped_column(String(10), default=Risk.ROUTINE)
    rhythm: Mapped[Rhythm] = mapped_column(String(8))
    month: Mapped[int] = mapped_column(default=1)
    day: Mapped[int] = mapped_column(default=1)
    weekday: Mapped[int] = mapped_column(default=0)
    """Monday is 0."""
    lead_days: Mapped[int] = mapped_column(default=7)
    """How many days before the date its draft is made."""
    active: Mapped[bool] = mapped_column(default=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))

    owner: Mapped[Staff] = relationship()


class PlanFiling(Base):
    """For which dates a plan has made its topic; one each, whatever happens."""

    __tablename__ = "plan_filing"

    plan_id: Mapped[int] = mapped_column(ForeignKey("topic_plan.id"), primary_key=True)
    falls_on: Mapped[date] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
