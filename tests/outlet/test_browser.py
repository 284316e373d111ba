"""Readers at a real browser: phone and desk, both languages, a piece that is withdrawn."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from channels.outlet import Outlet
from kitchen import app
from kitchen.demo import app as demo
from kitchen.demo.accounts import Place
from kitchen.matrix.models import Account
from kitchen.people.models import Unit
from kitchen.people.rules import Level
from kitchen.web.face import Face
from tests.fixtures.browser import Watch, wait_for_true
from tests.fixtures.newsroom import Newsroom
from tests.fixtures.served import Server
from tests.outlet.conftest import Publish, Sender, item, tombstone

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
    expect(picture).not_to_have_js_property("naturalWidth", 0)
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


@pytest.fixture
def site(public: Face) -> Iterator[Server]:
    """The readers' face, which can go away and come back at the same address."""
    site = Server(public)
    yield site
    site.stop()


def watched_over(page: Page) -> None:
    """Wait until the worker watches over the page."""
    wait_for_true(page, "() => navigator.serviceWorker.controller !== null")


def is_kept(page: Page, path: str, name: str = "read") -> None:
    wait_for_true(
        page,
        "async ([name, path]) => Boolean(await (await caches.open(name)).match(path))",
        [name, path],
    )


@pytest.mark.usefixtures("shown")
def test_what_was_saved_or_read_can_be_read_without_a_network(
    new_context: Callable[..., BrowserContext],
    site: Server,
    axe: Callable[[Page], None],
    watch: Watch,
) -> None:
    watch.expect("ERR_CONNECTION_REFUSED|ERR_FAILED|Failed to load resource|Failed to fetch")
    page = new_context(viewport=PHONE, has_touch=True).new_page()
    page.goto(site.address)
    watched_over(page)
    page.goto(f"{site.address}/a/second001")
    is_kept(page, "/a/second001")
    page.goto(f"{site.address}/a/first0001")
    button = page.get_by_role("button", name="离线保存")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    page.get_by_role("button", name="已离线保存").wait_for()
    axe(page)
    site.stop()
    page.reload()
    page.get_by_role("heading", name="云溪街道：老旧小区改造").wait_for()
    expect(page.locator(".prose img").first).not_to_have_js_property("naturalWidth", 0)
    page.goto(f"{site.address}/c/never-seen")
    page.get_by_role("heading", name="离线阅读").wait_for()
    page.locator("[data-offline-list] a").first.wait_for()
    kept = page.locator("[data-offline-list] a").all_inner_texts()
    assert kept[0].startswith("云溪街道")
    assert any(title.startswith("青禾区今年新增") for title in kept)
    axe(page)
    page.get_by_role("link", name="青禾区今年新增").click()
    page.get_by_role("heading", name="青禾区今年新增").wait_for()
    site.start()


def test_a_piece_that_was_withdrawn_is_forgotten_on_the_device_too(
    page: Page, site: Server, sender: Sender, watch: Watch
) -> None:
    watch.expect("410|ERR_CONNECTION_REFUSED|ERR_FAILED|Failed to load resource|Failed to fetch")
    sender.put_item(item())
    page.goto(site.address)
    watched_over(page)
    page.goto(f"{site.address}/a/first0001")
    is_kept(page, "/a/first0001")
    sender.put_item(tombstone(), match="1")
    page.goto(f"{site.address}/a/first0001")
    page.get_by_role("heading", name="这篇稿件已撤下").wait_for()
    wait_for_true(page, "async () => !(await (await caches.open('read')).match('/a/first0001'))")
    site.stop()
    page.goto(f"{site.address}/a/first0001")
    page.get_by_role("heading", name="离线阅读").wait_for()
    assert "公园" not in page.inner_text("main")
    site.start()


def test_without_scripts_everything_can_be_read(
    new_context: Callable[..., BrowserContext], address: str, sender: Sender
) -> None:
    sender.put_item(item())
    page = new_context(java_script_enabled=False).new_page()
    page.goto(address)
    page.get_by_role("link", name="湖滨公园今天开放").click()
    page.get_by_role("heading", name="湖滨公园今天开放").wait_for()
    assert page.get_by_role("button", name="离线保存").count() == 0


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desk"])
def test_columns_services_links_and_corrections_can_be_used_by_everybody(
    new_context: Callable[..., BrowserContext],
    address: str,
    axe: Callable[[Page], None],
    newsroom: Newsroom,
    sender: Sender,
    viewport: dict[str, int],
) -> None:
    with newsroom.database.unit() as session:
        place = Place("http://127.0.0.1:9", "http://127.0.0.1:9")
        demo.furnish(session, newsroom.admin, place)
        unit = newsroom.units["青禾区融媒体中心"].id
        account = {"unit_id": unit, "public_url": "http://127.0.0.1:9/"}
        session.add(Account(channel="wechat", name="青禾区政务", handle="a", **account))
        session.add(Account(channel="weibo", name="青禾区政务微博", handle="b", **account))
    column = [{"name": "青禾田野", "scheme": "column"}]
    sender.put_item(item(subject=column))
    better = item("first0001", "2", headline="湖滨公园明天开放", correction="开放日期应为明天。")
    sender.put_item({**better, "subject": column}, match="1")
    page = new_context(viewport=viewport).new_page()
    for path in (
        "/",
        "/c/impressions",
        "/c/fields",
        "/a/first0001",
        "/services",
        "/links",
        "/offline",
    ):
        page.goto(address + path)
        page.locator("h1").wait_for(state="attached")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
        _keep_picture(page, f"{viewport['width']}{path.replace('/', '-')}")


def _keep_picture(page: Page, name: str) -> None:
    """For whoever wants to look: only where a folder is named."""
    if folder := os.environ.get("KITCHEN_PICTURES"):
        page.screenshot(path=f"{folder}/outlet-{name}.png", full_page=True)
