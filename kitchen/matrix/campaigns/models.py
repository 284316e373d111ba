"""Tables of clean-up campaigns, of closings, of burdens and of the dictionary of risks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.matrix.campaigns.rules import (
    CAMPAIGN,
    CLOSING,
    ITEM,
    Cause,
    Closing,
    Kept,
    Phase,
    Proposal,
    Step,
    Verdict,
)
from kitchen.matrix.models import Account
from kitchen.people.models import Staff, Unit


class Cleanup(Row, Base):
    """A campaign: which accounts it looks at, its deadlines, and the committee's meeting."""

    __tablename__ = "cleanup"
    machine: ClassVar[Machine] = CAMPAIGN

    name: Mapped[str] = mapped_column(String(80), unique=True)
    batch: Mapped[str] = mapped_column(String(40))
    state: Mapped[Step] = mapped_column(String(12), default=Step.CHECKING)
    check_due: Mapped[datetime]
    opinion_due: Mapped[datetime]
    decision_due: Mapped[datetime]
    meeting_no: Mapped[str] = mapped_column(String(40), default="")
    meeting_on: Mapped[date | None]
    decision_doc: Mapped[str] = mapped_column(String(80), default="")
    notice_no: Mapped[str] = mapped_column(String(40), default="")
    noticed_at: Mapped[datetime | None]
    closing_due: Mapped[datetime | None]
    """Until when stop notices are to be out."""
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    opened_by: Mapped[Staff] = relationship()


class CleanupItem(Row, Base):
    """An account within a campaign: what its unit says, what is advised, what is decided."""

    __tablename__ = "cleanup_item"
    __table_args__ = (UniqueConstraint("cleanup_id", "account_id"),)
    machine: ClassVar[Machine] = ITEM

    cleanup_id: Mapped[int] = mapped_column(ForeignKey("cleanup.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    state: Mapped[Verdict] = mapped_column(String(8), default=Verdict.WAITING)
    haves: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By :class:`~kitchen.matrix.campaigns.rules.Have`: ``{"yes": bool, "evidence": str}``."""
    asked: Mapped[Proposal | None] = mapped_column(String(6))
    asked_because: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    dimensions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By dimension: ``{"score": int | None, "note": str}``, 1 to 5."""
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was collected when the opinion was given; what is missing was not known."""
    advised: Mapped[Proposal | None] = mapped_column(String(6))
    advice: Mapped[str] = mapped_column(default="")
    opined_at: Mapped[datetime | None]
    opined_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_because: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    kept_as: Mapped[Kept | None] = mapped_column(String(16))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Into which account it is, or shall be, merged."""

    cleanup: Mapped[Cleanup] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    target: Mapped[Account | None] = relationship(foreign_keys=[target_id])
    checked_by: Mapped[Staff | None] = relationship(foreign_keys=[checked_by_id])
    opined_by: Mapped[Staff | None] = relationship(foreign_keys=[opined_by_id])

    @property
    def unit_id(self) -> int:
        """Whose account it is now: a unit that was merged meanwhile has no say any more."""
        return self.account.unit_id


class UnitReview(Row, Base):
    """What specialists found out about a unit in a campaign (S8)."""

    __tablename__ = "cleanup_unit"
    __table_args__ = (UniqueConstraint("cleanup_id", "unit_id"),)

    cleanup_id: Mapped[int] = mapped_column(ForeignKey("cleanup.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    aspects: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By aspect: ``{"yes": bool | None, "note": str}``."""
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()
    by: Mapped[Staff] = relationship()


class AccountClosing(Row, Base):
    """The closing of an account, by whatever cause, in its four states (S11)."""

    __tablename__ = "account_closing"
    __table_args__ = (Index("ix_account_closing_state_due_at", "state", "due_at"),)
    machine: ClassVar[Machine] = CLOSING

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("cleanup_item.id"), index=True)
    cause: Mapped[Cause] = mapped_column(String(10))
    basis: Mapped[str] = mapped_column(default="")
    """The document, decision or clause on which it rests."""
    target_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    state: Mapped[Closing] = mapped_column(String(10), default=Closing.APPROVED)
    due_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    story_uid: Mapped[str] = mapped_column(String(22), default="", index=True)
    """The stop notice as a story, where our own channel publishes it."""
    notice_url: Mapped[str] = mapped_column(String(500), default="")
    announced_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    report_no: Mapped[str] = mapped_column(String(40), default="")
    """The number under which the national reporting system has the closing."""
    filed_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    target: Mapped[Account | None] = relationship(foreign_keys=[target_id])
    item: Mapped[CleanupItem | None] = relationship()

    @property
    def unit_id(self) -> int:
        """Whose account it is now."""
        return self.account.unit_id


class Burden(Row, Base):
    """What an account costs its unit, declared before a campaign and after it (S13)."""

    __tablename__ = "burden"
    __table_args__ = (UniqueConstraint("cleanup_id", "account_id", "phase"),)

    cleanup_id: Mapped[int] = mapped_column(ForeignKey("cleanup.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    phase: Mapped[Phase] = mapped_column(String(6))
    people: Mapped[int]
    minutes: Mapped[int]
    """That each of them spends on it, a day."""
    cost: Mapped[int | None]
    """Yuan a month; ``None``: not known."""
    mean_reads: Mapped[int | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    account: Mapped[Account] = relationship()


class RiskType(Row, Base):
    """An entry of the dictionary of risks that the office has added or changed (S14)."""

    __tablename__ = "risk_type"

    key: Mapped[str] = mapped_column(String(24), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
