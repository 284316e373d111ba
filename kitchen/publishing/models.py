"""Tables of delivery: the outbox, its attempts and receipts, people's statements, the circuits."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.matrix.models import Account
from kitchen.people.models import Staff
from kitchen.publishing.rules import MACHINE, Kind, Source, State
from kitchen.stories.models import FrozenPost, Story

_ARMED = text("state = 'armed'")
_NAMED = text("remote_id <> '' AND state <> 'superseded'")
"""A correction in place goes by the id of what it replaced."""
_OPEN = text("decided_at IS NULL")


class Publication(Row, Base):
    """One delivery to one account; the row is the outbox. Moved only by fenced updates.

    ``fence`` grows with every claim: whoever acts on an older one loses the race and stops.
    """

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("frozen_post_id", "kind"),
        Index("ix_publication_state_next_at", "state", "next_at"),
        Index("ix_publication_story_id_account_id", "story_id", "account_id"),
        Index(
            "uq_publication_armed",
            "story_id",
            "account_id",
            unique=True,
            sqlite_where=_ARMED,
            postgresql_where=_ARMED,
        ),
        Index(
            "uq_publication_remote_id",
            "account_id",
            "remote_id",
            unique=True,
            sqlite_where=_NAMED,
            postgresql_where=_NAMED,
        ),
    )
    machine: ClassVar[Machine] = MACHINE

    frozen_post_id: Mapped[int] = mapped_column(ForeignKey("frozen_post.id"))
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The account's unit: who may act on the delivery depends on it."""
    channel: Mapped[str] = mapped_column(String(32))
    kind: Mapped[Kind] = mapped_column(String(10), default=Kind.PUBLISH)
    target_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id"), index=True)
    """What a recall takes back, or a correction replaces."""
    payload_hash: Mapped[str] = mapped_column(String(64))
    priority: Mapped[int] = mapped_column(default=3)
    """Lower goes first, see :data:`kitchen.publishing.rules.PRIORITY`."""
    position: Mapped[int] = mapped_column(default=0)
    state: Mapped[State] = mapped_column(String(16), default=State.HELD)
    hold_reason: Mapped[str] = mapped_column(String(16), default="")
    not_before: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
    quiet_waived: Mapped[bool] = mapped_column(default=False)
    """Two persons let it leave in quiet hours, see :class:`QuietPass`."""
    fence: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    attempt_no: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    """Proved non-executions in a row."""
    looks: Mapped[int] = mapped_column(default=0)
    """How often the platform was asked since it accepted the piece."""
    next_at: Mapped[datetime | None]
    since: Mapped[datetime]
    """When the present state began."""
    parcel: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the channel prepared for the latest attempt; looking for the piece needs it."""
    task_id: Mapped[str] = mapped_column(default="")
    remote_id: Mapped[str] = mapped_column(String(200), default="")
    remote_url: Mapped[str] = mapped_column(default="")
    code: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    """The platform's latest words about it."""

    frozen_post: Mapped[FrozenPost] = relationship()
    story: Mapped[Story] = relationship()
    account: Mapped[Account] = relationship()
    target: Mapped[Publication | None] = relationship(remote_side="Publication.id")


class Attempt(Base):
    """One passing of the point of no return; written before the send, completed after it."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("publication_id", "attempt_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    attempt_no: Mapped[int]
    fence: Mapped[int]
    request_hash: Mapped[str] = mapped_column(String(64))
    """Of the post handed to the channel; equal to what was approved."""
    armed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16), default="")
    """Empty while nobody knows; else the state to which its answer led."""
    code: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")


class ReceiptRow(Base):
    """Evidence of an outcome, as it was observed. Append-only."""

    __tablename__ = "receipt"
    __table_args__ = (Index("ix_receipt_outcome_observed_at", "outcome", "observed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    attempt_no: Mapped[int]
    source: Mapped[Source] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(16))
    remote_id: Mapped[str] = mapped_column(default="")
    remote_url: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    observed_at: Mapped[datetime]

    staff: Mapped[Staff | None] = relationship()


class Statement(Base):
    """A person says that they looked at the account and that the piece is not there."""

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("publication_id", "attempt_no", "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    attempt_no: Mapped[int]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    looked_at: Mapped[datetime]
    said_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()


class QuietPass(Row, Base):
    """Two persons' word that a delivery may leave in its account's quiet hours, and why."""

    __tablename__ = "quiet_pass"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    asked_reason: Mapped[str]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    granted_at: Mapped[datetime | None]
    granted_reason: Mapped[str] = mapped_column(default="")

    asked_by: Mapped[Staff] = relationship(foreign_keys=[asked_by_id])
    granted_by: Mapped[Staff | None] = relationship(foreign_keys=[granted_by_id])


class PublicationCase(Row, Base):
    """A question that only a person can answer, with what was known when it was put.

    Decided by a person (``send_again`` by two), or by evidence that came late; then nobody is
    named.
    """

    __tablename__ = "publication_case"
    __table_args__ = (
        Index(
            "uq_publication_case_open",
            "publication_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    opened_at: Mapped[datetime]
    question: Mapped[str]
    """The code of why nobody but a person can tell."""
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(String(20), default="")
    """The move by which it was answered."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])
    second_by: Mapped[Staff | None] = relationship(foreign_keys=[second_by_id])


class QuotaEntry(Base):
    """One post of a rationed account, booked when it is armed; deleted if it proves unsent.

    The constraint is the rule: two workers cannot book the same place of a window.
    """

    __tablename__ = "quota_ledger"
    __table_args__ = (UniqueConstraint("account_id", "window_key", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    window_key: Mapped[str] = mapped_column(String(10))
    """``2026-11-26`` for a day, ``2026-11`` for a month, in the newsroom's time."""
    seq: Mapped[int]
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    booked_at: Mapped[datetime]


class CallbackNotice(Base):
    """What a platform told us unasked, once per ``key``; a repeated callback changes nothing."""

    __tablename__ = "callback_notice"
    __table_args__ = (UniqueConstraint("account_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(String(160))
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id"), index=True)
    """The piece it speaks of, if we know it."""
    outcome: Mapped[str] = mapped_column(String(16))
    proof: Mapped[bool]
    received_at: Mapped[datetime]


class Standstill(Row, Base):
    """The house, or one channel, sends nothing until somebody lifts this.

    ``scope`` is ``house``, ``channel:<key>``, or ``restored`` after the database was put back to
    an earlier day: that one takes two persons.
    """

    __tablename__ = "standstill"

    scope: Mapped[str] = mapped_column(String(40), unique=True)
    reason: Mapped[str]
    stopped_at: Mapped[datetime]
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    first_lift_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who said first that it may be lifted, where it takes two."""

    stopped_by: Mapped[Staff | None] = relationship(foreign_keys=[stopped_by_id])
    first_lift: Mapped[Staff | None] = relationship(foreign_keys=[first_lift_id])


class Epoch(Base):
    """A counter that only grows, and that a file beside the database keeps as well.

    A database that is behind the file was restored from a backup.
    """

    __tablename__ = "epoch"

    id: Mapped[int] = mapped_column(primary_key=True)
    house: Mapped[str] = mapped_column(String(22))
    """Which database this is: another one has nothing to do with the file."""
    number: Mapped[int] = mapped_column(default=0)


class Circuit(Base):
    """How an account's platform has been answering; open means that nothing is sent to it."""

    __tablename__ = "circuit"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    answers: Mapped[str] = mapped_column(String(20), default="")
    """The latest, oldest first, see :func:`kitchen.publishing.rules.is_failing`; empty while all
    were as they should be."""
    unclear_at: Mapped[datetime | None]
    """When the outcome of a send was last unclear."""
    opened_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(16), default="")
    words: Mapped[str] = mapped_column(default="")
    probes: Mapped[int] = mapped_column(default=0)
    probe_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
