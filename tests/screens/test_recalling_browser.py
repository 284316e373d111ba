"""A picture that is before readers is withdrawn, and the story with it, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kitchen.people.sessions import COOKIE
from tests.fixtures.browser import Watch
from tests.fixtures.newsroom import Door
from tests.publishing.conftest import Outside, Platform, outside, platform, ports
from tests.screens.test_recalling import asset, publish

__all__ = ["asset", "outside", "platform", "ports", "publish"]
pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def chief(address: str, sign_in: Door, new_context: Callable[..., BrowserContext]) -> Page:
    """A page of the chief's, as wide as a phone."""
    cookie = sign_in("chief").client.get_cookie(COOKIE)
    assert cookie is not None
    context = new_context(base_url=address, viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])
    context.route("**/live?*", lambda route: route.fulfill(status=204))  # nothing happens here
    return context.new_page()


def test_a_live_story_is_called_back_with_the_picture_that_it_shows(
    chief: Page,
    outside: Outside,
    platform: Platform,
    asset: str,
    publish: Callable[..., int],
    axe: Callable[[Page], None],
    watch: Watch,
) -> None:
    watch.expect("404")  # the asset of this test has one shape only
    publish()
    assert sum(platform.copies.values()) == 1
    chief.goto(f"/assets/{asset}")
    chief.get_by_role("link", name="撤下").click()
    chief.get_by_label("撤下的理由").fill("当事人要求")
    chief.get_by_role("button", name="撤下").click()
    uses = chief.locator("#uses")
    expect(uses.get_by_text("第 1 版：已发布")).to_be_visible()
    axe(chief)
    uses.get_by_role("link", name="收回这些稿件").click()
    expect(chief.get_by_role("link", name="荷塘整治完成")).to_be_visible()
    expect(chief.get_by_label("理由")).to_have_value("当事人要求")
    axe(chief)
    chief.get_by_role("button", name="全部收回").click()
    expect(chief.get_by_text("1 篇稿件的签发已撤销")).to_be_visible()
    outside.carry()
    chief.reload()
    expect(uses.get_by_text("撤稿 已撤下")).to_be_visible()
    expect(uses.get_by_role("link", name="收回这些稿件")).to_have_count(0)
    expect(chief.get_by_role("button", name="恢复使用")).to_have_count(0)
    assert sum(platform.copies.values()) == 0
