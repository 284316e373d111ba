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
from kitchen.evaluation.figures.rules import FIELDS, Age, AlarmState, Concern, Told

Rows = Mapping[int, Mapping[int, PieceFigures]]
"""All rows of some pieces, by publication and age."""
Alarms = Mapping[Concern, AlarmState]
"""How the alarms about a piece at an age stand."""


def raise_doubts(session: Session, turns: Sequence[PieceTurn], rows: Rows) -> None:
    """Ask the rules about pieces; what they doubt is marked on the row and raised as an alarm.

    A doubt that somebody has dismissed is not raised again, nor does it hide another.
    """
    known = _known(session, [turn.publication_id for turn in turns])
    for turn in turns:
        series = rows[turn.publication_id]
        alarms = {age: known.get((turn.publication_id, age), {}) for age in series}
        dismissed = {age: _dismissed(told) for age, told in alarms.items()}
        for age, concern in oddities.found(looks_of(turn, series), dismissed).items():
            if concern not in alarms[age]:
                _raise(session, series[age], concern)
                _mark(series[age], {**alarms[age], concern: AlarmState.OPEN})
    session.flush()


def weigh_again(session: Session, turn: PieceTurn, rows: Rows, age: int) -> None:
    """Mark the figures of an age anew after somebody has judged a doubt about them: by the gravest
    that stands, which may be one that the judged one had hidden.
    """
    series = rows[turn.publication_id]
    _mark(series[age], _known(session, [turn.publication_id]).get((turn.publication_id, age), {}))
    raise_doubts(session, [turn], rows)


def _mark(row: PieceFigures, alarms: Alarms) -> None:
    row.oddity = oddities.gravest(alarms.keys() - _dismissed(alarms)) or ""


def _dismissed(alarms: Alarms) -> set[Concern]:
    return {concern for concern, state in alarms.items() if state == AlarmState.DISMISSED}


def looks_of(turn: PieceTurn, rows: Mapping[int, PieceFigures]) -> list[Look]:
    """What was told of a piece, in the order of its ages, as the rules of oddities want it.

    Of a platform that tells single days a figure belongs to the age itself, whenever it was asked;
    so does what a person read, whenever it was entered.
    """
    return [_look(turn, rows[age]) for age in sorted(rows)]


def _look(turn: PieceTurn, row: PieceFigures) -> Look:
    of_age = turn.live_at + Age(row.age).span
    counted_then = "reads" in row.by_platform and not tells_days(turn.channel)
    at = max(row.taken_at, of_age) if counted_then else of_age
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
    known = _known(session, missed)
    alarms = [
        _raise(session, rows[publication_id][goal.age], Concern.BELOW_TARGET, target=goal.reads)
        for publication_id, goal in missed.items()
        if Concern.BELOW_TARGET not in known.get((publication_id, goal.age), {})
    ]
    session.flush()
    for alarm in alarms:
        bus.emit(session, TargetMissed(alarm.id))


def _below(row: PieceFigures, reads: int) -> bool:
    return row.reads is not None and row.reads < reads


def _known(
    session: Session, publication_ids: Collection[int]
) -> dict[tuple[int, int], dict[Concern, AlarmState]]:
    """What was raised about pieces so far, by publication and age; one query."""
    found: dict[tuple[int, int], dict[Concern, AlarmState]] = {}
    if not publication_ids:
        return found
    columns = FiguresAlarm.publication_id, FiguresAlarm.age, FiguresAlarm.concern
    raised = select(*columns, FiguresAlarm.state).where(
        FiguresAlarm.publication_id.in_(publication_ids)
    )
    for publication_id, age, concern, state in session.execute(raised):
        found.setdefault((publication_id, age), {})[Concern(concern)] = AlarmState(state)
    return found


def _raise(session: Session, row: PieceFigures, concern: Concern, **more: int) -> FiguresAlarm:
    seen = {name: value for name in FIELDS if (value := getattr(row, name)) is not None}
    alarm = FiguresAlarm(
        publication_id=row.publication_id, age=row.age, concern=concern, seen={**seen, **more}
    )
    session.add(alarm)
    return alarm
