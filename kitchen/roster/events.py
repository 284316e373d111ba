"""What happens on the roster."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShiftMoved:
    """A shift stands elsewhere than before: planned, checked in, taken over, handed over."""

    shift_id: int
    name: str


@dataclass(frozen=True, slots=True)
class SwapAsked:
    swap_id: int


@dataclass(frozen=True, slots=True)
class SwapAnswered:
    swap_id: int


@dataclass(frozen=True, slots=True)
class HoleFound:
    """Nobody is written down for some hours of a line, or for one of two seats; times in ISO."""

    line_id: int
    since: str
    until: str
    seat_b: bool
    """Only B is missing."""
