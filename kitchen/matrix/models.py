"""The table of accounts."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.matrix.rules import SLOTS, Condition, condition, empty_slots
from kitchen.people.models import Unit


class Account(Row, Base):
    """One account on one platform (S1), the unit that answers for it (S16), and its switches.

    ``settings`` holds what may be read; secrets are sealed under the account's uid and are only
    opened where the platform is called.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("channel", "handle"),)

    channel: Mapped[str] = mapped_column(String(32))
    """Key of the channel's class in ``channels.registry``."""
    name: Mapped[str] = mapped_column(String(80))
    handle: Mapped[str] = mapped_column(String(120))
    """What the platform calls the account; unique on it."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    """False once the account is retired; nothing new is planned for it."""
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    secrets_sealed: Mapped[str] = mapped_column(default="")
    sending: Mapped[bool] = mapped_column(default=True)
    """The kill switch: while it is off nothing leaves, whatever is due."""
    halted_because: Mapped[str] = mapped_column(default="")
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    """Between these hours of the newsroom's day nothing but breaking news is sent."""
    followers: Mapped[int] = mapped_column(default=0)
    public_url: Mapped[str] = mapped_column(String(500), default="")
    """Where readers find the account; empty where it has no page of its own."""
    principal: Mapped[str] = mapped_column(String(40), default="")
    supervisor: Mapped[str] = mapped_column(String(40), default="")
    office: Mapped[str] = mapped_column(String(80), default="")
    keepers: Mapped[str] = mapped_column(String(200), default="")
    """Who answers for it (S17); names in a line, the last one of several people."""
    checked_at: Mapped[datetime | None]
    check: Mapped[str] = mapped_column(String(16), default="")
    """What came of the last trial of its credentials, a :class:`~kitchen.matrix.rules.Check`."""
    check_words: Mapped[str] = mapped_column(default="")
    """The platform's own words about it."""
    access_until: Mapped[datetime | None]
    """When its access ends, whatever we do; ``None``: not known, or never."""
    access_told: Mapped[int | None]
    """The last of :data:`~kitchen.matrix.rules.STEPS` of which people were told."""

    unit: Mapped[Unit] = relationship()

    @property
    def condition(self) -> Condition:
        return condition(enabled=self.enabled, sending=self.sending, check=self.check)

    @property
    def empty_slots(self) -> list[str]:
        return empty_slots({slot: getattr(self, slot) for slot in SLOTS})
