"""Who wrote how much of the stories whose credits name nobody: read from the log, then kept.

The log of a story has a row for every stroke. It is read once for each text, not every night.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.evaluation.scores.formula import Inputs, Writing
from kitchen.evaluation.scores.models import StoryScore
from kitchen.people.models import Staff
from kitchen.stories import together
from kitchen.stories.models import Story

Lines = Sequence[Mapping[str, Any]]


def lines_by_writing(session: Session, scores: Iterable[StoryScore]) -> Mapping[int, Lines]:
    """Lines of credits by the score's id, of the stories that name nobody and have a log."""
    asked = [each for each in scores if not each.story.credits and each.story.text_version]
    kept = {each.id: Inputs.from_json(each.inputs).writing for each in asked}
    known = _names(session, {name for it in kept.values() if it for name in _named(it)})
    found: dict[int, Lines] = {}
    for score in asked:
        writing = kept[score.id]
        if writing is None or not _stands(writing, score.story, known):
            writing = _read(session, score.story)
            score.inputs = {**score.inputs, "writing": asdict(writing)}
        found[score.id] = writing.lines
    return found


def _stands(writing: Writing, story: Story, known: set[str]) -> bool:
    """Whether reading the log again would tell the same. A writer may have another name since."""
    of = (writing.text_version, writing.author_id)
    return of == (story.text_version, story.author_id) and _named(writing) <= known


def _named(writing: Writing) -> set[str]:
    return {line["names"] for line in writing.lines}


def _names(session: Session, names: Collection[str]) -> set[str]:
    """Those of these names that somebody on the staff bears."""
    return set(session.scalars(select(Staff.name).where(Staff.name.in_(names))))


def _read(session: Session, story: Story) -> Writing:
    lines = together.proposed_credits(session, story) or []
    return Writing(story.text_version, story.author_id, lines)
