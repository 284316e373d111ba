"""Rules of tips (S57): who may, how each lives, what is taken and how long it is kept."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station."""

    READ = "tips.read"
    SORT = "tips.sort"
    APPROVE = "tips.approve_look"
    """Let another person see how to reach a source; nobody approves a look of their own."""
    ERASE = "tips.erase"
    TAKE_DOWN = "tips.take_down"
    """Enter what somebody told by telephone, at the door or in a letter."""
    PAY = "tips.pay"
    """Pay a reward to whoever brings its claim code."""


class Way(StrEnum):
    """How a tip came: its source filled the form in, or somebody of the newsroom took it down."""

    FORM = "form"
    PHONE = "phone"
    VISIT = "visit"
    LETTER = "letter"


TAKEN_DOWN = (Way.PHONE, Way.VISIT, Way.LETTER)


class State(StrEnum):
    """What became of a tip (S58: 新, 采用, 弃, 转问政)."""

    NEW = "new"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    TO_PETITIONS = "to_petitions"
    MERGED = "merged"
    ERASED = "erased"


MACHINE = Machine(
    State,
    State.NEW,
    move("adopt", {State.NEW}, State.ADOPTED, May.SORT, "采用"),
    move("reject", {State.NEW}, State.REJECTED, May.SORT, "不采用"),
    move("pass_on", {State.NEW}, State.TO_PETITIONS, May.SORT, "转问政"),
    move("merge", {State.NEW}, State.MERGED, May.SORT, "合并"),
    move("reopen", {State.REJECTED}, State.NEW, May.SORT, "重新考虑"),
    move("erase", frozenset(State) - {State.ERASED}, State.ERASED, May.ERASE, "销毁"),
)
TARGETS = frozenset({State.NEW, State.ADOPTED})
"""Into these a tip about the same may be merged."""


class Look(StrEnum):
    """How a wish to know how to reach a source stands."""

    ASKED = "asked"
    GRANTED = "granted"
    DENIED = "denied"


LOOK = Machine(
    Look,
    Look.ASKED,
    move("grant", {Look.ASKED}, Look.GRANTED, May.APPROVE, "同意"),
    move("deny", {Look.ASKED}, Look.DENIED, May.APPROVE, "不同意"),
)
LOOK_LASTS = timedelta(minutes=30)
"""So long after it was granted the one who asked may look."""


class Reward(StrEnum):
    """How a reward stands."""

    OFFERED = "offered"
    PAID = "paid"


REWARD = Machine(
    Reward,
    Reward.OFFERED,
    move("pay", {Reward.OFFERED}, Reward.PAID, May.PAY, "已领取"),
)


class Family(StrEnum):
    """What came with a tip, as far as the desk is told."""

    PICTURE = "picture"
    FILM = "film"
    TEXT = "text"
    """A document of which the text is shown."""
    PAPER = "paper"
    """A document that is kept and not shown."""


class Showing(StrEnum):
    """How what the desk sees of a file stands."""

    WAITING = "waiting"
    SHOWN = "shown"
    WITHHELD = "withheld"


LEAST_WORDS = 5
MOST_WORDS = 10_000
MOST_CONTACT = 300
MOST_PLACE = 120
MOST_EVENT = 120
MOST_FILES = 10
"""Files in one sending."""
MOST_ADDED = 50
"""Sendings after the first."""
LEAST_SECONDS = 3
"""Nobody fills the form in in less; a program does."""
MOST_FORM_AGE = timedelta(days=2)
"""How long a form may lie open before it is sent."""
MOST_ATTEMPTS = 3
"""After so many beginnings without an end a file is withheld: it would kill every worker."""
LEASE = timedelta(minutes=5)
"""How long a worker has for a file before another takes it."""
MOST_REWARD = 100_000
"""Yuan."""
