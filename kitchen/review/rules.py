"""Rules of review: levels and routes (S20–S23), who may not judge what, what a verdict covers.

Which route a piece takes follows from its risk; the routes here are the first settings of a table
that the newsroom edits, and they are also the least it must keep.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station."""

    READ = "review.read"
    REVIEW = "review.review"
    REVOKE = "review.revoke"
    """Held by those who sign from the second level on. Operators do not judge content: they stop
    an account by its switch."""
    EDIT_ROUTES = "review.edit_routes"


class Level(StrEnum):
    """What a step is called."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    AGAIN = "again"
    FINAL = "final"
    JOINT = "joint"


class RoundState(StrEnum):
    OPEN = "open"
    PASSED = "passed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class StepState(StrEnum):
    WAITING = "waiting"
    OPEN = "open"
    PASSED = "passed"
    RETURNED = "returned"
    SKIPPED = "skipped"
    """The round ended before it came to this step."""


ROUND = Machine(
    RoundState,
    RoundState.OPEN,
    move("complete", {RoundState.OPEN}, RoundState.PASSED, May.REVIEW, "审完"),
    move("send_back", {RoundState.OPEN}, RoundState.RETURNED, May.REVIEW, "退回"),
    move("call_off", {RoundState.OPEN}, RoundState.WITHDRAWN, May.REVIEW, "作者撤回"),
)
STEP = Machine(
    StepState,
    StepState.WAITING,
    move("open", {StepState.WAITING}, StepState.OPEN, May.REVIEW, "轮到"),
    move("pass", {StepState.OPEN}, StepState.PASSED, May.REVIEW, "通过"),
    move("return", {StepState.OPEN}, StepState.RETURNED, May.REVIEW, "退回", needs_reason=True),
    move(
        "skip", {StepState.WAITING, StepState.OPEN}, StepState.SKIPPED, May.REVIEW, "本轮不再需要"
    ),
)
DECIDED = frozenset({StepState.PASSED, StepState.RETURNED})

AUTHOR = 0
"""The position before the first step: to return there is to return to the author."""

_THREE = ((Level.FIRST, "editor"), (Level.SECOND, "chief"), (Level.THIRD, "deputy"))
_FOUR = (*_THREE, (Level.AGAIN, "head"))
_FIVE = (*_FOUR, (Level.FINAL, "leader"))
ROUTES: Mapping[str, tuple[tuple[Level, str], ...]] = {
    "routine": _THREE,
    "important": _FOUR,
    "major": _FIVE,
}
"""By risk: the levels in order and the role that decides each (S20, S21, S22)."""
LEAST = {risk: len(route) for risk, route in ROUTES.items()}
"""How many levels each risk demands; a route may add some and never drop one."""
MOST = 8

MINUTES: Mapping[str, int] = {
    Level.FIRST: 60,
    Level.SECOND: 60,
    Level.THIRD: 120,
    Level.AGAIN: 240,
    Level.FINAL: 480,
    Level.JOINT: 240,
}
"""How long a step may take from when it is opened."""
MINUTES_MOST = 7 * 24 * 60
CLAIM_LIMIT = timedelta(minutes=30)
"""How long a claim keeps others away; after that the reviewer was called off to something else."""


class Obstacle(StrEnum):
    """Why somebody may not decide a step."""

    NOT_ITS_TURN = "not_its_turn"
    OWN = "own_story"
    TWICE = "reviewed_already"
    NO_POST = "not_this_level"
    CLAIMED = "claimed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands to one step, at one moment."""

    reviewer_id: int | None
    state: str
    writers: Collection[int]
    """Who wrote the piece, gathered it or handed it in."""
    signed: Collection[int]
    """Who has decided a step of this round."""
    holds_post: bool
    """Whether one of the person's posts has the step's role over the step's unit."""
    claimed_by_id: int | None
    claimed_at: datetime | None
    now: datetime


def obstacle_of(it: Standing) -> Obstacle | None:
    """What keeps this person from deciding this step; ``None``: nothing does.

    No author judges their own piece, and no two steps are decided by the same person.
    """
    if it.state != StepState.OPEN:
        return Obstacle.NOT_ITS_TURN
    if it.reviewer_id is None or not it.holds_post:
        return Obstacle.NO_POST
    if it.reviewer_id in it.writers:
        return Obstacle.OWN
    if it.reviewer_id in it.signed:
        return Obstacle.TWICE
    if it.claimed_by_id != it.reviewer_id and claim_holds(it.claimed_by_id, it.claimed_at, it.now):
        return Obstacle.CLAIMED
    return None


def claim_holds(claimed_by_id: int | None, claimed_at: datetime | None, now: datetime) -> bool:
    """Whether a claim still keeps others away."""
    if claimed_by_id is None or claimed_at is None:
        return False
    return now < claimed_at + CLAIM_LIMIT


def hash_of_shown(payload_hashes: Iterable[str]) -> str:
    """SHA-256 (hex) over what every account will be sent, whatever the order of showing."""
    return hashlib.sha256("\n".join(sorted(payload_hashes)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of a route, as it is planned."""

    level: str
    role: str
    minutes: int
    title: str = ""


def default_route(risk: str) -> tuple[Stop, ...]:
    """The route that a new instance begins with."""
    return tuple(Stop(level, role, MINUTES[level]) for level, role in ROUTES[risk])


class RouteFault(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LEVEL_TWICE = "level_twice"
    FOREIGN_ROLE = "foreign_role"
    BAD_TIME = "bad_time"


def route_fault(risk: str, stops: Collection[Stop], roles: Collection[str]) -> RouteFault | None:
    """What is wrong with a route; ``roles`` are those whose holders may review."""
    levels = [stop.level for stop in stops]
    if len(stops) < LEAST[risk]:
        return RouteFault.TOO_SHORT
    if len(stops) > MOST:
        return RouteFault.TOO_LONG
    if len(set(levels)) < len(levels):
        return RouteFault.LEVEL_TWICE
    if any(stop.role not in roles for stop in stops):
        return RouteFault.FOREIGN_ROLE
    if any(not 1 <= stop.minutes <= MINUTES_MOST for stop in stops):
        return RouteFault.BAD_TIME
    return None
