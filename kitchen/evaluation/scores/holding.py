"""Holding a month: what changes points and what closes the month must not pass each other."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.evaluation.scores.models import ScoreMonth, StoryScore


def hold(session: Session, month: ScoreMonth) -> None:
    """Read a month's state anew and keep it until this unit ends: whoever moves it on waits.

    On SQLite there is one writer anyway. The row alone is asked for: what may be missing beside it
    cannot be locked.
    """
    row = select(ScoreMonth).where(ScoreMonth.id == month.id).with_for_update()
    session.scalars(row.execution_options(populate_existing=True)).one()


def hold_score(session: Session, score: StoryScore) -> None:
    """Hold a score's month, and read the score and its shares anew: who waited for the month holds
    what stood before.
    """
    hold(session, score.month)
    session.refresh(score)
