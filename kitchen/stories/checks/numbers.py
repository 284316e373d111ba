"""What can be reckoned: percentages, dates and their weekdays, numbers that name a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from kitchen.core.errors import N_
from kitchen.stories.checks.report import Hit, Level, Piece

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")
_GROWTH = re.compile(r"增|涨|升|高|超|翻|完成|达产|扩|同比|环比|倍")
"""Words near a percentage that make more than a hundred possible."""
_NEAR = 12
_DAY = re.compile(
    r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日"
    r"(?:\s*[，,（(]?\s*(?:星期|周|礼拜)([一二三四五六日天]))?"
)
_WEEKDAYS = "一二三四五六日"
_MOBILE = re.compile(r"(?<![\d-])1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx](?![\dXx])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def percentages(piece: Piece) -> Iterator[Hit]:
    """A share cannot be more than all; a growth can."""
    advice = N_("“%(quote)s”超过百分之百，如果说的是占比，请核对。")
    for where, words in piece.prose():
        for found in _PERCENT.finditer(words):
            around = words[max(0, found.start() - _NEAR) : found.start()]
            if float(found[1]) > 100 and not _GROWTH.search(around):
                told = {"quote": found[0]}
                yield Hit("percent", Level.WARN, where, found[0], found.start(), advice, told)


def dates(piece: Piece) -> Iterator[Hit]:
    """Days that exist, on the weekday that they are said to be."""
    for where, words in piece.prose():
        for found in _DAY.finditer(words):
            told = _fault_of_day(found, piece.today)
            if told is not None:
                yield Hit("date", Level.WARN, where, found[0], found.start(), *told)


def _fault_of_day(found: re.Match[str], today: date) -> tuple[str, dict[str, str]] | None:
    year, month, day, weekday = found.groups()
    meant = _nearest(year, int(month), int(day), today)
    if meant is None:
        return N_("没有“%(quote)s”这一天，请核对日期。"), {"quote": found[0]}
    right = _WEEKDAYS[meant.weekday()]
    if weekday is None or weekday.replace("天", "日") == right:
        return None
    told = {"day": f"{meant.year}年{meant.month}月{meant.day}日", "right": right}
    return N_("%(day)s是星期%(right)s，日期和星期对不上，请核对。"), told


def _nearest(year: str | None, month: int, day: int, today: date) -> date | None:
    """The day that is meant: of the year named, else the one nearest to today."""
    years = [int(year)] if year is not None else [today.year + step for step in (0, -1, 1)]
    days = [made for each in years if (made := _day(each, month, day)) is not None]
    return min(days, key=lambda each: abs(each - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def persons(piece: Piece) -> Iterator[Hit]:
    """Numbers by which a person can be found do not belong into a piece."""
    identity = N_("正文里有身份证号，属于个人信息，请删掉或打码。")
    mobile = N_("“%(quote)s”像是手机号。如果不是公开的服务电话，请删掉或打码。")
    for where, words in piece.prose():
        for found in _IDENTITY.finditer(words):
            if _is_identity(found[0]):
                yield Hit("identity", Level.BLOCK, where, found[0], found.start(), identity)
        for found in _MOBILE.finditer(words):
            told = {"quote": found[0]}
            yield Hit("mobile", Level.WARN, where, found[0], found.start(), mobile, told)


def _is_identity(number: str) -> bool:
    """The check digit of GB 11643."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECK_DIGITS[total % 11] == number[-1].upper()
