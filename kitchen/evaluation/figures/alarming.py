"""Alarms about figures, each told once: doubts by the rules of oddities, and missed targets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import bus, clock
from kitchen.evaluation.figures import oddities, targets
from kitchen.evaluation.figures.events import TargetMissed
from kitchen.evaluation.figures.models import FiguresAlarm, PieceFigures, PieceTurn
from kitchen.evaluation.figures.oddities import Look
from kitchen.evaluation.figures.platforms import tells_days
from kitchen.evaluation.figures.rules import FIELDS, Age, Concern, Told

Rows = Mapping[int, Mapping[int, PieceFigures]]
"""All rows of some pieces, by publication and age."""


def raise_doubts(session: Session, turns: Sequence[PieceTurn], rows: Rows) -> None:
    """Ask the rules about pieces; what they doubt is marked on the row and raised as an alarm.

    A doubt that somebody has dismissed is not raised again.
    """
    doubts = {
        (turn.publication_id, age): concern
        for turn in turns
        for age, concern in oddities.found(looks_of(turn, rows[turn.publication_id])).items()
    }
    known = _raised(session, {publication_id for publication_id, _age in doubts})
    for (publication_id, age), concern in doubts.items():
        if (publication_id, age, concern) not in known:
            row = rows[publication_id][age]
            row.oddity = concern
            _raise(session, row, concern)
    session.flush()


def looks_of(turn: PieceTurn, rows: Mapping[int, PieceFigures]) -> list[Look]:
    """What was told of a piece, in the order of its ages, as the rules of oddities want it.

    Of a platform that tells single days a figure belongs to the age itself, whenever it was asked.
    """
    return [_look(turn, rows[age]) for age in sorted(rows)]


def _look(turn: PieceTurn, row: PieceFigures) -> Look:
    of_age = turn.live_at + Age(row.age).span
    at = of_age if tells_days(turn.channel) else max(row.taken_at, of_age)
    hours = (at - turn.live_at).total_seconds() / 3600
    told = Told(*(getattr(row, name) for name in FIELDS))
    return Look(row.age, clock.local(at), hours, told)


def raise_missed(
    session: Session,
    turns: Sequence[PieceTurn],
    rows: Rows,
    news: Mapping[int, Collection[Age]],
) -> None:
    """Raise an alarm for each piece that has just been told of at the age of its target, and has
    fewer reads. Unknown reads miss nothing.
    """
    goals = targets.goals_of(session, turns)
    missed = {
        publication_id: goal
        for publication_id, goal in goals.items()
        if goal.age in news[publication_id] and _below(rows[publication_id][goal.age], goal.reads)
    }
    known = _raised(session, missed)
    for publication_id, goal in missed.items():
        if (publication_id, goal.age, Concern.BELOW_TARGET) not in known:
            row = rows[publication_id][goal.age]
            alarm = _raise(session, row, Concern.BELOW_TARGET, target=goal.reads)
            session.flush()
            bus.emit(session, TargetMissed(alarm.id))


def _below(row: PieceFigures, reads: int) -> bool:
    return row.reads is not None and row.reads < reads


def _raised(session: Session, publication_ids: Collection[int]) -> set[tuple[int, int, str]]:
    known = select(FiguresAlarm.publication_id, FiguresAlarm.age, FiguresAlarm.concern).where(
        FiguresAlarm.publication_id.in_(publication_ids)
    )
    return (
        {(row[0], row[1], row[2]) for row in session.execute(known)} if publication_ids else set()
    )


def _raise(session: Session, row: PieceFigures, concern: Concern, **more: int) -> FiguresAlarm:
    seen = {name: value for name in FIELDS if (value := getattr(row, name)) is not None}
    alarm = FiguresAlarm(
        publication_id=row.publication_id, age=row.age, concern=concern, seen={**seen, **more}
    )
    session.add(alarm)
    return alarm
