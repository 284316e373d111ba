"""The API of topics and meetings."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.leads import queries as leads
from kitchen.topics import meeting as committee
from kitchen.topics import queries, service
from kitchen.topics.rules import May
from kitchen.topics.schemas import (
    DecisionIn,
    MeetingOut,
    Roll,
    TopicChange,
    TopicIn,
    TopicOut,
    meeting_out,
    topic_out,
)
from kitchen.web.api import Api, seen_version
from kitchen.web.paging import PageQuery

api = Api("topics")


@api.operation("GET", "/topics", May.READ, query=PageQuery, answer=TopicOut, many=True)
def index(query: PageQuery) -> Any:
    """Topics, newest first."""
    page = queries.page_of_topics(g.session, **query.model_dump())
    return Page([topic_out(topic, g.actor, whole=False) for topic in page.items], page.next)


@api.operation("POST", "/topics", May.PROPOSE, body=TopicIn, answer=TopicOut, status=201)
def propose(body: TopicIn) -> Any:
    """Propose a topic from leads, or from an idea."""
    given = body.model_dump(exclude={"leads"})
    sources = [leads.the_lead(g.session, uid) for uid in body.leads]
    return topic_out(service.propose(g.session, g.actor, sources=sources, **given), g.actor)


@api.operation("GET", "/topics/<uid>", May.READ, answer=TopicOut)
def show(uid: str) -> Any:
    """One topic."""
    return topic_out(queries.the_topic(g.session, uid), g.actor)


@api.operation("PUT", "/topics/<uid>", May.PROPOSE, body=TopicChange, answer=TopicOut)
def revise(uid: str, body: TopicChange) -> Any:
    """Change a topic that is not filed, or came back."""
    topic = queries.the_topic(g.session, uid)
    seen = seen_version() or body.version
    service.revise(g.session, g.actor, topic, body.model_dump(exclude={"version"}), seen)
    return topic_out(topic, g.actor)


@api.operation("POST", "/topics/<uid>/file", May.PROPOSE, answer=TopicOut)
def file(uid: str) -> Any:
    """Hand a topic to the committee."""
    topic = queries.the_topic(g.session, uid)
    service.file(g.session, g.actor, topic)
    return topic_out(topic, g.actor)


@api.operation("POST", "/topics/<uid>/withdraw", May.PROPOSE, answer=TopicOut)
def withdraw(uid: str) -> Any:
    """Take a filed topic back."""
    topic = queries.the_topic(g.session, uid)
    service.withdraw(g.session, g.actor, topic)
    return topic_out(topic, g.actor)


@api.operation("GET", "/meetings/<day>", May.READ, answer=MeetingOut)
def meeting(day: str) -> Any:
    """One day's meeting."""
    return meeting_out(queries.the_meeting(g.session, _day(day)))


@api.operation("POST", "/meetings/<day>", May.CONVENE, answer=MeetingOut)
def convene(day: str) -> Any:
    """Convene the day's meeting, or bring its agenda up to date."""
    return meeting_out(committee.convene(g.session, g.actor, _day(day)))


@api.operation("POST", "/meetings/<day>/attend", May.DECIDE, answer=MeetingOut)
def attend(day: str) -> Any:
    """Note that one is present."""
    committee.attend(g.session, g.actor, queries.the_meeting(g.session, _day(day)))
    return meeting_out(queries.the_meeting(g.session, _day(day)))


@api.operation("POST", "/meetings/<day>/roll", May.CONVENE, body=Roll, answer=MeetingOut)
def roll(day: str, body: Roll) -> Any:
    """The chair notes who is present."""
    found = queries.the_meeting(g.session, _day(day))
    committee.call_the_roll(g.session, g.actor, found, body.present)
    return meeting_out(queries.the_meeting(g.session, _day(day)))


@api.operation("POST", "/meetings/<day>/open", May.CONVENE, answer=MeetingOut)
def open_meeting(day: str) -> Any:
    """Begin the meeting."""
    found = queries.the_meeting(g.session, _day(day))
    committee.open_meeting(g.session, g.actor, found)
    return meeting_out(found)


@api.operation(
    "POST", "/meetings/<day>/topics/<uid>", May.DECIDE, body=DecisionIn, answer=MeetingOut
)
def decide(day: str, uid: str, body: DecisionIn) -> Any:
    """Decide on a topic of the agenda."""
    found = queries.the_meeting(g.session, _day(day))
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


@api.operation("POST", "/meetings/<day>/undo", May.DECIDE, answer=MeetingOut)
def undo(day: str) -> Any:
    """Take the latest decision back."""
    found = queries.the_meeting(g.session, _day(day))
    committee.undo_last(g.session, g.actor, found)
    return meeting_out(found)


@api.operation("POST", "/meetings/<day>/close", May.CONVENE, answer=MeetingOut)
def close(day: str) -> Any:
    """End the meeting."""
    found = queries.the_meeting(g.session, _day(day))
    committee.close(g.session, g.actor, found)
    return meeting_out(found)


def _day(text: str) -> date:
    return queries.day_of(text)
