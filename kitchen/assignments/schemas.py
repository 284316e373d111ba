"""What comes in and goes out about assignments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from kitchen.assignments.lanes import Lane
from kitchen.assignments.models import Assignment, Gear, Message, TimeClaim
from kitchen.assignments.rules import (
    Answer,
    Claim,
    ClashKind,
    GearKind,
    GearState,
    Kind,
    Role,
    Span,
    State,
    Step,
)
from kitchen.core.access import Actor
from kitchen.core.workflow import open_moves
from kitchen.web.moments import CentreTime
from kitchen.web.schema import Answer as Shown
from kitchen.web.schema import Schema


class DispatchIn(Schema):
    """Whom to send, by user name under each role."""

    text: list[str] = Field(default_factory=list, max_length=20)
    photo: list[str] = Field(default_factory=list, max_length=20)
    video: list[str] = Field(default_factory=list, max_length=20)
    live: list[str] = Field(default_factory=list, max_length=20)
    driver: list[str] = Field(default_factory=list, max_length=20)
    starts_at: CentreTime | None = None
    due_at: CentreTime
    place: str = Field("", max_length=80)
    meeting_point: str = Field("", max_length=80)
    contact: str = Field("", max_length=80)
    risk: str = Field("", max_length=1000)
    kit: str = Field("", max_length=200)
    vehicle: str = Field("", max_length=40)
    gear: list[str] = Field(default_factory=list, max_length=30)
    """Uids of what is to be booked."""
    brief: str = Field("", max_length=1000)
    only: Literal["", "check"] = ""
    """``check``: say what clashes and send nobody."""

    def crew(self) -> list[tuple[str, Role]]:
        """(user name, role) in the order of the roles."""
        return [(name, role) for role in Role for name in getattr(self, role.value)]

    def span(self) -> Span | None:
        return Span(self.starts_at, self.due_at, self.place) if self.starts_at else None

    def where(self) -> dict[str, str]:
        """The texts that say where and how."""
        return self.model_dump(include={"place", "meeting_point", "contact", "risk", "vehicle"})

    def kit_list(self) -> list[str]:
        return [item.strip() for item in self.kit.replace("，", ",").split(",") if item.strip()]


class StartQuery(Schema):
    """Where the form that sends people begins, as somebody chose it in the lanes."""

    person: str | None = Field(None, max_length=40)
    not_before: CentreTime | None = None


class ReplanIn(Schema):
    """Another beginning, or another person in the place of ``leaves``; user names."""

    not_before: CentreTime | None = None
    leaves: str | None = Field(None, max_length=40)
    person: str | None = Field(None, max_length=40)
    version: int | None = None


class LanesQuery(Schema):
    """A day of the lanes; none: today. ``span`` is how much is shown."""

    day: date | None = Field(None, ge=date(2020, 1, 1), le=date(2100, 1, 1))
    span: Literal["day", "week"] = "day"


class ArrivedIn(Schema):
    """Where exactly, if one wants to say it."""

    note: str = Field("", max_length=80)


class GearIn(Schema):
    name: str = Field(min_length=1, max_length=40)
    kind: GearKind
    unit: str = Field(max_length=22)
    note: str = Field("", max_length=200)


class HandOutIn(Schema):
    """The user name of who takes it."""

    to: str = Field(max_length=40)


class ClaimIn(Schema):
    """Time that is not free; without a name it is one's own."""

    person: str | None = Field(None, max_length=40)
    kind: Claim
    starts_at: CentreTime
    ends_at: CentreTime
    note: str = Field("", max_length=80)


class SettingIn(Schema):
    """Minutes."""

    travel_minutes: int = Field(ge=0, le=600)
    late_minutes: int = Field(ge=0, le=600)


class Reason(Schema):
    note: str = Field("", max_length=500)


class MessageIn(Schema):
    text: str = Field("", max_length=2000)
    kind: Kind = Kind.MESSAGE
    assets: list[str] = Field(default_factory=list, max_length=20)


class CrewOut(Shown):
    username: str
    name: str
    role: Role
    answer: Answer
    reason: str
    steps: dict[Step, datetime]
    arrived_note: str


class GearOut(Shown):
    uid: str
    version: int
    name: str
    kind: GearKind
    state: GearState
    unit: str
    note: str


def gear_out(gear: Gear) -> GearOut:
    plain = set(GearOut.model_fields) - {"unit"}
    return GearOut(unit=gear.unit.name, **{name: getattr(gear, name) for name in plain})


class ClaimOut(Shown):
    uid: str
    person: str
    kind: Claim
    starts_at: datetime
    ends_at: datetime
    note: str


def claim_out(claim: TimeClaim) -> ClaimOut:
    plain = set(ClaimOut.model_fields) - {"person"}
    name = claim.staff.username
    return ClaimOut(person=name, **{each: getattr(claim, each) for each in plain})


class BarOut(Shown):
    """A task that somebody is on, by its uid, or a claim on their time; and what clashes."""

    starts_at: datetime
    ends_at: datetime
    task: str | None
    title: str | None
    claim: Claim | None
    clash: ClashKind | None


class LaneOut(Shown):
    person: str
    name: str
    movable: bool
    bars: list[BarOut]


def lane_out(lane: Lane) -> LaneOut:
    bars = [
        BarOut(
            starts_at=bar.begin,
            ends_at=bar.end,
            task=bar.task.uid if bar.task else None,
            title=bar.task.title if bar.task else None,
            claim=bar.claim.kind if bar.claim else None,
            clash=bar.clash,
        )
        for bar in lane.bars
    ]
    return LaneOut(
        person=lane.staff.username, name=lane.staff.name, movable=lane.movable, bars=bars
    )


class SettingOut(Shown):
    """Minutes."""

    travel_minutes: int
    late_minutes: int


class AssignmentOut(Shown):
    uid: str
    version: int
    created_at: datetime
    title: str
    brief: str
    place: str
    meeting_point: str
    contact: str
    risk: str
    kit: list[str]
    vehicle: str
    gear: list[str]
    starts_at: datetime | None
    due_at: datetime | None
    state: State
    crew: list[CrewOut]
    actions: list[str]


def assignment_out(assignment: Assignment, actor: Actor) -> AssignmentOut:
    """The assignment as the API shows it."""
    crew = [
        CrewOut(
            username=member.staff.username,
            name=member.staff.name,
            role=member.role,
            answer=member.answer,
            reason=member.reason,
            steps=dict(member.steps),
            arrived_note=member.arrived_note,
        )
        for member in assignment.crew
    ]
    plain = set(AssignmentOut.model_fields) - {"crew", "actions", "gear"}
    return AssignmentOut(
        crew=crew,
        gear=[each.gear.name for each in assignment.bookings],
        actions=[move.name for move in open_moves(assignment, actor)],
        **{name: getattr(assignment, name) for name in plain},
    )


class MessageOut(Shown):
    uid: str
    created_at: datetime
    kind: Kind
    text: str
    by: str


def message_out(message: Message) -> MessageOut:
    return MessageOut(
        uid=message.uid,
        created_at=message.created_at,
        kind=message.kind,
        text=message.text,
        by=message.staff.name,
    )
