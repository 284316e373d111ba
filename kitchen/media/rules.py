"""Rules of the catalogue: what is taken in, what may be shown, how a clip comes to be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station. Reading is shared by all (S51); rights go by the unit."""

    READ = "media.read"
    UPLOAD = "media.upload"
    SUPPLY = "media.supply"
    """Send files along with a piece, without entering the catalogue."""
    EDIT_RIGHTS = "media.edit_rights"
    TAKE_ORIGINAL = "media.take_original"
    WITHDRAW = "media.withdraw"
    """Take an asset out of use, and with it whatever shows it."""
    ADOPT = "media.adopt"
    """Claim an asset of another unit for the own one, with a share of the credit (S56)."""
    SHARE = "media.share"
    """Show assets to people outside by an address that ends."""
    TAKE_SEALED = "media.take_sealed"
    """Take an original that may give a source away."""


class Kind(StrEnum):
    PICTURE = "picture"
    VIDEO = "video"


class Rights(StrEnum):
    """By what right we show it."""

    OWN = "own"
    LICENSED = "licensed"
    SUPPLIED = "supplied"
    UNKNOWN = "unknown"


class Making(StrEnum):
    """How far a clip is that we make ourselves; what was uploaded is there at once."""

    DONE = ""
    QUEUED = "queued"
    MAKING = "making"
    FAILED = "failed"


class State(StrEnum):
    """Whether an asset may be used at all."""

    AVAILABLE = "available"
    WITHDRAWN = "withdrawn"
    SETTLED = "settled"
    """Withdrawn, and what showed it is being called back: there is no way back."""


MACHINE = Machine(
    State,
    State.AVAILABLE,
    move("withdraw", {State.AVAILABLE}, State.WITHDRAWN, May.WITHDRAW, "撤下", needs_reason=True),
    move("restore", {State.WITHDRAWN}, State.AVAILABLE, May.WITHDRAW, "恢复使用"),
    move("settle", {State.WITHDRAWN}, State.SETTLED, May.WITHDRAW, "已处理"),
)


class Orientation(StrEnum):
    """How a picture or film lies."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"
    SQUARE = "square"


class Obstacle(StrEnum):
    """Why an asset may not be published."""

    WITHDRAWN = "withdrawn"
    RIGHTS_UNKNOWN = "rights_unknown"
    RIGHTS_EXPIRED = "rights_expired"
    NOT_READY = "not_ready"


MOST_BYTES = 60 * 1024 * 1024
"""The heaviest file that is taken in; below the limit of a whole request."""
MOST_FILES = 20
"""Files in one go; more are sent in a second go."""
FILM = "film"
"""The rendition of a film that leaves the house: the same pictures, nothing said about itself."""
LEASE = timedelta(minutes=10)
"""How long a clip belongs to the worker that began it; longer than the queue lets one run."""
MOST_ATTEMPTS = 3
"""After so many beginnings without an end a clip has failed: it would kill every worker."""
AIGC_LEVELS = range(4)
"""0: made by people. 1 to 3: generated, possibly, suspected (GB 45438-2025, ``Label``)."""


def obstacle(state: str, rights: str, until: date | None, making: str, on: date) -> Obstacle | None:
    """Why this may not be published on that day; ``None`` if it may.

    That it was withdrawn explains everything else, and so is told first.
    """
    if state != State.AVAILABLE:
        return Obstacle.WITHDRAWN
    if making != Making.DONE:
        return Obstacle.NOT_READY
    if rights == Rights.UNKNOWN:
        return Obstacle.RIGHTS_UNKNOWN
    if until is not None and until < on:
        return Obstacle.RIGHTS_EXPIRED
    return None


def orientation_of(width: int, height: int) -> str:
    """How it lies; empty while its size is not known."""
    if not width or not height:
        return ""
    if width == height:
        return Orientation.SQUARE
    return Orientation.LANDSCAPE if width > height else Orientation.PORTRAIT


def former(preset: str, sha256: str) -> str:
    """The name of a shape's bytes once others have taken its place."""
    return f"{preset}@{sha256[:8]}"


def shape_of(preset: str) -> str:
    """The shape whose bytes a rendition holds now, or held before."""
    return preset.partition("@")[0]


def aigc_level(label: str | None) -> int:
    """The level that a file's own label states; 0 for none or one that nobody understands."""
    return int(label) if label in {"1", "2", "3"} else 0


def inherited_rights(rights: Sequence[str]) -> Rights:
    """By what right a clip is shown: the weakest of those of its pictures."""
    order = (Rights.UNKNOWN, Rights.SUPPLIED, Rights.LICENSED, Rights.OWN)
    return next((each for each in order if each in rights), Rights.UNKNOWN)


def inherited_aigc(levels: Iterable[int]) -> int:
    """The surest label among a clip's pictures: 1 is certain, 3 only suspected, 0 is none."""
    return min((level for level in levels if level), default=0)


def recipe(pictures: Sequence[str], title: str, captions: Sequence[str]) -> str:
    """What a clip is made of, as a hash: asked for twice, it is made once."""
    ingredients = json.dumps([list(pictures), title, list(captions)], ensure_ascii=False)
    return hashlib.sha256(ingredients.encode()).hexdigest()


def may_begin(making: str, since: datetime | None, now: datetime) -> bool:
    """Whether a worker may take up a clip: it waits, or whoever began it is gone."""
    if making == Making.QUEUED:
        return True
    return making == Making.MAKING and (since is None or since + LEASE < now)
