"""The log of steps: what was added to a story's text since, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.stories import steps
from kitchen.stories.models import Story
from kitchen.stories.together_models import StoryStep

AT_ONCE = 500
"""Steps told in one answer; who is further behind asks again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Steps to be written down. ``first`` is the open editor's own count of the first of them; a
    save of the whole text comes from no editor and counts as the story does.
    """

    steps: Sequence[Mapping[str, Any]]
    client: str = ""
    first: int | None = None


def append(session: Session, actor: Actor, story: Story, entry: Entry) -> None:
    """Write steps down under the next numbers of the story."""
    head, moment = story.text_version, clock.now(session)
    first = head + 1 if entry.first is None else entry.first
    session.add_all(
        StoryStep(
            story_id=story.id,
            number=head + at,
            client=entry.client,
            sequence=first + at - 1,
            step=dict(step),
            staff_id=actor.id,
            at=moment,
        )
        for at, step in enumerate(entry.steps, start=1)
    )
    story.text_version = head + len(entry.steps)


def rewrite(session: Session, actor: Actor, story: Story, doc: Mapping[str, Any]) -> None:
    """Make ``doc`` the story's text by one step, so that open editors take it in."""
    step = steps.replacing(story.doc, doc)
    if step is not None:
        append(session, actor, story, Entry([step]))
    story.doc = dict(doc)


def since(session: Session, story: Story, number: int) -> Sequence[StoryStep]:
    """The steps after ``number`` in order, at most :data:`AT_ONCE`."""
    return session.scalars(
        select(StoryStep)
        .where(StoryStep.story_id == story.id, StoryStep.number > number)
        .options(joinedload(StoryStep.staff))
        .order_by(StoryStep.number)
        .limit(AT_ONCE)
    ).all()


def newest_first(session: Session, story: Story) -> Sequence[StoryStep]:
    """Every step of the story, with its author."""
    return session.scalars(
        select(StoryStep)
        .where(StoryStep.story_id == story.id)
        .options(joinedload(StoryStep.staff))
        .order_by(StoryStep.number.desc())
    ).all()


def last_of_client(session: Session, story: Story, client: str) -> StoryStep | None:
    """The latest step of one open editor."""
    return session.scalar(
        select(StoryStep)
        .where(StoryStep.story_id == story.id, StoryStep.client == client)
        .order_by(StoryStep.sequence.desc())
        .limit(1)
    )


def last_written(session: Session, story: Story, staff_id: int | None) -> datetime | None:
    """When someone last changed the text."""
    return session.scalar(
        select(StoryStep.at)
        .where(StoryStep.story_id == story.id, StoryStep.staff_id == staff_id)
        .order_by(StoryStep.number.desc())
        .limit(1)
    )
