"""What is checked (:class:`Piece`) and what comes of it (:class:`Hit`, :class:`Report`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from kitchen.core.errors import Sentence


class Level(StrEnum):
    """How much a hit weighs."""

    BLOCK = "block"
    WARN = "warn"
    HINT = "hint"


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
class Piece:
    """A master as the checks see it: plain values, and the newsroom's calendar day."""

    title: str
    digest: str
    text: str
    today: date
    sources: Sequence[Mapping[str, str]] = ()
    credits: Sequence[Mapping[str, Any]] = ()
    pictures: Sequence[Picture] = ()
    links: Sequence[str] = ()
    ai_use: str = "none"

    def prose(self) -> list[tuple[Where, str]]:
        """The parts that readers read."""
        return [(Where.TITLE, self.title), (Where.DIGEST, self.digest), (Where.TEXT, self.text)]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: which rule, where (``offset`` counts characters), and what to do.

    ``advice`` is a catalogue id with ``%(name)s`` places for ``params``.
    """

    rule: str
    level: Level
    where: Where
    quote: str
    offset: int
    advice: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def told(self) -> Sentence:
        """The advice with its places filled, for the edge to say."""
        return Sentence(self.advice, self.params)


@dataclass(frozen=True, slots=True)
class Report:
    """All hits, gravest first, then in the order of the text."""

    hits: tuple[Hit, ...]

    @property
    def blocking(self) -> tuple[Hit, ...]:
        return tuple(hit for hit in self.hits if hit.level is Level.BLOCK)

    def count(self, level: str) -> int:
        """How many hits there are of one level."""
        return sum(hit.level == level for hit in self.hits)

    def as_json(self) -> dict[str, Any]:
        return {
            "hits": [asdict(hit) for hit in self.hits],
            "counts": {level.value: self.count(level) for level in Level},
        }


def report_from_json(data: Mapping[str, Any]) -> Report:
    """The inverse of :meth:`Report.as_json`; of a version without a report, an empty one."""
    return Report(
        tuple(
            Hit(**{**hit, "level": Level(hit["level"]), "where": Where(hit["where"])})
            for hit in data.get("hits", ())
        )
    )
