"""The edge's only table: requests that were answered, so that a repeated one is done once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kitchen.core.db import Base


class AnsweredRequest(Base):
    """What a keyed request was, and what it was answered."""

    __tablename__ = "answered_request"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    mimetype: Mapped[str]
    location: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(index=True)
