"""Reads of topics and meetings: lists, one topic, one meeting, who has not filed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core import clock
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.outlet.models import OutletColumn
from kitchen.people.models import Post, Staff
from kitchen.topics.models import AgendaItem, Attendance, Meeting, Topic, TopicPlan, Vote
from kitchen.topics.rules import CUT_OFF, Decision, State


def the_topic(session: Session, uid: str) -> Topic:
    """One topic with its leads. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Topic)
        .where(Topic.uid == uid)
        .options(
            joinedload(Topic.proposer),
            joinedload(Topic.owner),
            joinedload(Topic.decided_by),
            joinedload(Topic.merged_into),
            joinedload(Topic.appeal),
            selectinload(Topic.leads),
        )
    )
    if found is None:
        raise NotFound
    return found


def page_of_topics(
    session: Session,
    *,
    state: str | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Topic]:
    """Topics, newest first; ``q`` looks in titles."""
    query = select(Topic).options(joinedload(Topic.proposer), joinedload(Topic.owner))
    if state:
        query = query.where(Topic.state == state)
    if q:
        query = query.where(Topic.title.contains(q, autoescape=True))
    return newest_first(session, query, Topic.id, limit=limit, cursor=cursor)


def mergeable(session: Session, topic: Topic, limit: int = 50) -> Sequence[Topic]:
    """Topics into which this one may be merged: filed or approved, newest first."""
    return session.scalars(
        select(Topic)
        .where(
            Topic.state.in_([State.PROPOSED, State.APPROVED, State.DEFERRED]),
            Topic.id != topic.id,
        )
        .order_by(Topic.id.desc())
        .limit(limit)
    ).all()


def to_decide(session: Session) -> int:
    """How many topics wait for the committee."""
    return session.scalar(TO_DECIDE) or 0


TO_DECIDE = select(func.count()).where(Topic.state == State.PROPOSED)
"""Every page of the desk counts; building the statement costs more than running it."""


def own_returned(session: Session, staff_id: int | None) -> Sequence[Topic]:
    """A person's topics that came back or were never filed."""
    return session.scalars(
        select(Topic)
        .where(Topic.proposer_id == staff_id, Topic.state.in_([State.DRAFT, State.RETURNED]))
        .order_by(Topic.id.desc())
        .limit(10)
    ).all()


def waiting_for_agenda(session: Session, until: datetime) -> Sequence[Topic]:
    """Filed before ``until`` and undecided, those that were put off included, oldest first."""
    return session.scalars(
        select(Topic)
        .where(Topic.state.in_([State.PROPOSED, State.DEFERRED]), Topic.filed_at <= until)
        .order_by(Topic.filed_at, Topic.id)
    ).all()


def meeting_on(session: Session, day: date) -> Meeting | None:
    """The day's meeting with its agenda and attendance."""
    return session.scalar(
        select(Meeting)
        .where(Meeting.day == day)
        .options(
            joinedload(Meeting.chair),
            selectinload(Meeting.attendance).joinedload(Attendance.staff),
            selectinload(Meeting.items).joinedload(AgendaItem.decided_by),
            selectinload(Meeting.items).joinedload(AgendaItem.topic).joinedload(Topic.proposer),
            selectinload(Meeting.items).joinedload(AgendaItem.topic).joinedload(Topic.appeal),
            selectinload(Meeting.items).selectinload(AgendaItem.votes).joinedload(Vote.staff),
            selectinload(Meeting.items).joinedload(AgendaItem.topic).selectinload(Topic.leads),
        )
        .execution_options(populate_existing=True)
    )


def the_meeting(session: Session, day: date) -> Meeting:
    """The day's meeting. Raises :class:`NotFound`."""
    found = meeting_on(session, day)
    if found is None:
        raise NotFound
    return found


def recent_meetings(session: Session, limit: int = 30) -> Sequence[Meeting]:
    """The latest meetings with their agendas."""
    return session.scalars(
        select(Meeting)
        .options(selectinload(Meeting.items), selectinload(Meeting.attendance))
        .order_by(Meeting.day.desc())
        .limit(limit)
    ).all()


def start_of(day: date, *, days: int = 0) -> datetime:
    """Midnight on the newsroom's clock, so many days after ``day``."""
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=clock.CENTRE)


def cut_off_of(day: date) -> datetime:
    """Until when topics for this day's meeting are filed."""
    return datetime.combine(day, CUT_OFF, tzinfo=clock.CENTRE)


def who_has_not_filed(session: Session, day: date) -> Sequence[Staff]:
    """Reporters without a topic filed between the last cut-off and this one (S54)."""
    until = cut_off_of(day)
    filed = select(Topic.proposer_id).where(
        Topic.filed_at > until - timedelta(days=1), Topic.filed_at <= until
    )
    return session.scalars(
        select(Staff)
        .where(Staff.active, Staff.posts.any(Post.role == "reporter"), Staff.id.not_in(filed))
        .order_by(Staff.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Yesterday:
    """What the meeting looks back on."""

    filed: int
    approved: int
    decided: int


def yesterday_of(session: Session, day: date) -> Yesterday:
    """Yesterday's figures: topics filed, decided and approved on the day before."""
    start, end = start_of(day, days=-1), start_of(day)

    def counted(column: object, *more: object) -> int:
        query = select(func.count(Topic.id)).where(column >= start, column < end, *more)  # type: ignore[operator, arg-type]
        return session.scalar(query) or 0

    return Yesterday(
        filed=counted(Topic.filed_at),
        approved=counted(Topic.decided_at, Topic.state == State.APPROVED),
        decided=counted(Topic.decided_at),
    )


def next_undecided(meeting: Meeting) -> AgendaItem | None:
    """The first topic on the agenda that has no decision yet."""
    return next((item for item in meeting.items if item.decision is None), None)


def last_decided(meeting: Meeting) -> AgendaItem | None:
    """The meeting's latest decision, the only one that may be taken back."""
    decided = [item for item in meeting.items if item.decided_at is not None]
    return max(decided, key=lambda item: (item.decided_at, item.position), default=None)


def shown_item(meeting: Meeting) -> AgendaItem | None:
    """What is on the wall: where the chair turned to, else the first undecided topic."""
    turned = next((item for item in meeting.items if item.position == meeting.shown), None)
    return turned or next_undecided(meeting)


def column_names(session: Session) -> Sequence[str]:
    """The columns in use that hold pieces, in their order on the front page."""
    blocks = select(OutletColumn.parent_id).where(OutletColumn.parent_id.is_not(None))
    return session.scalars(
        select(OutletColumn.name)
        .where(OutletColumn.enabled, OutletColumn.id.not_in(blocks))
        .order_by(OutletColumn.position, OutletColumn.id)
    ).all()


def plans(session: Session) -> Sequence[TopicPlan]:
    """The recurring plans, those that run first."""
    return session.scalars(
        select(TopicPlan)
        .options(joinedload(TopicPlan.owner))
        .order_by(TopicPlan.active.desc(), TopicPlan.id)
    ).all()


def the_plan(session: Session, uid: str) -> TopicPlan:
    """One plan. Raises :class:`NotFound`."""
    found = session.scalar(select(TopicPlan).where(TopicPlan.uid == uid))
    if found is None:
        raise NotFound
    return found


def tally(meeting: Meeting) -> dict[Decision, int]:
    """How often the meeting decided what."""
    counted = dict.fromkeys(Decision, 0)
    for item in meeting.items:
        if item.decision is not None:
            counted[Decision(item.decision)] += 1
    return counted


def day_of(text: str) -> date:
    """A day of this century from an address. Raises :class:`NotFound` for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error
    if day.year // 100 != 20:
        raise NotFound
    return day
