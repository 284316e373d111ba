"""Signs of life: when each part of the house last said that it is alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kitchen.core.db import Base


class Heartbeat(Base):
    """One part of the house, and its latest sign."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
