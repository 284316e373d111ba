"""The text: what the schema knows is kept, everything else is refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from kitchen.core.errors import Invalid, TooLarge
from kitchen.stories import doc
from tests.stories.conftest import document, figure, paragraph


def linked(href: str) -> dict[str, Any]:
    return paragraph("点这里", marks=[{"type": "link", "attrs": {"href": href}}])


def nested(depth: int) -> dict[str, Any]:
    block = paragraph("底")
    for _ in range(depth):
        item = {"type": "list_item", "content": [paragraph("层"), block]}
        block = {"type": "bullet_list", "content": [item]}
    return document(block)


@pytest.mark.parametrize(
    "forged",
    [
        None,
        [],
        {},
        {"type": "doc"},
        {"type": "paragraph"},
        document({"type": "script"}),
        document({"type": "paragraph", "content": [7]}),
        document({"type": ["paragraph"]}),
        document({"type": "heading", "attrs": {"level": 1}}),
        document({"type": "heading", "attrs": {"level": 2.0}}),
        document({"type": "heading", "attrs": {"level": "2><script>"}}),
        document({"type": "figure", "attrs": {"asset": "a"}}),
        document(figure("../../etc/passwd")),
        document({**figure("abc"), "attrs": {**figure("abc")["attrs"], "sha256": "x"}}),
        document(paragraph("字", marks=[{"type": "font", "attrs": {"size": 9}}])),
        document(paragraph("字\u0000字")),
        document(paragraph("字\ud800")),
        document(linked("javascript:alert(1)")),
        document(linked("JaVaScRiPt:alert(1)")),
        document(linked("data:text/html,<script>")),
        document(linked("//evil.example")),
        document(linked("https://")),
        document(linked("https://a.example/\n<script>")),
        document(linked("http://[待补]")),
        document(linked("http://[1]")),
        document(linked("http://a.example：8080/")),
        document(linked("http://?待补")),
    ],
)
def test_a_forged_text_is_refused_with_a_sentence(forged: Any) -> None:
    with pytest.raises(Invalid) as refused:
        doc.checked(forged)
    assert refused.value.message.strip()


@pytest.mark.parametrize(
    "text", [nested(40), document(*[paragraph("字" * 1000)] * 61), document(*[{}] * 20_001)]
)
def test_a_text_beyond_all_measure_is_refused_as_too_long(text: dict[str, Any]) -> None:
    with pytest.raises(TooLarge):
        doc.checked(text)


@pytest.mark.parametrize(
    "href", ["http://a.example", "https://a.example/x?y=1#z", "mailto:news@a.example"]
)
def test_honest_links_stay(href: str) -> None:
    kept = doc.checked(document(linked(href)))
    assert doc.links(kept) == [href]
    assert f'<a href="{href}">' in doc.to_html(kept)


def test_what_the_schema_does_not_name_is_left_out() -> None:
    sly = {**paragraph("字"), "onclick": "alert(1)", "attrs": {"style": "x"}}
    kept = doc.checked({**document(sly), "owner": "me"})
    assert kept == document(paragraph("字"))


def test_words_that_look_like_markup_are_only_words() -> None:
    attack = "</p><script>alert('x')</script>"
    html = doc.to_html(document(paragraph(attack), figure("abc", '"><img src=x onerror=1>')))
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_a_link_that_got_past_the_gate_still_leads_nowhere() -> None:
    html = doc.to_html(document(linked("javascript:alert(1)")))
    assert "javascript" not in html


def test_figures_carry_their_names_and_the_hash_that_is_asked_for() -> None:
    html = doc.to_html(document(figure("abc")), lambda uid, sha: f"{uid}-{sha[:1]}")
    assert '<figure data-sha256="abc-a" data-uid="abc">' in html
    assert "<figcaption>大桥合龙　测试 摄</figcaption>" in html


def test_plain_words_come_block_by_block() -> None:
    text = document(
        {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "甲"}]},
        nested(1)["content"][0],
        figure("abc"),
    )
    assert doc.to_text(text) == "甲\n层\n底"


def test_text_typed_without_scripts_becomes_paragraphs_and_keeps_the_figures() -> None:
    before = document(paragraph("一"), figure("abc"), paragraph("二"))
    after = doc.checked(doc.with_text(before, "一\n\n二改过\n三"))
    assert doc.to_text(after) == "一\n二改过\n三"
    assert [it.uid for it in doc.figures(after)] == ["abc"]


def test_text_that_was_not_changed_keeps_its_headings() -> None:
    heading = {
        "type": "heading",
        "attrs": {"level": 2},
        "content": [{"type": "text", "text": "甲"}],
    }
    before = document(heading, paragraph("乙"))
    assert doc.with_text(before, "甲\r\n乙\r\n") == before
