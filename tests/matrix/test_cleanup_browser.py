"""A clean-up in a real browser: from the street's self-check to the proof of closing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Watch
from tests.fixtures.served import Sit
from tests.matrix.conftest import Register

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

PHONE, DESK, HEIGHT = 390, 1440, 900


def _press(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).first.click()


def _look(page: Page, axe: Callable[[Page], None]) -> None:
    """The page at its full length: the bars that stay in view cover nothing of it."""
    size = page.viewport_size or {"width": DESK, "height": HEIGHT}
    length = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({**size, "height": max(length, HEIGHT)})
    axe(page)
    page.set_viewport_size(size)


def _follow(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=words, exact=True).first.click()


def _choose(page: Page, name: str, value: str) -> None:
    page.locator(f"label:has(> input[name={name}][value={value}])").first.click()


def test_from_the_self_check_to_the_proof_of_closing(
    at: Sit,
    enter: Register,
    axe: Callable[[Page], None],
    watch: Watch,
) -> None:
    watch.expect("422")
    enter("yunxi")
    office, street = at("cyberspace", DESK), at("keeper", PHONE)

    office.goto("/matrix/cleanups")
    _look(office, axe)
    _follow(office, "开始清理整顿")
    office.get_by_label("名称", exact=True).fill("首批清理整顿")
    _press(office, "开始，通知各单位自查")
    campaign = office.url
    _look(office, axe)

    street.goto(campaign)
    with street.expect_navigation():
        street.locator("a[href$='/items']").first.click()
    _follow(street, "云溪街道yunxi")
    item = street.url
    street.get_by_text("有实际需要", exact=True).first.click()
    _choose(street, "asked", "close")
    _press(street, "提交自查")
    expect(street.locator("#field-need_evidence-error")).to_be_visible()
    _look(street, axe)
    street.locator("#field-need_evidence").fill("街道办事公开")
    _press(street, "提交自查")
    expect(street.locator("main")).to_contain_text("已自查")
    assert street.evaluate("document.documentElement.scrollWidth <= innerWidth")

    office.goto(campaign)
    _press(office, "进入专题会审议")
    office.goto(item)
    office.locator("#field-advice").fill("每天没有人看，同意关停")
    _press(office, "提出意见")
    office.goto(campaign)
    _press(office, "提交常委会")
    office.get_by_label("会次").fill("第8次")
    office.get_by_label("会议日期").fill(office.evaluate("new Date().toISOString().slice(0, 10)"))
    office.get_by_label("决议文件").fill("纪要8号")
    _press(office, "登记会议")
    office.goto(item)
    _press(office, "记录决定")
    _look(office, axe)
    office.goto(campaign)
    office.get_by_label("通知文号").fill("青网3号")
    _press(office, "下发通知")
    expect(office.locator("#cleanup-figures")).to_contain_text("100.00%")

    street.goto(item)
    _follow(street, "去办理关停")
    _look(street, axe)
    street.get_by_label("公告链接").fill("https://example.org/stop")
    street.get_by_label("发布时间").fill("2020-01-01T09:00")
    _press(street, "登记")
    expect(street.locator("main")).to_contain_text("已停更")
    _press(street, "平台已注销")
    office.goto(street.url)
    office.get_by_label("报送系统备案号").fill("G-1")
    _press(office, "关停备案")
    expect(office.locator("main")).to_contain_text("关停已备案")
    expect(
        office.locator("main").get_by_role("link", name="https://example.org/stop")
    ).to_be_visible()
    _look(office, axe)
