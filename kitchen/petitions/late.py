"""Calling people about terms: shortly before the end, at the end, and when it is long over.

The database says who is called next. Each call is a unit of work of its own that takes the row
again, so that two timetables call once.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import bus, clock
from kitchen.core.db import Database
from kitchen.petitions import timing
from kitchen.petitions.events import PetitionLate
from kitchen.petitions.models import Petition
from kitchen.petitions.rules import Step
from kitchen.petitions.steps import note

AT_ONCE = 100


def call(database: Database) -> int:
    """Make the calls that are due; answers how many."""
    with database.unit(write=False) as session:
        due = Petition.call_at <= clock.now(session)
        query = select(Petition.id).where(due).order_by(Petition.call_at).limit(AT_ONCE)
        ids = session.scalars(query).all()
    made = 0
    for petition_id in ids:
        with database.unit() as session:
            made += _called(session, petition_id)
    return made


def _called(session: Session, petition_id: int) -> bool:
    petition = session.get_one(Petition, petition_id, with_for_update=True)
    terms = timing.terms(session)
    if petition.due_at is None or petition.call_at is None or petition.call_at > terms.now:
        return False
    which = petition.calls
    if which == 0 and petition.due_at <= terms.now:
        which = 1  # nobody came by in time to remind anybody
    petition.calls = which + 1
    petition.call_at = terms.call(petition.due_at, petition.calls)
    if which:
        note(session, petition, Step.LATE)
    bus.emit(session, PetitionLate(petition.id, which))
    return True
