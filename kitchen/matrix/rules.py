"""Rules of the account registry: who may, and what makes an account fit to send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class May(StrEnum):
    """Permissions of this station. Managing and switching hold over the account's own unit."""

    READ = "matrix.read"
    MANAGE = "matrix.manage"
    SWITCH = "matrix.switch"
    FILE = "matrix.file"
    """A unit's own part: filings, self-checks, people, stop notices. Held over the unit."""
    CONSENT = "matrix.consent"
    """The word of a unit's head."""
    REGISTER = "matrix.register"
    """The cyberspace office: surveys, filing, vetting, the library, the calendar."""
    CONDUCT = "matrix.conduct"
    """Clean-up campaigns: opinions, decisions, notices, closings."""
    LEAD_INSIDE = "matrix.lead_inside"
    """Let calls for an account go to a machine of the house, and so see what that answers."""


class Condition(StrEnum):
    """How an account stands; the first that applies is the one that matters."""

    ELSEWHERE = "elsewhere"
    """Registered, and run by its unit: the house holds no credentials."""
    RETIRED = "retired"
    HALTED = "halted"
    LOCKED_OUT = "locked_out"
    UNTRIED = "untried"
    READY = "ready"


class Check(StrEnum):
    """What came of trying an account's credentials."""

    WORKS = "works"
    NEEDS_REAUTH = "needs_reauth"
    UNAVAILABLE = "unavailable"
    MISCONFIGURED = "misconfigured"
    NOT_CHECKABLE = "not_checkable"
    """The platform offers no harmless call, or a person carries the piece there by hand."""


def condition(*, enabled: bool, sending: bool, check: str, held: bool = True) -> Condition:
    """How an account stands, from its switches and its last check (empty: never tried)."""
    if not held:
        return Condition.ELSEWHERE
    if not enabled:
        return Condition.RETIRED
    if not sending:
        return Condition.HALTED
    if check in {Check.NEEDS_REAUTH, Check.MISCONFIGURED}:
        return Condition.LOCKED_OUT
    return Condition.READY if check else Condition.UNTRIED


SLOTS = ("principal", "supervisor", "office", "keepers")
"""Who answers for an account (S17): 主要负责人, 分管领导, 责任科室, 责任人员."""


def empty_slots(responsible: Mapping[str, str]) -> list[str]:
    """The slots that nobody fills yet; an account is complete without any (S17)."""
    return [slot for slot in SLOTS if not responsible.get(slot, "").strip()]


CHECK_EVERY = timedelta(hours=24)
"""How often the house itself tries the access of every account in use."""
CHECK_GOOD_FOR = timedelta(hours=30)
"""How long a check is believed: a day, and a round that came late."""
STEPS = (14, 7, 2, 0)
"""Days before an access ends at which people are told, once each; 0: it has ended."""
SAME_ACCESS = timedelta(hours=1)
"""Two platforms' answers that differ by less speak of the same access, rounded anew."""


def stale(checked_at: datetime | None, now: datetime) -> bool:
    """Whether the last check is too old to rely on, or there was none."""
    return checked_at is None or now - checked_at > CHECK_GOOD_FOR


def step_of(until: datetime | None, now: datetime) -> int | None:
    """The last of :data:`STEPS` that is reached; ``None`` while the end is far or not known."""
    if until is None:
        return None
    return min((step for step in STEPS if until - now <= timedelta(days=step)), default=None)


def same_access(one: datetime | None, other: datetime | None) -> bool:
    """Whether two ends are of one and the same access."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SAME_ACCESS


def to_tell(step: int | None, told: int | None) -> bool:
    """Whether people are to be told of a step, after ``told`` was the last one told of it."""
    return step is not None and (told is None or step < told)
