"""Tables of public opinion: watch lists and what they found, early signs, rumours."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.feedback.rules import Tone
from kitchen.opinion.rules import (
    RUMOUR,
    SIGN,
    Grade,
    Origin,
    Rumour,
    Sensitivity,
    Sign,
    Stand,
    Step,
    Verdict,
)
from kitchen.people.models import Staff
from kitchen.stories.models import Story

_CALLED = text("call_at IS NOT NULL")


class Watchlist(Row, Base):
    """Words by which somebody watches what the public says."""

    __tablename__ = "opinion_watchlist"

    name: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    """Who hears of what it finds."""
    sensitivity: Mapped[Sensitivity] = mapped_column(String(8), default=Sensitivity.RISE)
    names: Mapped[list[str]] = mapped_column(default=list)
    words: Mapped[list[str]] = mapped_column(default=list)
    places: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_incident.id"), index=True)
    """The incident whose volume it measures (S46)."""
    told_at: Mapped[datetime | None]
    """When its owner last heard of a rise."""

    owner: Mapped[Staff] = relationship()

    @property
    def terms(self) -> list[str]:
        """All that it looks for."""
        return [*self.names, *self.words, *self.places]


class Item(Row, Base):
    """Something that was said somewhere: gathered by a list, or entered by hand."""

    __tablename__ = "opinion_item"
    __table_args__ = (
        UniqueConstraint("origin", "source_uid"),
        Index("ix_opinion_item_created_at", "created_at"),
    )

    origin: Mapped[Origin] = mapped_column(String(8))
    source_uid: Mapped[str] = mapped_column(String(22))
    """Of the voice or petition; of what was entered by hand, its own."""
    channel: Mapped[str] = mapped_column(String(32), default="")
    """Platform, as its key or in words."""
    place: Mapped[str] = mapped_column(String(120), default="")
    """Where it was seen: a group, an account, a page."""
    link: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    tone: Mapped[Tone] = mapped_column(String(8), default=Tone.NONE)
    """As the inbox judged the message, or the same words judge what is kept; none is unknown."""
    tone_words: Mapped[str] = mapped_column(String(200), default="")
    """The words by which it sounds so."""
    said_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    sign_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_sign.id"), index=True)
    rumour_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_rumour.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_incident.id"), index=True)

    entered_by: Mapped[Staff | None] = relationship()
    hits: Mapped[list[Hit]] = relationship(
        back_populates="item", order_by="Hit.id", cascade="all, delete-orphan"
    )

    @property
    def is_attached(self) -> bool:
        """Whether it belongs to something, and is kept."""
        return any((self.sign_id, self.rumour_id, self.incident_id))


class Hit(Base):
    """That a list found an item, and by which of its terms."""

    __tablename__ = "opinion_hit"
    __table_args__ = (
        UniqueConstraint("item_id", "watchlist_id"),
        Index("ix_opinion_hit_watchlist_id_item_id", "watchlist_id", "item_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("opinion_item.id"))
    watchlist_id: Mapped[int] = mapped_column(ForeignKey("opinion_watchlist.id"))
    terms: Mapped[list[str]]

    item: Mapped[Item] = relationship(back_populates="hits")
    watchlist: Mapped[Watchlist] = relationship()


class Tally(Base):
    """How much a list found in an hour on a platform, and how that sounded; stays when the items
    are deleted. What is in none of the three tones is unknown.
    """

    __tablename__ = "opinion_tally"
    __table_args__ = (Index("ix_opinion_tally_hour", "hour"),)

    watchlist_id: Mapped[int] = mapped_column(ForeignKey("opinion_watchlist.id"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    count: Mapped[int]
    negative: Mapped[int] = mapped_column(default=0)
    neutral: Mapped[int] = mapped_column(default=0)
    """With as many words on one side as on the other."""
    positive: Mapped[int] = mapped_column(default=0)


class OpinionSetting(Base):
    """A term, a limit or a step of the chain that the desk changed."""

    __tablename__ = "opinion_setting"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str]


class EarlySign(Row, Base):
    """What somebody noticed before others did, on its way up the chain (S26)."""

    __tablename__ = "opinion_sign"
    __table_args__ = (
        Index("ix_opinion_sign_state_id", "state", "id"),
        Index("ix_opinion_sign_reporter_id_id", "reporter_id", "id"),
        Index("ix_opinion_sign_call_at", "call_at", sqlite_where=_CALLED, postgresql_where=_CALLED),
    )
    machine: ClassVar[Machine] = SIGN

    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    link: Mapped[str] = mapped_column(default="")
    grade: Mapped[Grade] = mapped_column(String(8), default=Grade.ROUTINE)
    state: Mapped[Sign] = mapped_column(String(12), default=Sign.REPORTED)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    due_at: Mapped[datetime]
    """Until when somebody must acknowledge it; moves on with the chain."""
    call_at: Mapped[datetime | None]
    calls: Mapped[int] = mapped_column(default=0)
    """How far up the chain it went beyond the first step."""
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    acknowledged_at: Mapped[datetime | None]
    action: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_incident.id"), index=True)

    reporter: Mapped[Staff] = relationship(foreign_keys=[reporter_id])
    acknowledged_by: Mapped[Staff | None] = relationship(foreign_keys=[acknowledged_by_id])


class RumourCase(Row, Base):
    """What may be a rumour, from its finding to the measured spread of its clarification (S28)."""

    __tablename__ = "opinion_rumour"
    __table_args__ = (Index("ix_opinion_rumour_state_id", "state", "id"),)
    machine: ClassVar[Machine] = RUMOUR

    text: Mapped[str]
    link: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[Rumour] = mapped_column(String(10), default=Rumour.FOUND)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    found_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    verdict: Mapped[Verdict | None] = mapped_column(String(10))
    finding: Mapped[str] = mapped_column(default="")
    """What is true, in words that a statement can use."""
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    judged_at: Mapped[datetime | None]
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"), index=True)
    """The statement."""
    answered_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_incident.id"), index=True)

    found_by: Mapped[Staff | None] = relationship(foreign_keys=[found_by_id])
    judged_by: Mapped[Staff | None] = relationship(foreign_keys=[judged_by_id])
    story: Mapped[Story | None] = relationship()
    sources: Mapped[list[FactSource]] = relationship(
        back_populates="rumour", order_by="FactSource.id"
    )

    @property
    def title(self) -> str:
        """Its beginning, for lists and headings."""
        words = " ".join(self.text.split())
        return words if len(words) <= 60 else words[:59] + "…"


class FactSource(Base):
    """What a source says about a rumour; nobody takes it back."""

    __tablename__ = "opinion_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    rumour_id: Mapped[int] = mapped_column(ForeignKey("opinion_rumour.id"), index=True)
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(120))
    link: Mapped[str] = mapped_column(default="")
    stand: Mapped[Stand] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    rumour: Mapped[RumourCase] = relationship(back_populates="sources")
    staff: Mapped[Staff | None] = relationship()


class Measure(Base):
    """How far something had spread when somebody looked: copies and reads on a platform."""

    __tablename__ = "opinion_measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    rumour_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_rumour.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_incident.id"), index=True)
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(60))
    ours: Mapped[bool] = mapped_column(default=False)
    """Of our statement; else of what is said by others."""
    copies: Mapped[int]
    reads: Mapped[int]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    staff: Mapped[Staff | None] = relationship()


class Entry(Base):
    """One step in a room, or of a sign or a rumour, in words; without a person it is the house."""

    __tablename__ = "opinion_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    sign_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_sign.id"), index=True)
    rumour_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_rumour.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_incident.id"), index=True)
    at: Mapped[datetime]
    step: Mapped[Step] = mapped_column(String(14))
    value: Mapped[str] = mapped_column(String(12), default="")
    """The grade, the office or the clock of which it tells."""
    words: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    staff: Mapped[Staff | None] = relationship()
