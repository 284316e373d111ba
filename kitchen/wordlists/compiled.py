"""All lists ready to be looked for in a text, made once for each version in each process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy.orm import Session

from kitchen.wordlists import queries
from kitchen.wordlists.matching import Words
from kitchen.wordlists.names import Names
from kitchen.wordlists.phrases import Phrases
from kitchen.wordlists.rules import PHRASES, TONES, WORDS, Entry, Kind, Setting
from kitchen.wordlists.seeds import shipped

Stamps = tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """What every check asks; ``versions`` names the version of each list that it was made of."""

    versions: Mapping[str, int]
    words: Words
    phrases: Phrases
    names: Names
    sources: tuple[Entry, ...]
    allowed: tuple[Entry, ...]
    tones: Words
    """Words that say how the public feels; asked of what it writes, never of a story."""

    def is_source(self, name: str, setting: Setting) -> bool:
        """Whether pieces of this source may be reprinted now."""
        return any(entry.word == name.strip() and entry.holds(setting) for entry in self.sources)


@dataclass(slots=True)
class _Shelf:
    """What this process made last. Content is named by its stamps, so that nothing goes stale."""

    made: tuple[Stamps, Lists] | None = None


_SHELF = _Shelf()


def in_force(session: Session) -> Lists:
    """The lists as they stand; one small query where this process knows them already."""
    stamps = queries.stamps(session)
    if not stamps:
        return as_shipped()
    made = _SHELF.made
    if made is None or made[0] != stamps:
        entries = [entry for kind in Kind for entry in queries.entries(session, kind)]
        lists = ready(entries, {kind: number for kind, number, _ in stamps})
        _SHELF.made = stamps, lists
        return lists
    return made[1]


@cache
def as_shipped() -> Lists:
    """The lists that nobody has changed."""
    return ready((entry for kind in Kind for entry in shipped(kind)), {})


def ready(entries: Iterable[Entry], versions: Mapping[str, int]) -> Lists:
    """Entries of any lists, ready to be looked for."""
    known = list(entries)
    return Lists(
        versions={str(kind): versions.get(kind, queries.AS_SHIPPED) for kind in Kind},
        words=Words(it for it in known if it.kind in WORDS),
        phrases=Phrases(it for it in known if it.kind in PHRASES),
        names=Names(it for it in known if it.kind is Kind.PERSON),
        sources=tuple(it for it in known if it.kind is Kind.SOURCE),
        allowed=tuple(it for it in known if it.kind is Kind.ALLOWED),
        tones=Words(it for it in known if it.kind in TONES),
    )
