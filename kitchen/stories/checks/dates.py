"""Days that exist, on the weekday that they are said to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from kitchen.core.errors import N_
from kitchen.stories.checks.report import Hit, Level, Piece

_WEEK = r"(?:星期|周|礼拜)([一二三四五六日天])(?![年月周期])"
_DAY_TEXT = r"(?:(\d{4})年)?(?<!\d)(\d{1,2})月(\d{1,2})日"
_DAY = re.compile(rf"{_DAY_TEXT}(?:\s*[，,（(]?\s*{_WEEK})?")
_WEEKDAY_FIRST = re.compile(rf"{_WEEK}\s*[，,（(]\s*{_DAY_TEXT}")
_WEEKDAYS = "一二三四五六日"


def dates(piece: Piece) -> Iterator[Hit]:
    """A day that does not exist, or falls on another weekday."""
    for where, words in piece.prose():
        for found in _DAY.finditer(words):
            year, month, day, weekday = found.groups()
            told = _fault(found[0], year, int(month), int(day), weekday, piece.today)
            if told is not None:
                yield Hit("date", Level.WARN, where, found[0], found.start(), *told)
        for found in _WEEKDAY_FIRST.finditer(words):
            weekday, year, month, day = found.groups()
            told = _fault(found[0], year, int(month), int(day), weekday, piece.today)
            if told is not None and told[1].get("right"):
                yield Hit("date", Level.WARN, where, found[0], found.start(), *told)


def _fault(
    quote: str, year: str | None, month: int, day: int, weekday: str | None, today: date
) -> tuple[str, dict[str, str]] | None:
    meant = _nearest(year, month, day, today)
    if meant is None:
        return N_("没有“%(quote)s”这一天，请核对日期。"), {"quote": quote}
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
