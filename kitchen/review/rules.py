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
    """The settings of review: routes, proofs, and the reasons that are offered for a return."""
    PROOFREAD = "review.proofread"
    RELEASE_EARLY = "review.release_early"
    """The emergency lane (绿色通道): out first, the levels that are left look at it afterwards."""


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
    AMENDED = "amended"
    """A reviewer mended the text and passed it on; the next round goes on with their version."""
    AFTER = "after"
    """Released by the emergency lane; the levels that were left judge it now (后审)."""


UNDER_WAY = frozenset({RoundState.OPEN, RoundState.AFTER})
"""Where verdicts are still to come."""


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
    move("complete", UNDER_WAY, RoundState.PASSED, May.REVIEW, "审完"),
    move("send_back", UNDER_WAY, RoundState.RETURNED, May.REVIEW, "退回"),
    move("call_off", UNDER_WAY, RoundState.WITHDRAWN, May.REVIEW, "作者撤回"),
    move("amend", {RoundState.OPEN}, RoundState.AMENDED, May.REVIEW, "改后通过"),
    move(
        "release",
        {RoundState.OPEN},
        RoundState.AFTER,
        May.RELEASE_EARLY,
        "绿色通道签发",
        needs_reason=True,
    ),
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


class RemarkState(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    ACCEPTED = "accepted"
    """A suggestion that was taken into the text."""
    REFUSED = "refused"


REMARK = Machine(
    RemarkState,
    RemarkState.OPEN,
    move("resolve", {RemarkState.OPEN}, RemarkState.RESOLVED, May.READ, "标为已解决"),
    move(
        "reopen",
        {RemarkState.RESOLVED, RemarkState.REFUSED},
        RemarkState.OPEN,
        May.READ,
        "重新打开",
    ),
    move("accept", {RemarkState.OPEN}, RemarkState.ACCEPTED, May.READ, "采纳"),
    move("refuse", {RemarkState.OPEN}, RemarkState.REFUSED, May.READ, "不采纳"),
)
"""A remark on words of a piece. Everybody at the desk reads them; who may settle one follows from
the piece, see :mod:`kitchen.review.remarks`."""

PROOFS_MOST = 3
"""三校: the first, second and third proof."""


class ProofObstacle(StrEnum):
    """Why somebody may not sign a proof."""

    SIGNED = "proof_signed"
    NOT_ITS_TURN = "proof_not_its_turn"
    OWN = "own_story"
    TWICE = "proofread_already"


@dataclass(frozen=True, slots=True)
class ProofStanding:
    """How one person stands to one proof."""

    reader_id: int | None
    number: int
    signed_numbers: Collection[int]
    writers: Collection[int]
    readers: Collection[int]
    """Who signed a proof of this round."""


def proof_obstacle_of(it: ProofStanding) -> ProofObstacle | None:
    """What keeps this person from signing this proof: one after the other, by different people."""
    if it.number in it.signed_numbers:
        return ProofObstacle.SIGNED
    if any(earlier not in it.signed_numbers for earlier in range(1, it.number)):
        return ProofObstacle.NOT_ITS_TURN
    if it.reader_id is None or it.reader_id in it.writers:
        return ProofObstacle.OWN
    if it.reader_id in it.readers:
        return ProofObstacle.TWICE
    return None


STAND_IN_MOST = timedelta(days=60)


class StandInFault(StrEnum):
    """Why somebody cannot be named as a stand-in."""

    ONESELF = "oneself"
    NO_REVIEWER = "no_reviewer"
    NO_LEVEL = "no_level"
    OUT_OF_REACH = "out_of_reach"
    BACKWARDS = "backwards"
    PAST = "past"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class StandInAsked:
    """A stand-in as it is asked for."""

    holder_id: int | None
    stand_in_id: int
    holder_reviews: bool
    stand_in_reviews: bool
    covers: bool
    """Whether the stand-in reviews over every unit in which the holder does."""
    starts_at: datetime
    ends_at: datetime
    now: datetime


def stand_in_fault(it: StandInAsked) -> StandInFault | None:
    """What is wrong with a stand-in. It lends a level, never the right to review as such.

    That is why a stand-in out of reach is refused: what is lent would wait for nobody, unseen.
    """
    if it.holder_id == it.stand_in_id:
        return StandInFault.ONESELF
    if not it.holder_reviews:
        return StandInFault.NO_LEVEL
    if not it.stand_in_reviews:
        return StandInFault.NO_REVIEWER
    if not it.covers:
        return StandInFault.OUT_OF_REACH
    if it.ends_at <= it.starts_at:
        return StandInFault.BACKWARDS
    if it.ends_at <= it.now:
        return StandInFault.PAST
    if it.ends_at - it.starts_at > STAND_IN_MOST:
        return StandInFault.TOO_LONG
    return None


LOOK_BACK = timedelta(hours=24)
"""How long the levels that an emergency left out may take to look at it afterwards."""


class LaneFault(StrEnum):
    """Why a piece cannot take the emergency lane."""

    NOT_OPEN = "not_open"
    OWN = "own_story"
    NOBODY_ELSE = "nobody_else"


def lane_fault(
    actor_id: int | None, state: str, writers: Collection[int], signed: Collection[int]
) -> LaneFault | None:
    """What keeps a piece from being released early: never by one person alone, nor by its writer.

    ``signed`` are those who passed a level of the round. Who mended the text with it judged what
    the others wrote and nobody their own words: somebody else has to have read those.
    """
    if state != RoundState.OPEN:
        return LaneFault.NOT_OPEN
    if actor_id is None or actor_id in writers:
        return LaneFault.OWN
    if not set(signed) - set(writers) - {actor_id}:
        return LaneFault.NOBODY_ELSE
    return None


def default_route(risk: str) -> tuple[Stop, ...]:
    """The route that a new instance begins with."""
    return tuple(Stop(level, role, MINUTES[level]) for level, role in ROUTES[risk])


class RouteFault(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LEVEL_TWICE = "level_twice"
    FOREIGN_ROLE = "foreign_role"
    MISSING = "missing"
    BAD_TIME = "bad_time"


def route_fault(risk: str, stops: Collection[Stop], roles: Collection[str]) -> RouteFault | None:
    """What is wrong with a route; ``roles`` are those whose holders may review.

    It keeps the levels of :data:`ROUTES`, each with its role, in their order.
    """
    levels = [stop.level for stop in stops]
    if len(stops) < LEAST[risk]:
        return RouteFault.TOO_SHORT
    if len(stops) > MOST:
        return RouteFault.TOO_LONG
    if len(set(levels)) < len(levels):
        return RouteFault.LEVEL_TWICE
    if any(stop.role not in roles for stop in stops):
        return RouteFault.FOREIGN_ROLE
    given = iter([(stop.level, stop.role) for stop in stops])
    if not all(demanded in given for demanded in ROUTES[risk]):
        return RouteFault.MISSING
    if any(not 1 <= stop.minutes <= MINUTES_MOST for stop in stops):
        return RouteFault.BAD_TIME
    return None
