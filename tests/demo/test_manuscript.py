"""Texts from outside: their titles, their structure, and what cannot be read said in words."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from kitchen.core.errors import Invalid, Refusal
from kitchen.demo import manuscript
from kitchen.stories import doc as text
from tests.assets.samples import encoded, photo


def _file(directory: Path, name: str, content: str | bytes) -> Path:
    path = directory / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _kinds(found: manuscript.Manuscript) -> list[str]:
    return [node["type"] for node in found.doc["content"]]


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("荷塘开了\n\n今天荷花开了。", "荷塘开了"),
        ("编者按：\n荷塘开了\n今天荷花开了。", "荷塘开了"),
        ("【按语】\n荷塘开了\n正文。", "荷塘开了"),
        ("今天荷花开了。\n荷塘开了", "荷塘开了"),
        ("【荷塘】\n今天荷花开了。", "荷塘"),
        ("今天荷花开了。", "今天荷花开了。"),
        ("荷" * 80 + "\n正文。", "荷" * 64),
    ],
)
def test_the_title_is_the_first_line_that_reads_like_one(
    tmp_path: Path, content: str, title: str
) -> None:
    assert manuscript.read(_file(tmp_path, "a.txt", content)).title == title


def test_no_line_of_a_plain_text_is_lost(tmp_path: Path) -> None:
    content = "编者按：\n荷塘开了\n【引言】\n今天荷花开了。\n\n明天还开。"
    found = manuscript.read(_file(tmp_path, "a.txt", content))
    assert _kinds(found) == ["paragraph", "heading", "paragraph", "paragraph"]
    assert text.to_text(text.checked(found.doc)) == "编者按：\n引言\n今天荷花开了。\n明天还开。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_usual_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    data = "荷塘开了\n今天荷花开了。".encode(encoding)
    assert manuscript.read(_file(tmp_path, "a.txt", data)).title == "荷塘开了"


def test_markdown_keeps_headings_lists_quotes_emphasis_and_links(tmp_path: Path) -> None:
    content = (
        "前言一行\n接着写\n\n# 荷塘开了\n\n## 怎么去\n- 坐车\n- 走路\n\n1. 先\n\n> 真好看\n\n---\n"
        "**免费**，见[公告](https://a.example/b)。\n"
    )
    found = manuscript.read(_file(tmp_path, "a.md", content))
    assert found.title == "荷塘开了"
    kinds = ["paragraph", "heading", "bullet_list", "ordered_list", "blockquote", "paragraph"]
    assert _kinds(found) == kinds
    html = text.to_html(text.checked(found.doc))
    assert "<p>前言一行接着写</p>" in html
    assert '<strong>免费</strong>，见<a href="https://a.example/b"' in html
    assert html.count("<li>") == 3


def test_a_word_document_keeps_its_structure_tables_and_pictures(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("荷塘开了", 0)
    document.add_paragraph("今天荷花开了。")
    document.add_heading("怎么去", 2)
    document.add_paragraph("坐车", style="List Bullet")
    document.add_table(1, 2).rows[0].cells[0].text = "门票"
    document.tables[0].rows[0].cells[1].text = "免费"
    document.add_picture(io.BytesIO(encoded(photo(60, 40))))
    path = tmp_path / "a.docx"
    document.save(str(path))
    found = manuscript.read(path)
    assert found.title == "荷塘开了"
    assert _kinds(found) == ["paragraph", "heading", "bullet_list", "paragraph"]
    assert "门票　免费" in found.text
    assert len(found.pictures) == 1
    text.checked(found.doc)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.pdf", b"%PDF", r"\.docx"),
        ("a.txt", b"", "没有文字"),
        ("a.txt", b"\x00\x81\xff\xfe\xfa\xff\xff", "UTF-8"),
        ("a.docx", b"PK\x03\x04 no zip", "Word"),
        ("a.docx", b"", "Word"),
        ("a.md", b"# \n\n", "没有文字"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    with pytest.raises(Refusal, match=told):
        manuscript.read(_file(tmp_path, name, content))


def test_a_file_that_is_not_there_and_one_that_is_huge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Invalid, match="读不到"):
        manuscript.read(tmp_path / "none.txt")
    path = _file(tmp_path, "a.txt", "荷塘开了\n" * 100)
    with pytest.raises(Refusal, match="太大"):
        manuscript.bytes_of(path, most=100)
