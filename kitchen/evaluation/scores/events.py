"""What happens to months of points and to appeals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MonthMoved:
    """``move`` is the name of the move."""

    month_id: int
    move: str


@dataclass(frozen=True, slots=True)
class AppealMade:
    """Somebody holds a score for wrong; the committee must answer."""

    appeal_id: int


@dataclass(frozen=True, slots=True)
class AppealAnswered:
    """The committee said yes or no, in words."""

    appeal_id: int
