"""Faults that count beside stories: found after the story's month was published, or of no story.

They take off together what they would have taken off in time: a veto takes what is left of the
story's points, and nothing is taken off beside it. Months are held from the earliest to the latest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from kitchen.core.access import Actor
from kitchen.core.paging import Page, cursor_at, key_of
from kitchen.evaluation.scores import queries, versions
from kitchen.evaluation.scores.formula import Inputs, Weights, late_points
from kitchen.evaluation.scores.holding import hold
from kitchen.evaluation.scores.models import ScoreFault, ScoreMonth, StoryScore
from kitchen.evaluation.scores.rules import SEEN, Fault, State, parted


@dataclass(frozen=True, slots=True)
class Charge:
    """What a fault beside a story takes off one person, in hundredths; nought once struck."""

    fault: ScoreFault
    staff_id: int
    points: int


def _beside() -> Select[ScoreFault, StoryScore]:
    """Faults that count beside their story, each with its score where there is one."""
    return (
        select(ScoreFault, StoryScore)
        .outerjoin(StoryScore, StoryScore.story_id == ScoreFault.story_id)
        .where(StoryScore.id.is_(None) | (StoryScore.month_id != ScoreFault.month_id))
        .order_by(ScoreFault.id)
    )


def among(session: Session, faults: Collection[ScoreFault]) -> set[int]:
    """The ids of those among these faults that count beside their story."""
    rows = session.execute(_beside().where(ScoreFault.id.in_([each.id for each in faults])))
    return {fault.id for fault, _ in rows}


def weigh(
    session: Session, month: ScoreMonth, weights: Weights, story_id: int | None = None
) -> None:
    """Give the faults beside a month's stories their points; of one story where it is named."""
    query = _beside().where(ScoreFault.month_id == month.id, ScoreFault.struck_at.is_(None))
    if story_id is not None:
        query = query.where(ScoreFault.story_id == story_id)
    scores: dict[int | None, StoryScore] = {}
    found: dict[int | None, list[ScoreFault]] = defaultdict(list)
    for fault, score in session.execute(query):
        found[fault.story_id].append(fault)
        scores[fault.story_id] = score
    earlier = _earlier(session, month, [each for each in scores if each is not None])
    for at, faults in found.items():
        left, vetoed = _left(scores[at], earlier.get(at, ()))
        points = late_points([each.kind for each in faults], left, weights, vetoed=vetoed)
        for fault, taken in zip(faults, points, strict=True):
            fault.points = taken
    session.flush()


def _earlier(
    session: Session, month: ScoreMonth, story_ids: Sequence[int]
) -> Mapping[int | None, list[ScoreFault]]:
    """What was taken off beside these stories in months before."""
    rows = session.execute(
        _beside()
        .join(ScoreMonth, ScoreMonth.id == ScoreFault.month_id)
        .where(
            ScoreFault.story_id.in_(story_ids),
            ScoreFault.struck_at.is_(None),
            ScoreMonth.month < month.month,
        )
    )
    found: dict[int | None, list[ScoreFault]] = defaultdict(list)
    for fault, _ in rows:
        found[fault.story_id].append(fault)
    return found


def _left(score: StoryScore | None, earlier: Sequence[ScoreFault]) -> tuple[int, bool]:
    """What a veto finds left of a story's points, and whether one has taken them already."""
    if score is None:
        return 0, False
    kinds = {each.kind for each in earlier}
    kinds |= {Fault(each.kind) for each in Inputs.from_json(score.inputs).blames}
    return score.points + sum(each.points for each in earlier), Fault.ORIENTATION in kinds


def weigh_on(session: Session, story_id: int, since: ScoreMonth) -> None:
    """Weigh what counts beside a story anew, in ``since`` and the months after it that are not
    locked: what an appeal or a struck fault leaves of it is another's to take.
    """
    months = session.scalars(
        select(ScoreMonth)
        .where(
            ScoreMonth.month >= since.month,
            ScoreMonth.id.in_(select(ScoreFault.month_id).where(ScoreFault.story_id == story_id)),
        )
        .order_by(ScoreMonth.month)
    )
    for month in months.all():
        hold(session, month)
        if month.state != State.LOCKED:
            weigh(session, month, versions.weights_of(session, month), story_id)


def charges(
    session: Session,
    month: ScoreMonth,
    *,
    struck: bool = False,
    options: Sequence[ExecutableOption] = (),
) -> list[Charge]:
    """What faults take off beside the month's stories: whole from a person, of a story by share.

    ``struck``: those that were none after all too.
    """
    query = _beside().where(ScoreFault.month_id == month.id)
    if not struck:
        query = query.where(ScoreFault.struck_at.is_(None))
    query = query.options(selectinload(StoryScore.shares), *options)
    return [each for fault, score in session.execute(query) for each in _parted(fault, score)]


def _parted(fault: ScoreFault, score: StoryScore | None) -> list[Charge]:
    points = 0 if fault.struck_at else fault.points
    if score is None:
        return [Charge(fault, fault.person_id, points)] if fault.person_id else []
    parts = parted(points, [share.percent for share in score.shares])
    found: dict[int, int] = defaultdict(int)
    for share, part in zip(score.shares, parts, strict=True):
        if share.staff_id is not None:
            found[share.staff_id] += part
    return [Charge(fault, staff_id, part) for staff_id, part in found.items()]


def own(session: Session, actor: Actor, month: ScoreMonth) -> list[Charge]:
    """What faults take off this very person beside the month's stories, struck ones too; nothing
    before the month is published.
    """
    if month.state not in SEEN:
        return []
    found = charges(session, month, struck=True, options=queries.WITH_WHOSE)
    return [each for each in found if each.staff_id == actor.id]


def page_of_own(
    session: Session,
    actor: Actor,
    month: ScoreMonth,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Charge]:
    """The same by pages, the oldest first; the cursor is a place in the list."""
    found = own(session, actor, month)
    begin = key_of(cursor) if cursor else 0
    more = begin + limit < len(found)
    return Page(found[begin : begin + limit], cursor_at(begin + limit) if more else None)
