"""Rules of search: what counts as the same letter, what a question asks for, where a hit stands.

A question is a few words with gaps between them; each must stand somewhere in what is found, as it
was typed and be it in the middle of a longer word. There are no operators: every sign is a sign.
Two texts are compared as :func:`fold` leaves them, and the index answers what a scan of all folded
texts would answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum


class Kind(StrEnum):
    """What can be looked for; the order in which kinds are shown."""

    STORIES = "stories"
    TOPICS = "topics"
    LEADS = "leads"
    ASSETS = "assets"
    PEOPLE = "people"
    ANSWERS = "answers"


FAMILY = 1 << 40
"""How many rows of one kind there may be; ids in the index are spread by it."""
_KINDS = tuple(Kind)
_FIRST = {kind: (at + 1) * FAMILY for at, kind in enumerate(_KINDS)}
LONGEST = 100
"""Characters of a question."""
SAVED_AT_MOST = 50
"""Questions that one person may keep."""
NAME_MAX = 40
"""Characters of a kept question's name."""
FOLDING = f"1/{unicodedata.unidata_version}"
"""By which rules texts were folded: other rules, or other tables of Unicode, need a new index."""

_GAP = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PLAIN = re.compile(
    "[0-9a-z \u00b7\u2014\u201c\u201d\u3001\u3002\u300a\u300b\u4e00-\u9fff！（），：；？]*"
)
"""Letters that are compared as they are, and signs that are compared as other signs of one letter:
nearly every line of Chinese.
"""
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

Piece = tuple[str, bool]
"""Words of a text, and whether they were asked for."""


def id_of(kind: Kind, row_id: int) -> int:
    """The id in the index of the row ``row_id`` of this kind."""
    return _FIRST[kind] + row_id


def family_of(kind: Kind) -> tuple[int, int]:
    """The first id that the kind may have, and the first that it may not."""
    return _FIRST[kind], _FIRST[kind] + FAMILY


def kind_of(doc_id: int) -> Kind:
    """To which kind an id of the index belongs."""
    return _KINDS[doc_id // FAMILY - 1]


def row_of(doc_id: int) -> int:
    """The id that the row has at its own station."""
    return doc_id % FAMILY


def fold(text: str) -> str:
    """The text as it is compared: full and half width, capitals and small letters alike, what
    cannot be seen left out, and each stretch without words a single gap.
    """
    return " ".join(_alike(text).split())


def _alike(text: str) -> str:
    """Folded, with every gap as long as it was."""
    normal = unicodedata.normalize("NFKC", text)
    small = normal.casefold()
    if small != normal:
        small = unicodedata.normalize("NFKC", small)
    return _GAP.sub(" ", _UNSEEN.sub("", small))


def words_of(question: str) -> list[str]:
    """What must stand in a text for it to be found, folded, each word once."""
    return list(dict.fromkeys(fold(question).split()))


def answers(words: Sequence[str], *texts: str) -> bool:
    """Whether every word stands in one of the texts: what the index must answer, found by hand."""
    folded = [fold(text) for text in texts]
    return all(any(word in text for text in folded) for word in words)


def marked(text: str, words: Sequence[str]) -> list[Piece]:
    """The text cut at the words, so that a page can show what was found."""
    pieces, at = [], 0
    for start, end in _places(text, words):
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def snippet(text: str, words: Sequence[str], *, before: int = 24, most: int = 110) -> list[Piece]:
    """A line of the text around its first hit as it was typed, else as it is folded, with all hits
    in it marked; the head of a text without one.
    """
    start = max(0, _first(text, words) - before)
    line = " ".join(text[start : start + most].split())
    left, right = "…" * (start > 0), "…" * (start + most < len(text))
    return _joined([(left, False), *marked(line, words), (right, False)]) if line else []


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """The same with neighbours of one kind as one piece, and without empty ones."""
    whole: list[Piece] = []
    for words, hit in pieces:
        if whole and not hit and not whole[-1][1]:
            words = whole.pop()[0] + words
        whole += [(words, hit)] if words else []
    return whole


def _first(text: str, words: Sequence[str]) -> int:
    """Where the first word stands; 0 if none does. No word goes on in the next line, so that only
    the line in which it stands is looked at letter by letter.
    """
    as_typed = [place for place in map(text.find, words) if place >= 0]
    if as_typed:
        return min(as_typed)
    start = 0
    for line in text.splitlines(keepends=True):
        folded = _alike(line)
        if any(word in folded for word in words):
            places = _places(line, words)
            return start + places[0][0] if places else start
        start += len(line)
    return 0


def _places(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand in the text as it is written: (from, to), in order, none twice."""
    plain = _PLAIN.fullmatch(text) and all(map(str.isalnum, words))
    folded, at = (text, _same) if plain else _with_places(text)
    hits = sorted(place for word in words for place in _all_of(folded, word))
    found: list[tuple[int, int]] = []
    for start, end in ((at(first), at(last) + 1) for first, last in hits):
        if found and start <= found[-1][1]:
            start, end = found[-1][0], max(end, found.pop()[1])
        found.append((start, end))
    return found


def _all_of(folded: str, word: str) -> Iterator[tuple[int, int]]:
    """The first and the last letter of each stand of a word."""
    place = folded.find(word) if word else -1
    while place >= 0:
        yield place, place + len(word) - 1
        place = folded.find(word, place + len(word))


def _with_places(text: str) -> tuple[str, Callable[[int], int]]:
    """The text folded letter by letter, and for each place in it the one in the text as written."""
    whole = text.translate(_LETTERS)
    if len(whole) == len(text):
        return whole, _same
    places = [at for at, letter in enumerate(text) for _ in _LETTERS[ord(letter)]]
    return whole, places.__getitem__


def _same(place: int) -> int:
    return place


class _Letters(dict[int, str]):
    """What each letter is compared as, found out when it is first met."""

    def __missing__(self, number: int) -> str:
        self[number] = letter = _alike(chr(number))
        return letter


_LETTERS = _Letters()
