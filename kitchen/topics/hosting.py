"""What the chair does from the wall or a phone: turn the pages, restart the clock, take the chair.

Turning a page changes nothing that was decided and is not audited; a hundred page turns a day
would bury what matters.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, WrongState
from kitchen.topics import queries
from kitchen.topics.events import MeetingChanged
from kitchen.topics.models import AgendaItem, Meeting
from kitchen.topics.rules import May, MeetingState


def is_host(actor: Actor, meeting: Meeting) -> bool:
    """Whether the remote obeys this person."""
    return actor.id == meeting.chair_id and actor.may(May.CONVENE, meeting.unit_id)


def demand_host(actor: Actor, meeting: Meeting) -> None:
    """Raise :class:`Forbidden` for everyone but the chair."""
    if not is_host(actor, meeting):
        raise Forbidden(N_("遥控只听主持人的。要换人主持，请先在会议页接过主持。"))


def step(session: Session, actor: Actor, meeting: Meeting, by: int) -> None:
    """Turn the wall ``by`` topics on, or back where it is negative; it stops at either end."""
    demand_host(actor, meeting)
    if meeting.state != MeetingState.OPEN:
        raise WrongState(N_("会议没有在开。"))
    item = queries.shown_item(meeting)
    here = meeting.items.index(item) if item else len(meeting.items)
    there = min(max(here + by, 0), len(meeting.items) - 1)
    if meeting.items:
        _show(session, meeting, meeting.items[there])
    session.flush()
    bus.emit(session, MeetingChanged(meeting.id))


def restart_clock(session: Session, actor: Actor, meeting: Meeting) -> None:
    """Begin the topic's time anew."""
    demand_host(actor, meeting)
    meeting.shown_since = clock.now(session)
    session.flush()
    bus.emit(session, MeetingChanged(meeting.id))


def turn(session: Session, actor: Actor, meeting: Meeting, act: str) -> None:
    """What a button of the remote does: ``next``, ``previous`` or ``clock``."""
    if act == "clock":
        restart_clock(session, actor, meeting)
    else:
        step(session, actor, meeting, 1 if act == "next" else -1)


def take_chair(session: Session, actor: Actor, meeting: Meeting) -> None:
    """Preside from now on; the remote leaves the former chair's hand."""
    authorize(actor, May.CONVENE, meeting)
    if meeting.state == MeetingState.CLOSED:
        raise WrongState(N_("会议已经结束。"))
    before = meeting.chair.username if meeting.chair else ""
    meeting.chair_id = actor.id
    session.flush()
    session.refresh(meeting, ["chair"])
    audit.record(
        session,
        actor,
        "take_chair",
        meeting,
        before={"chair": before},
        after={"chair": actor.username},
    )
    bus.emit(session, MeetingChanged(meeting.id))


def move_on(session: Session, meeting: Meeting, decided: AgendaItem) -> None:
    """After a decision the wall goes to the next undecided topic, from the top if need be."""
    waiting = [item for item in meeting.items if item.decision is None]
    behind = [item for item in waiting if item.position > decided.position]
    _show(session, meeting, next(iter(behind or waiting), None))


def back_to(session: Session, meeting: Meeting, item: AgendaItem) -> None:
    """The wall returns to a topic whose decision was taken back."""
    _show(session, meeting, item)


def _show(session: Session, meeting: Meeting, item: AgendaItem | None) -> None:
    position = item.position if item else None
    if meeting.shown != position:
        meeting.shown, meeting.shown_since = position, clock.now(session)
