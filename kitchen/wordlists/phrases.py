"""Fixed wordings: what is nearly one of them, and so most likely meant to be it.

A wording is cut into one part more than it may have faults; whoever has no more faults than that
has kept one part whole. The parts are looked for in one pass, and what stands around a part that
was met is compared with the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kitchen.wordlists.matching import Match, automaton_of, covered, spans
from kitchen.wordlists.normal import Plain, plain_of
from kitchen.wordlists.rules import Entry, Setting

_LONG = 12
"""Characters from which a wording may have two faults instead of one."""

Span = tuple[int, int]


class Phrases:
    """Entries whose wordings are right as they stand."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        known = [(plain_of(entry.word), entry) for entry in entries]
        parts: dict[str, list[tuple[str, Entry, int]]] = {}
        for word, entry in known:
            for at, part in _parts(word):
                parts.setdefault(part, []).append((word, entry, at))
        self._whole = automaton_of((word, entry) for word, entry in known)
        self._parts = automaton_of(parts.items())

    def nearly(self, plain: Plain, setting: Setting) -> list[Match]:
        """Every place that is nearly a wording in force, in the order of the text."""
        whole = {
            place
            for start, end, _ in spans(self._whole, plain.words)
            for place in range(start, end)
        }
        best: dict[Span, tuple[int, Entry]] = {}
        for start, _, candidates in spans(self._parts, plain.words):
            for word, entry, at in candidates:
                around = _nearest(word, plain.words, start - at)
                if around is None or not whole.isdisjoint(range(*around[1])):
                    continue
                faults, span = around
                if _counts(entry, plain, span, setting):
                    best.setdefault(span, (faults, entry))
        return [Match(entry, *plain.place(*span)) for span, (_, entry) in _apart(best)]


def faults_allowed(word: str) -> int:
    return 2 if len(word) >= _LONG else 1


def distance(one: str, other: str) -> int:
    """The least number of characters to change, add or leave out (Levenshtein)."""
    row = list(range(len(other) + 1))
    for number, mine in enumerate(one, 1):
        before, row[0] = row[0], number
        for at, theirs in enumerate(other, 1):
            changed = before + (mine != theirs)
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, changed)
    return row[-1]


def _parts(word: str) -> Iterator[tuple[int, str]]:
    """(place in the word, part), one more than it may have faults."""
    number = faults_allowed(word) + 1
    edges = [len(word) * each // number for each in range(number + 1)]
    for start, end in zip(edges, edges[1:], strict=False):
        yield start, word[start:end]


def _nearest(word: str, words: str, start: int) -> tuple[int, Span] | None:
    """(faults, span) of what is most like ``word`` around ``start``; ``None``: nothing is."""
    most = faults_allowed(word)
    best: tuple[int, int, Span] | None = None
    for begin in range(max(0, start - most), start + most + 1):
        for length in range(len(word) - most, len(word) + most + 1):
            end = begin + length
            if end <= len(words):
                faults = distance(word, words[begin:end])
                rank = (faults, abs(length - len(word)), (begin, end))
                if faults <= most and (best is None or rank < best):
                    best = rank
    return (best[0], best[2]) if best is not None else None


def _counts(entry: Entry, plain: Plain, span: Span, setting: Setting) -> bool:
    start, end = plain.place(*span)
    return (
        entry.holds(setting)
        and "\n" not in plain.text[start:end]
        and not covered(plain.text, start, end, entry.exceptions)
    )


def _apart(best: dict[Span, tuple[int, Entry]]) -> Sequence[tuple[Span, tuple[int, Entry]]]:
    """Of those that lie over each other the one with the fewest faults; in the text's order."""
    kept: list[tuple[Span, tuple[int, Entry]]] = []
    taken: set[int] = set()
    for span, found in sorted(best.items(), key=lambda it: (it[1][0], it[0])):
        if taken.isdisjoint(range(*span)):
            taken.update(range(*span))
            kept.append((span, found))
    return sorted(kept, key=lambda it: it[0])
