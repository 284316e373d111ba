"""The checks in a real browser: step by keys, call one false, put one right, on desk and phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from kitchen.people.sessions import COOKIE
from tests.fixtures.newsroom import Door, Newsroom
from tests.stories.conftest import Write, document, paragraph

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

Desk = Callable[..., Page]


@pytest.fixture
def address(sign_in: Door) -> Iterator[str]:
    """Where the desk answers while the test runs."""
    server = make_server("127.0.0.1", 0, sign_in.desk, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def at(address: str, sign_in: Door, new_context: Callable[..., BrowserContext]) -> Desk:
    """``at("reporter")`` is a page of somebody, as wide as asked for."""

    def opened(role: str, width: int = 1280) -> Page:
        cookie = sign_in(role).client.get_cookie(COOKIE)
        assert cookie is not None
        size = {"width": width, "height": 900}
        context = new_context(base_url=address, viewport=size, reduced_motion="reduce")
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])
        context.route("**/live?*", lambda route: route.fulfill(status=204))  # nobody else is here
        return context.new_page()

    return opened


@pytest.mark.parametrize("width", [1280, 390])
def test_hits_are_stepped_called_false_and_put_right(
    newsroom: Newsroom, at: Desk, write: Write, axe: Callable[[Page], None], width: int
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


def test_the_leaders_table_wants_two(at: Desk, axe: Callable[[Page], None]) -> None:
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
