"""The edge's tables: requests that were answered, so that a repeated one is done once, and how much
came from the public in these minutes.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, String
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


class FloodCount(Base):
    """What came at a gate in a window: in all (``network`` is empty), and from networks that are
    known by a hash whose salt goes with the window.
    """

    __tablename__ = "flood_count"

    gate: Mapped[str] = mapped_column(String(16), primary_key=True)
    starts_at: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Seconds of Unix."""
    network: Mapped[str] = mapped_column(String(32), primary_key=True)
    ends_at: Mapped[int] = mapped_column(BigInteger)
    salt: Mapped[str] = mapped_column(String(32))
    filed: Mapped[int]
    wrong: Mapped[int]
    """Codes that were tried and are none."""
