"""A person's tasks in their own calendar: by a private address that can be renewed, or one by one.

What goes out is the title, the time, the place and the way back to the desk. The brief, the contact
and the thread stay here, and with them every source.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen import ports
from kitchen.assignments.icalendar import Entry, calendar
from kitchen.assignments.models import Assignment, CalendarFeed, Crew
from kitchen.assignments.rules import Answer, State
from kitchen.core import audit, clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, NotFound
from kitchen.people.models import Staff
from kitchen.people.service import hash_of

SHOWN = timedelta(days=60)
"""How far back a feed reaches."""


def address_token(session: Session, actor: Actor) -> str:
    """The token in the address of one's feed; empty if there is none yet."""
    feed = session.get(CalendarFeed, actor.id)
    if feed is None:
        return ""
    return str(ports.of(session).sealer.open(actor.uid, feed.token_sealed)["token"])


def renew(session: Session, actor: Actor) -> str:
    """A new address for one's feed; the one before leads nowhere from now on."""
    assert actor.id is not None
    token = secrets.token_urlsafe(32)
    session.merge(
        CalendarFeed(
            staff_id=actor.id,
            token_hash=hash_of(token),
            token_sealed=ports.of(session).sealer.seal(actor.uid, {"token": token}),
            made_at=clock.now(session),
        )
    )
    session.flush()
    audit.record(session, actor, "renew_calendar", "calendar")
    return token


def feed_of(session: Session, token: str) -> bytes:
    """The calendar behind a token. Raises :class:`NotFound` for one that leads nowhere."""
    feed = session.scalar(
        select(CalendarFeed)
        .where(CalendarFeed.token_hash == hash_of(token))
        .options(joinedload(CalendarFeed.staff))
    )
    if feed is None or not feed.staff.active:
        raise NotFound
    return _written(session, feed.staff.name, _tasks_of(session, feed.staff))


def single(session: Session, actor: Actor, assignment: Assignment) -> bytes:
    """One task as a calendar file, for whoever is on its crew. Raises :class:`NotFound`."""
    for member in assignment.crew:
        if member.staff_id == actor.id:
            return _written(session, actor.name, [member])
    raise NotFound(N_("这个任务没有派给您。"))


def _tasks_of(session: Session, staff: Staff) -> Sequence[Crew]:
    since = clock.now(session) - SHOWN
    return session.scalars(
        select(Crew)
        .join(Crew.assignment)
        .where(
            Crew.staff_id == staff.id,
            Assignment.due_at > since,
            Assignment.state != State.DRAFTED,
        )
        .options(joinedload(Crew.assignment))
        .order_by(Assignment.due_at, Assignment.id)
    ).all()


def _written(session: Session, name: str, members: Sequence[Crew]) -> bytes:
    desk = ports.of(session).desk_url
    entries = [_entry(each, desk) for each in members]
    return calendar(f"{name} · 采访任务", entries, clock.now(session))


def _entry(member: Crew, desk: str) -> Entry:
    task = member.assignment
    assert task.due_at is not None
    return Entry(
        uid=f"assignment-{task.uid}@central-kitchen",
        sequence=task.sequence,
        begins=task.starts_at or task.due_at,
        ends=task.due_at,
        summary=task.title,
        location=task.place,
        description=task.meeting_point,
        url=f"{desk}/assignments/{task.uid}",
        cancelled=task.state == State.CANCELLED or member.answer == Answer.DECLINED,
        confirmed=member.answer == Answer.ACCEPTED,
    )
