"""Recurring plans: verbs on the rows, and the drafts they make ahead of each date.

One date of one plan makes one topic: the plan's row is held while its dates are looked up, so two
timetables at once, or one that was away for days, make neither two nor none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.db import Database
from kitchen.core.errors import Stale
from kitchen.people.queries import desk_for
from kitchen.topics import queries
from kitchen.topics.events import TopicMoved
from kitchen.topics.models import PlanFiling, Topic, TopicPlan
from kitchen.topics.recurrence import Recurrence, Rhythm
from kitchen.topics.rules import May, State

_CARRIED = ("title", "angle", "forms", "channels", "column", "place", "resources", "risk")


def lay_down(session: Session, actor: Actor, **fields: Any) -> TopicPlan:
    """A new plan in the actor's name, who will find its drafts on the workbench."""
    authorize(actor, May.CONVENE)
    plan = TopicPlan(owner_id=actor.id, unit_id=desk_for(session, actor.unit_id), **fields)
    session.add(plan)
    session.flush()
    audit.record(session, actor, "lay_down", plan, after=_told(fields))
    return plan


def change(
    session: Session, actor: Actor, plan: TopicPlan, changes: Mapping[str, Any], seen: int | None
) -> None:
    """Change a plan, or stop it with ``active``; what it has made stays."""
    authorize(actor, May.CONVENE, plan)
    before = {name: getattr(plan, name) for name in changes}
    if seen is not None and seen != plan.version:
        raise Stale(theirs=before, version=plan.version)
    for name, value in changes.items():
        setattr(plan, name, value)
    session.flush()
    audit.record(session, actor, "change", plan, before=_told(before), after=_told(changes))


def _told(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}


def recurrence_of(plan: TopicPlan) -> Recurrence:
    return Recurrence(Rhythm(plan.rhythm), plan.month, plan.day, plan.weekday)


def next_date(plan: TopicPlan, today: date) -> date:
    """When it comes next, today included."""
    return next(recurrence_of(plan).between(today, today + timedelta(days=366)))


def dates_due(session: Session, plan: TopicPlan) -> Sequence[date]:
    """Dates within the plan's lead for which it has made no topic yet."""
    today = clock.today(session)
    made = set(session.scalars(select(PlanFiling.falls_on).where(PlanFiling.plan_id == plan.id)))
    ahead = recurrence_of(plan).between(today, today + timedelta(days=plan.lead_days))
    return [day for day in ahead if day not in made]


def file_due(session: Session, plan_id: int) -> Sequence[Topic]:
    """Make the drafts of one plan that are due and not made yet."""
    plan = session.scalar(
        select(TopicPlan).where(TopicPlan.id == plan_id, TopicPlan.active).with_for_update()
    )
    if plan is None:
        return []
    return [_make(session, plan, day) for day in dates_due(session, plan)]


def _make(session: Session, plan: TopicPlan, day: date) -> Topic:
    topic = Topic(
        state=State.DRAFT,
        planned_on=day,
        proposer_id=plan.owner_id,
        unit_id=plan.unit_id,
        **{name: getattr(plan, name) for name in _CARRIED},
    )
    session.add(topic)
    session.flush()
    session.add(PlanFiling(plan_id=plan.id, falls_on=day, topic_id=topic.id))
    session.flush()
    audit.record(session, HOUSE, "draft_by_plan", topic, after={"plan": plan.uid, "day": str(day)})
    bus.emit(session, TopicMoved(topic.id))
    return topic


def file_all_due(database: Database) -> None:
    """For the timetable: each plan in a unit of work of its own."""
    with database.unit(write=False) as session:
        active = [plan for plan in queries.plans(session) if plan.active]
        waiting = [plan.id for plan in active if dates_due(session, plan)]
    for plan_id in waiting:
        with database.unit() as session:
            file_due(session, plan_id)
