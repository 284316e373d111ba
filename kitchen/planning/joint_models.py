"""Tables of joint activities: what a group of accounts does together, and each one's part."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.matrix.group_models import AccountGroup
from kitchen.matrix.models import Account
from kitchen.people.models import Staff
from kitchen.planning.rules import Joint
from kitchen.stories.models import Story


class JointActivity(Row, Base):
    """Something that a group of accounts does together (S32), of one of three kinds."""

    __tablename__ = "joint_activity"

    kind: Mapped[Joint] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(80))
    group_id: Mapped[int] = mapped_column(ForeignKey("account_group.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"), index=True)
    """What they say together, of the kind that speaks."""
    plan: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")

    group: Mapped[AccountGroup] = relationship()
    story: Mapped[Story | None] = relationship()
    made_by: Mapped[Staff | None] = relationship()
    parts: Mapped[list[JointPart]] = relationship(
        order_by="JointPart.position", back_populates="activity"
    )


class JointPart(Base):
    """The part of one account in a joint activity."""

    __tablename__ = "joint_part"
    __table_args__ = (UniqueConstraint("activity_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("joint_activity.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    position: Mapped[int]
    task: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    result: Mapped[str] = mapped_column(default="")

    activity: Mapped[JointActivity] = relationship(back_populates="parts")
    account: Mapped[Account] = relationship()
    done_by: Mapped[Staff | None] = relationship()
