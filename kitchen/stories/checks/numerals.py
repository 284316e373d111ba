"""How numbers are written (GB/T 15835): said as advice, because the standard asks for what fits.

Years are whole, ranges say their unit twice where it matters, estimates say once that they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kitchen.core.errors import N_
from kitchen.stories.checks.report import Hit, Level, Piece, Where

_DIGIT = "一二三四五六七八九"
_NEXT = "".join(f"{one}、{other}|" for one, other in zip(_DIGIT, _DIGIT[1:], strict=False))
_ABOUT = re.compile(rf"(?:{_NEXT}三、五)(?=[十百千万亿个名人次天年月日家户处件项公里米吨元岁])")
_MIXED = re.compile(r"(?<![\d.])\d+(?:\.\d+)?[十百千](?![分米克瓦伏帕焦赫卡兆字亩家年大])")
_SHORT_YEAR = re.compile(r"(?<![\d.第：:—-])\d{2}年(?=(?:1[0-2]|[1-9])月|代|初|底|末|春|夏|秋|冬)")
_PERCENT_RANGE = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)([-—~～至到])(\d+(?:\.\d+)?)([%％])")
_HYPHEN_RANGE = re.compile(
    r"(?<![\d.-])(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)(?=[年月日岁人名户个万亿元米吨时点度℃])"
)
_TWO_GUESSES = re.compile(
    r"(?:大约|约|近|将近|超过|超|逾)(?:\d[\d,.]*|[一二三四五六七八九十百千万]+)[余多]?[万亿]?[个名人元米吨亩户家次件]?[余多左右上下]*(?:左右|上下|余|多)"
    r"|(?<![\d,.])(?:\d[\d,.]*)[余多][万亿]?[个名人元米吨亩户家次件]?(?:左右|上下)"
)
_MIXED_DATE = re.compile(
    r"[二一][〇○零一二三四五六七八九]{3}年\d{1,2}月|\d{4}年[一二三四五六七八九十]{1,3}月"
    r"|\d{1,2}月[一二三四五六七八九十]{1,3}日"
)
_ZERO = re.compile(r"[一二]0[一二三四五六七八九0]{1,2}年|二零[一二三四五六七八九零]{2}年")


def estimates(piece: Piece) -> Iterator[Hit]:
    """Between two neighbouring numbers that say about how many there is no 顿号."""
    advice = N_("表示大约的数，“%(quote)s”中间不用顿号，写成“%(right)s”。")
    for where, found in _found(piece, _ABOUT):
        yield _hit("estimate", where, found, advice, found[0].replace("、", ""))
    guesses = N_("“%(quote)s”前后都说了大约，留一个就够。")
    for where, found in _found(piece, _TWO_GUESSES):
        yield _hit("two_guesses", where, found, guesses)


def mixtures(piece: Piece) -> Iterator[Hit]:
    """One number, one kind of numeral."""
    number = N_("“%(quote)s”一个数里混用了两种数字，请统一。")
    for where, found in _found(piece, _MIXED):
        yield _hit("mixed_number", where, found, number)
    day = N_("“%(quote)s”一个日期里混用了两种数字，请统一。")
    for where, found in _found(piece, _MIXED_DATE):
        yield _hit("mixed_date", where, found, day)
    zero = N_("“%(quote)s”用汉字写年份时，“零”写成“〇”。")
    for where, found in _found(piece, _ZERO):
        right = found[0].replace("0", "〇").replace("零", "〇")
        yield _hit("zero", where, found, zero, right)


def years(piece: Piece) -> Iterator[Hit]:
    advice = N_("“%(quote)s”年份要写全四位数字。")
    for where, found in _found(piece, _SHORT_YEAR):
        yield _hit("short_year", where, found, advice)


def ranges(piece: Piece) -> Iterator[Hit]:
    percent = N_("“%(quote)s”两头都要写百分号：%(right)s。")
    for where, found in _found(piece, _PERCENT_RANGE):
        right = f"{found[1]}%—{found[3]}%"
        yield _hit("range", where, found, percent, right)
    hyphen = N_("“%(quote)s”表示范围，用“—”或“～”，不用短横。")
    for where, found in _found(piece, _HYPHEN_RANGE):
        yield _hit("range", where, found, hyphen, f"{found[1]}—{found[2]}")


def _found(piece: Piece, pattern: re.Pattern[str]) -> Iterator[tuple[Where, re.Match[str]]]:
    for where, words in piece.prose():
        for found in pattern.finditer(words):
            yield where, found


def _hit(rule: str, where: Where, found: re.Match[str], advice: str, right: str = "") -> Hit:
    told = {"quote": found[0], "right": right}
    return Hit(rule, Level.HINT, where, found[0], found.start(), advice, told, right)
