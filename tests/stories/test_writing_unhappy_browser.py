"""Words that a server refuses, a device cannot keep, two pages both claim: none of them is lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kitchen.stories import queries, release
from kitchen.stories.doc import to_text
from tests.fixtures.browser import Watch, to_end, wait_for_true
from tests.fixtures.newsroom import Newsroom
from tests.stories.conftest import Write, document, paragraph
from tests.stories.rooms import Open, enters, met, paper, saved, stored, types

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

CLIENT = "document.querySelector('story-editor').room.text.client"
CLEAN = "!document.querySelector('story-editor').room.dirty"
ONLINE = "window.dispatchEvent(new Event('online'))"
STRANGE = """() => {
  const { view } = document.querySelector("story-editor");
  const { figure } = view.state.schema.nodes;
  const src = "/static/img/sample-river.svg";
  const strange = { asset: "strange1", sha256: "a".repeat(64), src };
  view.dispatch(view.state.tr.insert(0, figure.create(strange)));
}"""
WITHOUT_IT = """() => {
  const { view } = document.querySelector("story-editor");
  view.dispatch(view.state.tr.delete(0, view.state.doc.firstChild.nodeSize));
}"""
MANY_KEYS = """(count) => {
  const { view } = document.querySelector("story-editor");
  const end = () => view.state.doc.content.size - 1;
  for (let at = 0; at < count; at += 1) view.dispatch(view.state.tr.insertText("写", end()));
}"""
FULL = "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); };"
BOTH_LOOK_AT_ONCE = (
    "if (navigator.locks) navigator.locks.query = async () => ({ held: [], pending: [] });"
)
NO_LOCKS = "Object.defineProperty(navigator, 'locks', { value: undefined });"
MUCH_LATER = "const before = Date.now; Date.now = () => before() + 200_000;"
TWIN = """{
  const draw = crypto.getRandomValues.bind(crypto);
  crypto.getRandomValues = (numbers) => {
    if (numbers.length !== 12 || sessionStorage.getItem("twin")) return draw(numbers);
    sessionStorage.setItem("twin", "1");
    return numbers.fill(7);
  };
}"""
SLOW = """{
  const send = window.fetch;
  window.fetch = async (...sent) => {
    if (sent[1]?.method === "POST" && String(sent[0]).includes("/steps"))
      await new Promise((go) => { setTimeout(go, 700); });
    return send(...sent);
  };
}"""


@pytest.fixture
def story(write: Write) -> str:
    return write(channels=("weibo",), doc=document(paragraph("大桥合龙。"), paragraph("第二段。")))


def state(page: Page) -> Any:
    return page.locator("[data-save-state]")


def version(newsroom: Newsroom, story: str, number: int) -> str:
    with newsroom.database.unit(write=False) as session:
        found = queries.the_story(session, story)
        return to_text(queries.the_version(session, found, number).doc)


def fields(newsroom: Newsroom, story: str) -> tuple[str, str]:
    """Title and digest as the server has them."""
    with newsroom.database.unit(write=False) as session:
        found = queries.the_story(session, story)
        return found.title, found.digest


def writes_offline(page: Page, words: str) -> None:
    page.context.route("**/steps*", lambda route: route.abort())
    types(page, words)
    expect(state(page)).to_contain_text("离线")


def submitted(newsroom: Newsroom, story: str) -> None:
    with newsroom.database.unit() as session:
        release.submit(session, newsroom.reporter, queries.the_story(session, story), "")


def test_what_was_refused_and_taken_back_again_hinders_nothing(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("404|422")
    page = at("reporter")
    page.evaluate(STRANGE)
    expect(state(page)).to_contain_text("没有保存")
    page.evaluate(MANY_KEYS, 240)
    expect(state(page)).to_contain_text("没有保存")
    page.evaluate(WITHOUT_IT)
    saved(page)
    paper(page).click()
    to_end(page)
    page.keyboard.type("完。")
    saved(page)
    assert stored(newsroom, story) == "大桥合龙。\n第二段。" + "写" * 240 + "完。"
    page.reload()
    expect(paper(page)).to_contain_text("写完。")


def test_what_was_refused_is_saved_by_the_next_page_once_it_is_taken_back(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("404|422|ERR_|Failed to load")
    page = at("reporter")
    page.evaluate(STRANGE)
    expect(state(page)).to_contain_text("没有保存")
    page.context.route("**/steps*", lambda route: route.abort())
    page.evaluate(MANY_KEYS, 240)
    page.evaluate(WITHOUT_IT)
    expect(state(page)).to_contain_text("离线")
    page.wait_for_timeout(600)
    page.context.unroute_all()
    page.reload()
    saved(page)
    expect(paper(page)).to_contain_text("写写写")
    assert stored(newsroom, story) == "大桥合龙。\n第二段。" + "写" * 240


def test_undoing_after_a_refusal_takes_back_one_thing(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("404|422")
    page = at("reporter")
    types(page, "先写的。")
    saved(page)
    page.evaluate(STRANGE)
    expect(state(page)).to_contain_text("没有保存")
    types(page, "后写的。")
    expect(state(page)).to_contain_text("没有保存")
    page.evaluate(WITHOUT_IT)
    saved(page)
    page.wait_for_timeout(600)
    types(page, "错字")
    saved(page)
    page.keyboard.press("Control+z")
    expect(paper(page)).to_have_text("大桥合龙。第二段。先写的。后写的。")
    saved(page)
    assert stored(newsroom, story) == "大桥合龙。\n第二段。先写的。后写的。"


def test_one_page_alone_goes_on_with_what_another_left(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("ERR_|Failed to load")
    first = at("reporter", BOTH_LOOK_AT_ONCE)
    context = first.context
    writes_offline(first, "没网时写的。")
    first.wait_for_timeout(600)
    left = first.evaluate(CLIENT)
    first.close()
    second, third = context.new_page(), context.new_page()
    for page in (second, third):
        enters(page, story)
    expect(paper(second)).to_contain_text("没网时写的。")
    third.wait_for_timeout(1_000)
    assert second.evaluate(CLIENT) == left
    assert third.evaluate(CLIENT) != left
    context.unroute_all()
    for page in (second, third):
        page.evaluate(ONLINE)
        expect(paper(page)).to_have_text("大桥合龙。第二段。没网时写的。")
    saved(second)
    assert stored(newsroom, story) == "大桥合龙。\n第二段。没网时写的。"


def test_without_locks_an_idle_page_keeps_what_it_waits_to_send(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("ERR_|Failed to load|409")
    first = at("reporter", NO_LOCKS)
    context = first.context
    writes_offline(first, "没网时写的。")
    first.wait_for_timeout(600)
    left = first.evaluate(CLIENT)
    second = context.new_page()
    second.add_init_script(MUCH_LATER)
    enters(second, story)
    second.wait_for_timeout(1_500)
    assert second.evaluate(CLIENT) != left
    first.close()
    third = context.new_page()
    third.add_init_script(MUCH_LATER)
    enters(third, story)
    wait_for_true(third, f"{CLIENT} === '{left}'")
    expect(paper(third)).to_contain_text("没网时写的。")
    context.unroute_all()
    third.evaluate(ONLINE)
    saved(third)
    assert stored(newsroom, story) == "大桥合龙。\n第二段。没网时写的。"


def test_two_pages_that_are_the_same_editor_part_and_lose_nothing(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("ERR_|Failed to load|409")
    first = at("reporter", TWIN)
    second = first.context.new_page()
    enters(second, story)
    assert first.evaluate(CLIENT) == second.evaluate(CLIENT)
    second.route("**/steps*", lambda route: route.abort())
    types(second, "乙写的。")
    expect(state(second)).to_contain_text("离线")
    types(first, "甲写的。")
    saved(first)
    second.unroute_all()
    second.evaluate(ONLINE)
    expect(paper(second)).to_have_text("大桥合龙。第二段。甲写的。")
    assert first.evaluate(CLIENT) != second.evaluate(CLIENT)
    assert "乙写的。" in version(newsroom, story, 1)
    types(second, "再写。")
    saved(second)
    assert stored(newsroom, story) == "大桥合龙。\n第二段。甲写的。再写。"


def test_a_link_waits_for_the_last_words(at: Open, newsroom: Newsroom, story: str) -> None:
    page = at("reporter", SLOW)
    with page.expect_request(lambda request: request.url.endswith("/steps")):
        types(page, "先写的。")
    types(page, "最后的话。")
    page.get_by_role("link", name="看稿、送审").click()
    page.wait_for_url(f"**/stories/{story}")
    expect(page.locator("main")).to_contain_text("先写的。最后的话。")
    assert stored(newsroom, story) == "大桥合龙。\n第二段。先写的。最后的话。"


def test_a_link_warns_of_what_is_not_saved_and_then_leads_on(
    at: Open, story: str, watch: Watch
) -> None:
    watch.expect("ERR_|Failed to load")
    page = at("reporter")
    page.context.route("**/steps*", lambda route: route.abort())
    types(page, "没网时写的。")
    page.get_by_role("link", name="看稿、送审").click()
    expect(page.locator(".toast")).to_contain_text("再点一次")
    page.get_by_role("link", name="看稿、送审").click()
    page.wait_for_url(f"**/stories/{story}")


def test_a_device_that_cannot_keep_is_not_said_to_keep(at: Open, story: str, watch: Watch) -> None:
    watch.expect("ERR_|Failed to load")
    page = at("reporter", FULL)
    writes_offline(page, "没网时写的。")
    expect(state(page)).not_to_contain_text("已存本机")
    expect(state(page)).to_contain_text("不要关闭")


def test_words_that_no_device_keeps_stay_until_the_server_does(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("ERR_|Failed to load|409")
    page = at("reporter", FULL)
    page.context.route("**/branch", lambda route: route.abort())
    submitted(newsroom, story)
    types(page, "送审后才写的。")
    expect(page.locator(".toast")).to_contain_text("不要关闭")
    expect(paper(page)).to_contain_text("送审后才写的。")
    page.wait_for_timeout(1_000)
    expect(paper(page)).to_contain_text("送审后才写的。")
    page.context.unroute_all()
    expect(page.locator(".toast").filter(has_text="第 2 版")).to_be_visible()
    expect(state(page)).to_contain_text("现在不能写")
    assert "送审后才写的。" in version(newsroom, story, 2)


def test_a_refused_branch_does_not_stand_before_the_others(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("404|422")
    page = at("reporter")
    good = document(paragraph("留得住的。"))
    page.evaluate(
        """async (good) => {
          const { copies, room } = document.querySelector("story-editor");
          const bad = { type: "doc", content: [{ type: "nonsense" }] };
          await copies.put("branch", "aaa", { doc: bad });
          await copies.put("branch", "bbb", { doc: good });
          room.retryNow();
        }""",
        good,
    )
    expect(page.locator(".toast").filter(has_text="已另存为第 1 版")).to_be_visible()
    assert version(newsroom, story, 1) == "留得住的。"


def test_a_field_is_left_alone_while_somebody_is_in_it(
    at: Open, newsroom: Newsroom, story: str
) -> None:
    page = at("reporter")
    sources, tags = page.locator("#field-sources"), page.locator("#field-tags")
    for field, typed, kept in ((sources, "甲\n", "甲"), (tags, "民生，", "民生")):
        field.fill("")
        field.press_sequentially(typed)
        wait_for_true(page, CLEAN)
        with page.expect_response(lambda answer: "/steps?since" in answer.url):
            page.evaluate("document.querySelector('story-editor').room.text.look()")
        page.wait_for_timeout(500)
        expect(field).to_have_value(typed)
        page.locator("#field-digest").focus()
        expect(field).to_have_value(kept)


def test_half_a_character_in_a_field_is_not_saved(at: Open, newsroom: Newsroom, story: str) -> None:
    page = at("reporter")
    page.locator("#field-title").focus()
    keyboard = page.context.new_cdp_session(page)
    for typed in ("n", "ni"):
        place = {"selectionStart": len(typed), "selectionEnd": len(typed)}
        keyboard.send("Input.imeSetComposition", {"text": typed, **place})
    page.wait_for_timeout(1_500)
    assert fields(newsroom, story)[0] == "青禾大桥昨日合龙"
    keyboard.send("Input.insertText", {"text": "你"})
    saved(page)
    assert "你" in fields(newsroom, story)[0]


def two_of_whom_one_is_cut_off(at: Open) -> tuple[Page, Page]:
    first, second = at("reporter"), at("editor")
    met(first, second)
    for path in ("**/draft", "**/steps*"):
        second.context.route(path, lambda route: route.abort())
    return first, second


def test_keeping_mine_keeps_only_what_i_touched(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("ERR_|Failed to load|409")
    first, second = two_of_whom_one_is_cut_off(at)
    second.fill("#field-title", "乙的标题")
    expect(state(second)).to_contain_text("离线")
    first.fill("#field-title", "甲的标题")
    first.fill("#field-digest", "甲的摘要")
    saved(first)
    second.context.unroute("**/draft")
    second.evaluate(ONLINE)
    second.get_by_role("button", name="保留我的").click()
    expect(second.locator("#field-digest")).to_have_value("甲的摘要")
    second.context.unroute_all()
    wait_for_true(second, CLEAN)
    assert fields(newsroom, story) == ("乙的标题", "甲的摘要")


def test_taking_theirs_leaves_what_only_i_touched(
    at: Open, newsroom: Newsroom, story: str, watch: Watch
) -> None:
    watch.expect("ERR_|Failed to load|409")
    first, second = two_of_whom_one_is_cut_off(at)
    second.fill("#field-title", "乙的标题")
    second.fill("#field-digest", "乙的摘要")
    expect(state(second)).to_contain_text("离线")
    first.fill("#field-title", "甲的标题")
    saved(first)
    second.context.unroute_all()
    second.evaluate(ONLINE)
    second.get_by_role("button", name="用别人的").click()
    expect(second.locator("#field-title")).to_have_value("甲的标题")
    wait_for_true(second, CLEAN)
    assert fields(newsroom, story) == ("甲的标题", "乙的摘要")
