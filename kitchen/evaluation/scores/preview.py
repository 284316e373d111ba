"""What another formula would have made of last month's stories; nothing is changed by looking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import clock
from kitchen.core.access import Actor, authorize
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores.formula import Inputs, Weights, points_of
from kitchen.evaluation.scores.models import ScoreMonth, StoryScore
from kitchen.evaluation.scores.rules import first_of, month_before
from kitchen.evaluation.scores.versions import checked
from kitchen.stories.models import Story

SHOWN = 50
"""Stories of a preview; the sums are over all of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """A story's points in hundredths, as they are and as they would be."""

    score: StoryScore
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The stories that would change most, and the sums over all stories of the month."""

    changes: Sequence[Change]
    stories: int
    before: int
    after: int


def preview(session: Session, actor: Actor, weights: Weights) -> Preview:
    """Last month by other weights. Raises :class:`Forbidden`, :class:`Invalid`."""
    authorize(actor, May.DEFINE)
    checked(weights)
    last = month_before(first_of(clock.today(session)))
    scores = session.scalars(
        select(StoryScore)
        .join(ScoreMonth, ScoreMonth.id == StoryScore.month_id)
        .where(ScoreMonth.month == last)
        .options(joinedload(StoryScore.story).load_only(Story.uid, Story.title))
        .order_by(StoryScore.id)
    )
    changes = [
        Change(each, each.points, points_of(Inputs.from_json(each.inputs), each.grade, weights))
        for each in scores
    ]
    by_change = sorted(changes, key=lambda it: -abs(it.after - it.before))
    return Preview(
        by_change[:SHOWN],
        len(changes),
        sum(each.before for each in changes),
        sum(each.after for each in changes),
    )
