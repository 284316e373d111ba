"""Rules of the outlet: what an item is, when a request about one is refused, what bytes it takes.

The wire that these rules serve is written down in the docstring of ``channels.outlet``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class May(StrEnum):
    """Permissions of this station."""

    ADMINISTER = "outlet.administer"
    ARRANGE = "outlet.arrange"
    """Order the columns, the catalogue of services and the links to accounts."""


class Status(StrEnum):
    """``pubstatus`` of ninjs, as far as the outlet knows it."""

    USABLE = "usable"
    CANCELED = "canceled"
    """Withdrawn: a tombstone stays where the piece was, in feeds as well."""


WITHDRAWN = "这篇稿件已撤下"
"""What stands in place of a withdrawn piece, in feeds as on pages (whose template says it too)."""


class Form(StrEnum):
    """``type`` of ninjs."""

    TEXT = "text"
    PICTURE = "picture"
    VIDEO = "video"


class Role(StrEnum):
    """As what an item shows a file."""

    COVER = "cover"
    MEDIA = "media"


class Part(StrEnum):
    """What of a piece a correction may change, in the order in which readers are told."""

    HEADLINE = "headline"
    BYLINE = "byline"
    DIGEST = "digest"
    BODY = "body"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Shown:
    """A file that an item shows; pixels and seconds where known, else 0."""

    sha256: str
    role: Role
    caption: str = ""
    width: int = 0
    height: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Piece:
    """One version of an item, as the newsroom sends it. ``uid`` is the fingerprint of its post."""

    uri: str
    uid: str
    revision: int
    headline: str
    form: Form = Form.TEXT
    digest: str = ""
    byline: str = ""
    body: str = ""
    tags: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = field(default=())
    column: str = ""
    correction: str = ""
    """What is corrected and why, in the newsroom's words for readers."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the stored item stands."""

    revision: int
    status: Status


class Objection(StrEnum):
    """Why a version cannot take its place; the values are the wire's codes."""

    UNKNOWN = "unknown"
    VERSION = "version"
    WITHDRAWN = "withdrawn"
    MISMATCH = "mismatch"


def objection(
    stored: Standing | None, offered: int, match: int | None, *, withdraws: bool = False
) -> Objection | None:
    """What speaks against version ``offered`` over what is stored; ``None``: nothing does.

    ``match`` is the version that the sender believes to be stored (``If-Match``).
    """
    if stored is None:
        return Objection.UNKNOWN if withdraws or match is not None else None
    if stored.status is Status.CANCELED:
        return Objection.WITHDRAWN
    if offered <= stored.revision:
        return Objection.VERSION
    return None if match == stored.revision else Objection.MISMATCH


SKEW = timedelta(seconds=300)
"""How far the sender's clock may be off, either way; an older request may be a replay."""


def is_fresh(timestamp: int, now: float) -> bool:
    """Whether a request signed at ``timestamp`` may still be believed; both in seconds of Unix."""
    return abs(now - timestamp) <= SKEW.total_seconds()


MOST_ITEM = 2 * 1024 * 1024
"""Bytes of an item as JSON; the longest reportage is a tenth of that."""
MOST_PICTURE = 20 * 1024 * 1024
"""Bytes of a picture, as the channel's limits promise."""
MOST_MEDIA = 60 * 1024 * 1024
"""Bytes of any file."""


def most_bytes(mime: str) -> int:
    """How large a file of this type may be."""
    return MOST_PICTURE if mime.startswith("image/") else MOST_MEDIA


class Mode(StrEnum):
    """What is asked of the hub."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


LEASE = timedelta(days=10)
"""How long a subscription holds that names no time of its own."""
SHORTEST_LEASE, LONGEST_LEASE = timedelta(hours=1), timedelta(days=30)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
"""How long the hub waits after each failed try; after the last it gives up."""


def lease_of(asked: int | None) -> timedelta:
    """For how long a subscription is granted to whoever asked for so many seconds."""
    if asked is None:
        return LEASE
    return min(max(timedelta(seconds=asked), SHORTEST_LEASE), LONGEST_LEASE)


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed tries; ``None``: give up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


BROKEN_AFTER = 3
"""So many failed looks in a row make a link broken: readers are no longer sent there."""
LOOK_AGAIN = timedelta(hours=6)
LOOK_AGAIN_SOON = timedelta(minutes=30)
"""After a failure, so that a short outage is over soon, and a broken link known within the hour."""


LATELY = timedelta(days=30)
"""For how long back the desk is told how often a link was taken."""


def answers(status: int) -> bool:
    """Whether a page that answers so is there for readers: even one that asks to sign in is."""
    return 200 <= status < 400 or status in (401, 403, 405, 429)


def is_broken(failures: int) -> bool:
    return failures >= BROKEN_AFTER


def next_look(failures: int) -> timedelta:
    return LOOK_AGAIN_SOON if 0 < failures < BROKEN_AFTER else LOOK_AGAIN
