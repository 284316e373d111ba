"""Workbooks of office programs: the first sheet read as rows of words, and rows written as one.

Only what a table needs is understood: words, numbers, days and hours. Formulas are read by the
value that the office program kept with them, and never written.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from kitchen.papers import letters

UNPACKED_MOST = 32_000_000
"""Bytes that a part may become: a packed file of a few kilobytes can hold gigabytes."""
_EPOCH = date(1899, 12, 30)
"""From which office programs count days."""
_NAMESPACE = re.compile(r"^\{[^}]*\}")
_LETTERS = re.compile(r"[A-Z]+")
_DAY_CODES = frozenset({14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58})
"""Number formats that show a number as a day, among those that need no words of their own."""
_HOUR_CODES = frozenset({18, 19, 20, 21, 45, 46, 47})
"""Those that show the part of a day that has gone by."""
_LEAST, _MOST = 8, 40
"""Letters that a column is wide."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(KeyError, NotImplementedError, RuntimeError),
)
"""What unpacking raises of a file that is torn, locked, or made to do harm."""


class NoWorkbook(ValueError):
    """This is no workbook that can be read."""


def is_workbook(data: bytes) -> bool:
    """Whether it is packed as workbooks are."""
    return data.startswith(b"PK\x03\x04")


def read(data: bytes, most: int) -> Iterator[list[str]]:
    """The rows of the first sheet, empty ones included. Raises :class:`NoWorkbook`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as pack:
            shared = _shared(pack)
            shown = _styles(pack)
            sheet = _part(pack, _first_sheet(pack))
    except _BROKEN as error:
        raise NoWorkbook(str(error)) from error
    if sheet is None:
        raise NoWorkbook("no sheet")
    expected = 1
    for row in _under(sheet, "row"):
        number = int(row.get("r") or expected)
        if not expected <= number <= most + 1:
            raise NoWorkbook("rows out of order")
        yield from ([] for _ in range(number - expected))
        yield _cells(row, shared, shown)
        expected = number + 1


def _first_sheet(pack: zipfile.ZipFile) -> str:
    found = [name for name in pack.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
    if not found:
        raise NoWorkbook("no sheet")
    return min(found, key=lambda name: (len(name), name))


def _part(pack: zipfile.ZipFile, name: str) -> Any:
    """A part as XML; ``None`` where the workbook has none. Raises :class:`NoWorkbook`."""
    try:
        info = pack.getinfo(name)
    except KeyError:
        return None
    with pack.open(info) as stream:
        text = stream.read(UNPACKED_MOST + 1)
    if len(text) > UNPACKED_MOST:
        raise NoWorkbook("too large")
    try:
        return fromstring(text)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise NoWorkbook(str(error)) from error


def _under(node: Any, tag: str) -> Iterator[Any]:
    return (each for each in node.iter() if _NAMESPACE.sub("", each.tag) == tag)


def _words(node: Any) -> str:
    """The words of a cell, of all its runs, without the readings of their characters."""
    readings = {id(text) for part in _under(node, "rPh") for text in _under(part, "t")}
    return "".join(it.text or "" for it in _under(node, "t") if id(it) not in readings)


def _shared(pack: zipfile.ZipFile) -> list[str]:
    strings = _part(pack, "xl/sharedStrings.xml")
    return [] if strings is None else [_words(item) for item in _under(strings, "si")]


@dataclass(frozen=True, slots=True)
class _Styles:
    """The styles under which a number is a day, and those under which it is an hour of one."""

    days: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()


def _styles(pack: zipfile.ZipFile) -> _Styles:
    styles = _part(pack, "xl/styles.xml")
    if styles is None:
        return _Styles()
    own = {_number_of(it): it.get("formatCode", "").lower() for it in _under(styles, "numFmt")}
    days = _DAY_CODES | {code for code, words in own.items() if re.search("[yd年日]", words)}
    hours = _HOUR_CODES | {code for code, words in own.items() if re.search("[h时]", words)} - days
    lists = list(_under(styles, "cellXfs"))
    codes = [_number_of(it) for it in _under(lists[0], "xf")] if lists else []
    return _Styles(
        frozenset(at for at, code in enumerate(codes) if code in days),
        frozenset(at for at, code in enumerate(codes) if code in hours),
    )


def _number_of(node: Any) -> int:
    told = node.get("numFmtId", "0")
    return int(told) if told.isdecimal() else 0


def _cells(row: Any, shared: Sequence[str], shown: _Styles) -> list[str]:
    cells: list[str] = []
    for cell in _under(row, "c"):
        letters = _LETTERS.match(cell.get("r", ""))
        at = _column(letters[0]) if letters else len(cells)
        if not len(cells) <= at < 256:
            raise NoWorkbook("columns out of order")
        cells += [""] * (at - len(cells))
        cells.append(_value(cell, shared, shown))
    return cells


def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1


def _value(cell: Any, shared: Sequence[str], shown: _Styles) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _words(cell)
    kept = next((it.text or "" for it in _under(cell, "v")), "")
    if kind == "s":
        at = int(kept) if kept.isdecimal() else -1
        if not 0 <= at < len(shared):
            raise NoWorkbook("a word is missing")
        return shared[at]
    style = cell.get("s", "0")
    return _number(kept, int(style) if style.isdecimal() else 0, shown) if kind == "n" else kept


def _number(kept: str, style: int, shown: _Styles) -> str:
    try:
        value = float(kept)
    except ValueError:
        return kept
    if style in shown.hours and 0 <= value < 1:
        minutes = round(value * 1440) % 1440
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if style in shown.days and 0 < value < 200_000:
        return (_EPOCH + timedelta(days=int(value))).isoformat()
    return str(int(value)) if value.is_integer() else kept


def written(rows: Iterable[Sequence[str | float | None]], name: str) -> bytes:
    """Rows as a workbook with one sheet of this name; numbers stay numbers."""
    kept = list(rows)
    lines = "".join(_line(number, row) for number, row in enumerate(kept, 1))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for place, text in _FRAME.items():
            pack.writestr(place, _HEAD + text.replace("SHEET", escape(name[:31])))
        cells = f"{_columns(kept)}<sheetData>{lines}</sheetData>"
        sheet = f'<worksheet xmlns="{_MAIN}">{cells}</worksheet>'
        pack.writestr("xl/worksheets/sheet1.xml", _HEAD + sheet)
    return out.getvalue()


def _columns(rows: Sequence[Sequence[str | float | None]]) -> str:
    """How wide each column is: as its longest cell, within bounds. A title that stands alone in
    its row runs on into the empty cells beside it.
    """
    room: dict[int, int] = {}
    for row in rows:
        for at, value in enumerate(row if len(row) > 1 else ()):
            words = "" if value is None else str(value)
            room[at] = max(room.get(at, _LEAST), min(letters(words) + 2, _MOST))
    cols = "".join(
        f'<col min="{at + 1}" max="{at + 1}" width="{width}" customWidth="1"/>'
        for at, width in sorted(room.items())
    )
    return f"<cols>{cols}</cols>" if cols else ""


def _line(number: int, row: Sequence[str | float | None]) -> str:
    cells = "".join(
        f"<c><v>{value}</v></c>"
        if isinstance(value, int | float)
        else f'<c t="inlineStr"><is><t xml:space="preserve">{_plain(value)}</t></is></c>'
        for value in row
    )
    return f'<row r="{number}">{cells}</row>'


def _plain(value: str | None) -> str:
    return escape(_FORBIDDEN.sub("", value or ""))


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FRAME = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="SHEET" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}
"""The parts of a workbook around its sheet."""
