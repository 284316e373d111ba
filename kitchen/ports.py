"""What has an outside: the asset store, the platforms, the queue's doorbell, live updates, mail.

Each port is a small protocol with a real part and, for tests, a quiet twin. Services reach them
through the session (:func:`of`), so that a reaction needs nothing but the session and its event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from assets.arrivals import Arrivals
from assets.erasable import ErasableVault
from assets.sealed_store import SealedStore
from assets.store import Keeper
from channels.abilities import Pace
from channels.base import Channel
from kitchen.config import LOOPBACK
from kitchen.core.seal import Sealer


class Bell(Protocol):
    """Rings at a worker's door. Losing a ring loses nothing: sweepers look for what is due."""

    def ring(self, doorbell: str, subject_id: int) -> None: ...


class Live(Protocol):
    """Tells open pages that something they show has changed."""

    def tell(self, topic: str, **data: Any) -> None: ...


class PacerAway(Exception):
    """Nobody can say whether a call may be made now: it is not made."""


class Pacer(Protocol):
    """How often a platform may be called for one account."""

    def take(self, key: str, pace: Pace, *, urgent: bool = False) -> timedelta:
        """Nought if the call may be made now, else how long to wait.

        ``urgent`` calls go by a count of their own where the common one cannot be reached; for
        others that raises :class:`PacerAway`.
        """
        ...


class Presence(Protocol):
    """Who is at a place now. It may forget everybody: they tell again within seconds."""

    def enter(self, place: str, client: str, told: Mapping[str, Any]) -> None:
        """Note that ``client`` is there, with what is told of it, for a little while."""
        ...

    def leave(self, place: str, client: str) -> None: ...

    def who(self, place: str) -> list[dict[str, Any]]:
        """What was told of everyone there, with their ``client``; the first to come first."""
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """A short mail in plain text, to one person."""

    to: str
    subject: str
    text: str
    uid: str
    """Names it for ever, so that whoever receives it twice can tell."""


class NotSent(Exception):
    """The letter was certainly not taken. ``later`` says whether another try may help."""

    def __init__(self, words: str, *, later: bool) -> None:
        super().__init__(words)
        self.later = later


class PerhapsSent(Exception):
    """Nobody can say whether the letter was taken: it is not sent again."""


class Mailer(Protocol):
    """The way out for mail."""

    @property
    def on(self) -> bool:
        """Whether there is such a way in this house."""
        ...

    def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises :class:`NotSent` or :class:`PerhapsSent`."""
        ...


OpenChannel = Callable[[str, Mapping[str, Any], str], Channel]
"""(channel key, settings in clear, account uid) -> the channel, ready to be used."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All of them, made once per process in ``app.py``."""

    store: Keeper
    sealer: Sealer
    bell: Bell
    live: Live
    open_channel: OpenChannel
    sealed: SealedStore = field(kw_only=True)
    """For originals that may give a source away."""
    public_url: str = ""
    desk_url: str = ""
    """The desk's own address, for links in what leaves the house."""
    mailer: Mailer = field(default_factory=lambda: QuietMailer())
    pacer: Pacer = field(default_factory=lambda: QuietPacer())
    presence: Presence = field(default_factory=lambda: QuietPresence())

    @property
    def at_home(self) -> bool:
        """Whether this house is for this machine alone, and so may call it: a demo, a test."""
        return urlsplit(self.public_url).hostname in LOOPBACK


@dataclass(frozen=True, slots=True)
class TipRoom:
    """Where tips lie, apart from all else, and how many the house takes and for how long."""

    vault: ErasableVault
    arrivals: Arrivals
    """Files of tips that come in pieces."""
    most_in_minute: int
    days: int
    """Days after which what was turned down is erased."""


@dataclass(slots=True)
class QuietMailer:
    """The twin: remembers what was sent, and fails as it was told to; off until it is turned on."""

    on: bool = False
    sent: list[Letter] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(letter)


@dataclass(slots=True)
class QuietPacer:
    """The twin: nobody ever waits, unless it was told how the next calls go."""

    waits: list[timedelta | Exception] = field(default_factory=list)

    def take(self, key: str, pace: Pace, *, urgent: bool = False) -> timedelta:
        wait = self.waits.pop(0) if self.waits else timedelta()
        if isinstance(wait, Exception):
            raise wait
        return wait


@dataclass(slots=True)
class QuietPresence:
    """The twin: everyone stays until they leave."""

    places: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def enter(self, place: str, client: str, told: Mapping[str, Any]) -> None:
        self.places.setdefault(place, {})[client] = {"client": client, **told}

    def leave(self, place: str, client: str) -> None:
        self.places.get(place, {}).pop(client, None)

    def who(self, place: str) -> list[dict[str, Any]]:
        return list(self.places.get(place, {}).values())


@dataclass(slots=True)
class QuietBell:
    """The twin: remembers who was rung."""

    rung: list[tuple[str, int]] = field(default_factory=list)

    def ring(self, doorbell: str, subject_id: int) -> None:
        self.rung.append((doorbell, subject_id))


@dataclass(slots=True)
class QuietLive:
    """The twin: remembers what was told."""

    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def tell(self, topic: str, **data: Any) -> None:
        self.told.append((topic, data))


def of(session: Session) -> Ports:
    """The ports of the house in which this unit of work is done."""
    ports = session.info["ports"]
    assert isinstance(ports, Ports)
    return ports


def tips_of(session: Session) -> TipRoom:
    """Where the house keeps its tips."""
    room = session.info["tips"]
    assert isinstance(room, TipRoom)
    return room
