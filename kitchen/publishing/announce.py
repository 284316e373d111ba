"""Telling the story that it is out: once everything sent of it has come to rest."""

from __future__ import annotations

from collections.abc import Collection

import structlog
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from kitchen.core import bus
from kitchen.core.db import Database
from kitchen.core.errors import WrongState
from kitchen.publishing.events import StoryPublished
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import AT_REST, PIECES, State
from kitchen.stories.models import Story
from kitchen.stories.rules import State as StoryState

log = structlog.get_logger(__name__)


def announce(database: Database, story_ids: Collection[int] | None = None) -> None:
    """Emit :class:`StoryPublished` for approved stories that are wholly out; all, or the given.

    In a unit per story: two announcers of the same one harm nothing but each other.
    """
    with database.unit(write=False) as session:
        found = _published(session, story_ids)
    for story_id in found:
        try:
            with database.unit() as session:
                if _published(session, [story_id]):  # still: another worker may have been first
                    bus.emit(session, StoryPublished(story_id))
        except (StaleDataError, WrongState):
            log.info("announced_already", story_id=story_id)


def _published(session: Session, story_ids: Collection[int] | None) -> list[int]:
    query = select(Story.id).where(
        Story.state == StoryState.APPROVED,
        _has(Publication.state == State.LIVE),
        ~_has(Publication.state.not_in(sorted(AT_REST))),
    )
    if story_ids is not None:
        query = query.where(Story.id.in_(sorted(story_ids)))
    return list(session.scalars(query))


def _has(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Publication.story_id == Story.id, Publication.kind.in_(sorted(PIECES)), condition
    )
