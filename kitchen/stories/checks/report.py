"""What is checked (:class:`Piece`) and what comes of it (:class:`Hit`, :class:`Report`)."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from kitchen.core.errors import Sentence
from kitchen.wordlists.compiled import Lists, as_shipped
from kitchen.wordlists.rules import Setting

_ENDS = re.compile(r"[。！？；!?\n]")  # noqa: RUF001 - the marks that end a sentence

_FAR = 200
"""Characters before and after a hit in which its sentence is looked for."""


class Level(StrEnum):
    """How much a hit weighs."""

    BLOCK = "block"
    WARN = "warn"
    HINT = "hint"

    def outweighs(self, other: Level) -> bool:
        """Whether it weighs more than another."""
        return list(Level).index(self) < list(Level).index(other)


@dataclass(frozen=True, slots=True)
class Mark:
    """That somebody called a hit false: what it weighed then, why, and who."""

    level: Level
    reason: str
    by: str


class Where(StrEnum):
    """In which part of the piece it was found."""

    TITLE = "title"
    DIGEST = "digest"
    TEXT = "text"
    SOURCES = "sources"
    CREDITS = "credits"
    PICTURES = "pictures"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or film of the piece. ``obstacle`` says why it may not be published, if so."""

    name: str
    credit: str = ""
    obstacle: str = ""
    aigc: int = 0


@dataclass(frozen=True, slots=True)
class DeadLink:
    """An address that did not answer when it was last looked at, and when (newsroom's time)."""

    href: str
    status: int
    looked_at: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A master as the checks see it: plain values, and the newsroom's calendar day.

    ``reprint`` holds the label of a reprint (``source``, ``author``, ``title``, ``editor``), and is
    empty for a piece of one's own.
    """

    title: str
    digest: str
    text: str
    today: date
    sources: Sequence[Mapping[str, str]] = ()
    credits: Sequence[Mapping[str, Any]] = ()
    pictures: Sequence[Picture] = ()
    links: Sequence[str] = ()
    ai_use: str = "none"
    dead_links: Sequence[DeadLink] = ()
    reprint: Mapping[str, str] = field(default_factory=dict)
    channels: frozenset[str] = frozenset()
    column: str = ""
    lists: Lists = field(default_factory=as_shipped)

    @property
    def setting(self) -> Setting:
        """What decides which entries of the word lists hold for it."""
        return Setting(self.today, self.channels, self.column)

    def prose(self) -> list[tuple[Where, str]]:
        """The parts that readers read."""
        return [(Where.TITLE, self.title), (Where.DIGEST, self.digest), (Where.TEXT, self.text)]

    def words_of(self, where: Where) -> str:
        """One of the parts that readers read; of any other place nothing."""
        return dict(self.prose()).get(where, "")

    @property
    def text_hash(self) -> str:
        """SHA-256 (hex) of what readers read."""
        words = "\x00".join(words for _, words in self.prose())
        return hashlib.sha256(words.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: which rule, where (``offset`` counts characters), and what to do.

    ``advice`` is a catalogue id with ``%(name)s`` places for ``params``; ``note`` is what the
    keepers of a word list say about the word, ``replacement`` what may stand in place of ``quote``.
    """

    rule: str
    level: Level
    where: Where
    quote: str
    offset: int
    advice: str
    params: Mapping[str, Any] = field(default_factory=dict)
    replacement: str = ""
    note: str = ""
    key: str = ""
    """Names this hit as long as its sentence stays as it is; empty where nothing is quoted."""
    false: Mapping[str, str] = field(default_factory=dict)
    """Where somebody judged it to be none: ``reason`` and ``by``."""

    @property
    def told(self) -> Sentence:
        """The advice with its places filled, for the edge to say."""
        return Sentence(self.advice, self.params)

    @property
    def end(self) -> int:
        return self.offset + len(self.quote)


@dataclass(frozen=True, slots=True)
class Report:
    """All hits, gravest first, then in the order of the text, and what they were found with."""

    hits: tuple[Hit, ...]
    text_hash: str = ""
    lists: Mapping[str, int] = field(default_factory=dict)
    """The version of each word list."""

    @property
    def open(self) -> tuple[Hit, ...]:
        """Hits that nobody called false."""
        return tuple(hit for hit in self.hits if not hit.false)

    @property
    def blocking(self) -> tuple[Hit, ...]:
        return tuple(hit for hit in self.open if hit.level is Level.BLOCK)

    def count(self, level: str) -> int:
        """How many hits there are of one level, those called false aside."""
        return sum(hit.level == level for hit in self.open)

    def marked(self, marks: Mapping[str, Mark]) -> Report:
        """The same with what people called false, by the keys of the hits.

        They judged what it weighed then: once it weighs more, somebody has to judge it again.
        """
        return replace(self, hits=tuple(_marked(hit, marks.get(hit.key)) for hit in self.hits))

    def as_json(self) -> dict[str, Any]:
        return {
            "hits": [asdict(hit) for hit in self.hits],
            "counts": {level.value: self.count(level) for level in Level},
            "text_hash": self.text_hash,
            "lists": dict(self.lists),
        }


def _marked(hit: Hit, mark: Mark | None) -> Hit:
    if mark is None or hit.level.outweighs(mark.level):
        return hit
    return replace(hit, false={"reason": mark.reason, "by": mark.by})


def report_from_json(data: Mapping[str, Any]) -> Report:
    """The inverse of :meth:`Report.as_json`; of a version without a report, an empty one."""
    hits = (
        Hit(**{**hit, "level": Level(hit["level"]), "where": Where(hit["where"])})
        for hit in data.get("hits", ())
    )
    return Report(tuple(hits), data.get("text_hash", ""), data.get("lists", {}))


def sentence_around(words: str, start: int, end: int) -> str:
    """The sentence, or sentences, in which ``words[start:end]`` stands."""
    first, last = max(0, start - _FAR), min(len(words), end + _FAR)
    before = [mark.end() for mark in _ENDS.finditer(words, first, start)]
    after = _ENDS.search(words, max(start, end - 1), last)
    return words[before[-1] if before else first : after.end() if after else last].strip()


def named(piece: Piece, hits: Sequence[Hit]) -> list[Hit]:
    """The hits with their keys; the same thing twice in one sentence is two hits."""
    seen: Counter[str] = Counter()
    keyed = []
    for hit in hits:
        if hit.quote:
            sentence = sentence_around(piece.words_of(hit.where), hit.offset, hit.end)
            told = "\x00".join((hit.rule, hit.where, hit.quote, sentence))
            seen[told] += 1
            digest = hashlib.sha256(f"{told}\x00{seen[told]}".encode()).hexdigest()
            hit = replace(hit, key=digest[:24])
        keyed.append(hit)
    return keyed
