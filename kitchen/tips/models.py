"""Tables of tips. What came from a source stands in them sealed under the tip's own key, which is
not in the database; and no time that is finer than a day.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.leads.models import Lead
from kitchen.people.models import Staff, Unit
from kitchen.tips.rules import LOOK, MACHINE, REWARD, Family, Look, Reward, Showing, State, Way


class Tip(Row, Base):
    """What somebody told. ``created_at`` is the beginning of the day on which it came."""

    __tablename__ = "tip"
    __table_args__ = (
        Index("ix_tip_state_id", "state", "id"),
        Index("ix_tip_state_settled_at", "state", "settled_at"),
    )
    machine: ClassVar[Machine] = MACHINE

    label: Mapped[str] = mapped_column(String(80), default="")
    """What the desk calls it, in the desk's words."""
    state: Mapped[State] = mapped_column(String(12), default=State.NEW)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """Whose desk sorts it."""
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    words_sealed: Mapped[str]
    contact_sealed: Mapped[str]
    """Sealed also where nothing was left, so that it does not tell by its being there."""
    way: Mapped[Way] = mapped_column(String(8), default=Way.FORM, server_default=Way.FORM)
    circumstances_sealed: Mapped[str] = mapped_column(default="", server_default="")
    """What whoever took it down heard besides the words; empty for what came by the form."""
    taken_down_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reason_sealed: Mapped[str] = mapped_column(default="")
    """What the source is told about what became of it."""
    settled_at: Mapped[datetime | None]
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tip.id"), index=True)
    report_title: Mapped[str] = mapped_column(default="")
    report_url: Mapped[str] = mapped_column(default="")
    """The news that came of it."""
    unread: Mapped[bool] = mapped_column(default=True)
    """Whether the source said something that nobody of the desk has read."""

    unit: Mapped[Unit | None] = relationship()
    taken_down_by: Mapped[Staff | None] = relationship()
    lead: Mapped[Lead | None] = relationship()
    merged_into: Mapped[Tip | None] = relationship(remote_side="Tip.id", back_populates="merged")
    merged: Mapped[list[Tip]] = relationship(back_populates="merged_into", order_by="Tip.id")
    files: Mapped[list[TipFile]] = relationship(back_populates="tip", order_by="TipFile.id")
    messages: Mapped[list[TipMessage]] = relationship(
        back_populates="tip", order_by="TipMessage.id"
    )


class TipMessage(Row, Base):
    """Something said after the first sending; by the source, or by the desk to the source."""

    __tablename__ = "tip_message"

    tip_id: Mapped[int] = mapped_column(ForeignKey("tip.id"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who of the desk asks; nobody: the source."""
    words_sealed: Mapped[str]

    tip: Mapped[Tip] = relationship(back_populates="messages")
    staff: Mapped[Staff | None] = relationship()


class TipFile(Row, Base):
    """A file that came with a tip. Its original is shown to nobody; what was made of it is sealed
    under the same key.
    """

    __tablename__ = "tip_file"
    __table_args__ = (Index("ix_tip_file_showing_id", "showing", "id"),)

    tip_id: Mapped[int] = mapped_column(ForeignKey("tip.id"), index=True)
    family: Mapped[Family] = mapped_column(String(8))
    sealed_as: Mapped[str] = mapped_column(String(64))
    name_sealed: Mapped[str]
    showing: Mapped[Showing] = mapped_column(String(8), default=Showing.WAITING)
    shown_as: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The names of what was made of it in the vault, by what it is: thumb, preview, film, text."""
    shown_mime: Mapped[str] = mapped_column(String(32), default="")
    why: Mapped[str] = mapped_column(String(32), default="")
    """The code of why nothing is shown."""
    generated: Mapped[bool] = mapped_column(default=False)
    """Whether the file says of itself that a machine made it."""
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]

    tip: Mapped[Tip] = relationship(back_populates="files")


class TipLook(Row, Base):
    """Somebody's wish to know how to reach a source, and another's decision."""

    __tablename__ = "tip_look"
    __table_args__ = (Index("ix_tip_look_state_id", "state", "id"),)
    machine: ClassVar[Machine] = LOOK

    tip_id: Mapped[int] = mapped_column(ForeignKey("tip.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[Look] = mapped_column(String(8), default=Look.ASKED)
    reason: Mapped[str]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    until: Mapped[datetime | None]

    tip: Mapped[Tip] = relationship()
    asked_by: Mapped[Staff] = relationship(foreign_keys=asked_by_id)
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=decided_by_id)


class TipReward(Row, Base):
    """Money for a tip. Whoever brings the claim code gets it; nobody asks for a name."""

    __tablename__ = "tip_reward"
    machine: ClassVar[Machine] = REWARD

    tip_id: Mapped[int] = mapped_column(ForeignKey("tip.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[Reward] = mapped_column(String(8), default=Reward.OFFERED)
    yuan: Mapped[int]
    claim_hash: Mapped[str] = mapped_column(String(64), unique=True)
    paid_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    tip: Mapped[Tip] = relationship()
    paid_by: Mapped[Staff | None] = relationship(foreign_keys=paid_by_id)
