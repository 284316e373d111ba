"""Tables of the patrol: parameters, daily figures, rounds and samples, findings, their evidence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.matrix.models import Account
from kitchen.patrols.rules import MACHINE, Kind, Severity, State
from kitchen.people.models import Staff


class PatrolParameter(Base):
    """A parameter that somebody has set; see ``rules.PARAMETERS``."""

    __tablename__ = "patrol_parameter"

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    value: Mapped[int]


class AccountDay(Base):
    """An account's figures of one day, as somebody told them; an empty one is not known."""

    __tablename__ = "account_day"
    __table_args__ = (UniqueConstraint("account_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    day: Mapped[date]
    followers: Mapped[int | None] = mapped_column(BigInteger)
    posts: Mapped[int | None]
    reads: Mapped[int | None] = mapped_column(BigInteger)
    interactions: Mapped[int | None] = mapped_column(BigInteger)
    waiting: Mapped[int | None]
    """Messages that had no answer when the day was told."""
    waiting_since: Mapped[datetime | None]
    """When the oldest of them came."""
    source: Mapped[str] = mapped_column(String(80), default="")
    """Who told it: a program, a platform's back office, a unit's report."""


class AccountMeasure(Base):
    """When a platform is asked next what it counts of an account, and what it told at last."""

    __tablename__ = "account_measure"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(index=True)
    day: Mapped[date | None]
    """The last day of which figures were entered."""
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By piece, its reads and interactions so far, where the platform does not count by the day."""
    failures: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(String(500), default="")
    """The platform's own words where it told nothing, or not all."""


class PatrolTurn(Base):
    """When an account is looked at next, and when something was last put on it."""

    __tablename__ = "patrol_turn"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    looked_at: Mapped[datetime | None]
    last_post_at: Mapped[datetime | None]


class PatrolMark(Base):
    """Up to where a list that only grows has been read."""

    __tablename__ = "patrol_mark"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    last_id: Mapped[int] = mapped_column(BigInteger)


class PatrolDay(Base):
    """What the rules did on one day."""

    __tablename__ = "patrol_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    looked: Mapped[int] = mapped_column(default=0)
    """Looks at accounts."""
    blind: Mapped[int] = mapped_column(default=0)
    """Of these, at accounts of which nothing is known."""
    found: Mapped[int] = mapped_column(default=0)


class Sample(Row, Base):
    """Accounts drawn at random for people to look at: seed and method say how, for good."""

    __tablename__ = "patrol_sample"

    seed: Mapped[str] = mapped_column(String(40))
    method: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(32), default="")
    """Of which platform's accounts it was drawn; empty for all."""
    population: Mapped[int]
    """How many accounts it was drawn of."""
    population_sha256: Mapped[str] = mapped_column(String(64))
    """Of their uids in order, one a line: it was these and no others."""
    note: Mapped[str] = mapped_column(String(200), default="")
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    drawn_by: Mapped[Staff | None] = relationship()
    looks: Mapped[list[SampleLook]] = relationship(
        order_by="SampleLook.position", back_populates="sample"
    )


class SampleLook(Base):
    """One account of a sample, and what the person saw who looked at it."""

    __tablename__ = "patrol_sample_look"
    __table_args__ = (UniqueConstraint("sample_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("patrol_sample.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    position: Mapped[int]
    looked_at: Mapped[datetime | None]
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str] = mapped_column(default="")
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"))
    """What was wrong; nothing, where somebody looked and this is empty."""

    sample: Mapped[Sample] = relationship(back_populates="looks")
    account: Mapped[Account] = relationship()
    looked_by: Mapped[Staff | None] = relationship()
    finding: Mapped[Finding | None] = relationship()


class Finding(Row, Base):
    """Something that is wrong with an account, until it is mended, dismissed or punished."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "key"),
        Index("ix_finding_state_id", "state", "id"),
        Index("ix_finding_state_due_on", "state", "due_on"),
    )
    machine: ClassVar[Machine] = MACHINE

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The account's unit: who may act depends on it."""
    kind: Mapped[Kind] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(160))
    """The occasion: the same one is found once, whatever became of it."""
    severity: Mapped[Severity] = mapped_column(String(8))
    state: Mapped[State] = mapped_column(String(12), default=State.OPEN)
    seen_at: Mapped[datetime]
    found_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Nobody, where a rule found it."""
    due_on: Mapped[date | None]
    """The last day on which it may be mended."""
    late_told: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(default="")
    """What its unit says it did."""
    verdict: Mapped[str] = mapped_column(default="")
    """Why it was dismissed, sent back or closed."""
    settled_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    found_by: Mapped[Staff | None] = relationship()
    evidence: Mapped[list[Snapshot]] = relationship(
        order_by="Snapshot.id", back_populates="finding"
    )


class Snapshot(Base):
    """What was seen, when, and its hash. Rows are added and never changed."""

    __tablename__ = "finding_evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    occasion: Mapped[str] = mapped_column(String(8))
    """``found``, ``graver``, ``again``."""
    seen: Mapped[dict[str, Any]]
    seen_at: Mapped[datetime]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    sha256: Mapped[str] = mapped_column(String(64))

    finding: Mapped[Finding] = relationship(back_populates="evidence")
    seen_by: Mapped[Staff | None] = relationship()
