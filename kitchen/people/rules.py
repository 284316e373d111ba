"""Rules about people: levels of units, passwords, how long a sign-in lasts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class May(StrEnum):
    """Permissions of this station."""

    ADMINISTER = "people.administer"
    READ_AUDIT = "people.read_audit"
    READ_UNITS = "people.read_units"
    """See the tree of units, and who has which post in each."""


class Level(StrEnum):
    """Where a unit stands in the district (the source's 区政府 / 区直部门 / 镇街)."""

    DISTRICT = "district"
    DEPARTMENT = "department"
    TOWN = "town"
    MEDIA_CENTRE = "media_centre"
    SECTION = "section"


PARENTS: Mapping[Level, frozenset[Level | None]] = {
    Level.DISTRICT: frozenset({None}),
    Level.MEDIA_CENTRE: frozenset({Level.DISTRICT}),
    Level.DEPARTMENT: frozenset({Level.DISTRICT, Level.DEPARTMENT}),
    Level.TOWN: frozenset({Level.DISTRICT}),
    Level.SECTION: frozenset({Level.MEDIA_CENTRE, Level.DEPARTMENT, Level.TOWN, Level.SECTION}),
}
"""Below which levels a unit of each level may stand; ``None``: at the top."""

PASSWORD_MIN = 12
PASSWORD_MAX = 128
IDLE_LIMIT = timedelta(minutes=30)
SESSION_LIMIT = timedelta(hours=12)
TOKEN_LIMIT = timedelta(hours=12)
PASSER_BY_LIMIT = timedelta(hours=2)
"""How long a session lasts that nobody has signed in to (it holds only a form token)."""

FREE_ATTEMPTS = 5
FREE_FROM_HERE = 50
"""Failures that an address may have, whoever was tried: a whole office may share one."""
LONGEST_WAIT = timedelta(minutes=15)
ATTEMPTS_KEPT = timedelta(days=1)


def wait_after(failures: int, free: int = FREE_ATTEMPTS) -> timedelta:
    """How long the next try must wait after so many failures in a row: doubling, never for ever.

    A stranger can slow an account's sign-in from one address, and never lock it.
    """
    if failures < free:
        return timedelta()
    doublings = min(failures - free, 20)
    return min(LONGEST_WAIT, timedelta(seconds=2**doublings))


HOUSE_WORDS = ("kitchen", "password", "rongmei", "newsroom")


def password_fault(password: str, username: str) -> str | None:
    """What is wrong with a new password, as a reason code; ``None`` if it will do.

    Length is asked for, kinds of characters are not (ASVS 5.0, 6.2).
    """
    lowered = password.lower()
    if len(password) < PASSWORD_MIN:
        return "too_short"
    if len(password) > PASSWORD_MAX:
        return "too_long"
    if username.lower() in lowered or any(word in lowered for word in HOUSE_WORDS):
        return "guessable"
    if len(set(password)) < 5:
        return "guessable"
    return None
