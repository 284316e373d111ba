"""Tables of planning: campaigns with their pieces, and what is to follow a statement."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.people.models import Staff
from kitchen.stories.models import Story
from kitchen.topics.models import Topic


class Campaign(Row, Base):
    """Several pieces on one subject, released as one plan (S34)."""

    __tablename__ = "campaign"

    name: Mapped[str] = mapped_column(String(80))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    starts_at: Mapped[datetime | None]
    plan: Mapped[str] = mapped_column(default="")
    """What it is to achieve, and how; for people to read."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    topic: Mapped[Topic | None] = relationship()
    made_by: Mapped[Staff | None] = relationship()
    pieces: Mapped[list[Piece]] = relationship(
        back_populates="campaign",
        order_by="(Piece.position, Piece.id)",
        cascade="all, delete-orphan",
    )


class Piece(Base):
    """A story's place in a campaign; a story belongs to one at most."""

    __tablename__ = "campaign_piece"
    __table_args__ = (UniqueConstraint("story_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"))
    position: Mapped[int] = mapped_column(default=0)

    campaign: Mapped[Campaign] = relationship(back_populates="pieces")
    story: Mapped[Story] = relationship()


class FollowUp(Row, Base):
    """What is to be published next on a statement, by whom and by when (S44)."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("ix_follow_up_done_at_due_at", "done_at", "due_at"),)

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    due_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reminded_at: Mapped[datetime | None]

    story: Mapped[Story] = relationship()
    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id])
    done_by: Mapped[Staff | None] = relationship(foreign_keys=[done_by_id])
