"""Tables of the checks: what people called a false alarm, and where texts link to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.people.models import Staff
from kitchen.stories.checks.report import Level
from kitchen.stories.models import Story


class FalseAlarm(Row, Base):
    """A hit that somebody judged to be none, in this text, with the reason."""

    __tablename__ = "false_alarm"
    __table_args__ = (UniqueConstraint("story_id", "key"),)

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    key: Mapped[str] = mapped_column(String(32))
    """:attr:`kitchen.stories.checks.report.Hit.key`: the rule, the words and the sentence."""
    rule: Mapped[str] = mapped_column(String(40))
    level: Mapped[Level] = mapped_column(String(6))
    """How much the hit weighed when it was called false; one that weighs more by now is none."""
    quote: Mapped[str]
    sentence: Mapped[str]
    reason: Mapped[str] = mapped_column(String(200))
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    seen_at: Mapped[datetime | None] = mapped_column(index=True)
    """When a keeper of the lists made an exception of it, or left it."""

    story: Mapped[Story] = relationship()
    marked_by: Mapped[Staff | None] = relationship()


class StoryLink(Base):
    """An address that texts link to, and until when it is worth looking at."""

    __tablename__ = "story_link"

    url: Mapped[str] = mapped_column(String(500), primary_key=True)
    wanted_until: Mapped[datetime] = mapped_column(index=True)
