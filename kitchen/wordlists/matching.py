"""Words found as they stand on a list, in one pass whatever the list's length (Aho–Corasick).

Nothing of an entry is read as a pattern: a word is its characters and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import ahocorasick

from kitchen.wordlists.normal import Plain, plain_of
from kitchen.wordlists.rules import Entry, Kind, Setting

Automaton = Any
"""An :class:`ahocorasick.Automaton`, which carries no types."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry, and where in the text as written it was met."""

    entry: Entry
    start: int
    end: int


class Words:
    """Entries whose words are to be found as they stand."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        by_word: dict[str, list[Entry]] = {}
        for entry in entries:
            by_word.setdefault(plain_of(entry.word), []).append(entry)
        self._automaton = automaton_of(by_word.items())

    def matches(self, plain: Plain, setting: Setting) -> list[Match]:
        """Every entry in force that is met, in the order of the text; the longest of each list."""
        found: list[Match] = []
        for start, end, entries in spans(self._automaton, plain.words):
            place = plain.place(start, end)
            for entry in entries:
                if _stands(entry, plain, *place) and entry.holds(setting):
                    found.append(Match(entry, *place))
        return list(_longest(found)) if len(found) > 1 else found


def automaton_of(words: Iterable[tuple[str, Any]]) -> Automaton:
    """An automaton that answers ``(length, value)`` for each word; empty words are left out."""
    automaton = ahocorasick.Automaton()
    for word, value in words:
        if word:
            automaton.add_word(word, (len(word), value))
    if len(automaton):
        automaton.make_automaton()
    return automaton


def spans(automaton: Automaton, words: str) -> Iterator[tuple[int, int, Any]]:
    """(start, end, value) of everything that an automaton knows in ``words``."""
    if len(automaton):
        for last, (length, value) in automaton.iter(words):
            yield last + 1 - length, last + 1, value


def covered(text: str, start: int, end: int, wordings: Iterable[str]) -> bool:
    """Whether ``text[start:end]`` stands within one of the wordings."""
    return any(_covers(text, start, end, wording) for wording in wordings if wording)


def _covers(text: str, start: int, end: int, wording: str) -> bool:
    at = text.find(wording, max(0, end - len(wording)), start + len(wording))
    return 0 <= at <= start


def _stands(entry: Entry, plain: Plain, start: int, end: int) -> bool:
    """Whether what was met is the entry's word rather than parts of others beside each other.

    What is banned is found across marks as well: whoever puts a comma into it means it.
    """
    text = plain.text
    if "\n" in text[start:end] or _within_latin(text, start, end):
        return False
    if entry.kind is not Kind.BANNED and not plain.in_one_breath(start, end):
        return False
    return not (entry.exceptions and covered(text, start, end, entry.exceptions))


def _within_latin(text: str, start: int, end: int) -> bool:
    """Whether it cuts through a Latin word or a number."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return (_latin(before) and _latin(text[start])) or (_latin(after) and _latin(text[end - 1]))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _longest(found: list[Match]) -> Iterator[Match]:
    """Without what lies within a longer match of the same list."""
    reached: dict[Kind, int] = {}
    for match in sorted(found, key=lambda it: (it.start, -it.end)):
        if match.end > reached.get(match.entry.kind, -1):
            reached[match.entry.kind] = match.end
            yield match
