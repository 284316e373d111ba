"""A story is never lost: what the editor does when servers fail, answers vanish and people meet."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fixtures.browser import Watch, to_end

from .conftest import Workshop
from .writing import open_story

pytestmark = pytest.mark.journey

SAVED = re.compile("已保存")


@pytest.fixture
def paper(page: Page, workshop: Workshop) -> Locator:
    """The text of the open story, ready to be typed into at its end."""
    return open_story(page, workshop)


def state(page: Page) -> Locator:
    return page.locator("[data-save-state]")


def test_what_is_typed_is_saved_by_itself(page: Page, workshop: Workshop, paper: Locator) -> None:
    page.keyboard.type("第一句。")
    expect(state(page)).to_have_text(SAVED)
    assert "起始。第一句。" in workshop.story.text
    expect(page.locator("[data-story-version]")).to_have_value("2")


def test_the_fields_beside_the_text_travel_along(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    page.fill("#field-title", "新标题")
    expect(state(page)).to_have_text(SAVED)
    assert workshop.story.sent[-1]["title"] == "新标题"
    assert workshop.story.fields == {"title": "新标题"}


def test_nothing_is_sent_in_the_middle_of_a_character(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    keyboard = page.context.new_cdp_session(page)
    for typed in ("n", "ni", "ni hao"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)},
        )
        page.wait_for_timeout(400)
    page.wait_for_timeout(1_000)
    assert workshop.story.sent == []
    keyboard.send("Input.insertText", {"text": "你好"})
    expect(state(page)).to_have_text(SAVED)
    assert "起始。你好" in workshop.story.text


def test_a_lost_answer_is_not_taken_for_somebody_elses_text(
    page: Page, workshop: Workshop, paper: Locator, watch: Watch
) -> None:
    watch.expect("502|409")
    workshop.story.trouble = ["answer lost"]
    page.keyboard.type("甲")
    expect(state(page)).to_have_text("离线，已存本机")
    page.keyboard.type("乙")
    expect(state(page)).to_have_text(SAVED, timeout=10_000)
    assert "甲乙" in workshop.story.text
    expect(page.locator(".conflict")).to_have_count(0)


def test_a_lost_answer_is_known_again_though_the_server_trimmed_it(
    page: Page, workshop: Workshop, paper: Locator, watch: Watch
) -> None:
    watch.expect("502|409")
    workshop.story.trouble = ["answer lost"]
    page.fill("#field-title", "新标题 ")
    expect(state(page)).to_have_text("离线，已存本机")
    expect(state(page)).to_have_text(SAVED, timeout=10_000)
    assert workshop.story.fields == {"title": "新标题"}
    expect(page.locator(".conflict")).to_have_count(0)


def test_what_never_reached_the_server_comes_back_after_a_crash(
    page: Page, workshop: Workshop, paper: Locator, watch: Watch
) -> None:
    watch.expect("503|409")
    workshop.story.trouble = ["down"] * 3
    page.keyboard.type("没存上的字")
    expect(state(page)).to_have_text("离线，已存本机")
    workshop.story.trouble = []
    page.reload()
    expect(page.locator(".ProseMirror")).to_contain_text("没存上的字")
    expect(state(page)).to_have_text(SAVED)
    assert "没存上的字" in workshop.story.text
    expect(page.locator(".conflict")).to_have_count(0)


def test_a_refusal_is_told_in_the_servers_words(
    page: Page, workshop: Workshop, paper: Locator, watch: Watch
) -> None:
    watch.expect("422")
    workshop.story.trouble = ["refuse"]
    page.keyboard.type("甲")
    expect(state(page)).to_contain_text("标题太长。")
    page.keyboard.type("乙")
    expect(state(page)).to_have_text(SAVED)


def test_two_people_at_once_keep_both_texts(
    page: Page, workshop: Workshop, paper: Locator, watch: Watch
) -> None:
    watch.expect("409")
    workshop.story.changed_by_another("别人写的。")
    page.keyboard.type("我写的。")
    panel = page.locator(".conflict")
    expect(panel).to_be_visible()
    panel.get_by_role("button", name="对比").click()
    expect(panel).to_contain_text("别人写的。")
    expect(panel).to_contain_text("我写的。")
    assert "别人写的。" in workshop.story.text
    panel.get_by_role("button", name="保留我的").click()
    expect(state(page)).to_have_text(SAVED)
    assert "我写的。" in workshop.story.text
    assert workshop.story.sent[-1]["keep"] == "mine"


def test_the_other_text_may_be_taken_and_written_on(
    page: Page, workshop: Workshop, paper: Locator, watch: Watch
) -> None:
    watch.expect("409")
    workshop.story.changed_by_another("别人写的。")
    page.keyboard.type("我写的。")
    page.get_by_role("button", name="用别人的").click()
    expect(paper).to_have_text("别人写的。")
    to_end(page)
    paper.press_sequentially("续。")
    expect(state(page)).to_have_text(SAVED)
    assert "别人写的。" in workshop.story.text
    assert "续。" in workshop.story.text


def test_what_is_submitted_is_what_stands_there(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    page.keyboard.type("最后一句。")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/story/submit")
    assert "最后一句。" in workshop.story.submitted[0]


def test_pasting_takes_only_what_a_story_may_hold(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    page.evaluate(
        """() => {
          const clipboard = new DataTransfer();
          clipboard.setData("text/html", `<style>p{color:red}</style><p style="color:red"
            onclick="alert(1)">甲<span style="font-weight:700">乙</span>
            <b style="font-weight:normal">丙</b>
            <img src="http://example.invalid/x.png"></p><table><tr><td>丁</td></tr></table>`);
          document.querySelector(".ProseMirror").dispatchEvent(new ClipboardEvent("paste",
            { clipboardData: clipboard, bubbles: true, cancelable: true }));
        }"""
    )
    markup = paper.inner_html()
    assert "<strong>乙</strong>" in markup
    assert "<strong>丙" not in markup
    assert not re.search("style=|onclick|<img|<table", markup)
    expect(paper).to_contain_text("丁")


def test_a_link_must_lead_to_the_web(page: Page, workshop: Workshop, paper: Locator) -> None:
    page.get_by_role("button", name="链接").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("链接要以")
    page.keyboard.press("Control+A")
    page.keyboard.type("https://example.invalid/a")
    page.keyboard.press("Enter")
    expect(paper.locator("a")).to_have_attribute("href", "https://example.invalid/a")


LINK = re.compile("^链接$")


def linked(page: Page, paper: Locator) -> None:
    """A link whose words have a bold part, and the cursor within it."""
    page.evaluate(
        """() => {
          const { view } = document.querySelector("story-editor");
          const { link, strong } = view.state.schema.marks;
          const aim = link.create({ href: "https://a.example/" });
          const written = view.state.tr.insertText("前看这里后", 1);
          view.dispatch(written.addMark(2, 5, aim).addMark(3, 4, strong.create()));
        }"""
    )
    paper.click()
    page.keyboard.press("Control+Home")
    for _step in range(3):
        page.keyboard.press("ArrowRight")


def test_a_link_is_taken_away_with_the_cursor_in_it(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    linked(page, paper)
    page.get_by_role("button", name=LINK).click()
    page.get_by_role("button", name="去掉链接").click()
    expect(paper.locator("a")).to_have_count(0)
    expect(paper).to_have_text("前看这里后起始。")


def test_the_address_of_a_link_is_mended_with_the_cursor_in_it(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    linked(page, paper)
    page.get_by_role("button", name=LINK).click()
    page.keyboard.press("Control+A")
    page.keyboard.type("https://b.example/")
    page.keyboard.press("Enter")
    expect(paper).to_have_text("前看这里后起始。")
    addresses = paper.locator("a").evaluate_all("all => all.map((link) => link.href)")
    assert set(addresses) == {"https://b.example/"}
    assert "".join(paper.locator("a").all_inner_texts()) == "看这里"


def test_the_keyboard_reaches_the_toolbar_whatever_is_selected(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    page.locator("[data-places]").first.click()
    expect(paper.locator("figure")).to_be_visible()
    paper.locator("figure img").click()
    bar = page.get_by_role("toolbar").first
    expect(bar.get_by_role("button", name="加粗")).to_be_disabled()
    stops = bar.locator("button[tabindex='0']")
    expect(stops).to_have_count(1)
    expect(stops).to_be_enabled()


def test_a_device_that_wiped_its_copies_keeps_new_ones(
    page: Page, workshop: Workshop, paper: Locator, watch: Watch
) -> None:
    watch.expect("503")
    workshop.story.trouble = ["down"] * 9
    page.keyboard.type("甲")
    expect(state(page)).to_have_text("离线，已存本机")
    page.evaluate(
        """() => new Promise((gone) => {
          indexedDB.deleteDatabase("kitchen-stories").onsuccess = gone;
        })"""
    )
    page.keyboard.type("乙")
    page.wait_for_timeout(600)
    expect(state(page)).to_have_text("离线，已存本机")
    workshop.story.trouble = []
    workshop.story.sent = []
    page.evaluate("document.querySelector('story-editor').saving.leave = () => {}")
    page.reload()
    expect(page.locator(".ProseMirror")).to_have_text("起始。甲乙")


def test_without_scripts_the_story_can_be_read(workshop: Workshop, new_context: object) -> None:
    page = new_context(java_script_enabled=False).new_page()  # type: ignore[operator]
    page.goto(f"{workshop.url}/story")
    expect(page.locator("story-editor")).to_contain_text("给没有脚本的人看的正文")
