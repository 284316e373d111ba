"""Verbs of the board: move a topic to another lane, hand it to somebody, follow what happens."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core import audit, bus
from kitchen.core.access import HOUSE, Actor
from kitchen.core.errors import N_, WrongState
from kitchen.core.workflow import expect_version
from kitchen.people.models import Staff
from kitchen.topics import service
from kitchen.topics.events import TopicMoved
from kitchen.topics.models import Topic
from kitchen.topics.rules import Lane, Stage, State, is_further, lane_of, lanes_open


def move(session: Session, actor: Actor, topic: Topic, to: Lane, seen: int | None = None) -> None:
    """Move a topic to another lane: file it, take it back, or say how far it has come.

    ``seen`` is the version the mover saw. Raises :class:`WrongState` where only the meeting leads,
    and :class:`Stale` when somebody was faster.
    """
    service.demand_own(actor, topic)
    expect_version(topic, seen, {"state": topic.state, "stage": topic.stage})
    if lane_of(topic.state, topic.stage) == to:
        return
    if to not in lanes_open(topic.state, topic.stage):
        raise WrongState(N_("只有编前会能让选题立项；已立项的也不能拖回报题。"))
    if to is Lane.PROPOSED:
        service.file(session, actor, topic)
    elif to is Lane.DRAFT:
        service.withdraw(session, actor, topic)
    else:
        _come_to(session, actor, topic, Stage(to))


def follow(session: Session, topic_id: int | None, stage: Stage) -> None:
    """Something happened downstream: the topic has come at least this far."""
    topic = session.get(Topic, topic_id) if topic_id is not None else None
    if topic is not None and topic.state == State.APPROVED and is_further(stage, topic.stage):
        _come_to(session, HOUSE, topic, stage)


def _come_to(session: Session, actor: Actor, topic: Topic, stage: Stage) -> None:
    before, topic.stage = topic.stage, stage
    session.flush()
    audit.record(session, actor, "move", topic, before={"stage": before}, after={"stage": stage})
    bus.emit(session, TopicMoved(topic.id))


def hand_to(session: Session, actor: Actor, topic: Topic, owner: Staff) -> None:
    """Say who sees to it."""
    service.demand_own(actor, topic)
    before, topic.owner = topic.owner, owner
    session.flush()
    audit.record(
        session,
        actor,
        "hand_to",
        topic,
        before={"owner": before.username if before else ""},
        after={"owner": owner.username},
    )
    bus.emit(session, TopicMoved(topic.id))
