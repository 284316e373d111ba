"""What happens in review."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepOpened:
    """A level waits for somebody: those who may decide it should hear."""

    step_id: int


@dataclass(frozen=True, slots=True)
class ReviewMoved:
    """A round began, moved on or ended: pages that show it look again."""

    round_id: int
    story_id: int


@dataclass(frozen=True, slots=True)
class StoryApproved:
    """Every level passed version ``version_id``, or it was released early; its posts are approved.

    ``round_id`` is the round that did so.
    """

    story_id: int
    version_id: int
    round_id: int


@dataclass(frozen=True, slots=True)
class ApprovalRevoked:
    """The approvals of a version hold no longer."""

    story_id: int
    version_id: int


@dataclass(frozen=True, slots=True)
class StoryAmended:
    """A reviewer mended the text and passed it on: its author should read what became of it."""

    story_id: int
    round_id: int
    reviewer_id: int


@dataclass(frozen=True, slots=True)
class RemarkMade:
    """Somebody wrote about words of a piece, or answered."""

    remark_id: int


@dataclass(frozen=True, slots=True)
class StandInNamed:
    """Somebody judges in another's stead for a while."""

    stand_in_id: int


@dataclass(frozen=True, slots=True)
class ReleasedEarly:
    """A piece took the emergency lane; the levels that were left look at it afterwards."""

    round_id: int


@dataclass(frozen=True, slots=True)
class LookBackLate:
    """The look afterwards is late: those who sign should hear."""

    round_id: int


@dataclass(frozen=True, slots=True)
class LookBackObjected:
    """Afterwards somebody found what must be put right; the piece is out."""

    round_id: int
    reason: str
