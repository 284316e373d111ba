"""What Word wrote is read for what it means; what is broken or hostile is refused by name."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from docx.document import Document

from assets import bounded
from kitchen.core.errors import Invalid, Refusal
from kitchen.stories import doc
from kitchen.stories.importing import nodes, reading
from kitchen.stories.importing.reading import Manuscript
from kitchen.stories.rules import COLUMNS_MAX, ROWS_MAX
from tests.stories.manuscripts import bent, centred, picture, with_body, word

Read = Callable[..., Manuscript]
TRACKED = (
    '<w:p><w:r><w:t xml:space="preserve">区里</w:t></w:r>'
    '<w:del w:id="1" w:author="甲"><w:r><w:delText>暂缓</w:delText></w:r></w:del>'
    '<w:ins w:id="2" w:author="乙"><w:r><w:t>决定</w:t></w:r></w:ins>'
    "<w:r><w:t>开工</w:t></w:r></w:p>"
)


@pytest.fixture(scope="module", autouse=True)
def no_children_left() -> Iterator[None]:
    yield
    bounded.close()


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """``read(bytes)`` reads a file by that content, called 来稿.docx."""

    def reading_it(data: bytes, name: str = "来稿.docx") -> Manuscript:
        path = tmp_path / "file"
        path.write_bytes(data)
        return reading.read(path, name)

    return reading_it


def shape(content: Any) -> list[tuple[str, str]]:
    """Each block's kind and words."""
    return [(node["type"], _words(node)) for node in content]


def _words(node: dict[str, Any]) -> str:
    if node["type"] == "text":
        return str(node["text"])
    if node["type"] == "picture":
        return str(node["caption"])
    return "".join(_words(each) for each in node.get("content", ()))


def test_styles_become_what_they_mean(read: Read) -> None:
    def write(document: Document) -> None:
        document.add_heading("云溪街道的三百亩藕田", 0)
        document.add_paragraph("清晨，藕田开挖。")
        document.add_heading("怎么挖", 1)
        document.add_heading("用水枪", 3)
        document.add_paragraph("一支枪冲开淤泥", style="List Bullet")
        document.add_paragraph("两个人下水", style="List Bullet")
        document.add_paragraph("先放水", style="List Number")
        document.add_paragraph("藕在泥里，要慢慢请。", style="Quote")
        document.add_paragraph("——一位老人", style="Intense Quote")

    found = read(word(write))
    assert found.title == "云溪街道的三百亩藕田"
    assert shape(found.body) == [
        ("paragraph", "清晨，藕田开挖。"),
        ("heading", "怎么挖"),
        ("heading", "用水枪"),
        ("bullet_list", "一支枪冲开淤泥两个人下水"),
        ("ordered_list", "先放水"),
        ("blockquote", "藕在泥里，要慢慢请。——一位老人"),
    ]
    assert [node["attrs"]["level"] for node in found.body if node["type"] == "heading"] == [2, 3]


def test_emphasis_and_links_become_marks(read: Read) -> None:
    def write(document: Document) -> None:
        paragraph = document.add_paragraph("普通")
        paragraph.add_run("加粗").bold = True
        paragraph.add_run("斜体").italic = True
        paragraph.add_run("不粗").bold = False

    (node,) = read(word(write)).content
    assert [(each["text"], each.get("marks", [])) for each in node["content"]] == [
        ("普通", []),
        ("加粗", [{"type": "strong"}]),
        ("斜体", [{"type": "em"}]),
        ("不粗", []),
    ]


def test_a_centred_first_line_is_the_title_and_no_heading_means_the_files_name(read: Read) -> None:
    def entitled(document: Document) -> None:
        centred(document, "藕田开挖")
        document.add_paragraph("正文。")

    assert read(word(entitled)).title == "藕田开挖"
    assert read(word(lambda it: it.add_paragraph("只有正文。"))).title == "来稿"


def test_a_picture_takes_the_small_line_under_it_as_its_caption(read: Read) -> None:
    def write(document: Document) -> None:
        document.add_paragraph("前文。")
        picture(document)
        centred(document, "图为开挖现场。")
        picture(document, 260)
        document.add_paragraph("这是正文，不是图注。")
        picture(document)
        document.add_paragraph("用题注样式", style="Caption")

    found = read(word(write))
    assert shape(found.content) == [
        ("paragraph", "前文。"),
        ("picture", "图为开挖现场。"),
        ("picture", ""),
        ("paragraph", "这是正文，不是图注。"),
        ("picture", "用题注样式"),
    ]
    numbers = [node["number"] for node in found.content if node["type"] == "picture"]
    assert numbers == [0, 1, 0]  # the same bytes lie in the file once
    assert len(found.pictures) == 2


def table_of(content: Any, at: int = 0) -> list[list[tuple[str, int, int]]]:
    """Each cell's words, and over how many columns and rows it reaches."""
    assert content[at]["type"] == "table"
    return [
        [(_words(it), it["attrs"]["colspan"], it["attrs"]["rowspan"]) for it in row["content"]]
        for row in content[at]["content"]
    ]


def test_a_table_stays_one(read: Read) -> None:
    def write(document: Document) -> None:
        table = document.add_table(2, 2)
        for cell, words in zip(table._cells, ("街道", "亩数", "云溪", "300"), strict=True):
            cell.text = words

    content = read(word(write)).content
    doc.checked({"type": "doc", "content": content})
    assert table_of(content) == [
        [("街道", 1, 1), ("亩数", 1, 1)],
        [("云溪", 1, 1), ("300", 1, 1)],
    ]


def test_cells_that_were_merged_reach_as_far(read: Read) -> None:
    def write(document: Document) -> None:
        table = document.add_table(3, 3)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "两栏"
        table.cell(1, 2).merge(table.cell(2, 2)).text = "两行"
        table.cell(0, 2).text, table.cell(1, 0).text, table.cell(2, 1).text = "甲", "乙", "丙"

    content = read(word(write)).content
    doc.checked({"type": "doc", "content": content})
    assert table_of(content) == [
        [("两栏", 2, 1), ("甲", 1, 1)],
        [("乙", 1, 1), ("", 1, 1), ("两行", 1, 2)],
        [("", 1, 1), ("丙", 1, 1)],
    ]


def test_a_cell_keeps_its_paragraphs_as_lines_and_its_emphasis(read: Read) -> None:
    def write(document: Document) -> None:
        table = document.add_table(1, 2)
        table.cell(0, 0).text = "第一行"
        table.cell(0, 0).add_paragraph().add_run("第二行").bold = True
        table.cell(0, 1).text = "右"

    (table,) = read(word(write)).content
    (row,) = table["content"]
    assert row["content"][0]["content"] == [
        {"type": "text", "text": "第一行"},
        {"type": "hard_break"},
        {"type": "text", "text": "第二行", "marks": [{"type": "strong"}]},
    ]


def test_a_frame_of_one_cell_is_paragraphs(read: Read) -> None:
    def write(document: Document) -> None:
        cell = document.add_table(1, 1).cell(0, 0)
        cell.text = "编者按：开栏的话。"
        cell.add_paragraph("第二段。")

    content = read(word(write)).content
    assert shape(content) == [("paragraph", "编者按：开栏的话。"), ("paragraph", "第二段。")]


def test_a_table_too_wide_or_too_long_loses_no_word(read: Read) -> None:
    def write(document: Document) -> None:
        wide = document.add_table(1, COLUMNS_MAX + 1)
        for number, cell in enumerate(wide._cells):
            cell.text = str(number)
        document.add_paragraph("中间")
        long = document.add_table(ROWS_MAX + 1, 2)
        for number, cell in enumerate(long._cells):
            cell.text = str(number)

    content = read(word(write)).content
    doc.checked({"type": "doc", "content": content})
    kinds = [node["type"] for node in content]
    assert kinds == ["paragraph", "paragraph", "table", "table"]
    assert _words(content[0]) == "｜".join(map(str, range(COLUMNS_MAX + 1)))
    assert [len(node["content"]) for node in content[2:]] == [ROWS_MAX, 1]
    assert table_of(content, 3)[0][0][0] == str(2 * ROWS_MAX)


def test_of_tracked_changes_the_accepted_text_is_read_and_told(read: Read) -> None:
    found = read(with_body(word(lambda it: it.add_paragraph("尾")), TRACKED))
    assert shape(found.content)[0] == ("paragraph", "区里决定开工")
    assert found.told == ["changes"]


def test_comments_hidden_text_and_the_files_own_facts_stay_out(read: Read) -> None:
    def write(document: Document) -> None:
        document.core_properties.author = "不该出现的人"
        document.core_properties.comments = "内部意见"
        paragraph = document.add_paragraph("可以看的话。")
        hidden = paragraph.add_run("藏起来的话")
        hidden.font.hidden = True
        document.add_comment(paragraph.runs, text="批注里的话", author="丙")

    found = read(word(write))
    assert shape(found.content) == [("paragraph", "可以看的话。")]
    assert found.told == ["comments"]
    assert not re.search("不该出现|内部意见|批注里", str(found))


def test_a_picture_on_the_net_is_not_fetched_but_told(read: Read) -> None:
    def write(document: Document) -> None:
        document.add_paragraph("正文。")
        picture(document)
        (relation,) = [r for r in document.part.rels.values() if r.reltype.endswith("/image")]
        relation._is_external, relation._target = True, "http://169.254.0.1/secret.png"

    found = read(word(write))
    assert found.told == ["remote"]
    assert not found.pictures


def test_lists_that_lie_in_each_other_stay_so() -> None:
    items = [
        nodes.Item(ordered, level, nodes.text(words))
        for ordered, level, words in (
            (False, 0, "甲"),
            (True, 1, "甲一"),
            (True, 1, "甲二"),
            (False, 0, "乙"),
            (True, 0, "另起"),
        )
    ]
    first, second = nodes.listed(items)
    assert [len(entry["content"]) for entry in first["content"]] == [2, 1]
    assert first["content"][0]["content"][1]["type"] == "ordered_list"
    assert second["type"] == "ordered_list"


def _bomb() -> bytes:
    """A kilobyte that unfolds to 60 MB."""
    return bent(word(lambda it: it.add_paragraph("x")), {"word/document.xml": b" " * 60 * 2**20})


def _laughs() -> bytes:
    """Entities within entities: a billion of them."""
    names = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    doctype = f'<!DOCTYPE w [<!ENTITY a0 "ha">{"".join(names)}]>'
    return bent(
        word(lambda it: it.add_paragraph("x")),
        {"word/document.xml": f"<?xml version='1.0'?>{doctype}<w>&a9;</w>".encode()},
    )


def _reaching_out() -> bytes:
    """An entity that names a file of ours."""
    doctype = '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return bent(
        word(lambda it: it.add_paragraph("x")),
        {"word/document.xml": f"<?xml version='1.0'?>{doctype}<w>&e;</w>".encode()},
    )


def _many_members() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for number in range(5001):
            package.writestr(f"{number}", b"")
    return target.getvalue()


def _damaged() -> bytes:
    """Bytes flipped within the compressed text."""
    data = bytearray(word(lambda it: it.add_paragraph("x" * 5000)))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        at = package.getinfo("word/document.xml").header_offset + 200
    data[at : at + 60] = bytes(60)
    return bytes(data)


PLAIN = word(lambda it: it.add_paragraph("x"))


@pytest.mark.parametrize(
    ("data", "code", "names"),
    [
        (_bomb(), "text_bomb", "word/document.xml"),
        (_many_members(), "text_bomb", "5001"),
        (_laughs(), "text_hostile", "word/document.xml"),
        (_reaching_out(), "text_hostile", "word/document.xml"),
        (_damaged(), "text_torn", "word/document.xml"),
        (bent(PLAIN, {"word/document.xml": None}), "text_incomplete", "word/document.xml"),
        (bent(PLAIN, {"_rels/.rels": None}), "text_incomplete", "_rels/.rels"),
        (bent(PLAIN, {"word/document.xml": b"<w:body>"}), "text_torn", "word/document.xml"),
        (bent(PLAIN, {"word/styles.xml": b"\xff\xfe<"}), "text_torn", "word/styles.xml"),
        (PLAIN[: len(PLAIN) // 2], "text_torn", "ZIP"),
        (b"no zip at all", "text_torn", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "text_old_word", "密码"),
        (word(lambda it: it.add_paragraph("")), "text_empty", "没有文字"),
    ],
)
def test_what_is_broken_or_hostile_is_refused_and_named(
    read: Read, data: bytes, code: str, names: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read(data)
    assert refused.value.reason == code
    assert names in str(refused.value)
    assert "来稿.docx" in str(refused.value)


@pytest.mark.parametrize("name", ["报告.pdf", "表.xlsx", "没有后缀", "旧稿.doc"])
def test_other_kinds_are_refused_with_what_to_do(read: Read, name: str) -> None:
    with pytest.raises(Refusal, match="另存为 .docx"):
        read(b"whatever", name)


def test_a_novel_with_200_pictures_is_read_in_a_moment(read: Read) -> None:
    def write(document: Document) -> None:
        for number in range(200):
            document.add_paragraph("清晨的藕田里人声鼎沸。" * 7)
            picture(document, 200 + number % 40)

    found = read(word(write))
    placed = [node for node in found.content if node["type"] == "picture"]
    assert len(placed) == 200
    assert sum(len(_words(node)) for node in found.content) >= 15_000


def test_more_pictures_than_can_be_taken_are_counted(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_PICTURES", 1)

    def write(document: Document) -> None:
        picture(document, 200)
        picture(document, 220)

    with pytest.raises(Invalid, match="有 2 张图片，一次最多导入 1 张"):
        read(word(write))
