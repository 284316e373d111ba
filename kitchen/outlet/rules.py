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


class Status(StrEnum):
    """``pubstatus`` of ninjs, as far as the outlet knows it."""

    USABLE = "usable"
    CANCELED = "canceled"
    """Withdrawn: a tombstone stays where the piece was, in feeds as well."""


class Form(StrEnum):
    """``type`` of ninjs."""

    TEXT = "text"
    PICTURE = "picture"
    VIDEO = "video"


class Role(StrEnum):
    """As what an item shows a file."""

    COVER = "cover"
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
