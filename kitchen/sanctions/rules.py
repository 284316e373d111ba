"""Rules of measures: four, each graver than the one before, on three causes (S30).

约谈、警告、通报批评、责令关停, for 制度不健全、责任不落实、管理不到位. Each cites a clause; whoever
proposed never decides; a closing takes two persons; a unit may appeal once.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station; all hold over the account's unit."""

    READ = "sanctions.read"
    PROPOSE = "sanctions.propose"
    """Propose a measure, serve it once it is decided, close its file."""
    DECIDE = "sanctions.decide"
    ORDER_CLOSING = "sanctions.order_closing"
    """Be one of the two who decide that an account is closed."""
    ANSWER = "sanctions.answer"
    """For the unit: give the receipt, appeal, accept."""
    HOUSE = "sanctions.house"
    """Held by nobody: what follows from a term that has ended."""


class Measure(StrEnum):
    """What is done, the mildest first."""

    TALK = "talk"
    WARNING = "warning"
    CRITICISM = "criticism"
    CLOSING = "closing"


LADDER = tuple(Measure)


class Cause(StrEnum):
    """The source's three causes."""

    NO_SYSTEM = "no_system"
    NO_DUTY = "no_duty"
    NO_CONTROL = "no_control"


def next_measure(former: Collection[str]) -> Measure:
    """The measure that follows those already taken against an account and not yet forgotten."""
    grades = [LADDER.index(Measure(each)) + 1 for each in former]
    return LADDER[min(max(grades, default=0), len(LADDER) - 1)]


def leaps(measure: Measure, former: Collection[str]) -> bool:
    """Whether a measure passes over a grade, which wants a reason of its own."""
    return LADDER.index(measure) > LADDER.index(next_measure(former))


class State(StrEnum):
    """How a measure stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    """To a closing one of two persons has agreed."""
    DECIDED = "decided"
    SERVED = "served"
    RECEIVED = "received"
    APPEALED = "appealed"
    IN_FORCE = "in_force"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


_UNDECIDED = {State.PROPOSED, State.AGREED}
_WITH_THE_UNIT = {State.SERVED, State.RECEIVED}
MACHINE = Machine(
    State,
    State.PROPOSED,
    move("agree", {State.PROPOSED}, State.AGREED, May.ORDER_CLOSING, "同意关停"),
    move("decide", _UNDECIDED, State.DECIDED, May.DECIDE, "批准"),
    move("refuse", _UNDECIDED, State.REFUSED, May.DECIDE, "不予处置", needs_reason=True),
    move("withdraw", _UNDECIDED, State.WITHDRAWN, May.PROPOSE, "撤回提议"),
    move("serve", {State.DECIDED}, State.SERVED, May.PROPOSE, "送达"),
    move("receive", {State.SERVED}, State.RECEIVED, May.ANSWER, "签收"),
    move("appeal", _WITH_THE_UNIT, State.APPEALED, May.ANSWER, "申诉", needs_reason=True),
    move("accept", _WITH_THE_UNIT, State.IN_FORCE, May.ANSWER, "服从处置"),
    move("lapse", _WITH_THE_UNIT, State.IN_FORCE, May.HOUSE, "期满生效"),
    move("uphold", {State.APPEALED}, State.IN_FORCE, May.DECIDE, "维持处置", needs_reason=True),
    move("revoke", {State.APPEALED}, State.REVOKED, May.DECIDE, "撤销处置", needs_reason=True),
    move("finish", {State.IN_FORCE}, State.DONE, May.PROPOSE, "销号", needs_reason=True),
)
"""An appeal can be made once: nothing leads back to where it is made."""

OPEN = frozenset(
    {
        State.PROPOSED,
        State.AGREED,
        State.DECIDED,
        State.SERVED,
        State.RECEIVED,
        State.APPEALED,
        State.IN_FORCE,
    }
)
"""While a measure is one of these, no other is proposed against the account."""
COUNTED = frozenset({State.IN_FORCE, State.DONE})
"""Measures that were taken: the next is graded by them."""
APPEALABLE = frozenset(_WITH_THE_UNIT)
