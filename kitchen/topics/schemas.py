"""What comes in and goes out about topics and meetings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field, field_validator

from channels.registry import channel_classes
from kitchen.core.access import Actor
from kitchen.core.errors import N_
from kitchen.core.workflow import open_moves
from kitchen.topics.appeals import heard
from kitchen.topics.models import AgendaItem, Meeting, Topic, TopicPlan
from kitchen.topics.queries import shown_item
from kitchen.topics.recurrence import Rhythm
from kitchen.topics.rules import (
    Choice,
    Decision,
    Form,
    Lane,
    MeetingState,
    Risk,
    Stage,
    State,
    lanes_open,
)
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema


class Described(Schema):
    """What topics and recurring plans have in common."""

    title: str = Field(min_length=2, max_length=60)
    angle: str = Field("", max_length=1000)
    forms: list[Form] = Field(min_length=1, max_length=4)
    channels: list[str] = Field(min_length=1, max_length=20)
    column: str = Field("", max_length=40)
    place: str = Field("", max_length=40)
    resources: str = Field("", max_length=300)
    risk: Risk = Risk.ROUTINE

    @field_validator("channels")
    @classmethod
    def known(cls, given: list[str]) -> list[str]:
        if set(given) - set(channel_classes()):
            raise ValueError(N_("请从给出的渠道里选。"))
        return given


class TopicIn(Described):
    planned_on: date | None = None
    urgent: bool = False
    leads: list[str] = Field(default_factory=list, max_length=20)
    as_draft: bool = False


class TopicChange(Described):
    planned_on: date | None = None
    urgent: bool = False
    version: int | None = None


class ViewQuery(PageQuery):
    """A view of topics in production; everything of it is in the address."""

    view: Literal["board", "list", "cal", "place"] = "board"
    group: Literal["stage", "person", "column", "platform"] = "stage"
    month: str = Field("", pattern=r"^(20\d{2}-(0[1-9]|1[0-2]))?$")
    person: str = Field("", max_length=40)
    column: str = Field("", max_length=40)
    channel: str = Field("", max_length=32)
    place: str = Field("", max_length=40)


class QuickIn(Schema):
    line: str = Field(min_length=1, max_length=200)
    as_draft: bool = False


class QuickQuery(Schema):
    line: str = Field("", max_length=200)


class Move(Schema):
    to: Lane
    version: int | None = None


class Keeper(Schema):
    owner: str = Field(min_length=1, max_length=40)


class AppealIn(Schema):
    reason: str = Field("", max_length=500)


class VoteIn(Schema):
    topic: str = Field("", max_length=22)
    choice: Choice


class Secrecy(Schema):
    secret: bool = False


class Turn(Schema):
    act: Literal["next", "previous", "clock"]


class PlanIn(Described):
    rhythm: Rhythm
    month: int = Field(1, ge=1, le=12)
    day: int = Field(1, ge=1, le=31)
    weekday: int = Field(0, ge=0, le=6)
    lead_days: int = Field(7, ge=0, le=90)


class PlanChange(PlanIn):
    active: bool = False
    version: int | None = None


class DecisionIn(Schema):
    topic: str = Field("", max_length=22)
    decision: Decision
    reason: str = Field("", max_length=500)
    risk: Risk | None = None
    merge_into: str = Field("", max_length=22)


class UndoIn(Schema):
    """The decision that is taken back: what was shown as the latest."""

    topic: str = Field(max_length=22)
    decided_at: datetime


class Roll(Schema):
    """Who is there, and who stood there on the list that was changed."""

    present: list[str] = Field(default_factory=list, max_length=50)
    shown: list[str] = Field(default_factory=list, max_length=50)


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
    column: str
    place: str
    urgent: bool
    risk: Risk
    state: State
    stage: Stage
    reason: str
    filed_at: datetime | None
    decided_at: datetime | None
    proposer: str
    owner: str
    leads: list[str]
    lanes: list[Lane]
    """Where on the board it may be moved by hand."""
    actions: list[str]


def topic_out(topic: Topic, actor: Actor, *, whole: bool = True) -> TopicOut:
    """The topic as the API shows it; in lists without its leads."""
    plain = set(TopicOut.model_fields) - {"proposer", "owner", "leads", "lanes", "actions"}
    return TopicOut(
        proposer=topic.proposer.name,
        owner=topic.owner.name if topic.owner else "",
        leads=[lead.uid for lead in topic.leads] if whole else [],
        lanes=list(lanes_open(topic.state, topic.stage)),
        actions=[move.name for move in open_moves(topic, actor)],
        **{name: getattr(topic, name) for name in plain},
    )


class TallyOut(Answer):
    votes_for: int
    votes_against: int
    abstentions: int


class AgendaOut(Answer):
    topic: str
    title: str
    position: int
    decision: Decision | None
    decided_at: datetime | None
    """With ``topic`` it names the decision to ``undo``."""
    reason: str
    appeal: str
    """The proposer's reason where this is an appeal."""
    tally: TallyOut | None


class MeetingOut(Answer):
    uid: str
    day: date
    state: MeetingState
    quorum: int
    chair: str
    secret_votes: bool
    shown: str
    """The topic on the wall."""
    present: list[str]
    agenda: list[AgendaOut]


def meeting_out(meeting: Meeting) -> MeetingOut:
    """The meeting as the API shows it."""
    shown = shown_item(meeting)
    return MeetingOut(
        uid=meeting.uid,
        day=meeting.day,
        state=meeting.state,
        quorum=meeting.quorum,
        chair=meeting.chair.name if meeting.chair else "",
        secret_votes=meeting.secret_votes,
        shown=shown.topic.uid if shown else "",
        present=[each.staff.name for each in meeting.attendance],
        agenda=[_agenda_out(item) for item in meeting.items],
    )


def _agenda_out(item: AgendaItem) -> AgendaOut:
    appeal = heard(item)
    return AgendaOut(
        topic=item.topic.uid,
        title=item.topic.title,
        position=item.position,
        decision=Decision(item.decision) if item.decision else None,
        decided_at=item.decided_at,
        reason=item.reason,
        appeal=appeal.reason if appeal else "",
        tally=TallyOut.model_validate(item) if item.votes_for is not None else None,
    )


class PlanOut(Answer):
    uid: str
    version: int
    title: str
    angle: str
    forms: list[str]
    channels: list[str]
    column: str
    place: str
    resources: str
    risk: Risk
    rhythm: Rhythm
    month: int
    day: int
    weekday: int
    lead_days: int
    active: bool
    owner: str


def plan_out(plan: TopicPlan) -> PlanOut:
    """A recurring plan as the API shows it."""
    plain = set(PlanOut.model_fields) - {"owner"}
    return PlanOut(owner=plan.owner.name, **{name: getattr(plan, name) for name in plain})


class UnderstoodOut(Answer):
    title: str
    owner: str
    column: str
    urgent: bool
    risk: Risk | None
    planned_on: date | None
    problems: list[str]
