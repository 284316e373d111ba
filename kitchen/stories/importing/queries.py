"""Reads of files that are being brought in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import clock
from kitchen.core.errors import NotFound
from kitchen.leads.models import Lead
from kitchen.stories.importing.models import StoryImport, StoryLead
from kitchen.stories.models import Story

LEASE = timedelta(minutes=10)
"""How long a file belongs to the worker that began it."""
MOST_ATTEMPTS = 3


def the_import(session: Session, uid: str, asked_by_id: int | None) -> StoryImport:
    """One's own. Raises :class:`NotFound`, also for somebody else's."""
    found = session.scalar(
        select(StoryImport)
        .where(StoryImport.uid == uid, StoryImport.asked_by_id == asked_by_id)
        .options(joinedload(StoryImport.story), joinedload(StoryImport.into))
    )
    if found is None:
        raise NotFound
    return found


def waiting(session: Session) -> Sequence[int]:
    """Ids of the files that nobody works on."""
    gone = StoryImport.begun_at < clock.now(session) - LEASE
    idle = or_(StoryImport.begun_at.is_(None), gone)
    return session.scalars(
        select(StoryImport.id).where(StoryImport.finished_at.is_(None), idle)
    ).all()


def is_free(order: StoryImport, now: datetime) -> bool:
    """Whether a worker may take it up: it waits, or whoever began it is gone."""
    idle = order.begun_at is None or order.begun_at + LEASE < now
    return order.finished_at is None and idle


def is_wanted(session: Session, sha256: str) -> bool:
    """Whether a file in the store is still to be brought in."""
    this = (StoryImport.sha256 == sha256, StoryImport.finished_at.is_(None))
    return session.scalar(select(StoryImport.id).where(*this).limit(1)) is not None


def stories_of_leads(session: Session, lead_ids: Collection[int]) -> dict[int, Story]:
    """The stories that were written from these leads directly, by lead id."""
    found = session.execute(
        select(StoryLead.lead_id, Story)
        .join(Story, Story.id == StoryLead.story_id)
        .where(StoryLead.lead_id.in_(sorted(lead_ids)))
    )
    return {row[0]: row[1] for row in found}


def lead_of(session: Session, story: Story) -> Lead | None:
    """The lead from which a story was written directly."""
    return session.scalar(
        select(Lead)
        .join(StoryLead, StoryLead.lead_id == Lead.id)
        .where(StoryLead.story_id == story.id)
    )
