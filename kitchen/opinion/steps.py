"""Noting what happens to a sign, to a rumour or in a room; the timeline is read from this."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import HOUSE, Actor
from kitchen.opinion.models import EarlySign, Entry, RumourCase
from kitchen.opinion.room_models import IncidentRoom
from kitchen.opinion.rules import Step

Subject = EarlySign | RumourCase | IncidentRoom


def note(
    session: Session,
    subject: Subject,
    step: Step,
    words: str = "",
    *,
    actor: Actor = HOUSE,
    link: str = "",
    value: str = "",
) -> None:
    """Write down a step; without an actor it is the house's own."""
    session.add(
        Entry(
            sign_id=subject.id if isinstance(subject, EarlySign) else None,
            rumour_id=subject.id if isinstance(subject, RumourCase) else None,
            incident_id=subject.id if isinstance(subject, IncidentRoom) else None,
            at=clock.now(session),
            step=step,
            words=words,
            value=value,
            link=link,
            staff_id=actor.id,
        )
    )
    session.flush()
