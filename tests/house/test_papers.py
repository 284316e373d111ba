"""Papers as Word and as PDF: the same words, room for every column, a head on every page."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from kitchen.papers import (
    LETTERS_LEAST,
    LETTERS_MOST,
    Paper,
    Section,
    as_docx,
    as_pdf,
    counts,
    letters,
    listed,
    widths,
)


def document(paper: Paper) -> Any:
    return Document(BytesIO(as_docx(paper)))


@pytest.mark.parametrize(
    ("text", "room"), [("", 0), ("abc", 3), ("青禾", 4), ("青禾 2", 6), ("“引号”", 6), ("，", 2)]
)
def test_a_chinese_character_takes_the_room_of_two_letters(text: str, room: int) -> None:
    assert letters(text) == room


def test_a_column_has_room_for_its_longest_cell_within_bounds() -> None:
    head, rows = ["平台", "n", "说明"], [["WeChat official account", "1", "很" * 90]]
    assert widths(head, rows) == [25, LETTERS_LEAST, LETTERS_MOST]
    assert widths(head, []) == [LETTERS_LEAST] * 3


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        (["1", "2,200", "0.29"], True),
        (["1", "未知", "3"], True),
        (["-12.5%", "+3%"], True),
        (["未知", "3"], True),
        (["未知", "未知", "3"], False),
        (["2026-03-01", "2026-03-02"], False),
        (["", ""], False),
        ([], False),
    ],
)
def test_a_column_of_numbers_is_told_from_words(cells: list[str], right: bool) -> None:
    assert counts([["x", cell] for cell in cells], 1) is right


def test_a_wide_table_lies_across_and_its_head_stands_on_every_page() -> None:
    rows = [["微信公众号", *("1,350",) * 7] for _ in range(3)]
    section = Section("阅读", head=["平台", *("24 小时阅读",) * 7], rows=list(rows))
    made = document(Paper("周报", [section]))
    page = made.sections[0]
    assert (page.orientation, page.page_width > page.page_height) == (WD_ORIENT.LANDSCAPE, True)
    (table,) = made.tables
    head = table.rows[0]
    assert head._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(cell.paragraphs[0].runs[0].bold for cell in head.cells)
    room = page.page_width - page.left_margin - page.right_margin
    assert sum(cell.width for cell in head.cells) == pytest.approx(room, rel=0.01)
    aligned = [cell.paragraphs[0].alignment for cell in table.rows[1].cells]
    assert aligned == [None, *(WD_ALIGN_PARAGRAPH.RIGHT,) * 7]


def test_a_narrow_one_stands_upright() -> None:
    page = document(Paper("纪要", [Section("决定", ["一", "二"])])).sections[0]
    assert page.orientation == WD_ORIENT.PORTRAIT
    assert page.page_width < page.page_height


def test_of_what_there_is_nothing_it_says_so() -> None:
    made = document(listed("纪要", [("未及研判", []), ("决定", ["修路"])]))
    told = [(each.text, each.style.name) for each in made.paragraphs]
    assert told == [
        ("纪要", "Title"),
        ("未及研判", "Heading 1"),
        ("—", "List Bullet"),
        ("决定", "Heading 1"),
        ("修路", "List Bullet"),
    ]
    headed = document(Paper("周报", [Section("转载", head=["媒体"])]))
    assert [each.text for each in headed.paragraphs] == ["周报", "转载"]


def test_control_characters_and_long_words_break_no_paper() -> None:
    rows = [["x" * 300, "九里桥" * 200, "https://news.example/" + "a" * 200]]
    paper = Paper("周报", [Section("说明", ["一\u200b二"], head=["甲", "乙", "丙"], rows=rows)])
    assert as_pdf(paper).startswith(b"%PDF")
    assert len(document(paper).tables) == 1


def test_a_hundred_rows_go_over_pages() -> None:
    rows = [[f"账号{n}", str(n)] for n in range(100)]
    body = as_pdf(Paper("周报", [Section("账号", head=["账号", "篇"], rows=list(rows))]))
    assert body.count(b"/Type /Page\n") >= 3
