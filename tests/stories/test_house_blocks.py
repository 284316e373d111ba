"""House blocks and tables: what the server takes, and what it makes of them for the channels."""

from __future__ import annotations

from typing import Any

import pytest

from kitchen.core.errors import Invalid
from kitchen.stories import doc, places
from tests.stories.blocks import (
    HOUSE,
    OLD,
    REFUSED,
    SOUND,
    UNSOUND,
    A,
    B,
    C,
    block,
    document,
)

HTML = {
    "lead": '<p data-block="lead">大桥<strong>昨日</strong>合龙。</p>',
    "pull": '<blockquote data-block="pull"><p data-block="words">这一天等了<em>三年</em></p>'
    '<p data-block="source">——张师傅</p></blockquote>',
    "card": '<section data-block="data"><p data-block="figure"><strong>1280</strong>米</p>'
    "<p>主桥全长</p></section>",
    "box": '<section data-block="box"><p data-block="title"><strong>新闻背景</strong></p>'
    "<p>2023 年开工。</p><ul><li><p>双向六车道</p></li></ul></section>",
    "author": '<p data-block="author">本报记者 周远</p>',
    "origin": '<p data-block="origin">资料来自区交通运输局</p>',
    "table": '<table><tbody><tr><th>标段</th><th colspan="2">进度</th></tr>'
    "<tr><td>一</td><td>完成<br>已验收</td><td>好</td></tr></tbody></table>",
    "figure": f'<figure data-sha256="{A}" data-uid="f1">'
    "<figcaption>江边　周远</figcaption></figure>",
    "film": f'<figure data-block="film" data-film="{B}" data-uid="v1">'
    "<figcaption>合龙瞬间</figcaption></figure>",
    "code": f'<figure data-block="code" data-sha256="{C}" data-uid="q1">'
    "<figcaption>扫码看直播</figcaption></figure>",
}
WORDS = {
    "lead": "大桥昨日合龙。",
    "pull": "这一天等了三年\n——张师傅",
    "card": "1280米\n主桥全长",
    "box": "新闻背景\n2023 年开工。\n双向六车道",
    "author": "本报记者 周远",
    "origin": "资料来自区交通运输局",
    "table": "标段  进度\n一  完成 已验收  好",
    "figure": "",
    "film": "",
    "code": "扫码看直播 https://a.example/live",
}


@pytest.mark.parametrize("kept", SOUND.values(), ids=SOUND)
def test_a_sound_text_is_kept_as_it_is(kept: dict[str, Any]) -> None:
    assert doc.checked(kept) == kept


@pytest.mark.parametrize("forged", [*UNSOUND.values(), *REFUSED.values()], ids=[*UNSOUND, *REFUSED])
def test_an_unsound_text_is_refused_with_a_sentence(forged: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        doc.checked(forged)
    assert refused.value.message.strip()


@pytest.mark.parametrize("name", HOUSE)
def test_each_block_has_its_html_and_its_words(name: str) -> None:
    text = document(HOUSE[name])
    assert doc.to_html(text) == HTML[name]
    assert doc.to_text(text) == WORDS[name]


def test_a_text_of_before_is_spelled_as_before() -> None:
    """Byte for byte: approvals are bound to it."""
    assert doc.to_html(OLD) == (
        "<h2>进展</h2><p>正文。<em>重点</em></p><blockquote><p>引文</p></blockquote>"
        f'<ol start="3"><li><p>一</p></li></ol><figure data-sha256="{A}" data-uid="f1">'
        "<figcaption>江边　周远</figcaption></figure><hr>"
    )


def test_parts_that_were_left_empty_leave_nothing_behind() -> None:
    text = SOUND["empty parts"]
    assert doc.to_html(text) == (
        '<blockquote data-block="pull"><p data-block="words"></p></blockquote>'
    )
    assert doc.to_text(text) == ""


def test_words_in_any_part_are_only_words() -> None:
    attack = '"><script>alert(1)</script>'
    parts = ("data_figure", "data_unit", "data_words")
    card = block("data_card", *(block(part, attack) for part in parts))
    code = {**HOUSE["code"], "attrs": {**HOUSE["code"]["attrs"], "words": attack}}
    html = doc.to_html(document(card, code, HOUSE["pull"]))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 4


def test_files_and_addresses_of_all_blocks_are_known() -> None:
    text = SOUND["everything"]
    assert [it.uid for it in doc.files(text)] == ["f1", "v1", "q1"]
    assert [it.uid for it in doc.figures(text)] == ["f1"]
    assert doc.links(text) == ["https://a.example/live"]


@pytest.mark.parametrize("kept", [*SOUND.values(), OLD], ids=[*SOUND, "old"])
def test_every_character_has_its_place(kept: dict[str, Any]) -> None:
    """Also those that the house puts in, such as the dash before a source: they take up none."""
    text, known = doc.to_text(kept), places.places_of(kept)
    assert len(known.starts) == len(known.ends) == len(text)
    tree = doc.as_node(kept)
    for at, letter in enumerate(text):
        begins, ends = known.starts[at], known.ends[at]
        if begins < ends and not letter.isspace():
            assert tree.text_between(begins, ends) == letter


@pytest.mark.parametrize(
    ("name", "words"),
    [("pull", "三年"), ("card", "1280"), ("box", "开工"), ("table", "验收"), ("author", "周远")],
)
def test_words_in_a_house_block_are_replaced_where_they_stand(name: str, words: str) -> None:
    kept = document(HOUSE[name])
    text = doc.to_text(kept)
    at = text.index(words)
    changed = places.with_words(kept, at, at + len(words), "别的")
    assert doc.to_text(changed) == text.replace(words, "别的")


@pytest.mark.parametrize(("name", "words"), [("pull", "——"), ("code", "直播"), ("table", "  ")])
def test_what_the_house_puts_in_cannot_be_replaced(name: str, words: str) -> None:
    kept = document(HOUSE[name])
    at = doc.to_text(kept).index(words)
    with pytest.raises(LookupError):
        places.with_words(kept, at, at + len(words), "别的")
