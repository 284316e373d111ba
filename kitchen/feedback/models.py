"""Tables of the inbox: voices, replies and their attempts, how far was gathered, tallies."""

from __future__ import annotations

from datetime import datetime, time
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.feedback.rules import MACHINE, REPLY, Kind, Late, Reading, ReplyState, State, Tone
from kitchen.leads.models import Lead
from kitchen.matrix.models import Account
from kitchen.people.models import Staff
from kitchen.publishing.models import Publication

ALERTED = text("voice.alert <> ''")
"""In a query as in its index, word for word, or SQLite passes the index over."""
_ALERTED = text("alert <> ''")
_STEPS, _NEXT = text("step_at IS NOT NULL"), text("next_at IS NOT NULL")


class Voice(Row, Base):
    """What somebody of the public wrote to one of our accounts."""

    __tablename__ = "voice"
    __table_args__ = (
        UniqueConstraint("account_id", "thread", "remote_id"),
        Index("ix_voice_state_id", "state", "id"),
        Index("ix_voice_account_id_state_id", "account_id", "state", "id"),
        Index("ix_voice_account_id_id", "account_id", "id"),
        Index("ix_voice_assignee_id_state_id", "assignee_id", "state", "id"),
        Index("ix_voice_kind_state_id", "kind", "state", "id"),
        Index("ix_voice_kind_id", "kind", "id"),
        Index("ix_voice_late_id", "late", "id"),
        Index("ix_voice_said_at", "said_at"),
        Index("ix_voice_account_id_thread_author", "account_id", "thread", "author"),
        Index("ix_voice_alerted", "id", sqlite_where=_ALERTED, postgresql_where=_ALERTED),
        Index("ix_voice_step_at", "step_at", sqlite_where=_STEPS, postgresql_where=_STEPS),
    )
    machine: ClassVar[Machine] = MACHINE

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The account's unit: who may handle it depends on it."""
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id"))
    """Under which piece of ours it stands; none for a letter."""
    kind: Mapped[Kind] = mapped_column(String(8))
    thread: Mapped[str] = mapped_column(String(200), default="")
    """The platform's id of the piece: comments are numbered anew under each. Empty for a letter."""
    remote_id: Mapped[str] = mapped_column(String(120))
    parent: Mapped[str] = mapped_column(String(120), default="")
    author: Mapped[str] = mapped_column(String(120))
    """As the platform names whoever wrote it."""
    text: Mapped[str]
    said_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    missed: Mapped[int] = mapped_column(default=0)
    """Whole looks in a row that did not come past it."""
    alert: Mapped[str] = mapped_column(String(8), default="")
    """The gravest level of the words in it that are watched for; empty: none."""
    alert_words: Mapped[str] = mapped_column(String(200), default="")
    tone: Mapped[Tone] = mapped_column(String(8), default=Tone.NONE)
    tone_words: Mapped[str] = mapped_column(String(200), default="")
    """The words by which it sounds so."""
    state: Mapped[State] = mapped_column(String(10), default=State.NEW)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    due_at: Mapped[datetime]
    step_at: Mapped[datetime | None]
    """When people are next to be told of its deadline; ``None``: nobody waits any more."""
    late: Mapped[Late] = mapped_column(String(8), default=Late.NO)
    """What people were told of its deadline; stays once it is answered."""
    replied_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("voice.id"), index=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))
    reason: Mapped[str] = mapped_column(default="")
    """Why it needs no answer, or was returned."""

    account: Mapped[Account] = relationship()
    publication: Mapped[Publication | None] = relationship()
    assignee: Mapped[Staff | None] = relationship()
    lead: Mapped[Lead | None] = relationship()
    merged_into: Mapped[Voice | None] = relationship(remote_side="Voice.id")
    reply: Mapped[Reply | None] = relationship(back_populates="voice")


class Reply(Row, Base):
    """The answer to a voice; there is one. The row is the outbox.

    What its reviewer passed is what is sent: the text is changed only while it is a draft, and
    passing is refused if it is not what the reviewer saw.
    """

    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("voice_id"),
        Index("ix_reply_next_at", "next_at", sqlite_where=_NEXT, postgresql_where=_NEXT),
    )
    machine: ClassVar[Machine] = REPLY

    voice_id: Mapped[int] = mapped_column(ForeignKey("voice.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str]
    state: Mapped[ReplyState] = mapped_column(String(10), default=ReplyState.DRAFT)
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    looks: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    """When the house is next to work on it; ``None``: it has nothing to do."""
    sent_at: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(default="")
    """The platform's latest words about it."""

    voice: Mapped[Voice] = relationship(back_populates="reply")
    drafted_by: Mapped[Staff] = relationship(foreign_keys=[drafted_by_id])
    reviewed_by: Mapped[Staff | None] = relationship(foreign_keys=[reviewed_by_id])


class ReplyAttempt(Base):
    """One passing of the point of no return; written before the send, completed after it."""

    __tablename__ = "reply_attempt"
    __table_args__ = (UniqueConstraint("reply_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id"))
    number: Mapped[int]
    armed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(10), default="")
    """Empty while nobody knows; else the state to which its answer led."""
    code: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(default="")


class SavedReply(Row, Base):
    """Words that are often needed; they still pass their reviewer each time."""

    __tablename__ = "saved_reply"

    title: Mapped[str] = mapped_column(String(40), unique=True)
    text: Mapped[str]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Gathering(Base):
    """How far the comments of one piece were read; a worker that dies moves nothing."""

    __tablename__ = "gathering"
    __table_args__ = (
        Index("ix_gathering_next_at", "next_at", sqlite_where=_NEXT, postgresql_where=_NEXT),
    )

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), primary_key=True)
    live_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    """``None``: it is not listened to any more."""
    heard_until: Mapped[datetime | None]
    """Everything said before this was taken in: moved only by a look that came to its end."""
    whole_at: Mapped[datetime | None]
    """When all comments were last read to the end."""
    failures: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(default="")
    """The platform's own words where the last look broke off."""


class Tally(Base):
    """How many voices an account got in an hour, how many with words that are watched for, and
    how they sounded; what the trend is drawn from."""

    __tablename__ = "voice_tally"
    __table_args__ = (Index("ix_voice_tally_hour", "hour"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
    alerts: Mapped[int]
    negative: Mapped[int] = mapped_column(default=0)
    positive: Mapped[int] = mapped_column(default=0)


class InboxSetting(Base):
    """How the centre reads the rule of 24 hours; one row, or none."""

    __tablename__ = "inbox_setting"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reading: Mapped[Reading] = mapped_column(String(10))
    hours: Mapped[int]
    warn_at: Mapped[int]
    """Hours."""
    work_from: Mapped[time]
    work_until: Mapped[time]
    look_minutes: Mapped[int]
    """How often the comments of a fresh piece are looked at."""
