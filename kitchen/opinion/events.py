"""What happens around public opinion."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignReported:
    sign_id: int


@dataclass(frozen=True, slots=True)
class SignMoved:
    """Somebody took it up, acted, closed it; ``name`` is the move."""

    sign_id: int
    name: str


@dataclass(frozen=True, slots=True)
class SignUnheard:
    """Nobody acknowledged it in time: the next of the chain hears of it."""

    sign_id: int
    step: int


@dataclass(frozen=True, slots=True)
class RumourMoved:
    rumour_id: int
    name: str


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """Something is new in a room that nobody must be told of; open pages show it."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class IncidentOpened:
    incident_id: int


@dataclass(frozen=True, slots=True)
class MemberJoined:
    incident_id: int
    staff_id: int


@dataclass(frozen=True, slots=True)
class LineDrafted:
    """A version of the agreed line waits for whoever decides."""

    line_id: int


@dataclass(frozen=True, slots=True)
class LineDecided:
    line_id: int


@dataclass(frozen=True, slots=True)
class TaskSet:
    task_id: int


@dataclass(frozen=True, slots=True)
class TaskLate:
    task_id: int


@dataclass(frozen=True, slots=True)
class ClockCalled:
    """A clock of an incident nears its end, or is over (``late``)."""

    clock_id: int
    late: bool


@dataclass(frozen=True, slots=True)
class ListMet:
    """A watch list found something that its keeper wants to hear of."""

    watchlist_id: int
    count: int
    rise: bool
