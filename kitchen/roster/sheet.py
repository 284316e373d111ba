"""A month of duty as a sheet, CSV or a workbook, and what was wrong with each row.

A row is a day, a line, A and B; hours where they are not the line's. People go by their names or
user names. Good rows are kept whatever the others are like.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.matrix.registry import xlsx
from kitchen.matrix.registry.sheets import as_sheet, bare
from kitchen.people.models import Staff
from kitchen.people.queries import all_staff
from kitchen.roster import queries, service
from kitchen.roster.models import DutyLine
from kitchen.roster.service import Planned

HEADS = ("日期", "岗", "A角", "B角", "开始", "结束")
"""The first line of a sheet; the same in every language, because sheets travel."""
_NEEDED = 3
ROWS_MOST, BYTES_MOST = 5_000, 2_000_000
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})")  # noqa: RUF001
_NOT_TEXT = N_("不是表格。请在表格软件里另存为 xlsx 或 CSV（UTF-8）再导入。")
_NO_WORKBOOK = N_("这个工作簿读不了，可能不完整或太大。请另存为 xlsx 或 CSV 再导入。")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row (as office programs count them, the head is 1), and its words."""

    row: int
    told: Sentence
    words: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a sheet."""

    planned: int
    faults: Sequence[RowFault]


class _Wrong(Exception):
    """A row that cannot be used; carries its sentence."""

    def __init__(self, message: str, **params: str) -> None:
        super().__init__(message)
        self.told = Sentence(message, params)


def take_in(session: Session, actor: Actor, data: bytes) -> Imported:
    """Plan the good rows of a sheet in the actor's name, and tell what was wrong with the others.

    Raises :class:`Invalid` for what is no such sheet at all.
    """
    rows = _rows(data)
    columns = _columns(next(rows, (1, []))[1])
    names = _Names(session)
    planned, faults = 0, []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            service.plan_shift(session, actor, names.planned(columns, cells))
            planned += 1
        except _Wrong as wrong:
            faults.append(RowFault(number, wrong.told, _words(cells)))
        except Invalid as refused:
            told = next(iter(refused.fields.values()))
            faults.append(RowFault(number, told, _words(cells)))
    return Imported(planned, faults)


def _words(cells: Sequence[str]) -> str:
    return "，".join(cell for cell in cells if cell)[:60]


def _rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers. Raises :class:`Invalid`."""
    if len(data) > BYTES_MOST:
        raise Invalid(fields={"file": N_("文件太大，请拆成几个再导入。")})
    if not xlsx.is_workbook(data):
        yield from _text_rows(data)
        return
    try:
        yield from enumerate(xlsx.read(data, ROWS_MOST), 1)
    except ValueError as error:
        raise Invalid(fields={"file": _NO_WORKBOOK}) from error


def written(rows: Sequence[Sequence[str]], kind: str) -> bytes:
    """Rows under the head of the sheet, as CSV or as a workbook; no cell is taken for a formula."""
    return as_sheet([HEADS, *rows], kind, "排班表")


def _text_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(data)
    if "\0" in text:
        raise Invalid(fields={"file": _NOT_TEXT})
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            if number > ROWS_MOST:
                raise Invalid(fields={"file": N_("行数太多，请拆成几个文件再导入。")})
            yield number, cells
    except csv.Error as error:
        raise Invalid(fields={"file": N_("表格的引号不成对，读不下去，请检查。")}) from error


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(fields={"file": _NOT_TEXT})


def _columns(head: Sequence[str]) -> Mapping[str, int]:
    columns = {cell.strip(): at for at, cell in enumerate(head) if cell.strip() in HEADS}
    if not set(HEADS[:_NEEDED]) <= set(columns):
        told = N_("第一行要有表头，至少有这几列：%(needed)s。可用的列：%(heads)s。")
        heads = {"needed": "、".join(HEADS[:_NEEDED]), "heads": "、".join(HEADS)}
        raise Invalid(fields={"file": Sentence(told, heads)})
    return columns


class _Names:
    """Lines and people, as sheets name them."""

    def __init__(self, session: Session) -> None:
        self._lines = {each.name: each for each in queries.lines(session)}
        self._staff: dict[str, list[Staff]] = {}
        for each in all_staff(session):
            for name in {each.name, each.username}:
                self._staff.setdefault(name, []).append(each)

    def planned(self, columns: Mapping[str, int], cells: Sequence[str]) -> Planned:
        said = {
            head: bare(cells[at].strip()) if at < len(cells) else "" for head, at in columns.items()
        }
        return Planned(
            line=self._line(said["岗"]),
            day=_day(said["日期"]),
            a=self._person(said["A角"]),
            b=self._person(said["B角"]) if said.get("B角") else None,
            begins=_time(said.get("开始", "")),
            ends=_time(said.get("结束", "")),
        )

    def _line(self, name: str) -> DutyLine:
        if name not in self._lines:
            raise _Wrong(N_("没有“%(name)s”这个岗，请先设岗或改名。"), name=name[:40])
        return self._lines[name]

    def _person(self, name: str) -> Staff:
        found = self._staff.get(name, [])
        if not found:
            raise _Wrong(N_("没有“%(name)s”这个人，请核对姓名或用登录名。"), name=name[:40])
        if len(found) > 1:
            raise _Wrong(N_("有两个“%(name)s”，请改用登录名。"), name=name[:40])
        return found[0]


def _day(cell: str) -> date:
    found = _DAY.fullmatch(cell)
    try:
        if found is None:
            raise ValueError
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise _Wrong(N_("日期要写成 2026-05-01 的样子。")) from None


def _time(cell: str) -> time | None:
    if not cell:
        return None
    found = _TIME.fullmatch(cell)
    try:
        if found is None:
            raise ValueError
        hour, minute = (int(part) for part in found.groups())
        return time(hour, minute)
    except ValueError:
        raise _Wrong(N_("时间要写成 08:30 的样子。")) from None
