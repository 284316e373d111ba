"""The deadline of answers: at 23 hours those who handle it are told, at 24 those who lead (S25)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE
from kitchen.core.db import Database
from kitchen.feedback.events import VoiceLate
from kitchen.feedback.models import Voice
from kitchen.feedback.rules import WAITING, Late

AT_ONCE = 200
"""Messages that one unit of work tells of."""


def escalate(database: Database) -> None:
    """Tell of every message whose next step of lateness has come, the earliest first."""
    while _escalate_some(database) == AT_ONCE:
        pass


def _escalate_some(database: Database) -> int:
    with database.unit() as session:
        now = clock.now(session)
        rows = session.scalars(
            select(Voice)
            .where(Voice.step_at <= now)
            .order_by(Voice.step_at)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        for voice in rows:
            _step(session, voice)
        return len(rows)


def _step(session: Session, voice: Voice) -> None:
    overdue = clock.now(session) >= voice.due_at
    voice.late = Late.OVERDUE if overdue else Late.WARNED
    voice.step_at = None if overdue else max(voice.due_at, voice.step_at or voice.due_at)
    if voice.state not in WAITING:
        voice.step_at = None
        return
    session.flush()
    audit.record(session, HOUSE, "late", voice, after={"late": str(voice.late)})
    bus.emit(session, VoiceLate(voice.id, voice.late))
