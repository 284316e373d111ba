"""The log of a story's text: every change in order, by whom and from which open editor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base
from kitchen.people.models import Staff


class StoryStep(Base):
    """One change of a story's text, as ProseMirror writes steps. Written once.

    ``number`` counts from 1 within the story; the last one is ``Story.text_version``. ``client``
    is one open editor and ``sequence`` its own count, so that what is sent twice stands once; a
    save of the whole text has no client.
    """

    __tablename__ = "story_step"
    __table_args__ = (
        UniqueConstraint("story_id", "number", name="uq_story_step_number"),
        UniqueConstraint("story_id", "client", "sequence", name="uq_story_step_sequence"),
        Index("ix_story_step_story_id_staff_id_number", "story_id", "staff_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"))
    number: Mapped[int]
    client: Mapped[str] = mapped_column(String(32))
    sequence: Mapped[int]
    step: Mapped[dict[str, Any]]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]

    staff: Mapped[Staff | None] = relationship()
