"""What happens to tips on the desk. That one came is no event: whoever heard it would know when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LookAsked:
    look_id: int


@dataclass(frozen=True, slots=True)
class LookDecided:
    look_id: int
