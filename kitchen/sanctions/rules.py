"""Rules of measures: four, each graver than the one before, on three causes (S30).

约谈、警告、通报批评、责令关停, for 制度不健全、责任不落实、管理不到位. Each cites a clause; whoever
proposed never decides; a closing takes two persons; a unit may appeal once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
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

CLAUSES: Mapping[str, str] = {
    "办法一·第一责任": "坚持属地管理和谁主办谁负责，主办单位负政务新媒体管理的第一责任。",
    "办法一·责任到人": "单位负责同志负主要领导责任，明确分管领导、责任科室和人员。",
    "办法一·采编人员": "采编人员原则由在编在岗干部担任，确需聘用的严格政审。",
    "办法二·备案": "新开设或关停账号按程序申报，经单位主要负责同志审核同意后报网信办备案。",
    "办法二·分级审核": "信息发布实行三审，重要稿件再审，重大稿件终审，必要时联审。",
    "办法三·值班答复": "实行AB角值班，24小时回复公众留言，发现苗头性倾向性问题及时报告。",
    "办法三·监测研判": "对留言、跟帖、评论实时监测，对涉及本区域本行业的谣言及时澄清。",
    "办法三·巡查处置": "对制度不健全、责任不落实、管理不到位的账号，"
    "采取约谈、警告、通报批评、责令关停等措施处置。",
}
"""The clauses that the source tells, by the codes under which a measure cites them."""
