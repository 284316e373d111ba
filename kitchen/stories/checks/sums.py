"""Whether figures agree with each other: shares, growth, parts and their sum."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kitchen.core.errors import N_
from kitchen.stories.checks.report import Hit, Level, Piece, Where

_PERCENT = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s*[%％]")
_GROWTH = re.compile(r"增|涨|升|高|超|翻|完成|达产|扩|同比|环比|倍|相当于|是.{1,6}的")
"""Words near a percentage that make more than a hundred possible."""
_FALL = re.compile(r"(?:下降|减少|降低|缩短|压减|压缩|下跌|回落)[了到至]?[近约超]?$")
_NEAR = 12
_TIMES_LESS = re.compile(
    r"(?:下降|减少|降低|缩短|缩小|压减)了?(?:近|约)?(?:\d+(?:\.\d+)?|[一二两三四五六七八九十]+)倍"
)
_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = r"([万亿]?[\u4e00-\u9fff]?)"
_FROM_TO = re.compile(
    rf"(?:从|由)[^，。；\n\d]{{0,12}}{_NUMBER}{_UNIT}[^，。；\n\d]{{0,6}}(增加|增长|提高|上升|提升|扩大|下降|减少|降低|降|增|升)"
    rf"[到至为]了?{_NUMBER}{_UNIT}[^。；\n\d]{{0,12}}?(增长|增幅|增加|提高|上升|提升|下降|减少|降低|降幅)[^，。；\n\d]{{0,4}}?{_NUMBER}[%％]"
)
_TOTAL = re.compile(
    rf"(?:共有|共计|总计|合计|一共|总共|累计|共)[^，。；：\n\d]{{0,10}}{_NUMBER}([万亿]?[个名人元米吨亩户家次件项处台辆套张篇条起场])"
)
_PARTS = re.compile(r"(?:其中|包括|分别)")
_SHARES = re.compile(
    r"(?:分别占|占比分别为)[^，。；\n\d]{0,8}(\d+(?:\.\d+)?[%％](?:[、和，]\d+(?:\.\d+)?[%％])+)"
)
_ROUNDING = 0.6
"""Percentage points by which two roundings may part."""
_SENTENCE = re.compile(r"[^。！？\n]+")


def percentages(piece: Piece) -> Iterator[Hit]:
    """A share cannot be more than all, and nothing falls by more than all; a growth can."""
    share = N_("“%(quote)s”超过百分之百，如果说的是占比，请核对。")
    fall = N_("下降“%(quote)s”：最多只能降百分之百，请核对。")
    for where, words in piece.prose():
        for found in _PERCENT.finditer(words):
            before = words[max(0, found.start() - _NEAR) : found.start()]
            if float(found[1]) > 100:
                if _FALL.search(before):
                    yield _hit("percent", where, found[0], found.start(), fall)
                elif not _GROWTH.search(before):
                    yield _hit("percent", where, found[0], found.start(), share)


def shares(piece: Piece) -> Iterator[Hit]:
    """What is shared out between all parts is no more than all."""
    advice = N_("“%(quote)s”加起来是 %(sum)s%%，超过百分之百，请核对。")
    for where, words in piece.prose():
        for found in _SHARES.finditer(words):
            total = sum(float(each[1]) for each in _PERCENT.finditer(found[1]))
            if total > 100 + _ROUNDING:
                yield _hit("shares", where, found[0], found.start(), advice, sum=f"{total:g}")


def times_less(piece: Piece) -> Iterator[Hit]:
    advice = N_("“%(quote)s”：减少不用“倍”，请改成百分数或“减少到几分之几”。")
    for where, words in piece.prose():
        for found in _TIMES_LESS.finditer(words):
            yield _hit("times_less", where, found[0], found.start(), advice)


def growth(piece: Piece) -> Iterator[Hit]:
    """From so much to so much is by so many percent."""
    advice = N_("“%(quote)s”：按前后两个数算是 %(right)s%%，请核对。")
    for where, words in piece.prose():
        for found in _FROM_TO.finditer(words):
            right = _by_percent(found)
            if right is not None and abs(right - float(found[7])) > _ROUNDING:
                told = f"{right:.1f}"
                yield _hit("growth", where, found[0], found.start(), advice, right=told)


def _by_percent(found: re.Match[str]) -> float | None:
    """What the two figures of one unit come to; ``None`` where they cannot be compared."""
    first, last = float(found[1]), float(found[4])
    same = found[2] == found[5] or not found[2] or not found[5]
    if not same or not first or found[2][:1] == "%":
        return None
    return abs(last - first) / first * 100


def parts_and_sums(piece: Piece) -> Iterator[Hit]:
    """The parts named after a total are together no more than it, where they have its unit."""
    advice = N_("分项“%(parts)s”加起来是 %(sum)s，超过总数“%(quote)s”，请核对。")
    for where, words in piece.prose():
        for sentence in _SENTENCE.finditer(words):
            for total in _TOTAL.finditer(sentence[0]):
                parts = _parts_of(sentence[0], total)
                if len(parts) > 1 and sum(parts) > float(total[1]) * 1.001:
                    told = {"parts": "、".join(f"{it:g}" for it in parts), "sum": f"{sum(parts):g}"}
                    start = sentence.start() + total.start()
                    yield _hit("sum", where, total[0], start, advice, **told)


def _parts_of(sentence: str, total: re.Match[str]) -> Sequence[float]:
    """The figures after 其中, as long as they have the total's unit."""
    begins = _PARTS.search(sentence, total.end())
    ends = _TOTAL.search(sentence, total.end())
    if begins is None or (ends is not None and ends.start() < begins.start()):
        return ()
    figures = re.compile(rf"(?<![\d.第]){_NUMBER}{re.escape(total[2])}")
    until = ends.start() if ends is not None else len(sentence)
    return [float(it[1]) for it in figures.finditer(sentence, begins.end(), until)]


def _hit(rule: str, where: Where, quote: str, start: int, advice: str, **told: str) -> Hit:
    return Hit(rule, Level.WARN, where, quote, start, advice, {"quote": quote, **told})
