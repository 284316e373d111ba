"""Rules of the patrol: what is wrong with an account, from when on, and how a finding moves.

The automatic rules are a table, :data:`CHECKS`. A check is a pure function of what is known of an
account and of the parameters in force; their defaults and bounds stand in :data:`PARAMETERS`. The
7, 10 and 14 days without an update are those of 国办秘函〔2019〕19号 and of stricter districts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station. Answering and inspecting hold over the account's unit."""

    READ = "patrols.read"
    INSPECT = "patrols.inspect"
    """Draw samples, note findings, order that they be mended, look again, close."""
    ANSWER = "patrols.answer"
    """Say that a finding is mended: for those who keep the account."""
    TUNE = "patrols.tune"
    """Change the parameters of the rules, and the calendar."""
    FEED = "patrols.feed"
    """Enter an account's daily figures."""
    HOUSE = "patrols.house"
    """Held by nobody: these moves follow from what becomes of a measure."""


class Kind(StrEnum):
    """What is wrong: what the rules find by themselves, and the risks that people name (S14)."""

    STALE = "stale"
    UNANSWERED = "unanswered"
    BROKEN_LINK = "broken_link"
    SENSITIVE = "sensitive"
    BOUGHT_FOLLOWERS = "bought_followers"
    NO_INTERACTION = "no_interaction"
    SLOW = "slow"
    DISORDERLY = "disorderly"
    OVERSTEPPING = "overstepping"
    EDGE_BALL = "edge_ball"
    ERRORS = "errors"
    SELF_TALK = "self_talk"
    OTHER = "other"


BY_PEOPLE = (
    Kind.SLOW,
    Kind.DISORDERLY,
    Kind.OVERSTEPPING,
    Kind.EDGE_BALL,
    Kind.ERRORS,
    Kind.SELF_TALK,
    Kind.OTHER,
)
"""慢发声、乱发声、越权抢发、打擦边球、错误百出、自发自看: what a person may find in a sample."""


class Severity(StrEnum):
    """How grave a finding is."""

    WARN = "warn"
    FAIL = "fail"
    """Below the district's standard."""
    VETO = "veto"
    """单项否决: by the state's standard the account fails by this alone."""


GRAVITY = (Severity.WARN, Severity.FAIL, Severity.VETO)


def graver(one: Severity, other: Severity) -> bool:
    """Whether ``one`` is graver than ``other``."""
    return GRAVITY.index(one) > GRAVITY.index(other)


class State(StrEnum):
    """How a finding stands."""

    OPEN = "open"
    MENDING = "mending"
    MENDED = "mended"
    """Its unit says so; somebody must look again."""
    CLOSED = "closed"
    FALSE_ALARM = "false_alarm"
    ESCALATED = "escalated"
    """A measure was proposed because of it."""


_UNSETTLED = {State.OPEN, State.MENDING, State.MENDED}
MACHINE = Machine(
    State,
    State.OPEN,
    move("order", {State.OPEN}, State.MENDING, May.INSPECT, "责令整改"),
    move("report", {State.MENDING}, State.MENDED, May.ANSWER, "报告已整改", needs_reason=True),
    move("close", {State.MENDED}, State.CLOSED, May.INSPECT, "复查通过"),
    move("reopen", {State.MENDED}, State.MENDING, May.INSPECT, "复查不通过", needs_reason=True),
    move("dismiss", _UNSETTLED, State.FALSE_ALARM, May.INSPECT, "误报", needs_reason=True),
    move("revive", {State.FALSE_ALARM}, State.OPEN, May.INSPECT, "撤销误报"),
    move("escalate", _UNSETTLED, State.ESCALATED, May.INSPECT, "升级处置"),
    move("resume", {State.ESCALATED}, State.OPEN, May.HOUSE, "没有处置，退回"),
    move("settle", {State.ESCALATED}, State.CLOSED, May.HOUSE, "处置完毕，销号"),
)
UNSETTLED = frozenset(_UNSETTLED)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that the house may set: what it is until somebody does, and its bounds."""

    default: int
    least: int
    most: int


PARAMETERS: Mapping[str, Parameter] = {
    "stale_warn_days": Parameter(7, 1, 365),
    "stale_fail_days": Parameter(10, 1, 365),
    "stale_veto_days": Parameter(14, 1, 365),
    "unanswered_hours": Parameter(24, 1, 720),
    "broken_failures": Parameter(3, 1, 100),
    "jump_percent": Parameter(30, 1, 1000),
    "jump_least": Parameter(500, 1, 1_000_000),
    "silent_days": Parameter(30, 7, 90),
    "silent_posts": Parameter(5, 1, 1000),
    "mend_days": Parameter(5, 1, 60),
    "look_hours": Parameter(24, 1, 168),
    "appeal_days": Parameter(5, 1, 60),
    "remember_months": Parameter(12, 1, 60),
}
"""What may be set. ``mend_days`` and ``appeal_days`` are working days; ``look_hours``: how often
every account has its turn; ``remember_months``: how long a measure counts when the next is graded.
"""

Tuning = Mapping[str, int]
AS_SHIPPED: Tuning = {name: each.default for name, each in PARAMETERS.items()}


@dataclass(frozen=True, slots=True)
class Figures:
    """An account's figures of one day as somebody told them; ``None``: not known."""

    day: str
    followers: int | None = None
    posts: int | None = None
    reads: int | None = None
    interactions: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of an account at one moment."""

    now: datetime
    last_post_at: datetime | None = None
    waiting: int | None = None
    """Messages without an answer; ``None``: nobody tells us."""
    waiting_since: datetime | None = None
    url: str = ""
    link_failures: int = 0
    """Failed looks at its public address in a row."""
    link_words: str = ""
    days: Sequence[Figures] = field(default=())
    """Its latest days, the oldest first."""

    @property
    def blind(self) -> bool:
        """Whether nothing tells us how the account is doing: no finding is no good news then."""
        return self.last_post_at is None and self.waiting is None and not self.days


@dataclass(frozen=True, slots=True)
class Strike:
    """A rule that struck. ``key`` names the occasion: one occasion is one finding, for good.

    ``seen`` is what was seen, as plain values: the evidence.
    """

    kind: Kind
    key: str
    severity: Severity
    seen: Mapping[str, Any]


def _stale(facts: Facts, tuning: Tuning) -> Strike | None:
    last = facts.last_post_at
    if last is None:
        return None
    days = (facts.now - last).days
    steps = {
        Severity.VETO: tuning["stale_veto_days"],
        Severity.FAIL: tuning["stale_fail_days"],
        Severity.WARN: tuning["stale_warn_days"],
    }
    reached = next((severity for severity, most in steps.items() if days >= most), None)
    if reached is None:
        return None
    seen = {"last_post_at": last.isoformat(), "days": days, "allowed_days": steps[reached]}
    return Strike(Kind.STALE, last.isoformat(), reached, seen)


def _unanswered(facts: Facts, tuning: Tuning) -> Strike | None:
    since = facts.waiting_since
    if not facts.waiting or since is None:
        return None
    hours = int((facts.now - since) / timedelta(hours=1))
    allowed = tuning["unanswered_hours"]
    if hours < allowed:
        return None
    seen = {
        "waiting": facts.waiting,
        "waiting_since": since.isoformat(),
        "hours": hours,
        "allowed_hours": allowed,
    }
    return Strike(Kind.UNANSWERED, since.isoformat(), Severity.FAIL, seen)


def _broken_link(facts: Facts, tuning: Tuning) -> Strike | None:
    if facts.link_failures < tuning["broken_failures"]:
        return None
    seen = {"url": facts.url, "failures": facts.link_failures, "words": facts.link_words}
    key = hashlib.sha256(facts.url.encode()).hexdigest()
    return Strike(Kind.BROKEN_LINK, key, Severity.FAIL, seen)


def _bought_followers(facts: Facts, tuning: Tuning) -> Strike | None:
    """Followers who come by the hundred from one day to the next, and read nothing."""
    known = [each for each in facts.days if each.followers is not None]
    for before, after in zip(known, known[1:], strict=False):
        came = (after.followers or 0) - (before.followers or 0)
        grown = came * 100 >= (before.followers or 0) * tuning["jump_percent"]
        read = (after.reads or 0) + (after.interactions or 0)
        if came >= tuning["jump_least"] and grown and read < came:
            seen = {
                "day": after.day,
                "followers_before": before.followers,
                "followers_after": after.followers,
                "came": came,
                "reads": after.reads,
                "interactions": after.interactions,
            }
            return Strike(Kind.BOUGHT_FOLLOWERS, after.day, Severity.VETO, seen)
    return None


def _no_interaction(facts: Facts, tuning: Tuning) -> Strike | None:
    """Much is posted, for a month on end, and nobody has answered it once: 自发自看."""
    since = (facts.now - timedelta(days=tuning["silent_days"])).date().isoformat()
    told = [each for each in facts.days if each.day >= since and each.interactions is not None]
    posts = sum(each.posts or 0 for each in told)
    long_enough = len(told) * 2 >= tuning["silent_days"]
    if not long_enough or posts < tuning["silent_posts"]:
        return None
    if any(each.interactions for each in told):
        return None
    seen = {"since": told[0].day, "days_told": len(told), "posts": posts, "interactions": 0}
    return Strike(Kind.NO_INTERACTION, told[-1].day[:7], Severity.WARN, seen)


Check = Callable[[Facts, Tuning], Strike | None]
CHECKS: Mapping[Kind, Check] = {
    Kind.STALE: _stale,
    Kind.UNANSWERED: _unanswered,
    Kind.BROKEN_LINK: _broken_link,
    Kind.BOUGHT_FOLLOWERS: _bought_followers,
    Kind.NO_INTERACTION: _no_interaction,
}
"""What is asked of every account. Sensitive words are looked for in what was published, not here:
see :mod:`kitchen.patrols.reading`.
"""


def strikes(facts: Facts, tuning: Tuning) -> list[Strike]:
    """Everything that is wrong with an account."""
    found = (check(facts, tuning) for check in CHECKS.values())
    return [strike for strike in found if strike is not None]


def digest(seen: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a piece of evidence: what was seen cannot be told otherwise afterwards."""
    canonical = json.dumps(seen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


SAMPLE_MOST = 500
"""Accounts of one sample; more is the automatic round's work."""
METHOD = "sha256(seed:uid)"
"""How a sample is drawn: every account of the population is given the SHA-256 of seed, colon and
uid; those with the smallest are the sample. Anybody can draw the same again.
"""


def drawn(seed: str, uids: Sequence[str], size: int) -> list[str]:
    """The sample of ``size`` by :data:`METHOD`, in the order in which it was drawn."""
    return sorted(uids, key=lambda uid: hashlib.sha256(f"{seed}:{uid}".encode()).hexdigest())[:size]
