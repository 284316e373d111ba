"""Two people at one story in real browsers: words, carets and names cross, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from prosemirror.transform import Transform, find_wrapping

from kitchen.stories import moving, queries, release
from kitchen.stories.doc import schema, to_text
from tests.fixtures.browser import Watch
from tests.fixtures.newsroom import Newsroom
from tests.fixtures.served import Server
from tests.stories.conftest import Write, document, paragraph
from tests.stories.edits import edited, fitting
from tests.stories.rooms import Open, met, paper, saved, stored, types
from tests.stories.writers import node_of

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


HEARS = """async (cases) => {
  const { view, room: { text } } = document.querySelector("story-editor");
  const { schema, tr } = view.state;
  const Step = Object.getPrototypeOf(tr.insertText("字", 1).steps[0].constructor);
  const away = window.fetch;
  const texts = [];
  for (const { client, version, base, mine, answer, status } of cases) {
    window.fetch = (url, how) => how?.method === "POST" && String(url).endsWith("/steps")
      ? Promise.resolve(Response.json(answer, { status })) : away(url, how);
    const steps = mine.map((it) => Step.fromJSON(schema, it));
    text.resume({ client, version, confirmed: 0 }, schema.nodeFromJSON(base), steps);
    text.retryNow();
    while (text.dirty) await new Promise((again) => { setTimeout(again, 1); });
    texts.push(view.state.doc.toJSON());
  }
  return texts;
}"""
"""What the page makes of its own steps and of a server's answer to them."""


@pytest.fixture
def story(write: Write) -> str:
    return write(channels=("weibo",), doc=document(paragraph("大桥合龙。"), paragraph("第二段。")))


def test_words_carets_and_names_cross(
    at: Open, newsroom: Newsroom, story: str, axe: Callable[[Page], None], watch: Watch
) -> None:
    watch.expect("409")
    first, second = at("reporter"), at("editor")
    met(first, second)
    types(first, "记者写的。")
    expect(paper(second)).to_contain_text("第二段。记者写的。")
    expect(second.locator(".caret")).to_have_attribute("data-name", "测试reporter")
    expect(second.locator(".writers")).to_contain_text("测试reporter（蓝）")
    types(second, "编辑写的。", end=False)
    expect(paper(first)).to_contain_text("大桥合龙。编辑写的。")
    expect(first.locator(".caret")).to_have_attribute("data-name", "测试editor")
    for page in (first, second):
        saved(page)
        axe(page)
    assert stored(newsroom, story) == "大桥合龙。编辑写的。\n第二段。记者写的。"
    first.keyboard.press("Control+z")
    expect(paper(second)).not_to_contain_text("记者写的")
    expect(paper(second)).to_contain_text("编辑写的。")
    second.context.close()
    expect(first.locator(".writers")).to_be_hidden()


def test_a_character_is_composed_while_the_other_types(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("409")
    first, second = at("reporter"), at("editor")
    met(first, second)
    types(first, "")
    keyboard = first.context.new_cdp_session(first)
    for composed in ("n", "ni", "ni h", "ni hao"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": composed, "selectionStart": len(composed), "selectionEnd": len(composed)},
        )
        types(second, "改", end=False)
        second.wait_for_timeout(150)
    saved(second)
    assert "ni" not in stored(newsroom, story)
    expect(paper(first)).to_contain_text("ni hao")
    keyboard.send("Input.insertText", {"text": "你好"})
    saved(first)
    for page in (first, second):
        expect(paper(page)).to_have_text("大桥合龙。改改改改第二段。你好")
    assert stored(newsroom, story) == "大桥合龙。改改改改\n第二段。你好"


def late_batches(count: int) -> list[tuple[dict[str, Any], Any]]:
    """Random steps on random others', as the page holds and hears them; the text they make."""
    chance = Random(7)
    found: list[tuple[dict[str, Any], Any]] = []
    base = node_of(document(paragraph("甲乙丙丁戊己"), paragraph("子丑寅卯"), paragraph("天地")))
    while len(found) < count:
        mine, missed = edited(chance, base, 3), edited(chance, base, 3)
        moved = moving.moved(mine.steps, missed.steps)
        doc = fitting(missed.doc, moved.steps) if moved else None
        if not mine.steps or moved is None or doc is None:
            continue
        client, version = f"late{len(found):04}", 1000
        told = [{"step": it.to_json(), "client": "another0", "by": "甲"} for it in missed.steps]
        told += [{"step": it.to_json(), "client": client, "by": "乙"} for it in moved.steps]
        answer = {"version": version + len(told), "story_version": 1, "length": 1, "steps": told}
        steps = [it.to_json() for it in mine.steps]
        told_page = {"client": client, "version": version, "base": base.to_json(), "mine": steps}
        found.append(({**told_page, "answer": answer, "status": 200}, doc.to_json()))
    return found


def test_page_and_server_make_the_same_of_steps_that_come_late(
    at: Open, newsroom: Newsroom, story: str
) -> None:
    cases = late_batches(150)
    made = at("reporter").evaluate(HEARS, [told for told, _ in cases])
    assert made == [doc for _, doc in cases]


def test_what_the_others_left_no_room_for_becomes_a_version(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    """One made a headline of what the other quoted; a quotation holds no headlines."""
    watch.expect("409")
    base, nodes = node_of(document(paragraph("引用的话"))), schema().nodes
    mine = Transform(base).set_block_type(1, 2, nodes["heading"], {"level": 2})
    around = base.resolve(1).block_range()
    wrapping = find_wrapping(around, nodes["blockquote"]) if around else None
    assert around
    assert wrapping
    missed = Transform(base).wrap(around, wrapping)
    told = [{"step": it.to_json(), "client": "another0", "by": "甲"} for it in missed.steps]
    theirs = {"head": 1001, "version": 1001, "steps": told}
    case = {"client": "late0000", "version": 1000, "base": base.to_json(), "status": 409}
    case |= {"mine": [it.to_json() for it in mine.steps], "answer": {"theirs": theirs}}
    page = at("reporter")
    assert page.evaluate(HEARS, [case]) == [missed.doc.to_json()]
    expect(page.locator(".toast")).to_contain_text("已另存为第 1 版")
    with newsroom.database.unit(write=False) as session:
        kept = queries.the_version(session, queries.the_story(session, story), 1)
    assert kept.doc == mine.doc.to_json()


def test_the_server_restarts_in_mid_typing(
    at: Open, server: Server, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("ERR_|Failed to load|50[0-9]|409")
    first, second = at("reporter"), at("editor")
    met(first, second)
    types(first, "断线前。")
    saved(first)
    assert "断线前。" in stored(newsroom, story)
    with server.away():
        types(first, "断线时记者。")
        types(second, "断线时编辑。", end=False)
        expect(first.locator("[data-save-state]")).to_contain_text("离线")
        expect(second.locator("[data-save-state]")).to_contain_text("离线")
    for page in (first, second):
        saved(page)
        expect(paper(page)).to_have_text("大桥合龙。断线时编辑。第二段。断线前。断线时记者。")
    assert stored(newsroom, story) == "大桥合龙。断线时编辑。\n第二段。断线前。断线时记者。"


def test_what_was_typed_offline_survives_a_reload_and_is_merged(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("ERR_|Failed to load|409")
    first = at("reporter")
    first.context.route("**/steps*", lambda route: route.abort())
    types(first, "没网时写的。")
    expect(first.locator("[data-save-state]")).to_contain_text("离线")
    first.wait_for_timeout(600)
    second = at("editor")
    types(second, "有网的人写的。", end=False)
    saved(second)
    first.context.unroute_all()
    first.reload()
    expect(paper(first)).to_have_text("大桥合龙。有网的人写的。第二段。没网时写的。")
    saved(first)
    assert stored(newsroom, story) == "大桥合龙。有网的人写的。\n第二段。没网时写的。"


def test_words_for_a_story_that_was_closed_become_a_version(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("409")
    first = at("reporter")
    with newsroom.database.unit() as session:
        found = queries.the_story(session, story)
        release.submit(session, newsroom.reporter, found, "")
    types(first, "送审后才写的。")
    expect(first.locator(".toast")).to_contain_text("已另存为第 2 版")
    expect(first.locator("[data-save-state]")).to_contain_text("现在不能写")
    expect(paper(first)).to_have_attribute("contenteditable", "false")
    assert "送审后" not in stored(newsroom, story)
    with newsroom.database.unit(write=False) as session:
        found = queries.the_story(session, story)
        assert "送审后才写的。" in to_text(queries.the_version(session, found, 2).doc)


def test_two_fill_in_different_fields_and_then_the_same(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("409")
    first, second = at("reporter"), at("editor")
    met(first, second)
    first.fill("#field-title", "记者的标题")
    types(second, "编辑写正文。")
    second.fill("#field-digest", "编辑的摘要")
    saved(first)
    saved(second)
    expect(first.locator("#field-digest")).to_have_value("编辑的摘要")
    expect(second.locator("#field-title")).to_have_value("记者的标题")
    expect(first.locator(".conflict")).to_have_count(0)
    expect(second.locator(".conflict")).to_have_count(0)


def test_shares_are_proposed_beside_the_credits_and_taken_over(
    at: Open, newsroom: Newsroom, story: str
) -> None:
    page = at("editor")
    types(page, "编辑添了十六个字在这段后面一共。")
    saved(page)
    page.get_by_role("link", name="按各人写的字数建议份额").click()
    expect(page.locator("#shares")).to_contain_text("测试editor")
    expect(page.locator("#field-credits")).not_to_have_value("测试editor")
    with page.expect_navigation():
        page.get_by_role("button", name="按建议填写份额").click()
    expect(page.locator("#field-credits")).to_have_value(
        "记者：测试reporter 32%\n记者：测试editor 68%"
    )
