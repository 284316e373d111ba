"""What changed: as tables of texts, and within bounds whatever is thrown at it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from kitchen.stories import diff
from kitchen.stories.anchors import Anchor, carried, found, holds
from kitchen.stories.diff import Op
from kitchen.stories.doc import checked, from_text
from kitchen.stories.passages import Passage, passages, replaced
from kitchen.stories.retyping import lines_of, retyped

SHA = "a" * 64


def p(words: str, *marks: str) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "text", "text": words}
    if marks:
        text["marks"] = [{"type": mark} for mark in marks]
    return {"type": "paragraph", "content": [text]}


def heading(words: str) -> dict[str, Any]:
    return {**p(words), "type": "heading", "attrs": {"level": 2}}


def figure(asset: str, caption: str = "") -> dict[str, Any]:
    attrs = {"asset": asset, "sha256": SHA, "src": "", "caption": caption}
    return {"type": "figure", "attrs": {**attrs, "credit": "", "alt": ""}}


def doc(*blocks: dict[str, Any]) -> dict[str, Any]:
    return checked({"type": "doc", "content": list(blocks)})


def ops(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [str(row.op) for row in diff.rows(passages(before), passages(after))]


A, B, C = p("青禾大桥昨日合龙。"), p("市民争相前往参观。"), p("预计年底正式通车。")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([A, B, C], [A, B, C], ["same", "same", "same"]),
        ([A, C], [A, B, C], ["same", "new", "same"]),
        ([A, B, C], [A, C], ["same", "gone", "same"]),
        ([A, B, C], [C, A, B], ["moved", "same", "same", "left"]),
        ([A], [p("青禾大桥今日合龙。")], ["changed"]),
        ([A], [p("青禾大桥昨日合龙。", "strong")], ["restyled"]),
        ([A], [heading("青禾大桥昨日合龙。")], ["restyled"]),
        ([A, figure("one")], [A, figure("two")], ["same", "changed"]),
        ([A, figure("one", "旧图注")], [A, figure("one", "新图注")], ["same", "changed"]),
        ([A, figure("one")], [A], ["same", "gone"]),
        ([A, B], [p("全新的内容甲。"), p("毫无关系的乙。")], ["gone", "gone", "new", "new"]),
    ],
)
def test_every_block_is_told_for_what_became_of_it(
    before: list[dict[str, Any]], after: list[dict[str, Any]], told: list[str]
) -> None:
    assert sorted(ops(doc(*before), doc(*after))) == sorted(told)


def test_a_changed_sentence_is_shown_by_characters() -> None:
    parts = diff.compare("一百二十个摊位。早上开门。", "一百三十个摊位。早上开门。")
    assert parts == [
        ("same", "一百"),
        ("gone", "二"),
        ("new", "三"),
        ("same", "十个摊位。早上开门。"),
    ]


def test_both_sides_can_be_read_back_from_what_is_shown() -> None:
    before = doc(A, B, figure("one", "桥"), heading("现场"), C)
    after = doc(heading("现场见闻"), A, p("市民昨天争相参观。"), figure("two", "新桥"), C)
    rows = diff.rows(passages(before), passages(after))
    left = ["".join(text for _, text in row.left) for row in rows if row.before]
    assert [it for it in left if it] == [it.words for it in passages(before)]
    new = ["".join(text for _, text in row.right) for row in rows if row.after]
    assert new == [it.words for it in passages(after)]


def test_what_was_set_otherwise_is_named() -> None:
    (row,) = diff.rows(passages(doc(A)), passages(doc(p("青禾大桥昨日合龙。", "strong"))))
    assert row.restyled == [("new", "strong", "青禾大桥昨日合龙。")]


def test_unchanged_stretches_fold_and_their_neighbours_stay() -> None:
    many = [p(f"第{n}段没有改动的文字。") for n in range(9)]
    rows = diff.rows(passages(doc(*many, A)), passages(doc(*many, B)))
    folds = [(fold, len(stretch)) for fold, stretch in diff.folded(rows)]
    assert folds[:3] == [(False, 1), (True, 7), (False, 1)]
    assert diff.differs(rows)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("风" * 15_000, "风" * 7_000 + "雨" + "风" * 8_000),
        ("甲乙" * 7_500, "乙甲" * 7_500),
        ("。" * 15_000, "！" * 15_000),  # noqa: RUF001
        (
            "\n".join(f"第{n}段。" for n in range(3_000)),
            "\n".join("同一段。" for _ in range(3_000)),
        ),
    ],
)
def test_a_long_or_hostile_text_is_compared_in_bounded_time(before: str, after: str) -> None:
    began = time.perf_counter()
    rows = diff.rows(passages(from_text(before)), passages(from_text(after)))
    assert time.perf_counter() - began < 5
    assert diff.differs(rows)
    assert "".join(text for row in rows for _, text in row.right).startswith(after[:1])


def test_a_real_piece_of_fifteen_thousand_characters_is_quick() -> None:
    lines = [f"第{n}段，{'青禾大桥合龙现场的记录' * 6}{n * 7919}。第二句{n}。" for n in range(180)]
    mended = [
        line.replace("现场", "工地") if at % 9 == 0 else line for at, line in enumerate(lines)
    ]
    mended.insert(30, "后来补写的一段。")
    old, new = (passages(from_text("\n".join(it))) for it in (lines, mended))
    assert sum(len(it.words) for it in old) > 14_000
    began = time.perf_counter()
    rows = diff.rows(old, new)
    assert time.perf_counter() - began < 2
    assert [row.op for row in rows].count(Op.CHANGED) == 20
    assert [row.op for row in rows].count(Op.NEW) == 1


def text_of(*lines: str) -> list[Passage]:
    return passages(from_text("\n".join(lines)))


WAS = ("青禾大桥昨日合龙。", "比计划提前二十天，市民很高兴。", "青禾大桥全长三公里。")


@pytest.mark.parametrize(
    ("quote", "now", "there", "sure"),
    [
        ("二十天", WAS, ("1", 5), True),
        ("二十天", ("新加的导语在前面。", *WAS), ("2", 5), True),
        ("二十天", (WAS[0], "大桥比原计划提前二十天，市民很高兴。", WAS[2]), ("1", 8), True),
        ("二十天", (WAS[1], WAS[0], WAS[2]), ("0", 5), True),
        ("二十天", (WAS[0], "比计划提前十八天，市民很高兴。", WAS[2]), None, False),
        ("二十天", (WAS[0], "换了说法。", "早了整整二十天才通车。"), ("2", 4), False),
        ("没有的话", WAS, None, False),
    ],
)
def test_an_anchor_follows_its_words_into_a_newer_text(
    quote: str, now: tuple[str, ...], there: tuple[str, int] | None, sure: bool
) -> None:
    before, after = text_of(*WAS), text_of(*now)
    anchor = found(before, quote) or Anchor("0", 0, len(quote), quote)
    (place,) = carried([anchor], before, after)
    assert (place and (place.path, place.start)) == there
    if place:
        assert place.sure is sure
        assert holds(after, place)


def test_which_of_several_equal_quotations_is_meant_is_counted() -> None:
    text = text_of(*WAS)
    assert [found(text, "青禾大桥", nth) for nth in (0, 1, 9)] == [
        Anchor("0", 0, 4, "青禾大桥"),
        Anchor("2", 0, 4, "青禾大桥"),
        Anchor("2", 0, 4, "青禾大桥"),
    ]
    assert found(text, "合龙。\n比计划") is None


def test_words_are_replaced_and_their_looks_stay() -> None:
    bold = {"type": "text", "text": "昨日", "marks": [{"type": "strong"}]}
    mixed = {"type": "paragraph", "content": [{"type": "text", "text": "大桥"}, bold]}
    quote = {"type": "blockquote", "content": [p("引语一句。")]}
    text = doc(mixed, quote)
    now = checked(replaced(text, "0", 2, 4, "今日"))
    assert now["content"][0]["content"][1] == {**bold, "text": "今日"}
    assert checked(replaced(text, "1.0", 2, 4, ""))["content"][1]["content"][0] == p("引语。")
    gone = checked(replaced(text, "0", 0, 4, ""))
    assert "content" not in gone["content"][0]
    with pytest.raises(LookupError):
        replaced(doc(A, figure("one")), "1", 0, 1, "字")


def test_lines_typed_over_a_text_keep_all_that_they_do_not_change() -> None:
    listed = {"type": "bullet_list", "content": [{"type": "list_item", "content": [p("第一项")]}]}
    text = doc(heading("现场"), p("加粗的一段话。", "strong"), figure("one"), listed, C)
    lines = lines_of(text)
    assert lines == "现场\n加粗的一段话。\n第一项\n预计年底正式通车。"
    assert retyped(text, lines) == text
    typed = "现场见闻\n加粗的两段话。\n第一项\n新写的一段。"
    now = checked(retyped(text, typed))
    assert lines_of(now) == typed
    kinds = [block["type"] for block in now["content"]]
    assert kinds == ["heading", "paragraph", "figure", "bullet_list", "paragraph"]
    assert now["content"][1]["content"][0]["marks"] == [{"type": "strong"}]
    assert lines_of(checked(retyped(text, "只剩一行"))) == "只剩一行"
    assert checked(retyped(doc(A), "")) == {"type": "doc", "content": [{"type": "paragraph"}]}
