"""Holding a month: what changes points and what closes the month must not pass each other."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.evaluation.scores.models import ScoreMonth


def hold(session: Session, month: ScoreMonth) -> None:
    """Read a month's state anew and keep it until this unit ends: whoever moves it on waits.

    On SQLite there is one writer anyway.
    """
    session.refresh(month, with_for_update=True)
