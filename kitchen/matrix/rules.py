"""Rules of the account registry: who may, and what makes an account fit to send."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class May(StrEnum):
    """Permissions of this station. Managing and switching hold over the account's own unit."""

    READ = "matrix.read"
    MANAGE = "matrix.manage"
    SWITCH = "matrix.switch"


class Condition(StrEnum):
    """How an account stands; the first that applies is the one that matters."""

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


def condition(*, enabled: bool, sending: bool, check: str) -> Condition:
    """How an account stands, from its switches and its last check (empty: never tried)."""
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
