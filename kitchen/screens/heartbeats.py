"""Giving and reading signs of life."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.screens.models import Heartbeat

TIMETABLE = "timetable"
PROBE = "probe"
"""Written and read by whoever asks whether the database can be written."""


def beat(session: Session, name: str) -> None:
    """Note that ``name`` is alive now. Two that give the first sign at once agree on one."""
    now = clock.now(session)
    known = session.execute(update(Heartbeat).where(Heartbeat.name == name).values(at=now))
    if known.rowcount:  # type: ignore[attr-defined]
        return
    try:
        with session.begin_nested():
            session.add(Heartbeat(name=name, at=now))
    except IntegrityError:
        return


def age(session: Session, name: str) -> float | None:
    """Seconds since the latest sign of ``name``; ``None`` if there never was one."""
    found = session.get(Heartbeat, name)
    return (clock.now(session) - found.at).total_seconds() if found else None


def beat_of_timetable(database: Database) -> None:
    """The timetable's own sign, one of its periodic jobs."""
    with database.unit() as session:
        beat(session, TIMETABLE)
