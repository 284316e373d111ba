"""Noting the steps of a petition's way, which the desk, the unit and the petitioner read."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import HOUSE, Actor
from kitchen.petitions.models import Entry, Petition
from kitchen.petitions.rules import Step


def note(
    session: Session,
    petition: Petition,
    step: Step,
    words: str = "",
    *,
    actor: Actor = HOUSE,
    link: str = "",
) -> None:
    """Write down a step; without an actor it is the petitioner's, or the house's own."""
    session.add(
        Entry(
            petition_id=petition.id,
            at=clock.now(session),
            step=step,
            words=words,
            link=link,
            staff_id=actor.id,
            unit_id=actor.unit_id,
        )
    )
    session.flush()
