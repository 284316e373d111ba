"""The nightly count: rung for by the timetable, done by a worker, month by month."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.evaluation.scores.counting import count, open_months
from kitchen.evaluation.scores.holding import hold
from kitchen.evaluation.scores.models import ScoreMonth
from kitchen.evaluation.scores.rules import OPEN, counted_since, first_of

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
    counted = select(ScoreMonth.counted_at).where(
        ScoreMonth.state.in_(sorted(OPEN)), ScoreMonth.month >= counted_since(today)
    )
    return any(_waits(at, today) for at in session.scalars(counted))


def _waits(counted_at: datetime | None, today: date) -> bool:
    """Whether a month that was last counted then is to be counted today."""
    return counted_at is None or clock.local(counted_at).date() < today


def go(database: Database, _subject_id: int = 0) -> int:
    """Count every month that waits for it, each in a unit of its own; how many stories they hold.

    The newest is first: it is the one that people look at, and a run that is cut short goes on
    with the others when it is rung for again.
    """
    counted = 0
    for month_id in _waiting(database):
        with database.unit() as session:
            month = session.get_one(ScoreMonth, month_id)
            hold(session, month)
            if month.state in OPEN:
                counted += count(session, month)
    return counted


def _waiting(database: Database) -> list[int]:
    with database.unit() as session:
        today = clock.today(session)
        months = [each for each in open_months(session) if _waits(each.counted_at, today)]
        return [each.id for each in reversed(months)]
