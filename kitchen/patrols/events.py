"""What the patrol sees, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FindingsMade:
    """So many things are found wrong with accounts, or have become graver."""

    count: int


@dataclass(frozen=True, slots=True)
class FindingMoved:
    """``move`` is the name of the move."""

    finding_id: int
    move: str


@dataclass(frozen=True, slots=True)
class MendingLate:
    """What was to be mended by yesterday is not."""

    finding_id: int
