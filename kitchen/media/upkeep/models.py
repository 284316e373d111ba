"""Tables of the upkeep: how far a round is, and which bytes were found damaged or missing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from kitchen.core.db import Base


class StoreRound(Base):
    """The latest round of a kind of upkeep through one store."""

    __tablename__ = "store_round"

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    after: Mapped[str] = mapped_column(String(64), default="")
    """The last name that was looked at; empty before the first."""
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    files: Mapped[int] = mapped_column(BigInteger, default=0)
    """Looked at so far."""
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    """Their bytes."""


class StoreFinding(Base):
    """Bytes that were damaged, or missing though a row names them; healed once they are back."""

    __tablename__ = "store_finding"

    store: Mapped[str] = mapped_column(String(8), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    """``damaged`` or ``missing``."""
    found_at: Mapped[datetime]
    healed_at: Mapped[datetime | None]
    told: Mapped[bool] = mapped_column(default=False)
    """Whether the administrators have heard of it."""
