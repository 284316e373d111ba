"""The API of the meeting: the roll, votes, decisions, and what the chair does to the wall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g

from kitchen.topics import hosting, queries, voting
from kitchen.topics import meeting as committee
from kitchen.topics.models import Meeting
from kitchen.topics.rules import May
from kitchen.topics.schemas import (
    DecisionIn,
    MeetingOut,
    Roll,
    Secrecy,
    Turn,
    UndoIn,
    VoteIn,
    meeting_out,
)
from kitchen.web.api import Api

api = Api("meetings")


def _done(day: str, act: Callable[[Meeting], object]) -> MeetingOut:
    act(_meeting(day))
    return meeting_out(_meeting(day))


def _meeting(day: str) -> Meeting:
    return queries.the_meeting(g.session, queries.day_of(day))


@api.operation("GET", "/meetings/<day>", May.READ, answer=MeetingOut)
def meeting(day: str) -> Any:
    """One day's meeting."""
    return meeting_out(_meeting(day))


@api.operation("POST", "/meetings/<day>", May.CONVENE, answer=MeetingOut)
def convene(day: str) -> Any:
    """Convene the day's meeting, or bring its agenda up to date."""
    return meeting_out(committee.convene(g.session, g.actor, queries.day_of(day)))


@api.operation("POST", "/meetings/<day>/attend", May.DECIDE, answer=MeetingOut)
def attend(day: str) -> Any:
    """Note that one is present."""
    return _done(day, lambda found: committee.attend(g.session, g.actor, found))


@api.operation("POST", "/meetings/<day>/leave", May.DECIDE, answer=MeetingOut)
def leave(day: str) -> Any:
    """Note that one has gone."""
    return _done(day, lambda found: committee.leave(g.session, g.actor, found))


@api.operation("POST", "/meetings/<day>/roll", May.CONVENE, body=Roll, answer=MeetingOut)
def roll(day: str, body: Roll) -> Any:
    """The chair notes who came; and who left: those in ``shown`` and not in ``present``."""
    lists = body.present, body.shown
    return _done(day, lambda found: committee.call_the_roll(g.session, g.actor, found, *lists))


@api.operation("POST", "/meetings/<day>/open", May.CONVENE, answer=MeetingOut)
def open_meeting(day: str) -> Any:
    """Begin the meeting, and preside."""
    return _done(day, lambda found: committee.open_meeting(g.session, g.actor, found))


@api.operation(
    "POST", "/meetings/<day>/topics/<uid>", May.DECIDE, body=DecisionIn, answer=MeetingOut
)
def decide(day: str, uid: str, body: DecisionIn) -> Any:
    """Decide on a topic of the agenda."""
    found = _meeting(day)
    into = queries.the_topic(g.session, body.merge_into) if body.merge_into else None
    committee.decide(
        g.session,
        g.actor,
        found,
        queries.the_topic(g.session, uid),
        body.decision,
        reason=body.reason,
        risk=body.risk,
        merge_into=into,
    )
    return meeting_out(found)


@api.operation("POST", "/meetings/<day>/undo", May.DECIDE, body=UndoIn, answer=MeetingOut)
def undo(day: str, body: UndoIn) -> Any:
    """Take this decision back, if it is still the latest."""
    taken = body.topic, body.decided_at
    return _done(day, lambda found: committee.undo_last(g.session, g.actor, found, *taken))


@api.operation("POST", "/meetings/<day>/close", May.CONVENE, answer=MeetingOut)
def close(day: str) -> Any:
    """End the meeting."""
    return _done(day, lambda found: committee.close(g.session, g.actor, found))


@api.operation("POST", "/meetings/<day>/votes", May.DECIDE, body=VoteIn, answer=MeetingOut)
def vote(day: str, body: VoteIn) -> Any:
    """Cast one's vote on a topic, or change it."""
    topic = queries.the_topic(g.session, body.topic)
    return _done(day, lambda found: voting.vote(g.session, g.actor, found, topic, body.choice))


@api.operation("POST", "/meetings/<day>/secrecy", May.CONVENE, body=Secrecy, answer=MeetingOut)
def secrecy(day: str, body: Secrecy) -> Any:
    """Whether the meeting's votes are secret."""
    return _done(
        day, lambda found: voting.set_secrecy(g.session, g.actor, found, secret=body.secret)
    )


@api.operation("POST", "/meetings/<day>/chair", May.CONVENE, answer=MeetingOut)
def chair(day: str) -> Any:
    """Preside from now on."""
    return _done(day, lambda found: hosting.take_chair(g.session, g.actor, found))


@api.operation("POST", "/meetings/<day>/turn", May.CONVENE, body=Turn, answer=MeetingOut)
def turn(day: str, body: Turn) -> Any:
    """Turn the wall's pages, or restart the topic's clock."""
    return _done(day, lambda found: hosting.turn(g.session, g.actor, found, body.act))
