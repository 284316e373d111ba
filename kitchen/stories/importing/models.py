"""Tables of what comes in from outside: files that are being read, stories made from leads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.leads.models import Lead
from kitchen.media.rules import Rights
from kitchen.stories.models import Story


class StoryImport(Row, Base):
    """A file with many pictures that a worker brings into a story; see ``jobs.py``.

    Until it is done there is no trace of it in any story.
    """

    __tablename__ = "story_import"

    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    """Under which the file lies in the store while it is worked on."""
    rights: Mapped[Rights] = mapped_column(String(10), default=Rights.OWN)
    """By what right we show its pictures."""
    pictures: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    """Pictures that were looked at so far."""
    attempts: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    """Why nothing was imported, as a catalogue id for ``failure_params``."""
    failure_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    remarks: Mapped[list[Any]] = mapped_column(default=list)
    """What stayed out: ``[catalogue id, params]`` each."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    into_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"))
    """The story to whose end it goes; without one it becomes a story of its own."""
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"))
    """What it became, once it is done."""

    into: Mapped[Story | None] = relationship(foreign_keys=[into_id])
    story: Mapped[Story | None] = relationship(foreign_keys=[story_id])


class StoryLead(Base):
    """From which lead a story was written directly, without a topic between them."""

    __tablename__ = "story_lead"

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), unique=True)

    story: Mapped[Story] = relationship()
    lead: Mapped[Lead] = relationship()
