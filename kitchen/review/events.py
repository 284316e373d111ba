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
    """Every level passed version ``version_id``; its posts are approved."""

    story_id: int
    version_id: int
    round_id: int


@dataclass(frozen=True, slots=True)
class ApprovalRevoked:
    """The approvals of a version hold no longer."""

    story_id: int
    version_id: int
