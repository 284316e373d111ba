"""Who put words into a story: noted as they are put, so that nobody judges their own words."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.stories.models import Story, Writer

_WORDS = frozenset({"title", "digest", "doc", "body"})
"""What readers read, of a master and of an edition; to choose a column or a tag is no writing."""


def note(session: Session, actor: Actor, story: Story, changed: Collection[str]) -> None:
    """The person changed these fields. Its author is known, and nobody is noted twice."""
    if actor.id in {None, story.author_id} or _WORDS.isdisjoint(changed):
        return
    if session.get(Writer, (story.id, actor.id)) is None:
        session.add(Writer(story_id=story.id, staff_id=actor.id))


def hand_on(session: Session, origin: Story, adopted: Story) -> None:
    """What is adopted are the words of all who wrote the origin."""
    known = select(Writer.staff_id).where(Writer.story_id == origin.id)
    wrote = {origin.author_id, *session.scalars(known)} - {None}
    session.add_all(Writer(story_id=adopted.id, staff_id=it) for it in sorted(wrote))
