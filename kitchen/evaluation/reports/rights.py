"""Over whose reports a person has a say: schedules and letters hold addresses of people outside.

A unit's report belongs to whoever holds the right over that unit. That of the whole house is the
centre's own: it takes the right over the media centre, or everywhere; a section's is not enough.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.errors import Forbidden
from kitchen.evaluation.rules import May
from kitchen.people.models import Unit
from kitchen.people.rules import Level


def may(session: Session, actor: Actor, unit_id: int | None) -> bool:
    """Whether the person may report on this unit; without one, on the whole house."""
    if unit_id is not None:
        return actor.may(May.REPORT, unit_id)
    held = actor.grants.get(May.REPORT, frozenset())
    if held == EVERYWHERE:
        return True
    centre = set(
        session.scalars(
            select(Unit.id).where(Unit.level == Level.MEDIA_CENTRE, Unit.closed_at.is_(None))
        )
    )
    return bool(centre) and centre <= held


def demand(session: Session, actor: Actor, unit_id: int | None) -> None:
    """Raises :class:`Forbidden` for whoever may not."""
    if not may(session, actor, unit_id):
        raise Forbidden(permission=May.REPORT)


def within(session: Session, actor: Actor, unit_id: Any) -> ColumnElement[bool]:
    """Whether a row of the database belongs to a unit on which the person may report."""
    held = actor.grants.get(May.REPORT, frozenset())
    if held == EVERYWHERE:
        return true()
    own: ColumnElement[bool] = unit_id.in_(sorted(held))
    return or_(own, unit_id.is_(None)) if may(session, actor, None) else own
