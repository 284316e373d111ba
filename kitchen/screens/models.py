"""Signs of life, and the keys of walls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.people.models import Staff


class Heartbeat(Base):
    """One part of the house, and its latest sign: when it last said that it is alive."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]


class WallKey(Row, Base):
    """What lets one screen show the wall of the command centre, whoever stands before it.

    The screen holds a random token of which only the hash is here: who reads the database can open
    nothing.
    """

    __tablename__ = "wall_key"

    name: Mapped[str] = mapped_column(String(80))
    """Where the screen hangs, in words."""
    lang: Mapped[str] = mapped_column(String(2))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    given_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    taken_back_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When the screen last asked for the wall, to within ten minutes."""

    given_by: Mapped[Staff] = relationship()
