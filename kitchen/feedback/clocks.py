"""The clock of answers: as the centre set it, with the calendar's working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kitchen.core import audit, calendar, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.clock import CENTRE
from kitchen.core.errors import N_, Invalid
from kitchen.core.workdays import Workdays
from kitchen.feedback.models import InboxSetting
from kitchen.feedback.rules import Clock, May, Reading

_AROUND = timedelta(days=60)
"""Days of the calendar that an answer's hours may lie in, either way."""


@dataclass(frozen=True, slots=True)
class Due:
    """When people are warned of a voice, and when its answer is due."""

    warn_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The clock, ready to be asked often."""

    clock: Clock
    calendar: Workdays

    def of(self, said_at: datetime, heard_at: datetime) -> Due:
        begins = self.clock.begins(said_at, heard_at)
        warn_at, due_at = (
            self.clock.after(begins, hours, CENTRE, self.calendar)
            for hours in (self.clock.warn_at, self.clock.hours)
        )
        return Due(warn_at, due_at)


def clock_of(session: Session) -> Clock:
    """As the centre reads the rule, or as it is read until it says so."""
    row = session.get(InboxSetting, 1)
    if row is None:
        return Clock()
    times = (row.work_from, row.work_until, row.look_minutes)
    return Clock(Reading(row.reading), row.hours, row.warn_at, *times)


def deadlines(session: Session) -> Deadlines:
    today = clock.today(session)
    days = calendar.workdays(session, today - _AROUND, today + _AROUND)
    return Deadlines(clock_of(session), days)


def set_clock(session: Session, actor: Actor, wanted: Clock) -> None:
    """Read the rule so from now on; what is already due stays due when it was.

    Raises :class:`Invalid` for a warning that comes too late, or a day without hours.
    """
    authorize(actor, May.ARRANGE)
    if wanted.warn_at >= wanted.hours:
        raise Invalid(fields={"warn_at": N_("提醒要早于时限。")})
    if wanted.work_from >= wanted.work_until:
        raise Invalid(fields={"work_until": N_("下班要晚于上班。")})
    before = _told(clock_of(session))
    session.merge(
        InboxSetting(
            id=1,
            reading=wanted.reading,
            hours=wanted.hours,
            warn_at=wanted.warn_at,
            work_from=wanted.work_from,
            work_until=wanted.work_until,
            look_minutes=wanted.look_minutes,
        )
    )
    session.flush()
    audit.record(session, actor, "set_clock", "inbox", before=before, after=_told(wanted))


def _told(it: Clock) -> dict[str, str | int]:
    work = f"{it.work_from:%H:%M}–{it.work_until:%H:%M}"  # noqa: RUF001
    return {
        "reading": str(it.reading),
        "hours": it.hours,
        "warn_at": it.warn_at,
        "work": work,
        "looks": it.look_minutes,
    }
