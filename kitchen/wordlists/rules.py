"""Rules of word lists: which there are, what an entry holds, when it is in force, who may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station."""

    READ = "wordlists.read"
    KEEP = "wordlists.keep"
    """Change lists; the leaders' table: propose a change."""
    CONFIRM = "wordlists.confirm"
    """Put into force what somebody else proposed for the leaders' table."""


class Kind(StrEnum):
    """The lists of a house; each is one."""

    BANNED = "banned"
    SUPERLATIVE = "superlative"
    TYPO = "typo"
    PHRASE = "phrase"
    PERSON = "person"
    PLACE = "place"
    SOURCE = "source"
    ALLOWED = "allowed"
    """Wordings in which nothing is held to be wrong, of all checks or of one."""
    PRAISE = "praise"
    COMPLAINT = "complaint"
    """Words by which the public says that it is pleased, or that it is not (S27)."""


class Level(StrEnum):
    """How grave it is to meet the word: 禁, 慎, 提示. The values are those of the checks."""

    FORBID = "block"
    CARE = "warn"
    NOTE = "hint"


WORDS = frozenset({Kind.BANNED, Kind.SUPERLATIVE, Kind.TYPO})
"""Lists whose words are to be found as they stand."""
TONES = frozenset({Kind.PRAISE, Kind.COMPLAINT})
"""Lists that are asked of what the public writes, and never of a story."""
PHRASES = frozenset({Kind.PHRASE, Kind.PLACE})
"""Lists whose wordings are right as they stand; what is nearly one of them is found."""
TWO_PERSONS = frozenset({Kind.PERSON})
"""Lists of which one person proposes a change and another puts it into force."""

WORD_LONGEST = 60
NOTE_LONGEST = 200
PHRASE_SHORTEST = 6
"""Characters below which nearly the same is too often something else."""
SEVERAL_MOST = 20
"""Channels, columns or exceptions of one entry."""
RANK_MOST = 9999


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list. What a kind has no use for stays empty.

    ``word`` is a word, a wording, a name; ``title`` an office, or of an allowed wording the rule
    that it is allowed before. Without channels and columns it holds everywhere; the days of
    ``valid_from`` and ``valid_to`` are the newsroom's and both included.
    """

    kind: Kind
    word: str
    level: Level = Level.CARE
    replacement: str = ""
    note: str = ""
    channels: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    """Wordings in which the word is no hit."""
    title: str = ""
    rank: int = 0
    """Place in the order of precedence: 1 comes first; 0 where there is none."""
    valid_from: date | None = None
    valid_to: date | None = None
    uid: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """By what an entry is the same as another one of its list."""
        if self.kind is Kind.PERSON:
            return (self.word, self.title, self.valid_from.isoformat() if self.valid_from else "")
        return (self.word, self.title)

    def holds(self, setting: Setting) -> bool:
        """Whether it is in force for a piece."""
        return (
            self.holds_on(setting.today)
            and (not self.channels or not setting.channels.isdisjoint(self.channels))
            and (not self.columns or setting.column in self.columns)
        )

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    def as_json(self) -> dict[str, Any]:
        """Plain values, as a proposal keeps them."""
        days = {name: _iso(getattr(self, name)) for name in ("valid_from", "valid_to")}
        several = {name: list(getattr(self, name)) for name in SEVERAL}
        return {**asdict(self), **several, **days}


SEVERAL = ("channels", "columns", "exceptions")
"""Fields of an entry that hold any number of words."""


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def entry_from_json(data: Mapping[str, Any]) -> Entry:
    """The inverse of :meth:`Entry.as_json`."""
    days = {
        name: date.fromisoformat(data[name]) if data[name] else None
        for name in ("valid_from", "valid_to")
    }
    several = {name: tuple(data[name]) for name in SEVERAL}
    kept = {**data, **several, **days}
    return Entry(**{**kept, "kind": Kind(data["kind"]), "level": Level(data["level"])})


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a piece appears: what decides which entries hold for it."""

    today: date
    channels: frozenset[str] = frozenset()
    column: str = ""


class Field(StrEnum):
    """Fields of an entry that people fill in, in the order of a sheet."""

    WORD = "word"
    LEVEL = "level"
    REPLACEMENT = "replacement"
    TITLE = "title"
    RANK = "rank"
    NOTE = "note"
    CHANNELS = "channels"
    COLUMNS = "columns"
    EXCEPTIONS = "exceptions"
    VALID_FROM = "valid_from"
    VALID_TO = "valid_to"


_SCOPE = (Field.CHANNELS, Field.COLUMNS, Field.EXCEPTIONS)
_DAYS = (Field.VALID_FROM, Field.VALID_TO)
_LISTED = (Field.WORD, Field.LEVEL, Field.REPLACEMENT, Field.NOTE, *_SCOPE, *_DAYS)
_TONE = (Field.WORD, Field.NOTE, Field.EXCEPTIONS, *_DAYS)
_WORDING = (Field.WORD, Field.LEVEL, Field.NOTE, *_SCOPE, *_DAYS)

FIELDS: Mapping[Kind, tuple[Field, ...]] = {
    Kind.BANNED: _LISTED,
    Kind.SUPERLATIVE: _LISTED,
    Kind.TYPO: _LISTED,
    Kind.PHRASE: _WORDING,
    Kind.PLACE: _WORDING,
    Kind.PERSON: (Field.WORD, Field.TITLE, Field.RANK, Field.NOTE, *_DAYS),
    Kind.SOURCE: (Field.WORD, Field.NOTE, *_DAYS),
    Kind.ALLOWED: (Field.WORD, Field.TITLE, Field.NOTE, Field.CHANNELS, Field.COLUMNS, *_DAYS),
    Kind.PRAISE: _TONE,
    Kind.COMPLAINT: _TONE,
}
"""What the entries of each list are made of."""


class State(StrEnum):
    """Of a proposed change of a list that wants two persons."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


MACHINE = Machine(
    State,
    State.OPEN,
    move("confirm", {State.OPEN}, State.CONFIRMED, May.CONFIRM, "确认生效"),
    move("refuse", {State.OPEN}, State.REFUSED, May.CONFIRM, "不同意", needs_reason=True),
    move("withdraw", {State.OPEN}, State.WITHDRAWN, May.KEEP, "撤回提议"),
)
