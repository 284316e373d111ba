"""The registry as a sheet: CSV or a workbook, its columns, and how a cell is read and written.

CSV is written in UTF-8 with a byte order mark, and read in that or in GB 18030, as office programs
write it. A cell that a program might take for a formula carries an apostrophe.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from kitchen.core.clock import CENTRE, local
from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.matrix.labels import REGISTERED_ONLY, STANDINGS, channels
from kitchen.matrix.models import Account
from kitchen.matrix.registry import xlsx
from kitchen.people.rules import Level

ROWS_MOST = 5_000
BYTES_MOST = 8_000_000
HEADS: Mapping[str, str] = {
    "name": "账号名",
    "channel": "平台",
    "handle": "平台账号",
    "unit": "主办单位",
    "level": "单位层级",
    "opened_on": "开设日期",
    "certified_as": "认证主体",
    "filing_no": "备案号",
    "state": "状态",
    "batch": "批次",
    "public_url": "公开主页",
    "principal": "主要负责人",
    "supervisor": "分管领导",
    "office": "责任科室",
    "keepers": "责任人员",
    "brand": "品牌",
    "positioning": "定位",
    "followers": "粉丝数",
    "posts_30d": "近30天发稿数",
    "mean_reads": "篇均阅读",
    "last_post_at": "最近更新",
}
"""The first line of a sheet; the same in every language, because sheets travel."""
NEEDED = ("name", "channel", "handle", "unit")
COUNTS = frozenset({"followers", "posts_30d", "mean_reads"})
LEVELS: Mapping[str, Level] = {
    "区政府": Level.DISTRICT,
    "区直": Level.DEPARTMENT,
    "镇街": Level.TOWN,
    "融媒体中心": Level.MEDIA_CENTRE,
    "中心部门": Level.SECTION,
}
LONGEST: Mapping[str, int] = {
    "name": 80,
    "handle": 120,
    "certified_as": 120,
    "filing_no": 40,
    "batch": 40,
    "public_url": 500,
    "principal": 40,
    "supervisor": 40,
    "office": 80,
    "keepers": 200,
    "brand": 40,
    "positioning": 200,
}
_ALSO = {
    "账号名称": "name",
    "账号": "handle",
    "平台ID": "handle",
    "平台id": "handle",
    "单位": "unit",
    "粉丝": "followers",
}
_PLATFORMS_ALSO = {
    "微信": "wechat",
    "微信公众号": "wechat",
    "公众号": "wechat",
    "微博": "weibo",
    "APP": "app",
    "app": "app",
    "手机APP": "app",
    "头条": "toutiao",
    "头条号": "toutiao",
    "抖音": "douyin",
    "抖音号": "douyin",
    "闪电号": "shandian",
}
Cell = str | float | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row (the head is 1), in which column, and how it is mended."""

    row: int
    head: str
    told: Sentence
    words: str


@dataclass(slots=True)
class Row:
    """A row as values; what was left empty is not among them."""

    number: int
    values: dict[str, Any]
    words: str
    faults: list[RowFault] = field(default_factory=list)

    def blame(self, column: str, told: Sentence) -> None:
        self.faults.append(RowFault(self.number, HEADS[column], told, self.words))


def read(data: bytes) -> list[Row]:
    """Every row that says anything. Raises :class:`Invalid` for what is no such sheet."""
    lines = lines_of(data)
    columns = _columns(next(lines, (1, []))[1])
    return [_row(number, columns, cells) for number, cells in lines if any(map(str.strip, cells))]


def lines_of(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines of any sheet with their numbers, the head is 1. Raises :class:`Invalid`."""
    if len(data) > BYTES_MOST:
        raise Invalid(fields={"file": N_("文件太大，请拆成几个再导入。")})
    yield from enumerate(_workbook(data) if xlsx.is_workbook(data) else _text(data), 1)


def _workbook(data: bytes) -> list[list[str]]:
    try:
        return list(xlsx.read(data, ROWS_MOST))
    except ValueError as error:
        raise Invalid(
            fields={"file": N_("这个工作簿打不开，请在表格软件里另存为 xlsx 或 CSV 再导入。")}
        ) from error


def _text(data: bytes) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(_decoded(data), newline=""))
    try:
        for number, cells in enumerate(reader):
            if number > ROWS_MOST:
                raise Invalid(fields={"file": N_("行数太多，请拆成几个文件再导入。")})
            yield cells
    except csv.Error as error:
        raise Invalid(fields={"file": N_("表格的引号不成对，读不下去，请检查。")}) from error


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid(
        fields={"file": N_("不是表格。请在表格软件里另存为 xlsx 或 CSV（UTF-8）再导入。")}
    )


def _columns(head: Sequence[str]) -> Mapping[int, str]:
    names = {**{told: name for name, told in HEADS.items()}, **_ALSO, **{it: it for it in HEADS}}
    columns = {at: names[cell.strip()] for at, cell in enumerate(head) if cell.strip() in names}
    missing = [HEADS[name] for name in NEEDED if name not in columns.values()]
    if missing:
        told = Sentence(
            N_("第一行要有表头，还缺：%(missing)s。可用的列：%(heads)s。"),
            {"missing": "、".join(missing), "heads": "、".join(HEADS.values())},
        )
        raise Invalid(fields={"file": told})
    return columns


def _row(number: int, columns: Mapping[int, str], cells: Sequence[str]) -> Row:
    row = Row(number, {}, "，".join(cell.strip() for cell in cells if cell.strip())[:80])
    for at, column in columns.items():
        cell = bare(cells[at].strip()) if at < len(cells) else ""
        if cell and column != "state":
            try:
                row.values[column] = _value(column, cell)
            except ValueError as error:
                row.blame(column, error.args[0])
        elif column in NEEDED:
            row.blame(column, Sentence(N_("请填写这一项。")))
    return row


def bare(cell: str) -> str:
    """A cell without the apostrophe by which it was kept from being taken for a formula."""
    guarded = cell.startswith("'") and cell[1:].startswith(_FORMULA)
    return cell[1:] if guarded else cell


def _value(column: str, cell: str) -> Any:
    """A cell as a value. Raises ``ValueError`` with a :class:`Sentence`."""
    if column == "channel":
        return platform_of(cell)
    if column == "level":
        return _level(cell)
    if column == "opened_on":
        return day_of(cell)
    if column == "last_post_at":
        return datetime.combine(day_of(cell), time(12), CENTRE)
    if column in COUNTS:
        return count_of(cell)
    if column == "public_url" and not _ADDRESS.fullmatch(cell):
        raise ValueError(Sentence(N_("网址要以 http:// 或 https:// 开头，中间不能有空格。")))
    longest = LONGEST.get(column, 80)
    if len(cell) > longest:
        raise ValueError(
            Sentence(N_("最多 %(max_length)s 个字，请删减。"), {"max_length": longest})
        )
    return cell


def platform_of(cell: str) -> str:
    """A platform's key by what people call it. Raises ``ValueError`` with a :class:`Sentence`."""
    known = {**{str(name): key for key, name in channels().items()}, **_PLATFORMS_ALSO}
    known |= {str(name): key for key, name in REGISTERED_ONLY.items()}
    keys = {*channels(), *REGISTERED_ONLY}
    if cell in keys:
        return cell
    if cell not in known:
        told = Sentence(
            N_("没有这个平台。可以填：%(names)s。"),
            {"names": "、".join([*channels().values(), *REGISTERED_ONLY.values()])},
        )
        raise ValueError(told)
    return known[cell]


def _level(cell: str) -> Level:
    if cell in set(Level):
        return Level(cell)
    if cell not in LEVELS:
        raise ValueError(Sentence(N_("单位层级可以填：%(names)s。"), {"names": "、".join(LEVELS)}))
    return LEVELS[cell]


def day_of(cell: str) -> date:
    """A day as people write one. Raises ``ValueError`` with a :class:`Sentence`."""
    found = _DAY.fullmatch(cell)
    try:
        if found is None:
            raise ValueError
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise ValueError(Sentence(N_("日期要写成 2026-05-01 的样子。"))) from None


def count_of(cell: str) -> int:
    """A whole number. Raises ``ValueError`` with a :class:`Sentence`."""
    plain = cell.replace(",", "").replace("，", "")
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > 9:
        raise ValueError(Sentence(N_("请填整数；不知道就留空，不要填 0。")))
    return int(plain)


def written(accounts: Iterable[Account], kind: str) -> bytes:
    """The registry as a sheet, ``csv`` or ``xlsx``; an empty one is the form to fill in."""
    rows: list[list[Cell]] = [list(HEADS.values())]
    rows += ([_cell(it, name) for name in HEADS] for it in accounts)
    return as_sheet(rows, kind, "账号台账")


def as_sheet(rows: Iterable[Sequence[Cell]], kind: str, name: str) -> bytes:
    """Any rows as a sheet of this name, ``csv`` or ``xlsx``; no cell is taken for a formula."""
    if kind == "xlsx":
        return xlsx.written(rows, name)
    out = io.StringIO()
    csv.writer(out).writerows([[_guarded(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _guarded(cell: Cell) -> str:
    told = "" if cell is None else str(cell)
    words = isinstance(cell, str)
    return f"'{told}" if words and told.startswith(_FORMULA) else told


_LEVEL_WORDS = {level: word for word, level in LEVELS.items()}


def _cell(account: Account, name: str) -> Cell:
    figures = account.figures
    if name in COUNTS:
        count: int | None = getattr(figures, name)
        return count
    if name == "last_post_at":
        last = figures.last_post_at
        return local(last).date().isoformat() if last else None
    told: Mapping[str, Any] = {
        "channel": {**channels(), **REGISTERED_ONLY}.get(account.channel, account.channel),
        "unit": account.unit.name,
        "level": _LEVEL_WORDS[Level(account.unit.level)],
        "state": STANDINGS[account.state],
        "opened_on": account.opened_on.isoformat() if account.opened_on else "",
    }
    return str(told[name] if name in told else getattr(account, name))
