"""Reads of points: months, scores, faults, appeals, quotas, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.errors import N_, Invalid, NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores.formula import whole
from kitchen.evaluation.scores.models import (
    PointsQuota,
    ScoreAppeal,
    ScoreFault,
    ScoreMonth,
    ScoreShare,
    StoryScore,
)
from kitchen.evaluation.scores.rules import SEEN, AppealState, month_named, name_of
from kitchen.people import queries as people
from kitchen.people.models import Staff
from kitchen.stories.models import Story

_STORY = joinedload(StoryScore.story).load_only(
    Story.uid, Story.title, Story.length, Story.author_id, Story.digest
)
_LISTED = (_STORY, joinedload(StoryScore.month), selectinload(StoryScore.shares))


def months(session: Session, limit: int = 24) -> Sequence[ScoreMonth]:
    """The latest months, newest first."""
    return session.scalars(select(ScoreMonth).order_by(ScoreMonth.month.desc()).limit(limit)).all()


def latest_name(session: Session) -> str:
    """The latest month as people write it; empty before the first."""
    latest = session.scalar(select(func.max(ScoreMonth.month)))
    return name_of(latest) if latest else ""


def page_of_months(
    session: Session, *, limit: int = 50, cursor: str | None = None
) -> Page[ScoreMonth]:
    """Months in the order in which they were begun, newest first."""
    return newest_first(session, select(ScoreMonth), ScoreMonth.id, limit=limit, cursor=cursor)


def the_month(session: Session, name: str) -> ScoreMonth:
    """The month that is written ``2026-05``. Raises :class:`NotFound`."""
    first = month_named(name)
    found = first and session.scalar(
        select(ScoreMonth).where(ScoreMonth.month == first).options(joinedload(ScoreMonth.formula))
    )
    if not found:
        raise NotFound
    return found


def the_score(session: Session, month: ScoreMonth, story_uid: str) -> StoryScore:
    """A story's score in its month, with shares and people. Raises :class:`NotFound`."""
    found = session.scalar(
        select(StoryScore)
        .join(Story, Story.id == StoryScore.story_id)
        .where(StoryScore.month_id == month.id, Story.uid == story_uid)
        .options(*_LISTED, joinedload(StoryScore.graded_by))
    )
    if found is None:
        raise NotFound
    return found


def page_of_scores(
    session: Session,
    month: ScoreMonth,
    *,
    state: str | None = None,
    q: str | None = None,
    person_id: int | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[StoryScore]:
    """The scores of a month, newest first. ``state``: ``ungraded``, or a grade; ``person_id``:
    those in which this person shares.
    """
    query = select(StoryScore).where(StoryScore.month_id == month.id).options(*_LISTED)
    if state == "ungraded":
        query = query.where(StoryScore.grade.is_(None))
    elif state:
        query = query.where(StoryScore.grade == state)
    if q:
        query = query.join(Story, Story.id == StoryScore.story_id).where(
            Story.title.contains(q, autoescape=True)
        )
    if person_id is not None:
        query = query.where(_shared_by(person_id))
    return newest_first(session, query, StoryScore.id, limit=limit, cursor=cursor)


def _shared_by(person_id: int | None) -> ColumnElement[bool]:
    return (
        select(ScoreShare.score_id)
        .where(ScoreShare.score_id == StoryScore.id, ScoreShare.staff_id == person_id)
        .exists()
    )


def next_to_grade(session: Session, month: ScoreMonth, actor: Actor) -> StoryScore | None:
    """The first story without a grade that this person may grade, sharing in none of it."""
    return session.scalar(
        select(StoryScore)
        .join(Story, Story.id == StoryScore.story_id)
        .where(
            StoryScore.month_id == month.id,
            StoryScore.grade.is_(None),
            ~_shared_by(actor.id),
            Story.author_id.is_distinct_from(actor.id),
        )
        .options(*_LISTED)
        .order_by(StoryScore.id)
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a month is: its stories, those that are graded, the appeals that are open."""

    stories: int
    graded: int
    appeals: int


def progress(session: Session, month: ScoreMonth) -> Progress:
    """How far a month is."""
    stories, graded = session.execute(
        select(func.count(StoryScore.id), func.count(StoryScore.grade)).where(
            StoryScore.month_id == month.id
        )
    ).one()
    return Progress(stories, graded, open_appeals(session, month))


def open_appeals(session: Session, month: ScoreMonth) -> int:
    """How many appeals of a month wait for an answer."""
    return (
        session.scalar(
            select(func.count(ScoreAppeal.id))
            .join(StoryScore, StoryScore.id == ScoreAppeal.score_id)
            .where(StoryScore.month_id == month.id, ScoreAppeal.state == AppealState.OPEN)
        )
        or 0
    )


_APPEAL = (
    joinedload(ScoreAppeal.staff),
    joinedload(ScoreAppeal.answered_by),
    joinedload(ScoreAppeal.score).options(*_LISTED),
)


def page_of_appeals(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[ScoreAppeal]:
    """The appeals that this person may answer, newest first."""
    query = (
        select(ScoreAppeal)
        .join(StoryScore, StoryScore.id == ScoreAppeal.score_id)
        .join(ScoreMonth, ScoreMonth.id == StoryScore.month_id)
        .where(_within(actor, May.GRADE))
        .options(*_APPEAL)
    )
    if state:
        query = query.where(ScoreAppeal.state == state)
    return newest_first(session, query, ScoreAppeal.id, limit=limit, cursor=cursor)


def _within(actor: Actor, permission: str) -> ColumnElement[bool]:
    """Months over whose unit this person holds a right."""
    scope = actor.grants.get(permission, frozenset())
    if scope == EVERYWHERE:
        return ScoreMonth.unit_id.is_not(None)
    return ScoreMonth.unit_id.in_(scope)


def the_appeal(session: Session, uid: str) -> ScoreAppeal:
    """One appeal. Raises :class:`NotFound`."""
    found = session.scalar(select(ScoreAppeal).where(ScoreAppeal.uid == uid).options(*_APPEAL))
    if found is None:
        raise NotFound
    return found


def appeals_of(session: Session, score: StoryScore) -> Sequence[ScoreAppeal]:
    """The appeals about a story, the oldest first."""
    return session.scalars(
        select(ScoreAppeal)
        .where(ScoreAppeal.score_id == score.id)
        .options(joinedload(ScoreAppeal.staff), joinedload(ScoreAppeal.answered_by))
        .order_by(ScoreAppeal.id)
    ).all()


def waiting(session: Session, actor: Actor) -> int:
    """How many appeals wait for this person's answer."""
    if not actor.may(May.GRADE):
        return 0
    mine = (
        select(func.count(ScoreAppeal.id))
        .join(StoryScore, StoryScore.id == ScoreAppeal.score_id)
        .join(ScoreMonth, ScoreMonth.id == StoryScore.month_id)
        .where(
            ScoreAppeal.state == AppealState.OPEN,
            _within(actor, May.GRADE),
            ~_shared_by(actor.id),
        )
    )
    return session.scalar(mine) or 0


def latest_points(session: Session, actor: Actor) -> int | None:
    """This person's whole points from stories of the latest published month; ``None``: none is."""
    latest = (
        select(ScoreMonth.id)
        .where(ScoreMonth.state.in_(sorted(SEEN)))
        .order_by(ScoreMonth.month.desc())
        .limit(1)
        .scalar_subquery()
    )
    points = session.scalar(
        select(func.sum(ScoreShare.points))
        .join(StoryScore, StoryScore.id == ScoreShare.score_id)
        .where(StoryScore.month_id == latest, ScoreShare.staff_id == actor.id)
    )
    return None if points is None else whole(points)


def page_of_faults(
    session: Session, month: ScoreMonth, *, limit: int = 50, cursor: str | None = None
) -> Page[ScoreFault]:
    """The faults that count in a month, newest first, struck ones too."""
    query = select(ScoreFault).where(ScoreFault.month_id == month.id).options(*WITH_WHOSE)
    return newest_first(session, query, ScoreFault.id, limit=limit, cursor=cursor)


WITH_WHOSE = (
    joinedload(ScoreFault.month),
    joinedload(ScoreFault.person),
    joinedload(ScoreFault.staff),
    joinedload(ScoreFault.story).load_only(Story.uid, Story.title),
)
"""What is shown with a fault: its month, its story or person, who noted it."""


def faults_of(session: Session, score: StoryScore) -> Sequence[ScoreFault]:
    """Everything that was noted about a story, the oldest first, in whichever month it counts."""
    return session.scalars(
        select(ScoreFault)
        .where(ScoreFault.story_id == score.story_id)
        .options(*WITH_WHOSE)
        .order_by(ScoreFault.id)
    ).all()


def the_fault(session: Session, uid: str) -> ScoreFault:
    """One fault. Raises :class:`NotFound`."""
    found = session.scalar(select(ScoreFault).where(ScoreFault.uid == uid).options(*WITH_WHOSE))
    if found is None:
        raise NotFound
    return found


def page_of_quotas(
    session: Session, *, limit: int = 50, cursor: str | None = None
) -> Page[PointsQuota]:
    """The quotas, newest first; the first of a role or a person is the one that holds."""
    query = select(PointsQuota).options(
        joinedload(PointsQuota.person), joinedload(PointsQuota.staff)
    )
    return newest_first(session, query, PointsQuota.id, limit=limit, cursor=cursor)


def quotas_for(session: Session, month: date) -> Sequence[PointsQuota]:
    """The quotas that began by this month, the oldest first."""
    return session.scalars(
        select(PointsQuota)
        .where(PointsQuota.valid_from <= month)
        .order_by(PointsQuota.valid_from, PointsQuota.id)
    ).all()


def person_named(session: Session, given: str) -> Staff:
    """Whom a sign-in name or a uid means. Raises :class:`Invalid`."""
    found = people.staff_by_username(session, given) or people.staff_by_uid(session, given)
    if found is None:
        raise Invalid(fields={"person": N_("没有这个人。请填登录名。")})
    return found


def names_of(session: Session, staff_ids: Sequence[int]) -> dict[int, Staff]:
    """Staff by id, with their posts, whether they are still there or not."""
    rows = session.scalars(
        select(Staff)
        .where(Staff.id.in_(staff_ids))
        .options(load_only(Staff.uid, Staff.name, Staff.active), selectinload(Staff.posts))
    )
    return {staff.id: staff for staff in rows}
