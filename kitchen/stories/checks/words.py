"""Word lists, matched in one pass whatever their length: superlatives, doubled characters.

A small neutral seed; lists that a centre keeps itself come with the quality desk. Matching looks
through full and half width, case and inserted blanks, and answers places in the text as written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

import ahocorasick

from kitchen.core.errors import N_
from kitchen.stories.checks.report import Hit, Level, Piece

SUPERLATIVES = (
    *("全网最低", "全国第一", "世界第一", "全球第一", "行业第一", "第一品牌", "唯一指定"),
    *("最先进", "最高级", "最佳", "最优惠", "最便宜", "史上最", "顶级", "极品", "极致"),
    *("绝无仅有", "独一无二", "前所未有", "空前绝后", "百分百有效", "100%有效", "万能"),
    *("零风险", "稳赚不赔", "保本保息", "包治百病", "根治", "永不反弹", "特效药"),
)
"""Words that the advertising law forbids in advertisements and that news uses with a source."""
DOUBLES = ("的的", "了了", "是是", "在在", "和和", "与与", "及及", "将将", "被被", "有有", "对对的")
_ADVICE = {
    "superlative": N_("“%(quote)s”是广告极限词。新闻里要用，请写明依据和出处。"),
    "double": N_("“%(quote)s”像是多打了一个字。"),
}
_LEVELS = {"superlative": Level.WARN, "double": Level.WARN}


def listed(piece: Piece) -> Iterator[Hit]:
    """Every listed word, with its place in the text as written."""
    for where, words in piece.prose():
        for rule, start, end in matches(words):
            quote = words[start:end]
            yield Hit(rule, _LEVELS[rule], where, quote, start, _ADVICE[rule], {"quote": quote})


def matches(words: str) -> Iterator[tuple[str, int, int]]:
    """(rule, start, end) of each listed word in ``words``."""
    plain, places = _normalised(words)
    for last, (rule, length) in _automaton().iter(plain):
        yield rule, places[last - length + 1], places[last] + 1


def _normalised(words: str) -> tuple[str, list[int]]:
    """Half width, lower case, without blanks; and where each character stood."""
    characters: list[str] = []
    places: list[int] = []
    for at, character in enumerate(words):
        for plain in unicodedata.normalize("NFKC", character).lower():
            if not plain.isspace():
                characters.append(plain)
                places.append(at)
    return "".join(characters), places


@cache
def _automaton() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for rule, words in (("superlative", SUPERLATIVES), ("double", DOUBLES)):
        _enter(automaton, rule, words)
    automaton.make_automaton()
    return automaton


def _enter(automaton: ahocorasick.Automaton, rule: str, words: Iterable[str]) -> None:
    for word in words:
        plain, _ = _normalised(word)
        automaton.add_word(plain, (rule, len(plain)))
