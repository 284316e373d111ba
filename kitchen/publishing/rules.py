"""Rules of delivery: the states of a publication, and what evidence moves it from one to another.

The house moves a publication by fenced updates (:mod:`kitchen.publishing.outbox`), people move it
by their verbs; both read the one table :data:`MACHINE`. Nothing is ever sent again on a guess: an
unclear outcome is ``UNKNOWN`` until a look at the platform, or a named person, settles it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station."""

    READ = "publishing.read"
    OPERATE = "publishing.operate"
    STOP = "publishing.stop"
    """Stop a channel or the whole house, and lift it again."""
    HOUSE = "publishing.house"
    """Held by nobody: these moves are the house's own."""


class Kind(StrEnum):
    """What is delivered: the piece, a newer version in its place, or its withdrawal."""

    PUBLISH = "publish"
    CORRECT = "correct"
    RECALL = "recall"


PIECES = frozenset({Kind.PUBLISH, Kind.CORRECT})
"""What puts something before readers, and so needs an approval that stands."""


class State(StrEnum):
    HELD = "held"
    READY = "ready"
    CLAIMED = "claimed"
    """A worker has it in hand; nothing was sent that readers could see."""
    ARMED = "armed"
    """The point of no return is passed: from here a send may have happened."""
    ACCEPTED = "accepted"
    LIVE = "live"
    UNKNOWN = "unknown"
    BACKOFF = "backoff"
    """Proved that nothing was published; it will be tried again."""
    AWAITING_HAND = "awaiting_hand"
    NEEDS_HUMAN = "needs_human"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    GONE = "gone"
    REMOVED = "removed"
    """How a recall ends."""
    SUPERSEDED = "superseded"


class Hold(StrEnum):
    """Why a publication is held."""

    SLOT = "slot"
    QUIET = "quiet"
    SWITCH = "switch"
    RETIRED = "retired"
    AUTH = "auth"
    CIRCUIT = "circuit"
    EARLIER = "earlier"
    """The same account still has an earlier delivery of the same story, open or visible."""
    REVISED = "revised"
    """The story is being corrected: what has not left yet waits for the newer version."""
    QUOTA = "quota"
    """The platform takes no more posts of the account in this window."""
    STOPPED = "stopped"
    """The house, or the whole channel, is stopped."""
    RIGHTS = "rights"
    """A right of something that it shows has ended since it was approved, or was withdrawn."""


BROKEN_SEAL = "broken_seal"
"""The code of what cannot go because the secrets of its account cannot be opened."""


class Source(StrEnum):
    """Where a receipt comes from."""

    RESPONSE = "response"
    POLL = "poll"
    LISTING = "listing"
    CALLBACK = "callback"
    HUMAN = "human"


DUE = frozenset({State.READY, State.BACKOFF})
UNSENT = frozenset({State.HELD, State.READY, State.BACKOFF, State.CLAIMED})
"""Proved to have left nothing behind: a revoked approval cancels these on the spot."""
IN_DOUBT = frozenset({State.ARMED, State.UNKNOWN, State.ACCEPTED, State.NEEDS_HUMAN})
"""A send may have happened and its outcome is still to come."""
SETTLED = frozenset(
    {
        State.LIVE,
        State.FAILED,
        State.CANCELLED,
        State.EXPIRED,
        State.GONE,
        State.REMOVED,
        State.SUPERSEDED,
    }
)
UNSPENT = frozenset({State.BACKOFF, State.FAILED, State.HELD})
"""Where an attempt ends that proved to have left nothing: what it booked is free again."""
AT_REST = SETTLED | {State.AWAITING_HAND}
"""Where the house has nothing more to do: settled, or lying ready for a person's hands."""
OVERTAKEN = UNSENT | {State.FAILED, State.EXPIRED, State.AWAITING_HAND}
"""What a newer version makes pointless: it has not reached readers and no longer should."""
NOT_OUT = UNSENT | {State.CANCELLED, State.EXPIRED, State.FAILED, State.SUPERSEDED}
"""Held for not seen by any reader; a proof from outside may tell otherwise."""
_ANSWERABLE = {State.ARMED, State.UNKNOWN, State.NEEDS_HUMAN}
"""From where an attempt's own answer may still be taken in, however late it comes."""

MACHINE = Machine(
    State,
    State.HELD,
    move("release", {State.HELD}, State.READY, May.HOUSE, "放行"),
    move("claim", DUE, State.CLAIMED, May.HOUSE, "领取"),
    move("let_go", {State.CLAIMED}, State.READY, May.HOUSE, "放回"),
    move("hold", DUE | {State.CLAIMED, State.ARMED}, State.HELD, May.HOUSE, "暂缓"),
    move("arm", {State.CLAIMED}, State.ARMED, May.HOUSE, "开始发送"),
    move("put_off", {State.CLAIMED, *_ANSWERABLE}, State.BACKOFF, May.HOUSE, "稍后再试"),
    move(
        "fail",
        {State.CLAIMED, State.ACCEPTED, *_ANSWERABLE},
        State.FAILED,
        May.HOUSE,
        "未能发布",
    ),
    move("accept", _ANSWERABLE, State.ACCEPTED, May.HOUSE, "平台受理"),
    move("hand_over", _ANSWERABLE, State.AWAITING_HAND, May.HOUSE, "转人工发布"),
    move(
        "prove",
        {State.ACCEPTED, State.AWAITING_HAND, *_ANSWERABLE},
        State.LIVE,
        May.HOUSE,
        "已发布",
    ),
    move("lose_sight", {State.ARMED}, State.UNKNOWN, May.HOUSE, "结果不明"),
    move("doubt", UNSENT, State.UNKNOWN, May.HOUSE, "恢复后核对"),
    move(
        "ask",
        {State.HELD, State.CLAIMED, State.ARMED, State.UNKNOWN, State.ACCEPTED},
        State.NEEDS_HUMAN,
        May.HOUSE,
        "请人核对",
    ),
    move(
        "cancel",
        UNSENT | {State.AWAITING_HAND},
        State.CANCELLED,
        May.HOUSE,
        "撤销签发",
    ),
    move("expire", UNSENT, State.EXPIRED, May.HOUSE, "过期作废"),
    move("vanish", {State.LIVE, State.ACCEPTED, *_ANSWERABLE}, State.GONE, May.HOUSE, "已不在"),
    move("surface", NOT_OUT, State.LIVE, May.HOUSE, "发现已发布"),
    move("remove", DUE | _ANSWERABLE, State.REMOVED, May.HOUSE, "已撤下"),
    move("reopen", {State.REMOVED}, State.READY, May.HOUSE, "重新撤稿"),
    move("supersede", {State.LIVE}, State.SUPERSEDED, May.HOUSE, "已更正"),
    move("overtake", OVERTAKEN | {State.NEEDS_HUMAN}, State.SUPERSEDED, May.HOUSE, "已有新版"),
    move("confirm", {State.NEEDS_HUMAN}, State.LIVE, May.OPERATE, "已经发出"),
    move("confirm_removed", {State.NEEDS_HUMAN}, State.REMOVED, May.OPERATE, "已经撤下"),
    move("send_again", {State.NEEDS_HUMAN}, State.BACKOFF, May.OPERATE, "确认没有发出"),
    move("replace", {State.NEEDS_HUMAN}, State.READY, May.OPERATE, "撤下旧的再发新的"),
    move(
        "leave_as_is",
        {State.NEEDS_HUMAN},
        State.FAILED,
        May.OPERATE,
        "不更正",
        needs_reason=True,
    ),
    move("finish_by_hand", {State.AWAITING_HAND}, State.LIVE, May.OPERATE, "已手工发布"),
    move(
        "leave_unpublished",
        {State.AWAITING_HAND},
        State.FAILED,
        May.OPERATE,
        "不发布",
        needs_reason=True,
    ),
    move("try_again", {State.FAILED, State.EXPIRED}, State.READY, May.OPERATE, "重新发送"),
)

_OF_RECALLS = {"remove", "reopen", "confirm_removed"}
OF_CORRECTIONS = frozenset({"replace", "leave_as_is"})
"""What people may do where a platform cannot edit what stands on it."""
_OF_PIECES = {
    *("accept", "hand_over", "prove", "vanish", "supersede", "overtake", "doubt"),
    *("surface", "confirm", "finish_by_hand"),
}

BY_KIND = {
    Kind.PUBLISH: frozenset(MACHINE.moves) - _OF_RECALLS - OF_CORRECTIONS,
    Kind.CORRECT: frozenset(MACHINE.moves) - _OF_RECALLS,
    Kind.RECALL: frozenset(MACHINE.moves) - _OF_PIECES - OF_CORRECTIONS,
}
"""Which moves make sense for a piece, for its correction, and for its withdrawal."""

CANNOT_CORRECT = "cannot_correct"
"""The code of a correction for which the platform has no means: nothing was sent."""
PRIORITY = {Kind.RECALL: 0, Kind.CORRECT: 1, Kind.PUBLISH: 3}
"""Lower goes first."""

CLAIM_LEASE = timedelta(seconds=60)
"""How long a worker may hold a publication without a sign of life before anything was sent."""
ARM_LEASE = timedelta(seconds=150)
"""Twice the time in which a call to a platform ends for certain; after that the worker is dead."""
LIFETIME = timedelta(hours=24)
"""How long after its slot a piece is still news: stale news must not go out at 3 a.m."""
BACKOFF_FIRST = timedelta(seconds=5)
BACKOFF_MOST = timedelta(minutes=15)
REFUSALS_MOST = 6
"""Proved non-executions in a row after which a publication fails for good."""
ATTEMPTS_MOST = 3
"""Attempts of unclear outcome after which only a person may send again."""
UNKNOWN_MOST = timedelta(minutes=15)
"""How long an unclear outcome may stay with the machine."""
ACCEPTED_MOST = timedelta(hours=24)
"""How long a platform may ponder before a person is asked."""
LOOK_EVERY = timedelta(seconds=20)
FAILURES_MOST = 5
"""Failures in a row that open an account's circuit."""
ANSWERS_KEPT, ANSWERS_LEAST = 20, 10
"""Of so many latest answers, and at least so many, half may not be failures."""
UNCLEAR_APART = timedelta(minutes=5)
"""Two unclear outcomes closer together than this open the circuit: each costs a look."""
PROBE_FIRST = timedelta(minutes=1)
PROBE_MOST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Standing:
    """All that may hold a publication back, as it stands at one moment (UTC; ``clock`` local)."""

    kind: Kind
    now: datetime
    clock: time
    not_before: datetime | None = None
    enabled: bool = True
    sending: bool = True
    circuit: Hold | None = None
    """Why the account's circuit is open, if it is."""
    quiet_from: time | None = None
    quiet_until: time | None = None
    quiet_waived: bool = False
    earlier: bool = False
    revised: bool = False
    stopped: bool = False
    uncovered: bool = False
    """Something that it shows may not be shown there today."""


def hold_of(it: Standing) -> Hold | None:
    """What holds a publication back now.

    A recall waits only for what it recalls and for access. A correction goes to whatever account
    the piece is on, retired or quiet: what is wrong stands there now.
    """
    if it.earlier:
        return Hold.EARLIER
    if it.circuit == Hold.AUTH:
        return Hold.AUTH
    if it.kind == Kind.RECALL:
        return None
    if it.stopped:
        return Hold.STOPPED
    if not it.sending:
        return Hold.SWITCH
    if it.circuit:
        return it.circuit
    if it.revised:
        return Hold.REVISED
    if it.not_before and it.now < it.not_before:
        return Hold.SLOT
    if it.uncovered:
        return Hold.RIGHTS
    return _hold_of_first(it) if it.kind == Kind.PUBLISH else None


def _hold_of_first(it: Standing) -> Hold | None:
    if not it.enabled:
        return Hold.RETIRED
    if not it.quiet_waived and in_quiet(it.clock, it.quiet_from, it.quiet_until):
        return Hold.QUIET
    return None


def in_quiet(clock: time, start: time | None, end: time | None) -> bool:
    """Whether a time of day lies in quiet hours, ``start`` included; they may span midnight."""
    if start is None or end is None or start == end:
        return False
    if start < end:
        return start <= clock < end
    return clock >= start or clock < end


def backoff(
    refusals: int, told: timedelta | None = None, spread: random.Random | None = None
) -> timedelta:
    """How long to stay away after so many refusals in a row: full jitter, or what we were told."""
    if told is not None:
        return told
    ceiling = min(BACKOFF_MOST, BACKOFF_FIRST * 2.0 ** min(refusals, 16))
    return ceiling * (spread or _DICE).random()


_DICE = random.SystemRandom()


def poll_pause(looks: int) -> timedelta:
    """How long to wait before asking again about what a platform accepted: 0.2 s to 5 min."""
    return min(timedelta(minutes=5), timedelta(seconds=0.2) * 2.0 ** min(looks, 16))


GOOD, BAD, UNCLEAR = ".", "x", "?"
"""How an account's platform answered; a circuit keeps the latest answers as one word."""


def is_failing(answers: str) -> bool:
    """Whether an account's latest answers, oldest first, are reason to leave it alone."""
    in_a_row = len(answers) - len(answers.rstrip(BAD + UNCLEAR))
    failures = len(answers) - answers.count(GOOD)
    half = len(answers) >= ANSWERS_LEAST and 2 * failures >= len(answers)
    return in_a_row >= FAILURES_MOST or half


def probe_pause(probes: int) -> timedelta:
    return min(PROBE_MOST, PROBE_FIRST * 2.0 ** min(probes, 8))


class Verdict(StrEnum):
    """What a look that found nothing allows."""

    LOOK_AGAIN = "look_again"
    NOT_SENT = "not_sent"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the platform after an unclear outcome that did not find the piece."""

    complete: bool
    """The list was read whole, back to before the attempt; False: it could not be told."""
    authoritative: bool
    """The platform's list shows at once whatever was accepted, after the settle window."""
    hopeless: bool
    """The platform offers nothing to look at."""
    began_at: datetime
    unknown_since: datetime
    settle_window: timedelta
    attempts: int


def verdict(look: Look, now: datetime) -> Verdict:
    """Absence is believed only on a complete, authoritative list, read after the settle window."""
    if look.hopeless:
        return Verdict.ASK
    settled = look.began_at >= look.unknown_since + look.settle_window
    if look.complete and look.authoritative and settled:
        return Verdict.NOT_SENT if look.attempts < ATTEMPTS_MOST else Verdict.ASK
    if now - look.unknown_since >= UNKNOWN_MOST:
        return Verdict.ASK
    return Verdict.LOOK_AGAIN
