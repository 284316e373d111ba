"""The contract of a channel: what it is given, what it answers, and how it fails.

A channel is one class in one file. It is given a :class:`Post`, complete and frozen, and carries
it in two strides: :meth:`Channel.prepare` does what may be repeated without harm (uploads, a
draft), :meth:`Channel.publish` is the one call after which readers may see the piece. Whatever
else a platform can do is a protocol of its own, here and in :mod:`channels.abilities`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, BinaryIO, ClassVar, Protocol, runtime_checkable


def N_(message: str) -> str:  # noqa: N802 - the name that gettext extraction knows
    """Mark a message id for translation; the edges translate it when they show it."""
    return message


class Form(StrEnum):
    """The shape in which a piece appears on a platform."""

    ARTICLE = "article"
    STATUS = "status"
    IMAGES = "images"
    VIDEO = "video"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Media:
    """One file of a post, named by the SHA-256 of its bytes; pixels and seconds where known."""

    sha256: str
    mime: str
    size: int
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    name: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Master:
    """A finished piece in neutral form, from which each channel makes its own edition.

    ``html`` is clean HTML with :data:`channels.markup.BLOCKS`; ``codes`` are the QR codes in it.
    """

    title: str
    digest: str
    html: str
    text: str
    pictures: tuple[Media, ...] = ()
    codes: tuple[Media, ...] = ()
    video: Media | None = None
    cover: Media | None = None
    tags: tuple[str, ...] = ()
    author: str = ""
    source: str = ""
    credits: tuple[tuple[str, str], ...] = ()
    """(role, names) in the order in which readers see them, e.g. ("审核", "…")."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What one channel will show of a piece; every field may be tuned by hand afterwards."""

    form: Form
    title: str = ""
    digest: str = ""
    body: str = ""
    """HTML for an article (figures still by ``data-sha256``), plain text for the other forms."""
    cover: Media | None = None
    media: tuple[Media, ...] = ()
    """All files sent besides the cover, in order: body pictures, or the one video."""
    tags: tuple[str, ...] = ()
    author: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """An edition addressed to one account: exactly what will be sent, and nothing else.

    ``uid`` is unique to (piece, account, revision) and travels inside the payload wherever the
    platform lets it, so that a listing can later prove whether the piece is there. ``link`` is
    the public address that carries it.
    """

    uid: str
    edition: Edition
    link: str
    revision: int = 1
    extras: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The post as plain data, from which :func:`post_from_json` makes an equal one."""
        return asdict(self)

    @property
    def payload_hash(self) -> str:
        """SHA-256 (hex) over the canonical JSON, the hashes of all media included."""
        canonical = json.dumps(
            self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()


def post_from_json(data: Mapping[str, Any]) -> Post:
    """The inverse of :meth:`Post.as_json`. Raises ``KeyError`` or ``TypeError`` on foreign data."""
    edition = dict(data["edition"])
    edition["form"] = Form(edition["form"])
    edition["cover"] = Media(**edition["cover"]) if edition["cover"] else None
    edition["media"] = tuple(Media(**medium) for medium in edition["media"])
    edition["tags"] = tuple(edition["tags"])
    return Post(**{**data, "edition": Edition(**edition)})


class Outcome(StrEnum):
    """How a platform stands to a post, by evidence."""

    LIVE = "live"
    ACCEPTED = "accepted"
    """The platform has the task and will decide later: poll, or wait for its callback."""
    HANDED = "handed"
    """A package lies ready and a person finishes by hand."""
    REFUSED = "refused"
    """The platform decided against the piece after accepting it (review, originality)."""
    GONE = "gone"
    """It was live; the platform or the account's owner removed it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Evidence of an outcome. ``evidence`` is the platform's own reply, secrets removed."""

    outcome: Outcome
    remote_id: str = ""
    remote_url: str = ""
    task_id: str = ""
    """What :meth:`Polls.poll` needs while the outcome is ``ACCEPTED``."""
    code: str = ""
    words: str = ""
    """The platform's own words, where it said any."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    unspent: bool = False
    """``REFUSED`` before anything was executed: what the account is rationed to is still there."""


class Problem(StrEnum):
    """What stands in the way of sending an edition; the desk has a sentence for each."""

    TITLE_MISSING = "title_missing"
    TITLE_TOO_LONG = "title_too_long"
    TITLE_TOO_SHORT = "title_too_short"
    DIGEST_TOO_LONG = "digest_too_long"
    BODY_MISSING = "body_missing"
    BODY_TOO_LONG = "body_too_long"
    COVER_MISSING = "cover_missing"
    COVER_TOO_LARGE = "cover_too_large"
    PICTURE_MISSING = "picture_missing"
    PICTURE_TOO_LARGE = "picture_too_large"
    TOO_MANY_PICTURES = "too_many_pictures"
    PICTURE_TYPE = "picture_type"
    VIDEO_MISSING = "video_missing"
    VIDEO_TOO_LARGE = "video_too_large"
    VIDEO_TOO_LONG = "video_too_long"
    VIDEO_TYPE = "video_type"
    VIDEO_LANDSCAPE = "video_landscape"
    HASHTAG_FORBIDDEN = "hashtag_forbidden"
    AUTHOR_TOO_LONG = "author_too_long"
    PUSH_TOO_LARGE = "push_too_large"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with its numbers: what is allowed, and what was found."""

    problem: Problem
    allowed: float = 0
    found: float = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform takes of one form; 0 means that it sets no limit (sizes in bytes)."""

    form: Form
    title_min: int = 0
    title_max: int = 0
    digest_max: int = 0
    body_max: int = 0
    author_max: int = 0
    pictures_min: int = 0
    pictures_max: int = 0
    picture_bytes: int = 0
    picture_mimes: tuple[str, ...] = ()
    cover_required: bool = False
    cover_bytes: int = 0
    video_bytes: int = 0
    video_seconds: float = 0
    video_mimes: tuple[str, ...] = ()
    portrait: bool = False
    """The platform shows 9:16; a landscape clip would be letter-boxed."""


class Listing(StrEnum):
    """What the platform's own list of our posts is worth as evidence of absence."""

    AUTHORITATIVE = "authoritative"
    LAGGING = "lagging"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What may be relied upon after an unclear outcome."""

    listing: Listing = Listing.NONE
    settle_window: timedelta = timedelta(seconds=30)
    """How long an accepted request may take to show up in the listing."""
    native_key: timedelta | None = None
    """How long the platform answers a repeated request key with the first result."""


class ChannelError(Exception):
    """Base of what a channel raises. ``words`` are the platform's own, secrets removed."""

    def __init__(
        self, words: str = "", *, code: str = "", evidence: Mapping[str, Any] | None = None
    ):
        super().__init__(words)
        self.words = words
        self.code = code
        self.evidence = dict(evidence or {})


class Rejected(ChannelError):
    """The platform parsed the request and refused it: repeating it changes nothing."""


class Unavailable(ChannelError):
    """Proved that nothing was accepted (connection refused, rate limit): back off, try again."""

    def __init__(self, words: str = "", *, retry_after: timedelta | None = None, **details: Any):
        super().__init__(words, **details)
        self.retry_after = retry_after


class Spent(Unavailable):
    """What the platform allows in a day is used up; it takes nothing before its midnight."""


class Unsure(ChannelError):
    """Something may have happened (time-out, reset, 5xx, unreadable reply). Look, never resend."""


class NeedsReauth(ChannelError):
    """The account's credentials no longer work; a person must renew them."""


class StaleToken(NeedsReauth):
    """The access token ran out. Adapters renew it once; seen outside, renewing did not help."""


class Owner(StrEnum):
    """Who can do something about an error."""

    EDITOR = "editor"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What one error code of a platform means: how it is raised, whose it is, what to do."""

    error: type[ChannelError]
    owner: Owner
    sentence: str
    """A Chinese message id: what happened and what helps."""
    wait: timedelta | None = None
    """How long to stay away, for ``Unavailable``."""


class Files(Protocol):
    """Where a channel reads the bytes of a post's media."""

    def open(self, sha256: str) -> BinaryIO: ...


class Tokens(Protocol):
    """The tokens of one account, shared by all workers.

    ``lock`` is held while one worker refreshes, so that two never spend a single-use refresh
    token; ``get`` answers ``None`` once the token has expired. What is put must be durable and
    sealed: a platform that spends its refresh tokens leaves the newest one only here.
    """

    def get(self, name: str) -> str | None: ...
    def put(self, name: str, value: str, lifetime: timedelta) -> None: ...
    def drop(self, name: str) -> None: ...
    def lock(self, name: str) -> AbstractContextManager[object]: ...


@runtime_checkable
class Channel(Protocol):
    """One platform account, ready to be used. Built as ``Class(settings, files, tokens)``.

    ``Settings`` is a frozen dataclass; a field whose metadata has ``secret=True`` is sealed at
    rest and never shown again, ``label`` and ``help`` in the metadata draw the admin form.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    limits: ClassVar[Limits]
    abilities: Abilities
    """Of the class; an account whose settings change them has its own."""
    remedies: ClassVar[Mapping[str, Remedy]]
    Settings: ClassVar[type]

    def __init__(self, settings: Any, files: Files, tokens: Tokens) -> None: ...

    @classmethod
    def compose(cls, master: Master) -> Edition:
        """The edition that the platform's rules make of a piece; pure."""
        ...

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        """What stands in the way of sending this edition; pure, no network."""
        ...

    def prepare(self, post: Post) -> dict[str, Any]:
        """Upload media and make drafts; repeating it leaves at most harmless orphans.

        Answers plain data that :meth:`publish` needs; the caller keeps it and passes it back.
        """
        ...

    def publish(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        """Make it public. Called at most once per attempt; never repeats a request by itself."""
        ...

    def find(self, post: Post, parcel: Mapping[str, Any], since: datetime) -> Receipt | None:
        """Look for the post on the platform, reading only.

        ``None`` only when the platform's list was read completely back to five minutes before
        ``since`` and lacks the post; any :class:`ChannelError` means that it cannot be told.
        """
        ...


@runtime_checkable
class Polls(Protocol):
    """A channel that decides later and can be asked."""

    def poll(self, receipt: Receipt) -> Receipt: ...


@runtime_checkable
class Recalls(Protocol):
    """A channel from which a live post can be taken back. ``words`` name what stays visible."""

    def recall(self, receipt: Receipt) -> Receipt: ...


@runtime_checkable
class HandsOff(Protocol):
    """A channel that a person finishes: ``publish`` answers ``HANDED`` and this names the rest."""

    def package(self, post: Post) -> bytes:
        """A zip: manifest.json, body.html, body.txt, media, SHA256SUMS."""
        ...

    def checklist(self) -> list[str]:
        """What the operator does, step by step, as message ids."""
        ...

    def accepts_url(self, url: str) -> bool:
        """Whether a pasted public address can belong to this platform."""
        ...


@runtime_checkable
class Probes(Protocol):
    """A channel whose credentials can be tried by a call that reads only."""

    def probe(self) -> None:
        """Return if the account answers; raise ``NeedsReauth`` or ``Unavailable`` if not."""
        ...
