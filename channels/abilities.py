"""What a platform may be able to do besides taking a post; each asked for with ``isinstance``.

None of these creates anything that readers see, except :class:`Corrects`, which puts a newer
revision where one stands, and :class:`Replays`, whose whole point is that the platform itself keeps
a repeated request from becoming a second piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from channels.base import Outcome, Post, Receipt


class Forged(Exception):
    """A callback that is not the platform's: wrong signature, another account, too old."""


@dataclass(frozen=True, slots=True)
class Call:
    """A callback as it came in, unread. ``headers`` by lower-case name."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    """When it came, by our clock (UTC)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a callback says of one piece.

    ``key`` is what the platform tells repeated callbacks apart by, unique per account. ``receipt``
    names the piece by ``task_id`` or ``remote_id``. ``proof`` says that the signature covers these
    very bytes: without it the notice is only a reason to go and ask.
    """

    key: str
    receipt: Receipt
    proof: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody wrote to the account privately (私信). ``key`` is the platform's own id of it.

    ``sender`` is how the platform names them to this account. ``text`` is empty where ``form``
    says that they sent something else than words: a picture, a voice.
    """

    key: str
    sender: str
    text: str
    at: datetime
    form: str = "text"


@dataclass(frozen=True, slots=True)
class Heard:
    """The answer that the platform expects to its callback, and what was in it."""

    answer: bytes = b"success"
    mime: str = "text/plain"
    notices: tuple[Notice, ...] = ()
    letters: tuple[Letter, ...] = ()


@runtime_checkable
class Listens(Protocol):
    """A channel that the platform calls back."""

    def listen(self, call: Call) -> Heard:
        """Check and read a callback; no network. Raises :class:`Forged`."""
        ...


@runtime_checkable
class Corrects(Protocol):
    """A channel on which a live post can be replaced in place by a newer revision."""

    def correct(self, receipt: Receipt, post: Post, parcel: Mapping[str, Any]) -> Receipt: ...


@runtime_checkable
class Replays(Protocol):
    """A channel whose platform answers a repeated request key with the first result.

    Good for ``abilities.native_key`` after the attempt was armed.
    """

    def replay(self, post: Post, parcel: Mapping[str, Any]) -> Receipt:
        """Make the very request of :meth:`~channels.base.Channel.publish` again, key and all."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What the platform made of our draft: its text or HTML, and where a person may look at it."""

    title: str
    body: str
    url: str = ""


@runtime_checkable
class ReadsBack(Protocol):
    """A channel whose draft can be read again before it is made public."""

    def read_back(self, parcel: Mapping[str, Any]) -> Kept: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """A post that stands on the account, whoever put it there."""

    remote_id: str
    at: datetime
    title: str = ""
    url: str = ""
    link: str = ""
    """The fingerprint link inside it, if it carries one."""
    outcome: Outcome = Outcome.LIVE


@runtime_checkable
class Lists(Protocol):
    """A channel whose account can be read through, newest first; what a patrol walks along."""

    def listed(self, since: datetime) -> Iterator[Seen]:
        """Everything put on the account since then. Raises a ``ChannelError`` if it breaks off."""
        ...


class Window(StrEnum):
    """The span for which a quota is counted, in the newsroom's time."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Quota:
    """So many posts in a window. What is scarce is booked in our ledger before it is spent."""

    window: Window
    most: int


@runtime_checkable
class Rations(Protocol):
    """A channel of which only so many posts may be made."""

    @property
    def quota(self) -> Quota | None:
        """By this account's settings; ``None``: not rationed."""
        ...


@runtime_checkable
class Expires(Protocol):
    """A channel whose access ends on a known day, whatever we do: a person must renew it."""

    def access_until(self) -> datetime | None:
        """The last moment; ``None`` while it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a platform counts of one post. ``None`` is "not told", which is not nought."""

    remote_id: str
    reads: int | None = None
    likes: int | None = None
    shares: int | None = None
    comments: int | None = None
    day: date | None = None
    """The day that was counted; ``None``: everything so far."""
    more: Mapping[str, Any] = field(default_factory=dict)


class NotYet(Exception):
    """The platform has not counted that day yet: ask again later."""


@runtime_checkable
class Measures(Protocol):
    """A channel that tells how its posts are read."""

    def measure(self, receipts: Sequence[Receipt], day: date) -> list[Numbers]:
        """Of these posts on that day, or so far. Raises :class:`NotYet` or a ``ChannelError``."""
        ...


@runtime_checkable
class TellsDays(Protocol):
    """A channel that counts by the day, and tells all days of a post at once."""

    def days_of(self, receipts: Sequence[Receipt], published: date) -> list[Numbers]:
        """Every counted day of these posts, which went out on that day: one :class:`Numbers` for
        each. A post nobody is told of is left out. Raises :class:`NotYet` or a ``ChannelError``.
        """
        ...


@runtime_checkable
class CountsFollowers(Protocol):
    """A channel that tells how many follow the account."""

    def followers(self, day: date) -> int | None:
        """At the end of that day, or now where the platform tells nothing else; ``None``: it does
        not say. Raises :class:`NotYet` or a ``ChannelError``.
        """
        ...


@dataclass(frozen=True, slots=True)
class Comment:
    """What a reader wrote under a post, with our reply where there is one."""

    id: str
    author: str
    text: str
    at: datetime
    reply: str = ""
    elected: bool = False
    """Shown to everybody by the operator's choice (精选)."""
    parent: str = ""
    """The comment that it answers, where readers answer each other (跟帖)."""


@runtime_checkable
class Converses(Protocol):
    """A channel whose readers comment, and may be answered."""

    def comments(self, receipt: Receipt) -> Iterator[Comment]: ...

    def reply(self, receipt: Receipt, comment_id: str, text: str) -> None:
        """Answer a comment. Answering again is refused or changes nothing."""
        ...


@runtime_checkable
class TellsLatest(Protocol):
    """A channel that lists comments newest first, so that a look may end where one began before."""

    def latest(self, receipt: Receipt, since: datetime) -> Iterator[Comment]:
        """The comments made since then, as :meth:`Converses.comments` tells them."""
        ...


@runtime_checkable
class BoundsReplies(Protocol):
    """A channel whose platform takes replies of a certain length only."""

    @staticmethod
    def reply_overrun(text: str) -> int:
        """By how many characters, as the platform counts, a reply is too long; 0: it fits."""
        ...


@runtime_checkable
class Answers(Protocol):
    """A channel on which private letters may be answered; they come in by :class:`Heard`."""

    def answer(self, sender: str, text: str) -> None:
        """Write to whoever sent one. Raises ``Rejected`` once the platform's time for it is over.

        No list tells afterwards what was written: after :class:`~channels.base.Unsure` a person
        must look.
        """
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """So many publishing calls per span, which may come in one burst."""

    calls: int
    per: timedelta


@runtime_checkable
class Paced(Protocol):
    """A channel whose platform takes only so many publishing calls in a while."""

    @property
    def pace(self) -> Pace | None:
        """By this account's settings; ``None``: as often as one likes."""
        ...


@runtime_checkable
class Scannable(Protocol):
    """A channel that a person finishes on a phone, beginning with a QR code."""

    def scan_link(self, handed: Mapping[str, Any]) -> str:
        """The text to draw as a QR code, at most 2 953 bytes (what one holds at level L).

        ``handed`` is the parcel, or the evidence of the ``HANDED`` receipt. The text is good for
        half an hour at least: make it when somebody is about to scan. Raises a ``ChannelError``
        if the platform gives no ticket for it.
        """
        ...
