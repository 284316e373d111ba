"""Papers that leave the house, as Word and as PDF: headings, lines, and tables.

Both are drawn from one :class:`Paper`, so that they say the same. A station makes its paper and
knows nothing of fonts and widths.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from fpdf import FPDF
from fpdf.enums import TextEmphasis, WrapMode, XPos, YPos
from fpdf.fonts import FontFace

from assets.fonts import TYPEFACE

Say = Callable[[str], str]
"""Says a catalogue id in the reader's language."""
NOTHING = "—"
PAGE, MARGIN = (210, 297), 20
"""Millimetres of an A4 page, and of its margin on every side."""
COLUMNS_UPRIGHT = 5
"""Columns that a page holds upright; a paper with a wider table is printed across."""
LETTERS_LEAST, LETTERS_MOST = 6, 36
"""Letters for which a column is given room, whatever stands in it."""
HEADING_ROOM = 34
"""Millimetres that must be left under a heading of a PDF, else it goes to the next page."""
_SHADE = "EEEEEE"
_NUMBER = re.compile(r"[+-]?[\d,]*\d(\.\d+)?%?")
_WIDE = frozenset("WF")
"""East Asian widths of characters that take the room of two letters."""


@dataclass(slots=True)
class Section:
    """A heading with its lines, and a table where there is one; ``listed`` lines have bullets."""

    heading: str
    lines: list[str] = field(default_factory=list)
    head: Sequence[str] = ()
    rows: list[Sequence[str]] = field(default_factory=list)
    listed: bool = False

    @property
    def told(self) -> Sequence[str]:
        """The lines; of a section without any, and without a table, that there are none."""
        return self.lines or ([] if self.head else [NOTHING])


@dataclass(slots=True)
class Paper:
    title: str
    sections: Sequence[Section]

    @property
    def across(self) -> bool:
        """Whether its tables need the longer side of the page."""
        return any(len(section.head) > COLUMNS_UPRIGHT for section in self.sections)


def listed(title: str, sections: Sequence[tuple[str, Sequence[str]]]) -> Paper:
    """A paper of headings with lists under them."""
    return Paper(title, [Section(it, list(lines), listed=True) for it, lines in sections])


def letters(text: str) -> int:
    """The room that a text takes, in letters; a Chinese character takes that of two."""
    return sum(2 if unicodedata.east_asian_width(it) in _WIDE else 1 for it in text)


def widths(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """The room that each column deserves, in letters: for its longest cell, within bounds."""
    return [
        min(max(LETTERS_LEAST, *(letters(cell) + 2 for cell in column)), LETTERS_MOST)
        for column in zip(head, *rows, strict=True)
    ]


def counts(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether a column holds numbers, though some may not be known."""
    numbers = sum(_NUMBER.fullmatch(row[at]) is not None for row in rows)
    return 0 < numbers >= len(rows) - numbers


def as_docx(paper: Paper) -> bytes:
    """A paper as a Word document."""
    document = Document()
    _set_page(document, across=paper.across)
    document.add_heading(paper.title, level=0)
    for section in paper.sections:
        document.add_heading(section.heading, level=1)
        for line in section.told:
            document.add_paragraph(line, style="List Bullet" if section.listed else None)
        if section.head:
            _add_table(document, section)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_page(document: Any, *, across: bool) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = (Mm(it) for it in (PAGE[::-1] if across else PAGE))
    page.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(MARGIN)
    for name, typeface in (("Normal", "宋体"), ("Heading 1", "黑体"), ("Title", "黑体")):
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.attrib.pop(qn("w:eastAsiaTheme"), None)
        fonts.set(qn("w:eastAsia"), typeface)


def _add_table(document: Any, section: Section) -> None:
    shares = widths(section.head, section.rows)
    room = document.sections[0].page_width - 2 * Mm(MARGIN)
    columns = [
        (room * share // sum(shares), counts(section.rows, at)) for at, share in enumerate(shares)
    ]
    table = document.add_table(rows=0, cols=len(shares), style="Table Grid")
    table.autofit = False
    for column, (width, _) in zip(table.columns, columns, strict=True):
        column.width = width
    for number, told in enumerate([section.head, *section.rows]):
        row = table.add_row()
        for cell, text, (width, right) in zip(row.cells, told, columns, strict=True):
            cell.width = width
            cell.text = text
            if right:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if number == 0:
                _mark(cell)
        if number == 0:  # it stands on every page
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _mark(cell: Any) -> None:
    """Show a cell as one of the head."""
    cell.paragraphs[0].runs[0].bold = True
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), _SHADE)
    cell._tc.get_or_add_tcPr().append(shade)


def as_pdf(paper: Paper) -> bytes:
    """A paper as an A4 document with text that can be searched and copied; its Chinese font
    travels inside, so that it looks the same everywhere.
    """
    sheet = FPDF(format="A4", orientation="landscape" if paper.across else "portrait")
    sheet.set_title(paper.title)
    sheet.set_lang("zh-CN")
    sheet.set_margin(MARGIN)
    sheet.set_auto_page_break(True, margin=MARGIN)
    sheet.add_font("song", fname=TYPEFACE)
    sheet.add_page()
    _write(sheet, paper.title, size=20, height=14)
    for section in paper.sections:
        sheet.ln(3)
        if sheet.will_page_break(HEADING_ROOM):
            sheet.add_page()
        _write(sheet, section.heading, size=14, height=10)
        for line in section.told:
            _write(sheet, f"· {line}" if section.listed else line, size=11, height=7)
        if section.head:
            _draw_table(sheet, section)
    return bytes(sheet.output())


def _draw_table(sheet: FPDF, section: Section) -> None:
    sheet.set_font("song", size=9)
    aligned = ["RIGHT" if counts(section.rows, at) else "LEFT" for at in range(len(section.head))]
    words = "".join(map("".join, [section.head, *section.rows]))
    with sheet.table(
        line_height=6,
        col_widths=widths(section.head, section.rows),
        text_align=aligned,
        wrapmode=_broken(words),
        headings_style=FontFace(emphasis=TextEmphasis.NONE, fill_color=f"#{_SHADE}"),
    ) as table:
        for cells in [section.head, *section.rows]:
            table.row(cells)


def _write(sheet: FPDF, told: str, *, size: int, height: int) -> None:
    sheet.set_font("song", size=size)
    sheet.multi_cell(
        0,
        height,
        told,
        align="L",
        wrapmode=_broken(told),
        new_x=XPos.LMARGIN,
        new_y=YPos.NEXT,
    )


def _broken(told: str) -> WrapMode:
    """How lines end: Chinese between any two characters, else between words."""
    wide = sum(unicodedata.east_asian_width(it) in _WIDE for it in told)
    return WrapMode.CHAR if 4 * wide > len(told) else WrapMode.WORD


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMS: Mapping[str, tuple[Callable[[Paper], bytes], str]] = {
    "docx": (as_docx, WORD),
    "pdf": (as_pdf, "application/pdf"),
}
"""Each form of a paper by the ending of its file: how it is drawn, and its media type."""
