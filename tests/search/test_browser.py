"""Searching in a real browser: the palette by keys, the page by hand, on desk and phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kitchen.people.sessions import COOKIE
from kitchen.search import index
from tests.fixtures.browser import PATIENCE
from tests.fixtures.newsroom import Door
from tests.fixtures.served import served
from tests.search.conftest import add_leads

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

Desk = Callable[..., Page]


@pytest.fixture
def address(sign_in: Door) -> Iterator[str]:
    """Where the desk answers while the test runs; in its index a few leads."""
    database = sign_in.newsroom.database
    with database.unit() as session:
        add_leads(session, [("九里桥社区食堂开张", "八十岁以上老人半价，食堂每天三餐。")])
        add_leads(session, [(f"云溪夜市{number}", "公交延时到零点") for number in range(30)])
    index.mark_what_is_stale(database)
    index.catch_up(database, 60)
    with served(sign_in.desk) as address:
        yield address


@pytest.fixture
def at(address: str, sign_in: Door, new_context: Callable[..., BrowserContext]) -> Desk:
    """``at("editor")`` is a page of somebody, as wide as asked for."""

    def opened(role: str = "editor", width: int = 1280, height: int = 900) -> Page:
        cookie = sign_in(role).client.get_cookie(COOKIE)
        assert cookie is not None
        size = {"width": width, "height": height}
        context = new_context(base_url=address, viewport=size, reduced_motion="reduce")
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])
        context.route("**/live?*", lambda route: route.fulfill(status=204))  # nobody else is here
        return context.new_page()

    return opened


def test_the_palette_goes_anywhere_by_keys_alone(at: Desk, axe: Callable[[Page], None]) -> None:
    page = at()
    page.goto("/")
    page.keyboard.press("Control+k")
    palette = page.locator("#palette")
    expect(palette.get_by_role("option").first).to_be_visible()
    axe(page)
    page.keyboard.type("bxs")
    expect(palette.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/new", timeout=PATIENCE)

    page.goto("/leads")
    page.keyboard.press("Control+k")
    page.keyboard.insert_text("食堂")
    found = palette.get_by_role("option", name="九里桥社区食堂开张")
    expect(found).to_have_attribute("aria-selected", "true")
    expect(found.locator("mark")).to_have_text("食堂")
    axe(page)
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()

    page.keyboard.press("Control+k")
    page.locator("#palette-words").fill("夜市2")
    expect(palette.get_by_role("option").first).to_be_visible()
    expect(palette.get_by_role("option", name="云溪夜市29")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(palette.locator("[aria-selected=true]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".split__detail")).to_contain_text("云溪夜市2")


def test_enter_never_means_what_stood_there_before(at: Desk) -> None:
    page = at()
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [aria-selected=true]")).to_be_visible()
    page.route("**/search/palette?*", lambda route: None)  # the answer never comes
    page.keyboard.insert_text("食堂")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*", timeout=PATIENCE)
    expect(page.locator("mark").first).to_have_text("食堂")


def test_keys_rest_in_fields(at: Desk) -> None:
    page = at()
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_the_page_narrows_turns_and_keeps(
    at: Desk, axe: Callable[[Page], None], width: int, height: int
) -> None:
    page = at(width=width, height=height)
    page.goto("/search")
    expect(page.get_by_text("想找什么？")).to_be_visible()
    axe(page)
    page.goto("/search?q=夜市")
    expect(page.locator(".find")).to_have_count(5)
    axe(page)
    page.get_by_role("link", name="看全部 30 条").click()
    expect(page.locator(".find")).to_have_count(20)
    expect(page.locator(".pager__count")).to_contain_text("共 30 条")
    axe(page)
    page.get_by_role("link", name="下一页").click()
    expect(page.locator(".find")).to_have_count(10)
    page.locator("input[name=name]").fill("夜市线索")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".flashes")).to_contain_text("已保存")
    page.goto("/search")
    page.get_by_role("link", name="夜市线索").click()
    expect(page.locator(".find")).to_have_count(20)
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not too_wide
