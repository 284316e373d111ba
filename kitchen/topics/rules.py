"""Rules of topics, of their way to completion, and of the daily meeting (S53–S55, S59, S60)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station."""

    READ = "topics.read"
    PROPOSE = "topics.propose"
    DECIDE = "topics.decide"
    CONVENE = "topics.convene"


class Risk(StrEnum):
    """How high a piece must climb in review: three, four or five levels (S20–S22)."""

    ROUTINE = "routine"
    IMPORTANT = "important"
    MAJOR = "major"


def gravest(risks: Iterable[str]) -> Risk:
    """The highest class of these; routine where there is none."""
    return max(map(Risk, risks), key=list(Risk).index, default=Risk.ROUTINE)


class Form(StrEnum):
    TEXT = "text"
    PHOTO = "photo"
    VIDEO = "video"
    LIVE = "live"


class State(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    MERGED = "merged"
    RETURNED = "returned"
    REJECTED = "rejected"
    DEFERRED = "deferred"


_OPEN = {State.PROPOSED, State.DEFERRED}

MACHINE = Machine(
    State,
    State.DRAFT,
    move("file", {State.DRAFT, State.RETURNED}, State.PROPOSED, May.PROPOSE, "报送"),
    move("withdraw", {State.PROPOSED}, State.DRAFT, May.PROPOSE, "撤回"),
    move("approve", _OPEN, State.APPROVED, May.DECIDE, "通过"),
    move("merge", _OPEN, State.MERGED, May.DECIDE, "合并"),
    move("return", _OPEN, State.RETURNED, May.DECIDE, "退回", needs_reason=True),
    move("reject", _OPEN, State.REJECTED, May.DECIDE, "不做", needs_reason=True),
    move("defer", _OPEN, State.DEFERRED, May.DECIDE, "再议", needs_reason=True),
    move(
        "reconsider",
        {State.APPROVED, State.MERGED, State.RETURNED, State.REJECTED, State.DEFERRED},
        State.PROPOSED,
        May.DECIDE,
        "撤销决定",
    ),
    move(
        "appeal",
        {State.RETURNED, State.REJECTED},
        State.PROPOSED,
        May.PROPOSE,
        "申诉",
        needs_reason=True,
    ),
)


class Stage(StrEnum):
    """How far an approved topic has come; moved by hand, and forward by what happens downstream."""

    PLANNED = "planned"
    GATHERING = "gathering"
    WRITING = "writing"
    REVIEWING = "reviewing"
    DONE = "done"


STAGES = tuple(Stage)


def is_further(stage: Stage, than: Stage) -> bool:
    """Whether ``stage`` lies behind ``than`` on the way to completion."""
    return STAGES.index(stage) > STAGES.index(than)


class Decision(StrEnum):
    """What the committee may decide; each is the move of the same name."""

    APPROVE = "approve"
    MERGE = "merge"
    RETURN = "return"
    REJECT = "reject"
    DEFER = "defer"


class MeetingState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


MEETING = Machine(
    MeetingState,
    MeetingState.PLANNED,
    move("open", {MeetingState.PLANNED}, MeetingState.OPEN, May.CONVENE, "开会"),
    move("close", {MeetingState.OPEN}, MeetingState.CLOSED, May.CONVENE, "散会"),
)

CUT_OFF = time(9, 0)
"""Until when the day's topics are filed, on the newsroom's clock; later ones go to the next day."""
QUORUM = 3
"""How many of the committee must be present for a decision to stand."""
TOPIC_SECONDS = 60
"""What one topic may take on the wall before its clock warns: twenty topics in twenty minutes."""


class Choice(StrEnum):
    """What a member may vote."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes on one topic, counted over the members who are present."""

    votes_for: int = 0
    votes_against: int = 0
    abstentions: int = 0

    @property
    def cast(self) -> int:
        return self.votes_for + self.votes_against + self.abstentions


def defies(decision: Decision, tally: Tally) -> bool:
    """Whether a decision goes against what most members voted; then it has to say why."""
    if decision is Decision.APPROVE:
        return tally.votes_against > tally.votes_for
    return decision is Decision.REJECT and tally.votes_for > tally.votes_against


APPEAL_PERIOD = timedelta(days=7)
"""How long after the committee's word its proposer may appeal, once."""


def in_time(decided_at: datetime, now: datetime) -> bool:
    """Whether a decision may still be appealed."""
    return now - decided_at <= APPEAL_PERIOD


class Lane(StrEnum):
    """A column of the board: before the meeting by state, after it by stage."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    PLANNED = "planned"
    GATHERING = "gathering"
    WRITING = "writing"
    REVIEWING = "reviewing"
    DONE = "done"


_BEFORE_THE_MEETING = {
    State.DRAFT: Lane.DRAFT,
    State.RETURNED: Lane.DRAFT,
    State.PROPOSED: Lane.PROPOSED,
    State.DEFERRED: Lane.PROPOSED,
}
_BY_HAND = {
    State.DRAFT: (Lane.PROPOSED,),
    State.RETURNED: (Lane.PROPOSED,),
    State.PROPOSED: (Lane.DRAFT,),
}


def lane_of(state: State, stage: Stage) -> Lane | None:
    """Where on the board a topic stands; ``None`` for one that was settled without production."""
    return Lane(stage) if state == State.APPROVED else _BEFORE_THE_MEETING.get(state)


def lanes_open(state: State, stage: Stage) -> tuple[Lane, ...]:
    """Where it may be moved by hand; from the desk into production leads the meeting alone."""
    if state == State.APPROVED:
        return tuple(Lane(each) for each in STAGES if each != stage)
    return _BY_HAND.get(state, ())
