"""What happens to assignments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AssignmentDispatched:
    """Its people are sent, or sent otherwise; whoever need not go any more is named."""

    assignment_id: int
    taken_off_ids: tuple[int, ...]


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


@dataclass(frozen=True, slots=True)
class AssignmentReplanned:
    """Its time or its crew is another; whoever was taken off is named."""

    assignment_id: int
    taken_off_id: int | None


@dataclass(frozen=True, slots=True)
class CrewStepped:
    """Somebody of the crew set out, arrived, or has sent the material in."""

    assignment_id: int
    staff_id: int
    step: str


@dataclass(frozen=True, slots=True)
class AssignmentLate:
    """Its time has begun, and nobody has set out."""

    assignment_id: int


@dataclass(frozen=True, slots=True)
class CrewPlanChanged:
    """Something in the lanes of the crew is not as it was: a task, a booking, somebody's leave."""
