"""From a question on an old phone to the published reply: no script there, the desk in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kitchen.web.face import Face
from tests.fixtures.served import Sit, seats, served
from tests.petitions.conftest import REPLY, TOWN, Office

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(public: Face, new_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """An old phone that runs no script."""
    with served(public) as base:
        context = new_context(base_url=base, viewport=PHONE, java_script_enabled=False)
        yield context.new_page()


@pytest.fixture
def at(office: Office, new_context: Callable[..., BrowserContext]) -> Iterator[Sit]:
    """``at("duty")`` is the desk as somebody has it before them."""
    with seats(office.newsroom, new_context) as seated:
        yield seated


def _fits(page: Page) -> None:
    """Nothing hangs over the side of the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_petition_comes_to_its_published_reply(
    office: Office, phone: Page, at: Sit, axe: Callable[[Page], None]
) -> None:
    phone.goto("/ask")
    phone.get_by_role("link", name="我要提问").click()
    _fits(phone)
    phone.get_by_label("一句话说清问什么").fill("云溪路口红绿灯不亮")
    phone.get_by_label("详细情况").fill("云溪路口的红绿灯三天没亮，孩子过马路危险。")
    phone.get_by_label("怎么联系您").fill("13800138000")
    phone.get_by_role("button", name="提交").click()
    code = phone.locator("[data-code]").inner_text()
    _fits(phone)

    duty = at("duty")
    duty.goto("/petitions")
    axe(duty)
    duty.get_by_role("link", name="云溪路口红绿灯不亮").click()
    duty.get_by_label("分类").select_option(label="交通出行")
    duty.get_by_role("button", name="受理", exact=True).click()
    duty.get_by_label("承办单位", exact=True).select_option(label=TOWN)
    axe(duty)
    duty.get_by_role("button", name="交办", exact=True).click()
    expect(duty.locator(".flashes")).to_contain_text("已交办")

    clerk = at("clerk")
    clerk.goto("/petitions")
    clerk.get_by_role("link", name="云溪路口红绿灯不亮").click()
    axe(clerk)
    clerk.get_by_label("答复内容").fill(f"{REPLY}有事找13800138000。")
    clerk.get_by_role("button", name="提交答复").click()
    expect(clerk.locator(".flashes")).to_contain_text("答复已提交")

    deputy = at("deputy")
    deputy.goto("/petitions?state=reviewing")
    deputy.get_by_role("link", name="云溪路口红绿灯不亮").click()
    deputy.get_by_role("button", name="答复通过").click()
    deputy.get_by_role("link", name="公开").click()
    axe(deputy)
    expect(deputy.get_by_label("答复", exact=True)).to_have_value(f"{REPLY}有事找〔已隐去〕。")
    deputy.get_by_label("答复", exact=True).fill(REPLY)
    deputy.get_by_role("button", name="公开").click()
    expect(deputy.locator(".flashes")).to_contain_text("已公开")

    phone.goto("/ask/follow")
    phone.get_by_label("查询码").fill(code.lower())
    phone.get_by_role("button", name="查进展").click()
    expect(phone.locator(".way")).to_contain_text(REPLY)
    _fits(phone)
    phone.get_by_label("2 分，不满意").check()
    phone.get_by_role("button", name="提交评价").click()
    phone.get_by_label("哪里还没有答清楚").fill("红绿灯今天又灭了。")
    phone.get_by_role("button", name="追问").click()
    expect(phone.locator(".way")).to_contain_text("红绿灯今天又灭了。")
    phone.goto("/ask?q=红绿灯&lang=en")
    phone.get_by_role("link", name="云溪路口红绿灯不亮").click()
    expect(phone.locator("article")).to_contain_text(REPLY)
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    assert "13800138000" not in phone.content()
    assert phone.context.cookies() == []
