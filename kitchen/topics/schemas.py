"""What comes in and goes out about topics and meetings."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field, field_validator

from channels.registry import channel_classes
from kitchen.core.access import Actor
from kitchen.core.errors import N_
from kitchen.core.workflow import open_moves
from kitchen.topics.models import Meeting, Topic
from kitchen.topics.rules import Decision, Form, MeetingState, Risk, State
from kitchen.web.schema import Answer, Schema


class TopicIn(Schema):
    title: str = Field(min_length=2, max_length=60)
    angle: str = Field("", max_length=1000)
    forms: list[Form] = Field(min_length=1, max_length=4)
    channels: list[str] = Field(min_length=1, max_length=20)
    planned_on: date | None = None
    resources: str = Field("", max_length=300)
    risk: Risk = Risk.ROUTINE
    leads: list[str] = Field(default_factory=list, max_length=20)
    as_draft: bool = False

    @field_validator("channels")
    @classmethod
    def known(cls, given: list[str]) -> list[str]:
        if set(given) - set(channel_classes()):
            raise ValueError(N_("请从给出的渠道里选。"))
        return given


class TopicChange(Schema):
    title: str = Field(min_length=2, max_length=60)
    angle: str = Field("", max_length=1000)
    forms: list[Form] = Field(min_length=1, max_length=4)
    channels: list[str] = Field(min_length=1, max_length=20)
    planned_on: date | None = None
    resources: str = Field("", max_length=300)
    risk: Risk = Risk.ROUTINE
    version: int | None = None


class DecisionIn(Schema):
    topic: str = Field("", max_length=22)
    decision: Decision
    reason: str = Field("", max_length=500)
    risk: Risk | None = None
    merge_into: str = Field("", max_length=22)


class Roll(Schema):
    present: list[str] = Field(default_factory=list, max_length=50)


class TopicOut(Answer):
    uid: str
    version: int
    created_at: datetime
    title: str
    angle: str
    forms: list[str]
    channels: list[str]
    planned_on: date | None
    resources: str
    risk: Risk
    state: State
    reason: str
    filed_at: datetime | None
    decided_at: datetime | None
    proposer: str
    leads: list[str]
    actions: list[str]


def topic_out(topic: Topic, actor: Actor, *, whole: bool = True) -> TopicOut:
    """The topic as the API shows it; in lists without its leads."""
    plain = set(TopicOut.model_fields) - {"proposer", "leads", "actions"}
    return TopicOut(
        proposer=topic.proposer.name,
        leads=[lead.uid for lead in topic.leads] if whole else [],
        actions=[move.name for move in open_moves(topic, actor)],
        **{name: getattr(topic, name) for name in plain},
    )


class AgendaOut(Answer):
    topic: str
    title: str
    position: int
    decision: Decision | None
    reason: str


class MeetingOut(Answer):
    uid: str
    day: date
    state: MeetingState
    quorum: int
    present: list[str]
    agenda: list[AgendaOut]


def meeting_out(meeting: Meeting) -> MeetingOut:
    """The meeting as the API shows it."""
    agenda = [
        AgendaOut(
            topic=item.topic.uid,
            title=item.topic.title,
            position=item.position,
            decision=Decision(item.decision) if item.decision else None,
            reason=item.reason,
        )
        for item in meeting.items
    ]
    return MeetingOut(
        uid=meeting.uid,
        day=meeting.day,
        state=meeting.state,
        quorum=meeting.quorum,
        present=[each.staff.name for each in meeting.attendance],
        agenda=agenda,
    )
