"""The nightly count: rung for by the timetable, done by a worker, month by month."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.evaluation.scores.counting import count, open_months
from kitchen.evaluation.scores.holding import hold
from kitchen.evaluation.scores.models import ScoreMonth
from kitchen.evaluation.scores.rules import OPEN, first_of

BELL = "count_scores"


def ring_if_due(database: Database) -> None:
    """Ring once a day: where a month is not there yet, or was last counted on an earlier day."""
    with database.unit(write=False) as session:
        if _due(session):
            ports.of(session).bell.ring(BELL, 0)


def _due(session: Session) -> bool:
    today = clock.today(session)
    this = select(ScoreMonth.id).where(ScoreMonth.month == first_of(today))
    if session.scalar(this) is None:
        return True
    counted = select(ScoreMonth.counted_at).where(ScoreMonth.state.in_(sorted(OPEN)))
    return any(
        at is None or at.astimezone(clock.CENTRE).date() < today for at in session.scalars(counted)
    )


def go(database: Database, _subject_id: int = 0) -> int:
    """Count every open month, each in a unit of its own; how many stories they hold."""
    with database.unit() as session:
        months = [each.id for each in open_months(session)]
    counted = 0
    for month_id in months:
        with database.unit() as session:
            month = session.get_one(ScoreMonth, month_id)
            hold(session, month)
            if month.state in OPEN:
                counted += count(session, month)
    return counted
