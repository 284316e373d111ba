"""The check of a story of 3,000 字 with 50,000 words on the lists, against the bare automaton.

The floor reads the same text with the same words in one automaton and does nothing else: no widths,
no blanks, no places, no days, no exceptions. The first line is what finding listed words costs
beyond that. The second is the whole report with some thirty checks more, most of which need no list
at all (marks, numerals, sums, dates, private data, people by their sound); its target is our own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import ahocorasick

from benchmarks import measuring
from kitchen.stories.checks.examine import examine
from kitchen.stories.checks.report import Piece
from kitchen.wordlists import seeds
from kitchen.wordlists.compiled import Lists, ready
from kitchen.wordlists.normal import Plain
from kitchen.wordlists.rules import Entry, Kind

WORDS, CHARACTERS = 50_000, 3_000
TARGET, WHOLE_TARGET = 2.0, 15.0
STANDING = 10
"""Listed words that stand in the story."""
_COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过"
    "子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机"
)


def run(rounds: int = 30) -> Iterator[dict[str, Any]]:
    """One line for the lists, one for the whole report."""
    chance = random.Random(20261123)  # noqa: S311 - the same text each time
    listed = sorted({_word(chance, chance.randint(4, 8)) for _ in range(WORDS)})
    lists, bare = _lists(listed)
    text = _text(chance, chance.sample(listed, STANDING))
    piece = Piece("青禾区办好民生实事", "", text, date(2026, 11, 23), lists=lists)
    size = {"characters": len(piece.text), "words": WORDS}

    def floor() -> list[Any]:
        return list(bare.iter(piece.text))

    def words() -> list[Any]:
        return lists.words.matches(Plain(text), piece.setting)

    for name, act, target in (
        ("check_words", words, TARGET),
        ("check_whole_report", lambda: examine(piece), WHOLE_TARGET),
    ):
        ours, least = measuring.in_turn(act, floor, rounds)
        yield measuring.line(name, ours, least, target=target, size=size)


def _lists(listed: list[str]) -> tuple[Lists, Any]:
    """Lists of invented words beside those that are shipped, and the same words alone."""
    entries = [Entry(Kind.BANNED, word) for word in listed]
    shipped = [entry for kind in Kind for entry in seeds.shipped(kind)]
    bare = ahocorasick.Automaton()
    for entry in entries:
        bare.add_word(entry.word, entry.word)
    bare.make_automaton()
    return ready([*entries, *shipped], {}), bare


def _text(chance: random.Random, standing: list[str]) -> str:
    """Sentences of common characters, a mark after every dozen or so, listed words among them."""
    parts = [f"{word}，" for word in standing]
    while sum(map(len, parts)) < CHARACTERS:
        parts.append(_word(chance, chance.randint(6, 18)) + chance.choice("，。、；：\n"))
    chance.shuffle(parts)
    return "".join(parts)[:CHARACTERS]


def _word(chance: random.Random, length: int) -> str:
    return "".join(chance.choice(_COMMON) for _ in range(length))
