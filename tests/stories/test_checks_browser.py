"""The checks in a real browser: step by keys, call one false, put one right, on desk and phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.fixtures.newsroom import Door, Newsroom
from tests.fixtures.served import Sit, seat
from tests.stories.conftest import Write, document, paragraph

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def at(address: str, sign_in: Door, new_context: Callable[..., BrowserContext]) -> Sit:
    """``at("reporter")`` is a page of somebody, as wide as asked for; nobody else is here."""
    return seat(sign_in, address, new_context)


@pytest.mark.parametrize("width", [1280, 390])
def test_hits_are_stepped_called_false_and_put_right(
    newsroom: Newsroom, at: Sit, write: Write, axe: Callable[[Page], None], width: int
) -> None:
    words = "新路灯己经亮了，用的是国内最先进的设备。大家的的意见，也都记下了。"
    uid = write(doc=document(paragraph(words)))
    page = at("reporter", width)
    page.goto(f"/stories/{uid}/checks")
    axe(page)
    current = page.locator("mark[aria-current]")
    expect(current).to_have_text("己经")
    for key, link, words in (("n", "下一处", "最先进"), ("p", "上一处", "己经")):
        page.wait_for_load_state()
        if width > 1000:
            page.keyboard.press(key)
        else:
            page.get_by_role("link", name=link).click()
        expect(current).to_have_text(words)
    page.get_by_role("button", name="改成“已经”").click()
    expect(page.locator(".flashes")).to_contain_text("已把“己经”改成“已经”")
    expect(current).to_have_text("最先进")
    page.get_by_text("这是误报").click()
    page.get_by_label("为什么是误报").fill("引自验收报告")
    page.get_by_role("button", name="标为误报").click()
    expect(page.locator("#hit-panel")).to_contain_text("引自验收报告")
    axe(page)
    keeper = at("chief", width)
    keeper.goto("/alarms")
    expect(keeper.locator("main")).to_contain_text("最先进")
    axe(keeper)


def test_the_leaders_table_wants_two(at: Sit, axe: Callable[[Page], None]) -> None:
    first, second = at("chief"), at("deputy", 390)
    first.goto("/wordlists")
    axe(first)
    first.get_by_role("link", name="领导人姓名职务").click()
    axe(first)
    first.get_by_role("link", name="加一条").first.click()
    first.get_by_label("姓名").fill("林示范")
    first.get_by_label("职务").fill("青禾区区长")
    first.get_by_label("依据").fill("青委〔2026〕1号")
    axe(first)
    first.get_by_role("button", name="提交，等另一人确认").click()
    expect(first.locator("[data-proposal]")).to_contain_text("请另一位同事核对")
    second.goto("/wordlists/person")
    axe(second)
    second.get_by_role("button", name="确认生效").click()
    expect(second.locator(".flashes")).to_contain_text("从现在起生效")
    expect(second.locator("table")).to_contain_text("林示范")
