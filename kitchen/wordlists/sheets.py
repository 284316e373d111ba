"""Lists as sheets: CSV that office programs read and write, and what was wrong with each row.

Sheets are written in UTF-8 with a byte order mark, and read in that or in GB 18030, which is what
such programs write by themselves. A cell that a program might take for a formula carries an
apostrophe.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.wordlists.entries import faults
from kitchen.wordlists.rules import FIELDS, SEVERAL, Entry, Field, Kind, Level

ROWS_MOST = 60_000
BYTES_MOST = 8_000_000
HEADS: Mapping[Field, str] = {
    Field.WORD: "词",
    Field.LEVEL: "级别",
    Field.REPLACEMENT: "改成",
    Field.TITLE: "职务",
    Field.RANK: "排序",
    Field.NOTE: "说明",
    Field.CHANNELS: "渠道",
    Field.COLUMNS: "栏目",
    Field.EXCEPTIONS: "例外",
    Field.VALID_FROM: "生效日期",
    Field.VALID_TO: "失效日期",
}
"""The first line of a sheet; the same in every language, because sheets travel."""
LEVELS: Mapping[Level, str] = {Level.FORBID: "禁", Level.CARE: "慎", Level.NOTE: "提示"}
_LEVEL_NAMES = {**{name: level for level, name in LEVELS.items()}, **{str(it): it for it in Level}}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SEVERAL = re.compile(r"[;；|｜]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row (as office programs count them, the head is 1), and its words."""

    row: int
    head: str
    told: Sentence
    words: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read: the good rows, and the faults of the others."""

    entries: Sequence[Entry]
    faults: Sequence[RowFault]


def written(kind: Kind, entries: Iterable[Entry]) -> bytes:
    """A list as a sheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    fields = FIELDS[kind]
    writer.writerow(HEADS[field] for field in fields)
    writer.writerows([_cell(entry, field) for field in fields] for entry in entries)
    return out.getvalue().encode("utf-8-sig")


def _cell(entry: Entry, field: Field) -> str:
    value = getattr(entry, field)
    if field is Field.LEVEL:
        return LEVELS[entry.level]
    if field in SEVERAL:
        value = "；".join(value)
    told = "" if value is None or (field is Field.RANK and not value) else str(value)
    return f"'{told}" if told.startswith(_FORMULA) else told


def read(kind: Kind, data: bytes) -> Sheet:
    """A sheet as entries; good rows are kept whatever the others are like.

    Raises :class:`Invalid` for what is no sheet of this list at all.
    """
    rows = _rows(_decoded(data))
    columns = _columns(kind, next(rows, (1, []))[1])
    entries: dict[tuple[str, ...], Entry] = {}
    found: list[RowFault] = []
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            entry, wrong = _read_row(kind, number, columns, cells)
            found += wrong
            if entry is not None:
                entries[entry.identity] = entry
    return Sheet(list(entries.values()), found)


def _decoded(data: bytes) -> str:
    if len(data) > BYTES_MOST:
        raise Invalid(fields={"file": N_("文件太大，请拆成几个再导入。")})
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(fields={"file": N_("不是文字表格。请在表格软件里另存为 CSV（UTF-8）再导入。")})


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells); a row that cannot be read at all is an empty one."""
    if "\0" in text:
        raise Invalid(
            fields={"file": N_("不是文字表格。请在表格软件里另存为 CSV（UTF-8）再导入。")}
        )
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for number, cells in enumerate(reader, 1):
            if number > ROWS_MOST:
                raise Invalid(fields={"file": N_("行数太多，请拆成几个文件再导入。")})
            yield number, cells
    except csv.Error as error:
        raise Invalid(fields={"file": N_("表格的引号不成对，读不下去，请检查。")}) from error


def _columns(kind: Kind, head: Sequence[str]) -> Mapping[int, Field]:
    names = {
        **{HEADS[field]: field for field in FIELDS[kind]},
        **{str(it): it for it in FIELDS[kind]},
    }
    columns = {at: names[cell.strip()] for at, cell in enumerate(head) if cell.strip() in names}
    if Field.WORD not in columns.values():
        wanted = "、".join(HEADS[field] for field in FIELDS[kind])
        told = Sentence(
            N_("第一行要有表头，至少有“词”这一列。可用的列：%(heads)s。"), {"heads": wanted}
        )
        raise Invalid(fields={"file": told})
    return columns


def _read_row(
    kind: Kind, number: int, columns: Mapping[int, Field], cells: Sequence[str]
) -> tuple[Entry | None, list[RowFault]]:
    words = "，".join(cell for cell in cells if cell)[:60]
    values: dict[str, Any] = {}
    found: list[RowFault] = []
    for at, field in columns.items():
        cell = cells[at].strip() if at < len(cells) else ""
        try:
            values[field] = _value(field, _bare(cell))
        except ValueError as error:
            found.append(RowFault(number, HEADS[field], Sentence(str(error)), words))
    if found:
        return None, found
    entry = Entry(kind, **{name: it for name, it in values.items() if it is not None})
    wrong = [
        RowFault(number, HEADS[Field(name)], told, words) for name, told in faults(entry).items()
    ]
    return (None if wrong else entry), wrong


def _bare(cell: str) -> str:
    guarded = cell.startswith("'") and cell[1:].startswith(_FORMULA)
    return cell[1:] if guarded else cell


def _value(field: Field, cell: str) -> Any:
    """A cell as the field's value; ``None``: left empty. Raises ``ValueError`` with a sentence."""
    if field in SEVERAL:
        return tuple(filter(None, (part.strip() for part in _SEVERAL.split(cell))))
    if not cell:
        return None
    if field is Field.LEVEL:
        return _level(cell)
    if field is Field.RANK:
        return _rank(cell)
    return _day(cell) if field in (Field.VALID_FROM, Field.VALID_TO) else cell


def _level(cell: str) -> Level:
    if cell not in _LEVEL_NAMES:
        raise ValueError(N_("级别只有禁、慎、提示三种。"))
    return _LEVEL_NAMES[cell]


def _rank(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit()) or len(cell) > 6:
        raise ValueError(N_("排序要填整数，例如 1。"))
    return int(cell)


def _day(cell: str) -> date:
    found = _DAY.fullmatch(cell)
    try:
        if found is None:
            raise ValueError
        return date(*(int(part) for part in found.groups()))
    except ValueError as error:
        raise ValueError(N_("日期要写成 2026-05-01 的样子。")) from error
