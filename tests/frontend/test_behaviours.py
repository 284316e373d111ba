"""What the desk's scripts add to pages: kept forms, live regions, keys, uploads, themes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Dialog, FilePayload, Page, expect

from tests.fixtures.browser import Watch

from .conftest import Workshop

pytestmark = pytest.mark.journey


def fill(page: Page, workshop: Workshop, title: str) -> None:
    page.goto(f"{workshop.url}/form")
    page.fill("#field-title", title)
    page.wait_for_timeout(400)


def test_a_form_left_half_filled_comes_back(page: Page, workshop: Workshop) -> None:
    page.goto(f"{workshop.url}/form")
    page.fill("#field-title", "写了一半")
    page.get_by_label("图片").check()
    page.fill("#field-code", "口令不留")
    page.fill("#field-teller", "三号楼的老人")
    page.wait_for_timeout(400)
    assert "老人" not in page.evaluate("JSON.stringify(localStorage)")
    page.goto(f"{workshop.url}/rows")
    page.goto(f"{workshop.url}/form")
    expect(page.locator("#field-title")).to_have_value("写了一半")
    expect(page.get_by_label("图片")).to_be_checked()
    expect(page.locator("#field-code")).to_have_value("")
    expect(page.locator("#field-teller")).to_have_value("")
    page.get_by_role("button", name="不要，清空").click()
    expect(page.locator("#field-title")).to_have_value("")


def test_a_form_that_was_accepted_is_forgotten(page: Page, workshop: Workshop) -> None:
    fill(page, workshop, "好标题")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/form?done")
    expect(page.locator("#field-title")).to_have_value("")
    kept = "Object.keys(localStorage).filter((key) => key.startsWith('keep:'))"
    assert page.evaluate(kept) == []


def test_a_refused_form_keeps_the_text_and_shows_what_to_mend(
    page: Page, workshop: Workshop, watch: Watch
) -> None:
    watch.expect("422")
    fill(page, workshop, "坏标题")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#field-title")).to_have_value("坏标题")


def test_a_server_that_fails_costs_no_text(page: Page, workshop: Workshop, watch: Watch) -> None:
    watch.expect("503")
    fill(page, workshop, "boom")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("h1")).to_have_text("Service Unavailable")
    page.goto(f"{workshop.url}/form")
    expect(page.locator("#field-title")).to_have_value("boom")


def test_each_form_carries_a_key_of_its_own(page: Page, workshop: Workshop, watch: Watch) -> None:
    watch.expect("422")
    for _ in range(2):
        fill(page, workshop, "坏标题")
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("alert")).to_be_visible()
    first, second = (sent["_key"] for sent in workshop.forms)
    assert len(first) == 32
    assert first != second


def test_signing_out_wipes_what_was_kept_but_asks_first(page: Page, workshop: Workshop) -> None:
    page.route("**/logout", lambda route: route.fulfill(body="out"))
    fill(page, workshop, "消息来源的电话")
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", agree)
    page.locator(".bar__person").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/logout")
    assert "退出登录会把它清除" in asked[0]
    page.goto(f"{workshop.url}/form")
    expect(page.locator("#field-title")).to_have_value("")


def test_a_change_appears_under_the_hands_without_disturbing_them(
    page: Page, workshop: Workshop
) -> None:
    page.goto(f"{workshop.url}/rows")
    page.fill("#q", "半个词")
    _await_stream(page, workshop)
    workshop.rows = 3
    workshop.tell("changed", topic="leads", id="1")
    expect(page.locator("#inbox li")).to_have_count(3)
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("半个词")


def test_another_topic_fetches_nothing(page: Page, workshop: Workshop) -> None:
    page.goto(f"{workshop.url}/rows")
    _await_stream(page, workshop)
    workshop.rows = 3
    workshop.tell("changed", topic="topics", id="1")
    page.wait_for_timeout(600)
    expect(page.locator("#inbox li")).to_have_count(0)


def test_what_changed_while_the_stream_was_away_is_fetched_on_return(
    page: Page, workshop: Workshop, watch: Watch
) -> None:
    page.goto(f"{workshop.url}/rows")
    _await_stream(page, workshop)
    workshop.rows = 2
    workshop.close_streams()
    expect(page.locator("#inbox li")).to_have_count(2, timeout=10_000)


def test_a_notice_is_shown_and_counted(page: Page, workshop: Workshop) -> None:
    page.goto(f"{workshop.url}/rows")
    _await_stream(page, workshop)
    workshop.tell("notice", text="有一件新任务", url="/tasks/1", unread=5)
    expect(page.locator("[data-toasts] a")).to_have_attribute("href", "/tasks/1")
    expect(page.locator(".bar [data-bell-count]")).to_have_text("5")


def test_a_stream_that_ends_is_followed_by_the_next_and_nothing_is_fetched(
    page: Page, workshop: Workshop
) -> None:
    fetched: list[str] = []
    page.on("request", lambda it: fetched.append(it.url) if it.url.endswith("/part") else None)
    page.goto(f"{workshop.url}/rows")
    _await_stream(page, workshop)
    workshop.tell("renew")
    _await_stream(page, workshop, 2)
    page.wait_for_timeout(500)
    workshop.close_streams(1)
    page.wait_for_timeout(1_000)
    assert (len(workshop.streams), fetched) == (2, [])
    workshop.rows = 2
    workshop.tell("changed", topic="leads")
    expect(page.locator("#inbox li")).to_have_count(2)
    assert len(fetched) == 1


def _await_stream(page: Page, workshop: Workshop, number: int = 1) -> None:
    for _ in range(50):
        if len(workshop.streams) >= number:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the page opened no event stream")


def test_a_list_is_walked_by_keys_that_rest_while_somebody_types(
    page: Page, workshop: Workshop
) -> None:
    workshop.rows = 3
    page.goto(f"{workshop.url}/rows")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="线索 1")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="线索 0")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("jk?")
    expect(page.locator("#search")).to_have_value("jk?")


def test_keys_can_be_switched_off(page: Page, workshop: Workshop) -> None:
    page.goto(f"{workshop.url}/rows")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    sheet.get_by_label("在这台设备上关闭快捷键").check()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(sheet).to_be_hidden()


def test_files_go_up_together_and_each_has_its_own_fate(
    page: Page, workshop: Workshop, watch: Watch
) -> None:
    watch.expect("422")
    page.goto(f"{workshop.url}/upload")
    chosen: list[FilePayload] = [
        {"name": "good.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 5_000},
        {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": b"x"},
        {"name": "huge.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 1_000_001},
    ]
    page.set_input_files(".tray__drop input", chosen)
    rows = page.locator(".tray__file")
    expect(rows.nth(0)).to_have_attribute("data-state", "done")
    expect(rows.nth(1)).to_contain_text("这张照片已经损坏，打不开。")
    expect(rows.nth(2)).to_contain_text("文件太大")
    expect(rows.nth(2)).to_contain_text("最多 1.0 MB")
    assert workshop.uploads == ["good.jpg 5000"]
    assert workshop.words["good.jpg"]["rights"] == "own"
    assert "huge.jpg" not in workshop.words


def test_the_theme_is_pinned_and_the_server_draws_it(page: Page, workshop: Workshop) -> None:
    page.goto(f"{workshop.url}/rows")
    page.get_by_role("button", name="换深浅色").click()
    page.reload()
    assert page.evaluate("document.documentElement.getAttribute('data-theme')") == "dark"
    page.get_by_role("button", name="换深浅色").click()
    page.reload()
    assert page.evaluate("document.documentElement.getAttribute('data-theme')") is None


def test_pictures_open_large_and_lead_on(page: Page, workshop: Workshop) -> None:
    page.goto(f"{workshop.url}/styleguide")
    page.locator(".pictures--md a").first.click()
    box = page.get_by_role("dialog", name="图片预览")
    expect(box.locator("p")).to_have_text(re.compile("望江社区七栋"))
    page.keyboard.press("ArrowRight")
    expect(box.locator("p")).to_have_text(re.compile("望江桥"))
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
