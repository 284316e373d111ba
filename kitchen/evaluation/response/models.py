"""Table of response times: one row for each story that readers have seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base
from kitchen.evaluation.response.rules import TIMED, Step
from kitchen.stories.models import Story


class StoryTimes(Base):
    """Minutes that each step of a story took, noted when it first went live.

    ``None``: nobody took that step. See :func:`kitchen.evaluation.response.rules.minutes_of`.
    """

    __tablename__ = "story_times"

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), primary_key=True)
    live_at: Mapped[datetime] = mapped_column(index=True)
    decided: Mapped[int | None]
    assigned: Mapped[int | None]
    begun: Mapped[int | None]
    submitted: Mapped[int | None]
    approved: Mapped[int | None]
    live: Mapped[int | None]

    story: Mapped[Story] = relationship()

    @property
    def minutes(self) -> dict[Step, int]:
        """The steps that were taken."""
        found = {step: getattr(self, step) for step in TIMED}
        return {step: count for step, count in found.items() if count is not None}
