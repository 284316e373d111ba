"""Tables of the registry beside the accounts: figures, filings, people, transfers, rules, days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.matrix.models import Account
from kitchen.matrix.registry.rules import (
    CUSTODY,
    FILING,
    VETTING,
    Change,
    Eligibility,
    Establishment,
    FilingState,
    Handing,
    Vetting,
)
from kitchen.people.models import Staff, Unit


class FigureEntry(Base):
    """What was collected about an account on a day; the latest stands on the account itself."""

    __tablename__ = "account_figures"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    followers: Mapped[int | None]
    posts_30d: Mapped[int | None]
    mean_reads: Mapped[int | None]
    last_post_at: Mapped[datetime | None]
    origin: Mapped[str] = mapped_column(String(10))
    """``sheet``, ``declared`` or ``house``."""


class Filing(Row, Base):
    """An opening, change or closing on its way through the unit's head and the office (S19)."""

    __tablename__ = "filing"
    __table_args__ = (Index("ix_filing_state_id", "state", "id"),)
    machine: ClassVar[Machine] = FILING

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    """The account's unit when the filing began: whose head consents."""
    change: Mapped[Change] = mapped_column(String(8))
    state: Mapped[FilingState] = mapped_column(String(10), default=FilingState.DRAFT)
    happened_on: Mapped[date]
    """When the account was, or will be, opened, changed or closed."""
    due_at: Mapped[datetime]
    """Until when it is to be filed."""
    reason: Mapped[str] = mapped_column(default="")
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Of a change: the fields of the account as they shall be."""
    eligibility: Mapped[Eligibility] = mapped_column(String(16))
    exception_reason: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(String(40), default="")
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    consented_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    consented_at: Mapped[datetime | None]
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    filed_at: Mapped[datetime | None]
    returned_because: Mapped[str] = mapped_column(default="")

    account: Mapped[Account] = relationship()
    unit: Mapped[Unit] = relationship()
    drafted_by: Mapped[Staff] = relationship(foreign_keys=[drafted_by_id])
    consented_by: Mapped[Staff | None] = relationship(foreign_keys=[consented_by_id])
    filed_by: Mapped[Staff | None] = relationship(foreign_keys=[filed_by_id])


class Worker(Row, Base):
    """A person who gathers and edits for government accounts (S18), and how they were vetted."""

    __tablename__ = "media_worker"
    __table_args__ = (UniqueConstraint("unit_id", "name", "phone"),)
    machine: ClassVar[Machine] = VETTING

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(20), default="")
    establishment: Mapped[Establishment] = mapped_column(String(10))
    state: Mapped[Vetting] = mapped_column(String(10), default=Vetting.UNVETTED)
    vetted_by: Mapped[str] = mapped_column(String(80), default="")
    """The body that vetted."""
    vetted_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    left: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[Unit] = relationship()
    accounts: Mapped[list[Account]] = relationship(
        secondary="account_worker", order_by="Account.id"
    )


class AccountWorker(Base):
    """Who gathers and edits for which account."""

    __tablename__ = "account_worker"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    worker_id: Mapped[int] = mapped_column(
        ForeignKey("media_worker.id"), primary_key=True, index=True
    )


class Custody(Row, Base):
    """An account on its way from one unit to another; its credentials travel sealed (S47)."""

    __tablename__ = "custody"
    __table_args__ = (Index("ix_custody_state_id", "state", "id"),)
    machine: ClassVar[Machine] = CUSTODY

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """Who hands over before that is done, who receives afterwards: who may act depends on it."""
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[Handing] = mapped_column(String(10), default=Handing.PROPOSED)
    note: Mapped[str] = mapped_column(default="")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    secrets_sealed: Mapped[str] = mapped_column(default="")
    """Sealed under this row's uid between handing over and receiving, and then gone."""
    handed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    handed_at: Mapped[datetime | None]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    received_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    from_unit: Mapped[Unit] = relationship(foreign_keys=[from_unit_id])
    to_unit: Mapped[Unit] = relationship(foreign_keys=[to_unit_id])
    handed_by: Mapped[Staff | None] = relationship(foreign_keys=[handed_by_id])
    received_by: Mapped[Staff | None] = relationship(foreign_keys=[received_by_id])


class Regulation(Row, Base):
    """One edition of a rule that measures cite (S15); a new text is a new edition."""

    __tablename__ = "regulation"
    __table_args__ = (UniqueConstraint("title", "edition"),)

    title: Mapped[str] = mapped_column(String(80))
    edition: Mapped[int]
    doc_no: Mapped[str] = mapped_column(String(40), default="")
    issued_by: Mapped[str] = mapped_column(String(80), default="")
    in_force_from: Mapped[date]
    ended_on: Mapped[date | None]
    """The day on which the next edition, or none, took its place."""

    clauses: Mapped[list[Clause]] = relationship(
        back_populates="regulation", order_by="Clause.position"
    )


class Clause(Row, Base):
    """A clause of an edition; never changed, so that what cites it stays true."""

    __tablename__ = "clause"

    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"), index=True)
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]

    regulation: Mapped[Regulation] = relationship(back_populates="clauses")


class Evidence(Row, Base):
    """A file that proves something: a screenshot, a document; its bytes are in the store."""

    __tablename__ = "matrix_evidence"
    __table_args__ = (Index("ix_matrix_evidence_subject_uid", "subject_uid"),)

    subject_uid: Mapped[str] = mapped_column(String(22))
    """The row that it proves something about."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(16), default="")
    """What it proves there, by the name of a field."""
    name: Mapped[str] = mapped_column(String(120))
    mime: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    by: Mapped[Staff | None] = relationship()


class Setting(Base):
    """A parameter that was set otherwise than it is shipped."""

    __tablename__ = "matrix_setting"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
