"""Tables of review: routes, rounds and their steps, and the approvals that come of them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import DDL, ForeignKey, Index, String, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.people.models import Staff, Unit
from kitchen.review.rules import (
    REMARK,
    ROUND,
    STEP,
    Level,
    RemarkState,
    RoundState,
    StepState,
)
from kitchen.stories.models import Story, Version
from kitchen.topics.rules import Risk


class RouteStep(Row, Base):
    """One level of the route that pieces of a risk class take. The newsroom edits these rows."""

    __tablename__ = "route_step"
    __table_args__ = (UniqueConstraint("risk", "position"),)

    risk: Mapped[Risk] = mapped_column(String(10))
    position: Mapped[int]
    level: Mapped[Level] = mapped_column(String(10))
    role: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(40), default="")
    """What the newsroom calls whoever decides here; empty: the name of the role."""
    minutes: Mapped[int]


class Round(Row, Base):
    """One walk of a version through its levels. A return ends it, the next begins anew."""

    __tablename__ = "review_round"
    __table_args__ = (
        UniqueConstraint("story_id", "number"),
        Index(
            "uq_review_round_story_id_open",
            "story_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )
    machine: ClassVar[Machine] = ROUND

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("story_version.id"), index=True)
    number: Mapped[int]
    risk: Mapped[Risk] = mapped_column(String(10))
    state: Mapped[RoundState] = mapped_column(String(10), default=RoundState.OPEN)
    returned_to: Mapped[int | None]
    """The position to which it was returned; 0 is the author."""
    closed_at: Mapped[datetime | None]
    since_version_id: Mapped[int | None] = mapped_column(ForeignKey("story_version.id"))
    """What the author handed in, where a reviewer mended it on the way; else ``version_id`` is."""
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who sent it out by the emergency lane, before its last level."""
    released_at: Mapped[datetime | None]
    release_reason: Mapped[str] = mapped_column(default="")
    look_back_due_at: Mapped[datetime | None] = mapped_column(index=True)
    """By when the levels that were left out must have looked at it."""
    escalated_at: Mapped[datetime | None]

    story: Mapped[Story] = relationship()
    story_version: Mapped[Version] = relationship(foreign_keys=[version_id])
    released_by: Mapped[Staff | None] = relationship(foreign_keys=[released_by_id])
    proofs: Mapped[list[Proof]] = relationship(back_populates="round", order_by="Proof.number")
    steps: Mapped[list[Step]] = relationship(
        back_populates="round", order_by="(Step.position, Step.joint, Step.id)"
    )


class Step(Row, Base):
    """One decision to be made in a round. ``reviewer_id`` is set with the decision, never before.

    Nobody decides two steps of a round: the constraint holds even where two requests race past
    the rule.
    """

    __tablename__ = "review_step"
    __table_args__ = (
        UniqueConstraint("round_id", "reviewer_id"),
        Index(
            "uq_review_step_round_id_position",
            "round_id",
            "position",
            unique=True,
            sqlite_where=text("NOT joint"),
            postgresql_where=text("NOT joint"),
        ),
        Index(
            "uq_review_step_round_id_unit_id_joint",
            "round_id",
            "unit_id",
            unique=True,
            sqlite_where=text("joint"),
            postgresql_where=text("joint"),
        ),
        Index("ix_review_step_state_due_at", "state", "due_at"),
        Index("ix_review_step_reviewer_id_decided_at", "reviewer_id", "decided_at"),
        Index("ix_review_step_decided_at", "decided_at"),
    )
    machine: ClassVar[Machine] = STEP

    round_id: Mapped[int] = mapped_column(ForeignKey("review_round.id"))
    position: Mapped[int]
    level: Mapped[Level] = mapped_column(String(10))
    role: Mapped[str] = mapped_column(String(20), default="")
    """Who decides: holders of this role over the unit; of a joint step, reviewers of the unit."""
    title: Mapped[str] = mapped_column(String(40), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    joint: Mapped[bool] = mapped_column(default=False)
    minutes: Mapped[int]
    state: Mapped[StepState] = mapped_column(String(10), default=StepState.WAITING)
    due_at: Mapped[datetime | None]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    claimed_at: Mapped[datetime | None]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    opinion: Mapped[str] = mapped_column(default="")
    seen_hash: Mapped[str] = mapped_column(String(64), default="")
    """What the reviewer had before their eyes, see :func:`kitchen.review.rules.hash_of_shown`."""
    carried: Mapped[bool] = mapped_column(default=False)
    """Signed in an earlier round, and standing still."""
    for_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """In whose stead ``reviewer_id`` decided (代), where it was not in their own right."""

    round: Mapped[Round] = relationship(back_populates="steps")
    unit: Mapped[Unit | None] = relationship()
    reviewer: Mapped[Staff | None] = relationship(foreign_keys=[reviewer_id])
    claimed_by: Mapped[Staff | None] = relationship(foreign_keys=[claimed_by_id])
    instead_of: Mapped[Staff | None] = relationship(foreign_keys=[for_id])


class ProofPolicy(Base):
    """How many proofs pieces of a risk class need; a class without a row needs none."""

    __tablename__ = "proof_policy"

    risk: Mapped[Risk] = mapped_column(String(10), primary_key=True)
    proofs: Mapped[int]


class Proof(Row, Base):
    """One proof (校) of a round, signed with the hash of what was read."""

    __tablename__ = "review_proof"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "reader_id"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("review_round.id"))
    number: Mapped[int]
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    signed_at: Mapped[datetime | None]
    seen_hash: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(default="")

    round: Mapped[Round] = relationship(back_populates="proofs")
    reader: Mapped[Staff | None] = relationship()


class ReturnReason(Row, Base):
    """A reason that is offered for a return. The newsroom edits these rows."""

    __tablename__ = "return_reason"

    key: Mapped[str] = mapped_column(String(22), unique=True)
    words: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]


class ReasonGiven(Base):
    """A reason with which a step was returned."""

    __tablename__ = "return_reason_given"

    step_id: Mapped[int] = mapped_column(ForeignKey("review_step.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(22), primary_key=True, index=True)


class StandIn(Row, Base):
    """Somebody judges in a level's holder's stead for a while. It ends by itself, or earlier."""

    __tablename__ = "stand_in"
    __table_args__ = (Index("ix_stand_in_stand_in_id_ends_at", "stand_in_id", "ends_at"),)

    holder_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]

    holder: Mapped[Staff] = relationship(foreign_keys=[holder_id])
    stand_in: Mapped[Staff] = relationship(foreign_keys=[stand_in_id])


class Remark(Row, Base):
    """Words about words of a version, or an answer to such; a suggestion says what to put instead.

    ``path``, ``start`` and ``end`` point into that version and never change; where the words stand
    in a newer one is worked out by :mod:`kitchen.stories.anchors`.
    """

    __tablename__ = "review_remark"
    machine: ClassVar[Machine] = REMARK

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("story_version.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("review_remark.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    words: Mapped[str]
    path: Mapped[str] = mapped_column(String(80), default="")
    start: Mapped[int] = mapped_column(default=0)
    end: Mapped[int] = mapped_column(default=0)
    quote: Mapped[str] = mapped_column(default="")
    replacement: Mapped[str | None]
    state: Mapped[RemarkState] = mapped_column(String(10), default=RemarkState.OPEN)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    settled_at: Mapped[datetime | None]
    settled_note: Mapped[str] = mapped_column(default="")

    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id])
    settled_by: Mapped[Staff | None] = relationship(foreign_keys=[settled_by_id])
    story_version: Mapped[Version] = relationship()
    replies: Mapped[list[Remark]] = relationship(order_by="Remark.id")


class Approval(Row, Base):
    """One post of a version, approved as these very bytes. ``revoked_at`` is set at most once.

    A post has at most one approval that holds. Both databases refuse every other change, and
    every deletion.
    """

    __tablename__ = "approval"
    __table_args__ = (
        Index(
            "uq_approval_frozen_post_id_standing",
            "frozen_post_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    frozen_post_id: Mapped[int] = mapped_column(ForeignKey("frozen_post.id"), index=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("story_version.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    payload_hash: Mapped[str] = mapped_column(String(64))
    approver_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


_FIXED = (
    *("id", "uid", "created_at", "frozen_post_id", "story_id", "version_id"),
    *("account_id", "payload_hash", "approver_id", "decided_at"),
)
_TOUCHED = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in _FIXED)
_FORBIDDEN = f"OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL OR {_TOUCHED}"
_WORDS = "an approval is written once and may only be revoked"

ONLY_REVOKED = {
    "sqlite": (
        f"""CREATE TRIGGER approval_only_revoked BEFORE UPDATE ON approval WHEN {_FORBIDDEN}
            BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END""",
        f"""CREATE TRIGGER approval_no_delete BEFORE DELETE ON approval
            BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END""",
    ),
    "postgresql": (
        f"""CREATE OR REPLACE FUNCTION approval_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{_WORDS}'; END $$""",
        f"""CREATE TRIGGER approval_only_revoked BEFORE UPDATE ON approval FOR EACH ROW
            WHEN ({_FORBIDDEN}) EXECUTE FUNCTION approval_refuse()""",
        """CREATE TRIGGER approval_no_delete BEFORE DELETE OR TRUNCATE ON approval
           FOR EACH STATEMENT EXECUTE FUNCTION approval_refuse()""",
    ),
}
"""The triggers by dialect; the migration creates the same."""

for _dialect, _statements in ONLY_REVOKED.items():
    for _statement in _statements:
        event.listen(
            Approval.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
