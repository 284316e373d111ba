"""Rules of leads: where they come from, how they live, when two of them are the same."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from enum import StrEnum

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station."""

    READ = "leads.read"
    REPORT = "leads.report"
    TRIAGE = "leads.triage"
    READ_CONTACT = "leads.read_contact"
    CONTRIBUTE = "leads.contribute"
    """Send pieces as a unit's correspondent, and follow one's own."""
    KEEP_FEEDS = "leads.keep_feeds"
    """Say at which addresses the house looks for news by itself."""
    OVERSEE = "leads.oversee"
    """Follow what the correspondents of one's unit send."""


class Source(StrEnum):
    """Who brought it (S58)."""

    REPORTER = "reporter"
    CORRESPONDENT = "correspondent"
    PUBLIC = "public"
    HOTLINE = "hotline"
    PETITION = "petition"
    OPINION = "opinion"
    FEED = "feed"


class Urgency(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"
    BREAKING = "breaking"


class State(StrEnum):
    NEW = "new"
    ADOPTED = "adopted"
    DROPPED = "dropped"
    TO_PETITIONS = "to_petitions"
    MERGED = "merged"


WITH_A_SOURCE = frozenset({Source.PUBLIC, Source.HOTLINE, Source.PETITION})
"""Brought by people who must not be found out."""


def is_protected(source: str, contact: str) -> bool:
    """Whether the files of a lead may give away who told it; ``contact`` is any trace of them."""
    return bool(contact.strip()) or source in WITH_A_SOURCE


MACHINE = Machine(
    State,
    State.NEW,
    move("adopt", {State.NEW}, State.ADOPTED, May.TRIAGE, "转选题"),
    move("drop", {State.NEW}, State.DROPPED, May.TRIAGE, "不采用", needs_reason=True),
    move("pass_on", {State.NEW}, State.TO_PETITIONS, May.TRIAGE, "转问政", needs_reason=True),
    move("merge", {State.NEW}, State.MERGED, May.TRIAGE, "合并"),
    move("reopen", {State.DROPPED, State.TO_PETITIONS}, State.NEW, May.TRIAGE, "重新考虑"),
)

DUPLICATE_WINDOW = timedelta(days=3)
"""How far back a newly reported lead is compared with others."""
ALIKE = 0.45
"""From which likeness on two leads are shown as probably the same."""
_COMPARED = 200
"""Characters of the text that are compared; the facts stand at its head."""


def shingles(title: str, body: str) -> frozenset[str]:
    """The character pairs of a lead: letters and digits only, full and half width alike."""
    plain = unicodedata.normalize("NFKC", title + body[:_COMPARED]).lower()
    letters = "".join(character for character in plain if character.isalnum())
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How alike two leads are, 0 to 1: shared pairs over those of the shorter one.

    The shorter one counts, because a hotline note of one line and a reporter's paragraph about
    the same fire are the same lead.
    """
    if not one or not other:
        return 0.0
    return len(one & other) / min(len(one), len(other))
