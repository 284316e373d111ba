"""The grammar of quick add: ``标题 @人 #栏目 !紧急 ^周五``, in any order, read without a database.

A mark counts only where a word begins, so that ``C#入门`` and ``好消息！`` stay titles. Full-width
marks, as Chinese input methods write them, mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from kitchen.topics.recurrence import in_month
from kitchen.topics.rules import Risk


class Fault(StrEnum):
    """What of a line was not understood."""

    NO_TITLE = "no_title"
    TWICE = "twice"
    EMPTY_MARK = "empty_mark"
    BAD_MARK = "bad_mark"
    BAD_DATE = "bad_date"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says; ``person`` and ``column`` as typed. ``faults``: each with its word."""

    title: str = ""
    person: str = ""
    column: str = ""
    urgent: bool = False
    risk: Risk | None = None
    planned_on: date | None = None
    faults: tuple[tuple[Fault, str], ...] = field(default=())


_MARKS = {"@": "@", "＠": "@", "#": "#", "＃": "#", "!": "!", "！": "!", "^": "^", "＾": "^"}
_URGENT = {"", "急", "紧急", "加急", "特急"}
_RISKS = {"常规": Risk.ROUTINE, "重要": Risk.IMPORTANT, "重大": Risk.MAJOR}


def parse(text: str, today: date) -> Line:
    """The line as far as it is understood; never raises."""
    line, title = Line(), []
    for word in text.split():
        mark = _MARKS.get(word[0])
        if mark is None:
            title.append(word)
        else:
            line = _READERS[mark](line, word[1:], today)
    line = replace(line, title=" ".join(title))
    return line if line.title else _faulty(line, Fault.NO_TITLE, "")


def _faulty(line: Line, fault: Fault, word: str) -> Line:
    return replace(line, faults=(*line.faults, (fault, word)))


def _person(line: Line, word: str, _today: date) -> Line:
    if not word:
        return _faulty(line, Fault.EMPTY_MARK, "@")
    return _faulty(line, Fault.TWICE, f"@{word}") if line.person else replace(line, person=word)


def _column(line: Line, word: str, _today: date) -> Line:
    if not word:
        return _faulty(line, Fault.EMPTY_MARK, "#")
    return _faulty(line, Fault.TWICE, f"#{word}") if line.column else replace(line, column=word)


def _weight(line: Line, word: str, _today: date) -> Line:
    if word in _URGENT:
        return replace(line, urgent=True)
    risk = _RISKS.get(word)
    if risk is None:
        return _faulty(line, Fault.BAD_MARK, f"!{word}")
    return _faulty(line, Fault.TWICE, f"!{word}") if line.risk else replace(line, risk=risk)


def _date(line: Line, word: str, today: date) -> Line:
    if not word:
        return _faulty(line, Fault.EMPTY_MARK, "^")
    if line.planned_on:
        return _faulty(line, Fault.TWICE, f"^{word}")
    found = read_date(word, today)
    if found is None:
        return _faulty(line, Fault.BAD_DATE, f"^{word}")
    if found < today:
        return _faulty(line, Fault.PAST, f"^{word}")
    return replace(line, planned_on=found)


_READERS: dict[str, Callable[[Line, str, date], Line]] = {
    "@": _person,
    "#": _column,
    "!": _weight,
    "^": _date,
}

_NEAR = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}
_WEEKDAYS = {name: number for number, name in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAY = re.compile(r"(本|这|下下|下)?(?:周|星期|礼拜)([一二三四五六日天])")
_AHEAD = re.compile(r"\+?(\d{1,3})(?:天后|天)?")
_WHOLE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_MONTH_DAY = re.compile(r"(\d{1,2})(?:[-/.月])(\d{1,2})[日号]?")
_DAY = re.compile(r"(\d{1,2})[日号]")


def read_date(word: str, today: date) -> date | None:
    """A date as people write it; ``None`` for what is none.

    Without a year the next such day is meant, without a week the next such weekday, today included.
    """
    if word in _NEAR:
        return today + timedelta(days=_NEAR[word])
    if word == "月底":
        return in_month(today.year, today.month, 31)
    if found := _WEEKDAY.fullmatch(word):
        return _weekday(found[1] or "", _WEEKDAYS[found[2]], today)
    if found := _WHOLE.fullmatch(word):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH_DAY.fullmatch(word):
        return _next_year_if_past(int(found[1]), int(found[2]), today)
    if found := _DAY.fullmatch(word):
        return _next_month_if_past(int(found[1]), today)
    if (found := _AHEAD.fullmatch(word)) and not word.isdigit():
        return today + timedelta(days=int(found[1]))
    return None


def _weekday(week: str, number: int, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    if week:
        weeks = {"本": 0, "这": 0, "下": 1, "下下": 2}[week]
        return monday + timedelta(days=7 * weeks + number)
    return today + timedelta(days=(number - today.weekday()) % 7)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


LEAP_CYCLE = 8
"""Years within which every day of a year comes round, 29 February included."""


def _next_year_if_past(month: int, day: int, today: date) -> date | None:
    for year in range(today.year, today.year + LEAP_CYCLE + 1):
        found = _day(year, month, day)
        if found is not None and found >= today:
            return found
    return None


def _next_month_if_past(day: int, today: date) -> date | None:
    for number in range(today.year * 12 + today.month - 1, today.year * 12 + today.month + 2):
        found = _day(number // 12, number % 12 + 1, day)
        if found is not None and found >= today:
            return found
    return None
