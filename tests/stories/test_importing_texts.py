"""Plain text in every encoding, Markdown, and what was copied from a web page."""

from __future__ import annotations

import codecs

import pytest

from kitchen.stories.importing import markdown, nodes, pasted, plain
from kitchen.stories.importing.faults import Fault
from kitchen.stories.importing.nodes import Draft
from tests.stories.test_importing_word import shape, table_of

SENTENCE = "荷塘镇三百亩藕田开挖，用水 12 吨。\r\n第二段。"


@pytest.mark.parametrize(
    "data",
    [
        SENTENCE.encode(),
        codecs.BOM_UTF8 + SENTENCE.encode(),
        SENTENCE.encode("utf-16"),
        SENTENCE.encode("utf-16-le"),
        SENTENCE.encode("utf-16-be"),
        codecs.BOM_UTF16_BE + SENTENCE.encode("utf-16-be"),
        SENTENCE.encode("gb18030"),
        SENTENCE.encode("gbk"),
    ],
    ids=["utf-8", "with mark", "utf-16", "le, bare", "be, bare", "be, marked", "gb18030", "gbk"],
)
def test_every_encoding_that_newsrooms_use_is_told_from_the_others(data: bytes) -> None:
    assert plain.decoded(data) == SENTENCE


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00\x01", b"%PDF-1.7\x00\x02", b"\xff\xff\xff", b"ab\x07c"]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Fault) as refused:
        plain.read(data)
    assert refused.value.code == "not_text"


def test_lines_are_paragraphs_and_a_first_short_one_is_the_title() -> None:
    found = plain.read("　藕田开挖\n\n　　清晨，水还凉。\n【现场】\n人声鼎沸。\n".encode())
    assert shape(found.content) == [
        ("heading", "藕田开挖"),
        ("paragraph", "清晨，水还凉。"),
        ("heading", "现场"),
        ("paragraph", "人声鼎沸。"),
    ]


def _marks(draft: Draft) -> list[tuple[str, list[str]]]:
    inline = [node for block in draft.content for node in block.get("content", ())]
    return [
        (node["text"], [mark["type"] for mark in node.get("marks", ())])
        for node in inline
        if node["type"] == "text"
    ]


def test_markdown_blocks() -> None:
    source = (
        "# 题\n\n第一段\n接着写。\n\n小题\n---\n> 引的话\n> 又一句\n\n"
        "- 甲\n  1. 甲一\n- 乙\n\n***\n"
        "| 街道 | 亩 |\n|---|---|\n| 云溪 | 3 |\n\n```\ncode\n```\n### 三级\n"
    )
    assert shape(markdown.read(source.encode()).content) == [
        ("heading", "题"),
        ("paragraph", "第一段接着写。"),
        ("heading", "小题"),
        ("blockquote", "引的话又一句"),
        ("bullet_list", "甲甲一乙"),
        ("horizontal_rule", ""),
        ("table", "街道亩云溪3"),
        ("paragraph", "code"),
        ("heading", "三级"),
    ]


def test_markdown_marks_and_what_it_leaves_alone() -> None:
    source = (
        r"**粗**和*斜*，[链](https://a.cn) ![图](https://b.cn/x.png) 2\*3 `x_y` <script>坏</script>"
    )
    found = markdown.read(source.encode())
    assert found.told == {"remote"}
    assert _marks(found) == [
        ("粗", ["strong"]),
        ("和", []),
        ("斜", ["em"]),
        ("，", []),
        ("链", ["link"]),
        ("  2*3 x_y <script>坏</script>", []),
    ]


def test_the_title_may_stand_in_front_matter() -> None:
    found = markdown.read("---\ntitle: 藕田\ntags: [a]\n---\n正文。".encode())
    assert shape(found.content) == [("heading", "藕田"), ("paragraph", "正文。")]


def test_a_web_page_is_cleaned_and_read() -> None:
    source = (
        "<html><head><title>浏览器标题</title><style>p{}</style></head><body>"
        "<h1>题</h1><div>第一段<br>换行<b>粗</b><script>alert(1)</script></div>"
        "<p onclick='x()'>看<a href='https://a.cn'>这里</a><a href='javascript:x()'>别点</a></p>"
        "<ul><li>甲<ul><li>甲一</li></ul></li><li>乙</li></ul><blockquote>引</blockquote>"
        "<table><tr><th>街道<th>亩</tr><tr><td><b>云溪</b><td>3</table><img src='//x/y.png'>"
    )
    found = pasted.read(source.encode())
    assert shape(found.content) == [
        ("heading", "题"),
        ("paragraph", "第一段换行粗"),
        ("paragraph", "看这里别点"),
        ("bullet_list", "甲甲一乙"),
        ("blockquote", "引"),
        ("table", "街道亩云溪3"),
    ]
    assert found.told == {"remote"}
    assert ("别点", ["link"]) not in _marks(found)


def test_control_characters_and_halves_of_characters_are_dropped() -> None:
    (node,) = nodes.text("干\x00净\x07的\ud800字\u200b")
    assert node["text"] == "干净的字"


def test_nothing_but_tags_is_nothing() -> None:
    assert pasted.read(b"<div><p> </p></div>").content == []


def test_a_pasted_table_keeps_its_cells_apart() -> None:
    source = (
        "<table><thead><tr><th colspan=2>街道<th>亩</thead>"
        "<tr><td rowspan=2><p>云</p><p>溪</p><td><td>3"
        "<tr><td><table><tr><td>内<td>层</table><td rowspan=9999>4</table>尾"
    )
    found = pasted.read(source.encode()).content
    assert table_of(found) == [
        [("街道", 2, 1), ("亩", 1, 1)],
        [("云溪", 1, 2), ("", 1, 1), ("3", 1, 1)],
        [("内层", 1, 1), ("4", 1, 1)],
    ]
    assert [cell["type"] for cell in found[0]["content"][0]["content"]] == ["table_header"] * 2
    assert shape(found)[1:] == [("paragraph", "尾")]


@pytest.mark.parametrize("source", ["<td>散", "<table><tr></table>", "</table><tr><td>x</tr>"])
def test_a_broken_table_breaks_nothing(source: str) -> None:
    pasted.read(source.encode())
