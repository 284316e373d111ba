"""Counting an open month: which stories it holds, what each is worth, who shares. By the house.

Counted every night for some months, as long as it is open, so that reads after 7 days and late
pick-ups still count; a person may have it counted at once, and later too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core import clock
from kitchen.core.clock import CENTRE
from kitchen.evaluation.scores import late, noticing, sharing, versions
from kitchen.evaluation.scores.formula import Blame, Inputs, Weights, points_of
from kitchen.evaluation.scores.material import Material, material_of, released_between
from kitchen.evaluation.scores.models import ScoreFault, ScoreMonth, StoryScore
from kitchen.evaluation.scores.rules import (
    OPEN,
    counted_since,
    first_of,
    month_after,
    month_before,
)
from kitchen.people.queries import desk_for, unit_and_below
from kitchen.stories.models import Story

WITH_STORY = (
    joinedload(StoryScore.month),
    joinedload(StoryScore.story).options(
        joinedload(Story.author), joinedload(Story.adopted_from).joinedload(Story.author)
    ),
    selectinload(StoryScore.shares),
)


def month_of(session: Session, month: date) -> ScoreMonth | None:
    """A month's row, made where there is none; ``None`` without a media centre that it is of."""
    known = session.scalar(select(ScoreMonth).where(ScoreMonth.month == month))
    if known is not None:
        return known
    centre = desk_for(session, None)
    if centre is None:
        return None
    made = ScoreMonth(month=month, unit_id=centre)
    session.add(made)
    session.flush()
    return made


def open_months(session: Session) -> list[ScoreMonth]:
    """The months that are counted, the earliest first: this one, the last, and what is still open
    of those before, back to :func:`counted_since`.
    """
    today = clock.today(session)
    this = first_of(today)
    for each in (month_before(this), this):
        month_of(session, each)
    rows = (
        select(ScoreMonth)
        .where(ScoreMonth.state.in_(sorted(OPEN)), ScoreMonth.month >= counted_since(today))
        .order_by(ScoreMonth.month)
    )
    return list(session.scalars(rows))


def count(session: Session, month: ScoreMonth) -> int:
    """Count an open month anew, with the faults that the house noticed since; how many stories it
    holds.
    """
    _take_in(session, month)
    noticing.gather(session, month, open_months(session))
    return _weigh(session, month)


def count_before_publishing(session: Session, month: ScoreMonth) -> int:
    """Count a month for the last time, with those faults alone that are noted already.

    What is noticed in the same act nobody could have struck: it waits for the next open month.
    """
    _take_in(session, month)
    return _weigh(session, month)


def _weigh(session: Session, month: ScoreMonth) -> int:
    weights = versions.weights_of(session, month)
    scores = session.scalars(
        select(StoryScore)
        .where(StoryScore.month_id == month.id)
        .options(*WITH_STORY)
        .order_by(StoryScore.id)
    ).all()
    material = material_of(session, [each.story_id for each in scores])
    blames = blames_of(session, scores)
    for score in scores:
        _measure(score, material.get(score.story_id), blames.get(score.id, ()))
        reckon(score, weights)
    sharing.propose(session, scores, weights)
    for score in scores:
        sharing.part_points(score)
    late.weigh(session, month, weights)
    month.counted_at = clock.now(session)
    session.flush()
    return len(scores)


def _take_in(session: Session, month: ScoreMonth) -> None:
    """Enter the stories that readers first saw in this month."""
    since = datetime.combine(month.month, time(), CENTRE)
    until = datetime.combine(month_after(month.month), time(), CENTRE)
    units = unit_and_below(session, month.unit_id)
    seen = released_between(session, since, until, units)
    known = set(session.scalars(select(StoryScore.story_id).where(StoryScore.story_id.in_(seen))))
    material = material_of(session, [story_id for story_id in seen if story_id not in known])
    for story_id, told in material.items():
        if since <= told.released_at < until:
            session.add(
                StoryScore(
                    month=month,
                    story_id=story_id,
                    released_at=told.released_at,
                    genre=told.genre,
                    inputs={},
                    points=0,
                )
            )
    session.flush()


def score_of(session: Session, story_id: int | None) -> StoryScore | None:
    """A story's score, in whichever month; ``None`` where it has none."""
    query = select(StoryScore).where(StoryScore.story_id == story_id).options(*WITH_STORY)
    return session.scalar(query) if story_id is not None else None


def blames_of(session: Session, scores: Sequence[StoryScore]) -> Mapping[int, list[Blame]]:
    """The faults that count within these scores, by the score's id."""
    rows = session.execute(
        select(StoryScore.id, ScoreFault)
        .join(StoryScore, StoryScore.story_id == ScoreFault.story_id)
        .where(
            StoryScore.id.in_([each.id for each in scores]),
            ScoreFault.month_id == StoryScore.month_id,
            ScoreFault.struck_at.is_(None),
        )
        .order_by(ScoreFault.id)
    )
    found: dict[int, list[Blame]] = defaultdict(list)
    for score_id, fault in rows:
        found[score_id].append(Blame(fault.kind, fault.uid, fault.note, fault.url))
    return found


def _measure(score: StoryScore, told: Material | None, blames: Sequence[Blame]) -> None:
    """Write down what is known now. Of a story that was taken off everywhere it is what was."""
    if told is not None and not score.genre_by_hand:
        score.genre = told.genre
    kept = Inputs.from_json(score.inputs)
    known = replace(told.inputs, writing=kept.writing) if told is not None else kept
    inputs = replace(known, genre=score.genre, blames=tuple(blames)).as_json()
    if inputs != score.inputs:
        score.inputs = inputs


def reckon(score: StoryScore, weights: Weights) -> None:
    """Give a score the points that follow from its inputs and its grade."""
    score.points = points_of(Inputs.from_json(score.inputs), score.grade, weights)


def blame_anew(session: Session, score: StoryScore) -> None:
    """Count the faults of one story again, once one was noted or struck."""
    inputs = Inputs.from_json(score.inputs)
    blames = blames_of(session, [score]).get(score.id, [])
    score.inputs = replace(inputs, genre=score.genre, blames=tuple(blames)).as_json()
    reckon(score, versions.weights_of(session, score.month))
    sharing.part_points(score)
    session.flush()
