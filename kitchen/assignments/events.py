"""What happens to assignments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AssignmentDispatched:
    assignment_id: int


@dataclass(frozen=True, slots=True)
class AssignmentAnswered:
    """Someone of the crew accepted or declined."""

    assignment_id: int
    staff_id: int
    accepted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class AssignmentMoved:
    """Begun, finished or cancelled."""

    assignment_id: int
    move: str
    reason: str


@dataclass(frozen=True, slots=True)
class MessageSent:
    assignment_id: int
    assignment_uid: str
    message_id: int
    kind: str
