"""Tables of notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kitchen.core.db import Base, Row
from kitchen.core.errors import Sentence


class Notice(Row, Base):
    """One thing told to one person. ``text`` is a catalogue id, said in the reader's language."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_staff_id_read_at_id", "staff_id", "read_at", "id"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str]
    params: Mapped[dict[str, Any]]
    url: Mapped[str]
    read_at: Mapped[datetime | None]

    @property
    def sentence(self) -> Sentence:
        """What is told, ready to be said in a language."""
        return Sentence(self.text, self.params)
