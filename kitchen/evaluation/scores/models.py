"""Tables of points: formula, months, scores of stories, shares, faults, appeals, quotas, pay.

Points, percents of points and yuan are whole hundredths; a column says which.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.core.states import Machine
from kitchen.evaluation.scores.rules import (
    APPEAL,
    MACHINE,
    AppealState,
    Fault,
    Genre,
    Grade,
    Role,
    State,
)
from kitchen.people.models import Staff
from kitchen.stories.models import Story


class ScoreFormula(Row, Base):
    """A version of the formula. Never changed: a newer one takes its place from a month on."""

    __tablename__ = "score_formula"
    __table_args__ = (Index("ix_score_formula_valid_from_id", "valid_from", "id"),)

    valid_from: Mapped[date]
    """The first day of the first month that it holds for."""
    weights: Mapped[dict[str, Any]]
    """Decimals as words, by the names of :data:`kitchen.evaluation.scores.formula.PARAMETERS`."""
    note: Mapped[str] = mapped_column(String(200), default="")
    """Why it was changed."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    staff: Mapped[Staff | None] = relationship()


class ScoreMonth(Row, Base):
    """The points of one month of the whole centre."""

    __tablename__ = "score_month"
    __table_args__ = (UniqueConstraint("month"),)
    machine: ClassVar[Machine] = MACHINE

    month: Mapped[date]
    """Its first day."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The media centre: who may act depends on it."""
    state: Mapped[State] = mapped_column(String(10), default=State.PROPOSED, index=True)
    counted_at: Mapped[datetime | None]
    """When the house last counted it."""
    formula_id: Mapped[int | None] = mapped_column(ForeignKey("score_formula.id"))
    """The version by which it was published; ``None``: the one in force, or as shipped."""
    published_at: Mapped[datetime | None]
    appeal_until: Mapped[date | None]
    """The last day on which one may appeal."""
    locked_at: Mapped[datetime | None]

    formula: Mapped[ScoreFormula | None] = relationship()


class StoryScore(Row, Base):
    """What a story is worth, in the month in which readers first saw it."""

    __tablename__ = "story_score"
    __table_args__ = (
        UniqueConstraint("story_id"),
        Index("ix_story_score_month_id_id", "month_id", "id"),
        Index("ix_story_score_month_id_grade", "month_id", "grade"),
    )

    month_id: Mapped[int] = mapped_column(ForeignKey("score_month.id"))
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"))
    released_at: Mapped[datetime]
    """When it was first seen to be live."""
    genre: Mapped[Genre] = mapped_column(String(10))
    genre_by_hand: Mapped[bool] = mapped_column(default=False)
    grade: Mapped[Grade | None] = mapped_column(String(1))
    graded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    graded_at: Mapped[datetime | None]
    inputs: Mapped[dict[str, Any]]
    """:meth:`kitchen.evaluation.scores.formula.Inputs.as_json`: the evidence."""
    points: Mapped[int]
    """Hundredths."""
    shares_by_hand: Mapped[bool] = mapped_column(default=False)

    month: Mapped[ScoreMonth] = relationship()
    story: Mapped[Story] = relationship()
    graded_by: Mapped[Staff | None] = relationship()
    shares: Mapped[list[ScoreShare]] = relationship(
        back_populates="score", order_by="ScoreShare.position", cascade="all, delete-orphan"
    )

    @property
    def unit_id(self) -> int:
        """Over which unit one must hold a right to act on it: the centre."""
        return self.month.unit_id


class ScoreShare(Base):
    """Somebody's share of a story; of a name that is nobody's on the staff, no points are paid."""

    __tablename__ = "score_share"
    __table_args__ = (Index("ix_score_share_staff_id_score_id", "staff_id", "score_id"),)

    score_id: Mapped[int] = mapped_column(ForeignKey("story_score.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role: Mapped[Role] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    percent: Mapped[int]
    points: Mapped[int]
    """Hundredths. All shares of a story come to its points."""

    score: Mapped[StoryScore] = relationship(back_populates="shares")
    staff: Mapped[Staff | None] = relationship()


class ScoreFault(Row, Base):
    """A fault for which points are taken off, with its evidence: of a story, or of one person.

    It counts in the story's own month; where that is published already, in the next that is open.
    """

    __tablename__ = "score_fault"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_score_fault_month_id", "month_id"),
        Index("ix_score_fault_story_id", "story_id"),
    )

    month_id: Mapped[int] = mapped_column(ForeignKey("score_month.id"))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Whom it falls on, where there is no story."""
    kind: Mapped[Fault] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    """Where its evidence stands."""
    key: Mapped[str | None] = mapped_column(String(40))
    """The occasion that the house itself noted: each is noted once, whatever becomes of it."""
    points: Mapped[int] = mapped_column(default=0)
    """Hundredths, at most nought, where it counts beside its story; else part of the story's."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who noted it; nobody: the house."""
    struck_at: Mapped[datetime | None]
    """When it was found to be none after all."""
    struck_note: Mapped[str] = mapped_column(String(200), default="")

    month: Mapped[ScoreMonth] = relationship()
    story: Mapped[Story | None] = relationship()
    person: Mapped[Staff | None] = relationship(foreign_keys=[person_id])
    staff: Mapped[Staff | None] = relationship(foreign_keys=[staff_id])

    @property
    def unit_id(self) -> int:
        return self.month.unit_id


class ScoreAppeal(Row, Base):
    """Somebody who shares in a story holds its points for wrong; each may say so once."""

    __tablename__ = "score_appeal"
    __table_args__ = (
        UniqueConstraint("score_id", "staff_id"),
        Index("ix_score_appeal_state_id", "state", "id"),
    )
    machine: ClassVar[Machine] = APPEAL

    score_id: Mapped[int] = mapped_column(ForeignKey("story_score.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[AppealState] = mapped_column(String(8), default=AppealState.OPEN)
    answer: Mapped[str] = mapped_column(String(500), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]

    score: Mapped[StoryScore] = relationship()
    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id])
    answered_by: Mapped[Staff | None] = relationship(foreign_keys=[answered_by_id])

    @property
    def unit_id(self) -> int:
        return self.score.month.unit_id


class PointsQuota(Row, Base):
    """Points that a role, or one person, owes a month from some month on; the newest holds."""

    __tablename__ = "points_quota"
    __table_args__ = (Index("ix_points_quota_valid_from", "valid_from"),)

    role: Mapped[str] = mapped_column(String(20), default="")
    """A role of :data:`kitchen.roles.ROLES`; empty where it is one person's."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    valid_from: Mapped[date]
    quota: Mapped[int]
    fixed: Mapped[int]
    """Points that the post itself brings (岗位固定分). Both in hundredths."""
    note: Mapped[str] = mapped_column(String(200), default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who set it."""

    person: Mapped[Staff | None] = relationship(foreign_keys=[person_id])
    staff: Mapped[Staff | None] = relationship(foreign_keys=[staff_id])


class MonthPay(Base):
    """What a person has of a locked month. Written at the lock, and never changed."""

    __tablename__ = "month_pay"

    month_id: Mapped[int] = mapped_column(ForeignKey("score_month.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, index=True)
    stories: Mapped[int]
    """How many stories one shares in."""
    shared: Mapped[int]
    """Points from stories."""
    carried: Mapped[int]
    """Points taken off for faults beside stories of this month."""
    fixed: Mapped[int]
    shifts: Mapped[int]
    duty: Mapped[int]
    total: Mapped[int]
    quota: Mapped[int | None]
    """``None``: nobody set one."""
    amount: Mapped[int | None]
    """Hundredths of yuan above the quota, less than nought below; ``None`` without a quota."""

    staff: Mapped[Staff] = relationship()
