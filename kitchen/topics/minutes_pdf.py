"""The minutes as a PDF that looks the same everywhere: its Chinese font travels inside."""

from __future__ import annotations

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos

from assets.fonts import TYPEFACE
from kitchen.core.errors import N_
from kitchen.topics.minutes import Say, sections
from kitchen.topics.models import Meeting
from kitchen.topics.queries import Yesterday

MARGIN = 22
"""Millimetres of an A4 page on every side."""
_FAMILY = "song"


def as_pdf(meeting: Meeting, yesterday: Yesterday, say: Say) -> bytes:
    """The minutes as an A4 document with text that can be searched and copied."""
    title = say(N_("编前会纪要"))
    paper = _paper(title)
    _write(paper, title, size=20, height=14)
    for heading, lines in sections(meeting, yesterday, say):
        paper.ln(3)
        _write(paper, heading, size=14, height=10)
        for line in lines or ["—"]:
            _write(paper, f"· {line}", size=11, height=7)
    return bytes(paper.output())


def _paper(title: str) -> FPDF:
    paper = FPDF(format="A4")
    paper.set_title(title)
    paper.set_lang("zh-CN")
    paper.set_margin(MARGIN)
    paper.set_auto_page_break(True, margin=MARGIN)
    paper.add_font(_FAMILY, fname=TYPEFACE)
    paper.add_page()
    return paper


def _write(paper: FPDF, words: str, *, size: int, height: int) -> None:
    """A paragraph, broken between characters as Chinese is."""
    paper.set_font(_FAMILY, size=size)
    paper.multi_cell(
        0,
        height,
        words,
        align="L",
        wrapmode=WrapMode.CHAR,
        new_x=XPos.LMARGIN,
        new_y=YPos.NEXT,
    )
