"""What is seen about the figures of pieces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TargetMissed:
    """A piece reached the age of its target with fewer reads than it asks for."""

    alarm_id: int
