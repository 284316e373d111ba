"""Rules of the watch: when to look, what a look proves, and what people say of a foreign post."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station. Judging holds over the account's unit."""

    READ = "watch.read"
    JUDGE = "watch.judge"


class State(StrEnum):
    """How a post stands that is on an account and was not put there by the house."""

    OPEN = "open"
    OURS = "ours"
    """Somebody of ours posted it by hand."""
    ALIEN = "alien"
    """Nobody of ours did: the account may be in other hands."""


MACHINE = Machine(
    State,
    State.OPEN,
    move("own", {State.OPEN}, State.OURS, May.JUDGE, "我们手工发的", needs_reason=True),
    move("disown", {State.OPEN}, State.ALIEN, May.JUDGE, "不是我们发的"),
)

WALK_EVERY = timedelta(minutes=30)
"""How often an account is walked along while something on it is new: 48 looks of the 100 calls a
day that the stingiest platform (Weibo, per user and interface) grants."""
NEW_FOR = timedelta(hours=24)
WALK_DAILY = timedelta(hours=24)
KEPT_FOR = timedelta(days=7)
"""How far back a walk goes, and for how long a post of ours is missed when it is not there."""
SECOND_LOOK = timedelta(minutes=10)
"""How long after a first look in vain a second one proves that the post is gone."""

AHEAD = timedelta(hours=6)
"""So long before something is due the access of its account is tried again."""
TRIED_LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Absence:
    """A walk along an account that did not come past a post of ours."""

    complete: bool
    """The list was read whole, back to before the post was put there."""
    authoritative: bool
    """The platform's list shows at once all that is there, after the settle window."""
    began_at: datetime
    live_since: datetime
    settle_window: timedelta
    first_missed_at: datetime | None


class Verdict(StrEnum):
    PROVES_NOTHING = "proves_nothing"
    MISSED = "missed"
    GONE = "gone"


def verdict(it: Absence) -> Verdict:
    """What a look in vain proves: only whole, authoritative lists count, and two of them."""
    if not (it.complete and it.authoritative):
        return Verdict.PROVES_NOTHING
    if it.began_at < it.live_since + it.settle_window:
        return Verdict.PROVES_NOTHING
    if it.first_missed_at is None or it.began_at - it.first_missed_at < SECOND_LOOK:
        return Verdict.MISSED
    return Verdict.GONE


def walk_due(
    now: datetime, walked_at: datetime | None, *, complete: bool, newest: datetime | None
) -> bool:
    """Whether an account is to be walked along; ``newest`` is when our latest post went live.

    A walk that broke off has another turn soon, and so has one on an account with something new.
    """
    if walked_at is None:
        return True
    soon = not complete or (newest is not None and now - newest <= NEW_FOR)
    return now - walked_at >= (WALK_EVERY if soon else WALK_DAILY)


def is_foreign(names_of_ours: Collection[str], *, carries_link: bool, in_doubt: bool) -> bool:
    """Whether a post on an account is none of ours; ``names_of_ours`` are those that it shares.

    ``in_doubt``: the outcome of something we sent there is still open. A post that carries no link
    may then be just that, and is left for a later walk.
    """
    return not names_of_ours and (carries_link or not in_doubt)
