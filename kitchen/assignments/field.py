"""What people out there tell by one press: set out, arrived, sent in. And who has not set out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kitchen.assignments import queries
from kitchen.assignments.events import AssignmentLate, AssignmentMoved, CrewStepped
from kitchen.assignments.models import Assignment, Crew
from kitchen.assignments.rules import Answer, State, Step
from kitchen.assignments.service import own_place
from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor
from kitchen.core.db import Database
from kitchen.core.errors import N_, WrongState
from kitchen.core.workflow import carry_out

ON_THE_WAY = (State.ACCEPTED, State.UNDER_WAY)


def set_out(session: Session, actor: Actor, assignment: Assignment) -> None:
    """On the way. The first of the crew to go puts the task under way."""
    member = _member(session, actor, assignment, Step.LEFT)
    member.left_at = clock.now(session)
    if assignment.state == State.ACCEPTED:
        event = AssignmentMoved(assignment.id, "begin", "")
        carry_out(session, assignment, "begin", actor, event=event)
    else:
        _note(session, actor, assignment, Step.LEFT)


def arrive(session: Session, actor: Actor, assignment: Assignment, note: str = "") -> None:
    """There. ``note`` says where exactly, in their own words; nobody is tracked."""
    member = _member(session, actor, assignment, Step.ARRIVED)
    member.left_at = member.left_at or clock.now(session)
    member.arrived_at, member.arrived_note = clock.now(session), note.strip()
    _under_way(session, actor, assignment)
    _note(session, actor, assignment, Step.ARRIVED)


def send_in(session: Session, actor: Actor, assignment: Assignment) -> None:
    """The material is with the desk."""
    member = _member(session, actor, assignment, Step.SENT_IN)
    member.sent_in_at = clock.now(session)
    _under_way(session, actor, assignment)
    _note(session, actor, assignment, Step.SENT_IN)


def open_steps(member: Crew, assignment: Assignment) -> list[Step]:
    """What they have not told yet and may tell now, the next one first."""
    if assignment.state not in ON_THE_WAY or member.answer != Answer.ACCEPTED:
        return []
    return [step for step in Step if step not in dict(member.steps)]


def _member(session: Session, actor: Actor, assignment: Assignment, step: Step) -> Crew:
    """The actor's place. Raises :class:`WrongState` for a step told before, or out of time."""
    queries.hold(session, assignment)
    member = own_place(actor, assignment)
    if assignment.state not in ON_THE_WAY or member.answer != Answer.ACCEPTED:
        raise WrongState(N_("接受了任务、任务没有结束，才能报进度。"))
    if step in dict(member.steps):
        raise WrongState(N_("已经记录过了。"))
    return member


def _under_way(session: Session, actor: Actor, assignment: Assignment) -> None:
    if assignment.state == State.ACCEPTED:
        carry_out(session, assignment, "begin", actor)


def _note(session: Session, actor: Actor, assignment: Assignment, step: Step) -> None:
    session.flush()
    audit.record(session, actor, f"step_{step}", assignment)
    assert actor.id is not None
    bus.emit(session, CrewStepped(assignment.id, actor.id, step))


def call_late(database: Database) -> None:
    """Tell the desk of each task whose time has begun with nobody on the way, once.

    Any number of timetables may do so.
    """
    with database.unit() as session:
        now = clock.now(session)
        latest = now - timedelta(minutes=queries.setting(session).late_minutes)
        late = (
            Assignment.state.in_([State.DISPATCHED, State.ACCEPTED]),
            Assignment.starts_at <= latest,
            Assignment.due_at > now,
            Assignment.late_told_at.is_(None),
        )
        for assignment_id in session.scalars(select(Assignment.id).where(*late)).all():
            told = (
                update(Assignment)
                .where(Assignment.id == assignment_id, *late)
                .values(late_told_at=now)
                .execution_options(synchronize_session=False)
            )
            if int(session.execute(told).rowcount) == 1:  # type: ignore[attr-defined]
                bus.emit(session, AssignmentLate(assignment_id))
