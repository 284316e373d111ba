"""What happens in planning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FollowUpSet:
    """Somebody is to report on a statement by a certain time."""

    follow_up_id: int


@dataclass(frozen=True, slots=True)
class FollowUpDue:
    """Its time has come, and nobody has said that it is done."""

    follow_up_id: int
