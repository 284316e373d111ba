"""Rules of topics and of the daily meeting (S53–S55, S59, S60)."""

from __future__ import annotations

from datetime import time
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
    move("defer", _OPEN, State.DEFERRED, May.DECIDE, "缓办", needs_reason=True),
    move(
        "reconsider",
        {State.APPROVED, State.MERGED, State.RETURNED, State.REJECTED, State.DEFERRED},
        State.PROPOSED,
        May.DECIDE,
        "撤销决定",
    ),
)


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
