"""What comes in and goes out about assignments."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kitchen.assignments.models import Assignment, Message
from kitchen.assignments.rules import Answer, Kind, Role, State
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
    kit: str = Field("", max_length=200)
    vehicle: str = Field("", max_length=40)
    brief: str = Field("", max_length=1000)

    def crew(self) -> list[tuple[str, Role]]:
        """(user name, role) in the order of the roles."""
        return [(name, role) for role in Role for name in getattr(self, role.value)]

    def kit_list(self) -> list[str]:
        return [item.strip() for item in self.kit.replace("，", ",").split(",") if item.strip()]


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


class AssignmentOut(Shown):
    uid: str
    version: int
    created_at: datetime
    title: str
    brief: str
    place: str
    kit: list[str]
    vehicle: str
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
        )
        for member in assignment.crew
    ]
    plain = set(AssignmentOut.model_fields) - {"crew", "actions"}
    return AssignmentOut(
        crew=crew,
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
