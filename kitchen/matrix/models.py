"""The table of accounts."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, and_, not_, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.matrix.registry.rules import GONE, STANDING, Figures, Standing
from kitchen.matrix.rules import SLOTS, Condition, condition, empty_slots
from kitchen.people.models import Unit


class Account(Row, Base):
    """One account on one platform (S1), the unit that answers for it (S16), and its switches.

    ``settings`` holds what may be read; secrets are sealed under the account's uid and are only
    opened where the platform is called.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("channel", "handle"),)
    machine: ClassVar[Machine] = STANDING

    channel: Mapped[str] = mapped_column(String(32))
    """Key of the channel's class in ``channels.registry``, or of a platform that the house only
    registers, see :data:`kitchen.matrix.labels.REGISTERED_ONLY`."""
    name: Mapped[str] = mapped_column(String(80))
    handle: Mapped[str] = mapped_column(String(120))
    """What the platform calls the account; unique on it."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    """False once it is retired, and while it is not ``held``: nothing is planned for it."""
    held: Mapped[bool] = mapped_column(default=True)
    """Whether its credentials are with the house; its unit may run an account by itself."""
    state: Mapped[Standing] = mapped_column(String(10), default=Standing.SURVEYED, index=True)
    opened_on: Mapped[date | None]
    certified_as: Mapped[str] = mapped_column(String(120), default="")
    """The body that the platform has certified (认证主体)."""
    filing_no: Mapped[str] = mapped_column(String(40), default="")
    batch: Mapped[str] = mapped_column(String(40), default="")
    """With which survey or batch it came (批次)."""
    brand: Mapped[str] = mapped_column(String(40), default="")
    positioning: Mapped[str] = mapped_column(String(200), default="")
    """For whom it is and what it does that others do not (S42)."""
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    secrets_sealed: Mapped[str] = mapped_column(default="")
    sending: Mapped[bool] = mapped_column(default=True)
    """The kill switch: while it is off nothing leaves, whatever is due."""
    halted_because: Mapped[str] = mapped_column(default="")
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    """Between these hours of the newsroom's day nothing but breaking news is sent."""
    followers: Mapped[int] = mapped_column(default=0)
    """As last declared or measured; 0 without ``measured_at``: nobody knows."""
    posts_30d: Mapped[int | None]
    mean_reads: Mapped[int | None]
    last_post_at: Mapped[datetime | None]
    measured_at: Mapped[datetime | None]
    """When these figures were collected last, since its followers are among them: what else is told
    of an account says nothing of them. Each collection is kept as a ``FigureEntry``.
    """
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

    @hybrid_property
    def in_use(self) -> bool:
        """Whether it speaks to readers: it is neither closed nor merged nor, where it is held here,
        retired. That we send nothing to an account that its unit runs says nothing of it.
        """
        return self.state not in GONE and (self.enabled or not self.held)

    @in_use.inplace.expression
    @classmethod
    def _in_use(cls) -> ColumnElement[bool]:
        return and_(cls.state.not_in(sorted(GONE)), or_(cls.enabled, not_(cls.held)))

    @property
    def condition(self) -> Condition:
        return condition(
            enabled=self.enabled, sending=self.sending, check=self.check, held=self.held
        )

    @property
    def figures(self) -> Figures:
        """What was collected; a zero that nobody measured is not known."""
        known = self.followers if self.measured_at or self.followers else None
        return Figures(known, self.posts_30d, self.mean_reads, self.last_post_at)

    @property
    def empty_slots(self) -> list[str]:
        return empty_slots({slot: getattr(self, slot) for slot in SLOTS})
