"""What is due today for a person, counted; their morning's digest says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from kitchen.assignments import queries as assignments
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.planning import queries as planning
from kitchen.review import queries as review


def due(session: Session, actor: Actor) -> Mapping[str, int]:
    """How much is due for a person before the day ends."""
    today = clock.today(session)

    def falls_due(moment: datetime | None) -> bool:
        return moment is not None and clock.local(moment).date() <= today

    tasks = assignments.asked_of(session, actor.id)
    follow_ups = planning.follow_ups_of(session, actor.id)
    return {
        "tasks": sum(falls_due(each.due_at) for each in tasks),
        "reviews": review.count_to_decide(session, actor),
        "follow_ups": sum(falls_due(each.due_at) for each in follow_ups),
    }
