"""Terms: what the desk set, when a step must be done, and when somebody is called about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import calendar, clock
from kitchen.core.clock import CENTRE, local
from kitchen.core.workdays import Workdays
from kitchen.petitions.models import Parameter
from kitchen.petitions.rules import NAMES, Parameters

NO_TERM: dict[str, Any] = {"due_at": None, "call_at": None, "calls": 0}
"""What a petition says of its term where nobody has to do anything."""
LAST_CALL = 2
_LOOKED_BACK = timedelta(days=400)
"""No term that runs began earlier."""


def due(calendar: Workdays, moment: datetime, days: int, closes: int) -> datetime:
    """When a term of so many working days ends that begins then; ``closes`` is the hour of the
    newsroom's wall clock at which offices close, 24 for midnight.
    """
    last = calendar.after(local(moment).date(), days)
    return datetime.combine(last, time(), CENTRE) + timedelta(hours=closes)


@dataclass(frozen=True, slots=True)
class Terms:
    """The parameters in force and the calendar, now."""

    now: datetime
    set: Parameters
    calendar: Workdays

    def within(self, days: int, since: datetime | None = None) -> datetime:
        """The end of a term of working days, from now unless told otherwise."""
        return due(self.calendar, since or self.now, days, self.set.closes_at)

    def accepting(self) -> datetime:
        """Until when what just came must be accepted or refused: by the clock, on any day."""
        return self.now + timedelta(hours=self.set.accept_hours)

    def until(self, due: datetime) -> dict[str, Any]:
        """What a petition says of a term that ends then."""
        return {"due_at": due, "call_at": self.call(due, 0), "calls": 0}

    def call(self, due: datetime, calls: int) -> datetime | None:
        """When somebody is called for the next time, after so many calls; ``None``: never."""
        if calls > LAST_CALL:
            return None
        if calls == LAST_CALL:
            return self.within(self.set.second_call_days, due)
        return due - timedelta(hours=self.set.soon_hours) if calls == 0 else due


def parameters(session: Session) -> Parameters:
    """What the desk set, and what holds until it sets something."""
    told = {it.name: it.value for it in session.scalars(select(Parameter)) if it.name in NAMES}
    return Parameters(**told)


def terms(session: Session) -> Terms:
    """The terms at this moment."""
    now = clock.now(session)
    return Terms(
        now, parameters(session), calendar.workdays(session, clock.today(session) - _LOOKED_BACK)
    )
