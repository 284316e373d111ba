"""Readers at a real browser: phone and desk, both languages, a piece that is withdrawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from channels.outlet import Outlet
from kitchen import app
from kitchen.people.models import Unit
from kitchen.people.rules import Level
from tests.fixtures.browser import Watch
from tests.outlet.conftest import Publish

PHONE = {"width": 390, "height": 844}
pytestmark = pytest.mark.journey


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    """What is seen does not depend on the database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def shown(house: app.House, publish: Publish) -> None:
    """A front page with some pieces."""
    with house.database.unit() as session:
        session.add(Unit(name="青禾区融媒体中心", level=Level.MEDIA_CENTRE))
    publish("first0001", title="云溪街道：老旧小区改造，二十栋楼年内完工")
    publish(
        "second001",
        title="青禾区今年新增口袋公园十二个",
        cover=None,
        pictures=(),
        html="<p>十二个口袋公园。</p>",
    )
    publish("third0001", title="湖滨公园今天开放，市民可以从南门进入")


@pytest.mark.usefixtures("shown")
def test_a_reader_on_the_phone_finds_and_reads_a_piece(
    new_context: Callable[..., BrowserContext], address: str, axe: Callable[[Page], None]
) -> None:
    page = new_context(viewport=PHONE, has_touch=True).new_page()
    page.goto(address)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name="湖滨公园今天开放").click()
    page.get_by_role("heading", name="湖滨公园今天开放").wait_for()
    picture = page.locator(".prose img")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.prose img').naturalWidth > 0")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.context.cookies() == []


@pytest.mark.usefixtures("shown")
def test_the_site_can_be_read_in_english(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/?lang=en")
    page.locator(".articles a").first.click()
    page.wait_for_url("**/a/third0001?lang=en")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("article").get_attribute("lang") == "zh-CN"
    assert page.context.cookies() == []


def test_a_withdrawn_piece_in_the_browser(
    page: Page,
    address: str,
    axe: Callable[[Page], None],
    channel: Outlet,
    publish: Publish,
    watch: Watch,
) -> None:
    watch.expect(r"status of 410")
    channel.recall(publish())
    answer = page.goto(f"{address}/s/first0001")
    assert answer is not None
    assert answer.status == 410
    page.get_by_role("heading", name="这篇稿件已撤下").wait_for()
    axe(page)
