"""Reads of planning: campaigns, statements and what follows them, how pieces came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from channels.base import Outcome
from kitchen.core.clock import CENTRE
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.planning.mobile_first import First, Out, first_release
from kitchen.planning.models import Campaign, FollowUp, Piece
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.rules import PIECES, Kind, State
from kitchen.stories.models import Story, Target

_TARGETS = selectinload(Story.targets).joinedload(Target.account)


def the_campaign(session: Session, uid: str) -> Campaign:
    """One campaign with its pieces and where they go. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Campaign)
        .where(Campaign.uid == uid)
        .options(
            joinedload(Campaign.topic),
            selectinload(Campaign.pieces).joinedload(Piece.story).options(_TARGETS),
        )
    )
    if found is None:
        raise NotFound
    return found


def page_of_campaigns(
    session: Session, *, q: str | None = None, limit: int = 50, cursor: str | None = None
) -> Page[Campaign]:
    """Campaigns, newest first; ``q`` looks in their names."""
    query = select(Campaign).options(
        joinedload(Campaign.topic), selectinload(Campaign.pieces).joinedload(Piece.story)
    )
    if q:
        query = query.where(Campaign.name.contains(q, autoescape=True))
    return newest_first(session, query, Campaign.id, limit=limit, cursor=cursor)


def stories_without_campaign(session: Session, limit: int = 50) -> Sequence[Story]:
    """The newest stories that may still join one."""
    taken = select(Piece.story_id)
    query = select(Story).where(Story.id.not_in(taken)).order_by(Story.id.desc()).limit(limit)
    return session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the whole matrix: on how many of its accounts it is live, what follows."""

    story: Story
    live: int
    of: int
    follow_ups: Sequence[FollowUp]


def statements(session: Session, limit: int = 50) -> list[Statement]:
    """The newest statements; the number of queries does not depend on how many there are."""
    newest = select(Story).where(Story.in_unison).order_by(Story.id.desc()).limit(limit)
    return _statements(session, session.scalars(newest).all())


def statement_of(session: Session, story: Story) -> Statement:
    """How one story stands as a statement."""
    return _statements(session, [story])[0]


def _statements(session: Session, stories: Sequence[Story]) -> list[Statement]:
    ids = [story.id for story in stories]
    aimed, live = _counted(session, _aimed(ids)), _counted(session, _live(ids))
    following: dict[int, list[FollowUp]] = {}
    for follow_up in _follow_ups(session, ids):
        following.setdefault(follow_up.story_id, []).append(follow_up)
    return [
        Statement(it, live.get(it.id, 0), aimed.get(it.id, 0), following.get(it.id, []))
        for it in stories
    ]


def _counted(session: Session, query: Select[int, int]) -> Mapping[int, int]:
    return {row[0]: row[1] for row in session.execute(query)}


def _aimed(story_ids: Sequence[int]) -> Select[int, int]:
    return (
        select(Target.story_id, func.count())
        .where(Target.story_id.in_(story_ids))
        .group_by(Target.story_id)
    )


def _live(story_ids: Sequence[int]) -> Select[int, int]:
    return (
        select(Publication.story_id, func.count(Publication.account_id.distinct()))
        .where(
            Publication.story_id.in_(story_ids),
            Publication.kind.in_(sorted(PIECES)),
            Publication.state == State.LIVE,
        )
        .group_by(Publication.story_id)
    )


def _follow_ups(session: Session, story_ids: Sequence[int]) -> Sequence[FollowUp]:
    return session.scalars(
        select(FollowUp)
        .where(FollowUp.story_id.in_(story_ids))
        .options(joinedload(FollowUp.staff), joinedload(FollowUp.story))
        .order_by(FollowUp.due_at, FollowUp.id)
    ).all()


def the_follow_up(session: Session, uid: str) -> FollowUp:
    """One follow-up with its story. Raises :class:`NotFound`."""
    found = session.scalar(
        select(FollowUp)
        .where(FollowUp.uid == uid)
        .options(joinedload(FollowUp.story), joinedload(FollowUp.staff))
    )
    if found is None:
        raise NotFound
    return found


def overdue(session: Session, now: datetime) -> Sequence[FollowUp]:
    """Follow-ups whose time has passed and that nobody has finished, the oldest first."""
    return session.scalars(_unfinished().where(FollowUp.due_at <= now)).all()


def follow_ups_of(session: Session, staff_id: int | None) -> Sequence[FollowUp]:
    """What one person is still to follow up, the earliest first."""
    return session.scalars(_unfinished().where(FollowUp.staff_id == staff_id)).all()


def _unfinished() -> Select[FollowUp]:
    return (
        select(FollowUp)
        .where(FollowUp.done_at.is_(None))
        .options(joinedload(FollowUp.story), joinedload(FollowUp.staff))
        .order_by(FollowUp.due_at, FollowUp.id)
    )


@dataclass(frozen=True, slots=True)
class Release:
    """How one piece came out: its deliveries, and when each was first seen to be live."""

    story: Story
    deliveries: Sequence[Publication]
    lived_at: Sequence[datetime | None]
    first: First


def releases_on(session: Session, day: date) -> list[Release]:
    """The pieces that first came out on this day of the newsroom, the earliest first."""
    start = datetime.combine(day, time(), CENTRE)
    first_at = func.min(ReceiptRow.observed_at)
    ids = session.scalars(
        select(Publication.story_id)
        .join(ReceiptRow, ReceiptRow.publication_id == Publication.id)
        .where(Publication.kind == Kind.PUBLISH, ReceiptRow.outcome == Outcome.LIVE)
        .group_by(Publication.story_id)
        .having(first_at >= start)
        .having(first_at < start + timedelta(days=1))
        .order_by(first_at)
    ).all()
    return _releases(session, ids)


def release_of(session: Session, story_id: int) -> Release | None:
    """How a piece came out, for the list of everywhere it went; ``None`` if it is out nowhere."""
    return next(iter(_releases(session, [story_id])), None)


def _releases(session: Session, story_ids: Sequence[int]) -> list[Release]:
    by_story: dict[int, list[tuple[Publication, datetime | None]]] = {}
    for delivery, lived_at in session.execute(_first_lives(story_ids)):
        by_story.setdefault(delivery.story_id, []).append((delivery, lived_at))
    found = []
    for rows in (by_story[story_id] for story_id in story_ids if story_id in by_story):
        first = first_release([Out(delivery.channel, lived_at) for delivery, lived_at in rows])
        if first is not None:
            deliveries, moments = [row for row, _ in rows], [moment for _, moment in rows]
            found.append(Release(deliveries[0].story, deliveries, moments, first))
    return found


def _first_lives(story_ids: Sequence[int]) -> Select[Publication, datetime | None]:
    """Deliveries of these stories that were not called off, and when each was first seen live."""
    lives = (
        select(ReceiptRow.publication_id, func.min(ReceiptRow.observed_at).label("at"))
        .where(ReceiptRow.outcome == Outcome.LIVE)
        .group_by(ReceiptRow.publication_id)
        .subquery()
    )
    return (
        select(Publication, lives.c.at)
        .outerjoin(lives, lives.c.publication_id == Publication.id)
        .where(
            Publication.story_id.in_(story_ids),
            Publication.kind == Kind.PUBLISH,
            Publication.state != State.CANCELLED,
        )
        .options(joinedload(Publication.story), joinedload(Publication.account))
        .order_by(Publication.position, Publication.id)
    )
