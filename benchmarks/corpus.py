"""Texts to search in: Chinese words at the frequencies at which words occur, and all that stands
between them in a newsroom's copy.

The order of words is nobody's, but their lengths and frequencies are real ones: a few letters stand
in every text, most pairs of letters in few.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from pypinyin.phrases_dict import phrases_dict

COMMON = (
    "的一是在了和有我他这中大来上国个到说们为子学生地你家多天而能好都然没日于起还发成事只作当想看"
    "文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实"
)
PLACES = [
    "东营区委",
    "青禾区",
    "云溪街道",
    "九里桥社区",
    "融媒体中心",
    "人民政府",
    "乡村振兴",
    "社区食堂",
]
ASIDE = (
    "2026年",
    "GDP",
    "5G",
    "12345热线",
    "Python 3.11",
    "ＡＩ",
    "100%",
    "a_b",
    "C:\\x",
    "“新”",
    "…",
)
WORDS_AT_MOST = 25_000


@cache
def _words() -> tuple[list[str], list[float]]:
    """Words from the commonest to the rarest, and how often each occurs with all before it."""
    known = sorted(word for word in phrases_dict if 2 <= len(word) <= 4)
    random.Random(7).shuffle(known)
    known.sort(key=lambda word: len(word) > 2)
    words = [*COMMON, *PLACES, *known[:WORDS_AT_MOST]]
    random.Random(11).shuffle(words[len(COMMON) + len(PLACES) :])
    return words, list(accumulate(1 / (rank + 8) for rank in range(len(words))))


def text_of(chance: random.Random, characters: int) -> str:
    """One text of about so many characters."""
    words, weights = _words()
    parts: list[str] = []
    while sum(map(len, parts)) < characters:
        sentence = chance.choices(words, cum_weights=weights, k=chance.randint(4, 14))
        if chance.random() < 0.15:
            sentence.insert(chance.randrange(len(sentence)), chance.choice(ASIDE))
        parts.append("".join(sentence) + chance.choice("，，，。；\n"))
    return "".join(parts)


def texts(count: int, *, characters: int = 800, seed: int = 1) -> Iterator[str]:
    """So many texts, the same for the same seed; their lengths spread about the given one."""
    chance = random.Random(seed)
    for _ in range(count):
        length = max(40, int(chance.gauss(characters, characters * 0.3)))
        yield text_of(chance, length)


def words_in(chance: random.Random, text: str, letters: int) -> str:
    """Letters that follow each other somewhere in the text with no gap among them: so many, or as
    many as there are.
    """
    runs = [run for run in text.split() if len(run) >= letters] or text.split()
    found = chance.choice(runs)
    at = chance.randrange(max(1, len(found) - letters + 1))
    return found[at : at + letters]
