"""Found, marked with keys, gathered, shared and ended, in a real browser; axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kitchen import app
from kitchen.people.sessions import COOKIE
from tests.fixtures.browser import Watch
from tests.fixtures.newsroom import Door, Newsroom
from tests.fixtures.served import served
from tests.media.conftest import Enter

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def desk_address(sign_in: Door) -> Iterator[str]:
    """Where the desk answers while the test runs."""
    with served(sign_in.desk) as address:
        yield address


@pytest.fixture
def public_address(newsroom: Newsroom) -> Iterator[str]:
    """Where readers are answered while the test runs."""
    with served(app.create_public(newsroom.house)) as address:
        yield address


@pytest.fixture
def editor(
    desk_address: str, sign_in: Door, new_context: Callable[..., BrowserContext]
) -> Callable[..., Page]:
    """A page of the editor, as wide as asked for."""

    def opened(width: int = 1280) -> Page:
        cookie = sign_in("editor").client.get_cookie(COOKIE)
        assert cookie is not None
        context = new_context(base_url=desk_address, viewport={"width": width, "height": 900})
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": desk_address}])
        context.route("**/live?*", lambda route: route.fulfill(status=204))  # nothing happens here
        return context.new_page()

    return opened


def _tiles(page: Page) -> list[str]:
    """The names of the tiles that are marked."""
    marked = page.locator(".tile:has([data-mark]:checked) .tile__name")
    return [name.strip() for name in marked.all_text_contents()]


def test_found_marked_with_keys_gathered_shared_seen_and_ended(
    editor: Callable[..., Page],
    enter: Enter,
    sign_in: Door,
    public_address: str,
    new_context: Callable[..., BrowserContext],
    axe: Callable[[Page], None],
    watch: Watch,
) -> None:
    watch.expect("404")
    uids = [enter(width=240 + 10 * at, title=f"荷塘{at}") for at in range(4)]
    enter(width=300, title="无关")
    for uid in uids:
        sign_in("editor").post_form(f"/assets/{uid}/tags", {"place": "荷塘镇"})
    page = editor()
    page.goto("/assets")
    page.get_by_role("link", name="荷塘镇").click()
    expect(page.locator("[data-tile]")).to_have_count(4)
    expect(page.get_by_role("button", name="放进篮子")).to_be_disabled()

    page.locator("[data-tile]").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    expect(page.locator("dialog.lightbox")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert _tiles(page) == ["荷塘2", "荷塘1", "荷塘0"]
    expect(page.locator("[data-marked]")).to_have_text("选中 3 件")
    axe(page)
    page.get_by_role("button", name="放进篮子").click()
    expect(page.get_by_role("link", name="篮子 3")).to_be_visible()

    page.goto("/collections/new")
    page.get_by_label("名称").fill("荷花节图集")
    page.get_by_label("本单位建，全中心可看").check()
    page.get_by_role("button", name="新建").click()
    page.goto("/assets/basket")
    axe(page)
    page.get_by_role("button", name="全部收进专辑").click()
    expect(page.get_by_role("heading", name="荷花节图集")).to_be_visible()
    expect(page.locator("ol.pictures li")).to_have_count(3)
    axe(page)

    page.get_by_label("给谁看").fill("区教育局")
    page.get_by_role("button", name="建分享链接").click()
    link = page.locator("#share-url").inner_text()
    axe(page)
    path = link.removeprefix("http://127.0.0.1:8001")
    stranger = new_context(base_url=public_address).new_page()
    stranger.goto(path)
    expect(stranger.get_by_role("heading", name="荷花节图集")).to_be_visible()
    expect(stranger.locator("figure img")).to_have_count(3)
    axe(stranger)

    page.get_by_role("link", name="回到素材").click()
    expect(page.get_by_text("打开 1 次")).to_be_visible()
    page.get_by_role("button", name="收回").click()
    expect(page.locator("#shares").get_by_text("已收回")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_text("已过期或已收回")).to_be_visible()


def test_a_range_is_marked_with_the_mouse_and_left_with_escape(
    editor: Callable[..., Page], enter: Enter
) -> None:
    for at in range(5):
        enter(width=240 + 10 * at, title=str(at))
    page = editor()
    page.goto("/assets")
    expect(page.locator("asset-grid form[data-some]")).to_have_count(0)
    marks = page.locator("[data-mark]")
    marks.nth(1).check()
    page.locator("[data-tile]").nth(3).click(modifiers=["Shift"])
    assert _tiles(page) == ["3", "2", "1"]
    page.locator("[data-tile]").nth(0).focus()
    page.keyboard.press("Escape")
    assert _tiles(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="4", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_shuts_anyone_out(
    editor: Callable[..., Page], enter: Enter, axe: Callable[[Page], None], width: int
) -> None:
    uid = enter(title="大桥合龙", credit="测试记者")
    page = editor(width)
    for url in (
        "/assets?kind=picture",
        f"/assets/{uid}",
        f"/assets/{uid}/rights/new",
        "/assets/expiring",
        "/assets/basket",
        "/collections",
        "/collections/new",
    ):
        page.goto(url)
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{url} is wider than its window by {wide} pixels"
