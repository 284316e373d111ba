"""Tables of measures, and which findings each is for."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.matrix.models import Account
from kitchen.matrix.registry.models import Clause
from kitchen.patrols.models import Finding
from kitchen.people.models import Staff
from kitchen.sanctions.rules import MACHINE, OPEN, Cause, Measure, State

_OPEN = text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(OPEN))))


class Sanction(Row, Base):
    """A measure against an account, from its proposal to the end of its file."""

    __tablename__ = "sanction"
    __table_args__ = (
        Index("ix_sanction_state_id", "state", "id"),
        Index("ix_sanction_account_id_id", "account_id", "id"),
        Index(
            "uq_sanction_open",
            "account_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )
    machine: ClassVar[Machine] = MACHINE

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The account's unit: who may act depends on it."""
    measure: Mapped[Measure] = mapped_column(String(10))
    cause: Mapped[Cause] = mapped_column(String(12))
    clause: Mapped[str] = mapped_column(String(160))
    """The citation: title, edition and number of the clause on which it rests."""
    clause_words: Mapped[str] = mapped_column(default="")
    """What that clause said when it was cited."""
    cited_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    """The clause in the library; measures that are older than the library have none."""
    facts: Mapped[str]
    leap_reason: Mapped[str] = mapped_column(default="")
    """Why a grade was passed over, where one was."""
    state: Mapped[State] = mapped_column(String(10), default=State.PROPOSED)
    doc_no: Mapped[str] = mapped_column(String(60), default="")
    """The number of the document by which it was served."""
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    agreed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(default="")
    served_at: Mapped[datetime | None]
    appeal_until: Mapped[date | None]
    """The last day on which the unit may appeal."""
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    received_at: Mapped[datetime | None]
    appeal: Mapped[str] = mapped_column(default="")
    appealed_at: Mapped[datetime | None]
    ruling: Mapped[str] = mapped_column(default="")
    """What was said to the appeal."""
    ruled_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    in_force_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")

    account: Mapped[Account] = relationship()
    cited: Mapped[Clause | None] = relationship()
    proposed_by: Mapped[Staff | None] = relationship(foreign_keys=[proposed_by_id])
    agreed_by: Mapped[Staff | None] = relationship(foreign_keys=[agreed_by_id])
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])
    received_by: Mapped[Staff | None] = relationship(foreign_keys=[received_by_id])
    ruled_by: Mapped[Staff | None] = relationship(foreign_keys=[ruled_by_id])
    findings: Mapped[list[Finding]] = relationship(
        secondary="sanction_finding", order_by=Finding.id
    )


class SanctionFinding(Base):
    """That a measure is for a finding."""

    __tablename__ = "sanction_finding"

    sanction_id: Mapped[int] = mapped_column(ForeignKey("sanction.id"), primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), primary_key=True, index=True)
