"""Tables of duty: lines, shifts, swaps, what was told of holes, the calendar, the settings."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.clock import local
from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.matrix.models import Account
from kitchen.people.models import Staff, Unit
from kitchen.roster.rules import MACHINE, SWAP, Days, Seat, Span, State, SwapState

_COUNTS = text("state <> 'cancelled'")


class DutyLine(Row, Base):
    """A place at which somebody must stand: a unit's, or that of one account alone."""

    __tablename__ = "duty_line"
    __table_args__ = (UniqueConstraint("name"),)

    name: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """``None``: it answers for every account of the unit and of those below it."""
    begins: Mapped[time]
    ends: Mapped[time]
    """The hours of the newsroom's day that are kept; the same twice: round the clock."""
    days: Mapped[Days] = mapped_column(String(8), default=Days.EVERY)
    active: Mapped[bool] = mapped_column(default=True)

    unit: Mapped[Unit] = relationship()
    account: Mapped[Account | None] = relationship()


class DutyShift(Row, Base):
    """Some hours of a line, and the two who keep them.

    A seat is what lets one stand, whatever one's unit; who may arrange depends on the line's.
    """

    __tablename__ = "duty_shift"
    __table_args__ = (
        Index(
            "uq_duty_shift_line_id_starts_at",
            "line_id",
            "starts_at",
            unique=True,
            sqlite_where=_COUNTS,
            postgresql_where=_COUNTS,
        ),
        Index("ix_duty_shift_state_starts_at", "state", "starts_at"),
        Index("ix_duty_shift_ends_at", "ends_at"),
    )
    machine: ClassVar[Machine] = MACHINE

    line_id: Mapped[int] = mapped_column(ForeignKey("duty_line.id"))
    a_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    b_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[State] = mapped_column(String(10), default=State.PLANNED)
    stand_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who stands, once somebody does."""
    stood_at: Mapped[datetime | None]
    called_at: Mapped[datetime | None]
    handed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    """What was handed over."""

    line: Mapped[DutyLine] = relationship()
    a: Mapped[Staff] = relationship(foreign_keys=[a_id])
    b: Mapped[Staff | None] = relationship(foreign_keys=[b_id])
    stand: Mapped[Staff | None] = relationship(foreign_keys=[stand_id])

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def day(self) -> date:
        return local(self.starts_at).date()

    @property
    def on_duty(self) -> Staff | None:
        """Who is on duty in this shift; ``None`` where neither answered."""
        if self.state in (State.ON, State.COVERED):
            return self.stand
        if self.state == State.CALLED:
            return self.b
        return self.a if self.state == State.PLANNED else None

    def seat_of(self, staff_id: int | None) -> Seat | None:
        """Whose seat it is, if this person has one."""
        if staff_id is None:
            return None
        return {self.b_id: Seat.B, self.a_id: Seat.A}.get(staff_id)


class DutySwap(Row, Base):
    """One person asks another to change seats with them; nothing changes before both agree."""

    __tablename__ = "duty_swap"
    __table_args__ = (Index("ix_duty_swap_asked_id_state", "asked_id", "state"),)
    machine: ClassVar[Machine] = SWAP

    shift_id: Mapped[int] = mapped_column(ForeignKey("duty_shift.id"), index=True)
    seat: Mapped[Seat] = mapped_column(String(1))
    other_id: Mapped[int] = mapped_column(ForeignKey("duty_shift.id"), index=True)
    other_seat: Mapped[Seat] = mapped_column(String(1))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    asked_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[SwapState] = mapped_column(String(10), default=SwapState.ASKED)
    answered_at: Mapped[datetime | None]

    shift: Mapped[DutyShift] = relationship(foreign_keys=[shift_id])
    other: Mapped[DutyShift] = relationship(foreign_keys=[other_id])
    asked_by: Mapped[Staff] = relationship(foreign_keys=[asked_by_id])
    asked: Mapped[Staff] = relationship(foreign_keys=[asked_id])


class DutyHole(Base):
    """A hole of which people were told, so that each is told once."""

    __tablename__ = "duty_hole"
    __table_args__ = (UniqueConstraint("line_id", "since", "seat_b"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("duty_line.id"))
    since: Mapped[datetime]
    seat_b: Mapped[bool]
    told_at: Mapped[datetime]


class DutySetting(Base):
    """What the centre says about silence and holes; one row, or none."""

    __tablename__ = "duty_setting"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    grace_a: Mapped[int]
    grace_b: Mapped[int]
    """Minutes."""
    ahead_days: Mapped[int]
