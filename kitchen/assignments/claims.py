"""Verbs on people's time: leave, sickness, duty; and the newsroom's word on ways and lateness."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kitchen.assignments import queries
from kitchen.assignments.events import CrewPlanChanged
from kitchen.assignments.models import CrewSetting, TimeClaim
from kitchen.assignments.rules import Claim, May
from kitchen.core import audit, bus
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Forbidden, Invalid
from kitchen.people.models import Staff


def enter(
    session: Session,
    actor: Actor,
    staff: Staff,
    *,
    kind: Claim,
    starts_at: datetime,
    ends_at: datetime,
    note: str = "",
) -> TimeClaim:
    """Note that somebody is not free; for oneself, or by who dispatches in their unit.

    Raises :class:`Forbidden`, and :class:`Invalid` for a span that ends before it begins.
    """
    _demand_say(actor, staff)
    if starts_at >= ends_at:
        raise Invalid(fields={"ends_at": N_("结束要晚于开始。")})
    claim = TimeClaim(
        staff_id=staff.id, staff=staff, kind=kind, starts_at=starts_at, ends_at=ends_at, note=note
    )
    session.add(claim)
    session.flush()
    audit.record(session, actor, "enter_time_claim", claim, after={"kind": str(kind)})
    bus.emit(session, CrewPlanChanged())
    return claim


def remove(session: Session, actor: Actor, claim: TimeClaim) -> None:
    """They are free after all."""
    _demand_say(actor, claim.staff)
    audit.record(session, actor, "remove_time_claim", claim, before={"kind": str(claim.kind)})
    session.delete(claim)
    session.flush()
    bus.emit(session, CrewPlanChanged())


def _demand_say(actor: Actor, staff: Staff) -> None:
    own = staff.id == actor.id
    if not own and not any(actor.may(May.DISPATCH, post.unit_id) for post in staff.posts):
        raise Forbidden(N_("只能登记自己的，或您可以派发的人的时间。"))


def set_setting(session: Session, actor: Actor, travel_minutes: int, late_minutes: int) -> None:
    """Say what the way between two places takes, and how late is too late; both in minutes."""
    if not actor.may(May.DISPATCH):
        raise Forbidden(permission=May.DISPATCH)
    before = queries.setting(session)
    session.merge(CrewSetting(id=1, travel_minutes=travel_minutes, late_minutes=late_minutes))
    session.flush()
    audit.record(
        session,
        actor,
        "set_crew_setting",
        "crew",
        before={"travel": before.travel_minutes, "late": before.late_minutes},
        after={"travel": travel_minutes, "late": late_minutes},
    )
