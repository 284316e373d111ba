"""The page where pictures are cut, in a real browser: by drag, by keys, by numbers, on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kitchen.media import queries, shaping
from kitchen.people.sessions import COOKIE
from tests.fixtures.newsroom import Door, Newsroom
from tests.media.conftest import Enter

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def opened(
    address: str, sign_in: Door, new_context: Callable[..., BrowserContext]
) -> Callable[..., Page]:
    """A page of the reporter, as wide as asked for, with scripts or without."""

    def page(width: int = 1280, *, scripts: bool = True) -> Page:
        cookie = sign_in("reporter").client.get_cookie(COOKIE)
        assert cookie is not None
        view = {"width": width, "height": 900}
        context = new_context(base_url=address, viewport=view, java_script_enabled=scripts)
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])
        context.route("**/live?*", lambda route: route.fulfill(status=204))
        return context.new_page()

    return page


def _crops(newsroom: Newsroom, uid: str) -> dict[str, list[float]]:
    with newsroom.database.unit(write=False) as session:
        found = shaping.shaping_of(session, queries.the_asset(session, uid))
        return dict(found.crops)


def _number(page: Page, name: str) -> float:
    return float(page.locator(f"[name={name}]").input_value())


@pytest.mark.parametrize("width", [1280, 390])
def test_a_frame_is_dragged_and_moved_by_keys(
    opened: Callable[..., Page],
    newsroom: Newsroom,
    enter: Enter,
    axe: Callable[[Page], None],
    width: int,
) -> None:
    uid = enter(newsroom.reporter, width=640)
    page = opened(width)
    page.goto(f"/assets/{uid}/shapes?shape=square_cover")
    frame = page.get_by_role("group", name="裁剪框")
    expect(frame).to_be_visible()
    page.evaluate(
        "scrollTo(0, document.body.scrollHeight)"
    )  # the buttons stand below, over nothing
    axe(page)
    page.evaluate("scrollTo(0, 0)")
    assert _number(page, "width") == pytest.approx(25, abs=0.1)
    assert not page.locator("[name=cut]").is_checked()
    middle = frame.bounding_box()
    assert middle is not None
    stage = page.locator(".cropper").bounding_box()
    assert stage is not None
    at = middle["x"] + middle["width"] / 8, middle["y"] + middle["height"] / 8
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] - stage["width"] / 5, at[1], steps=4)
    page.mouse.up()
    dragged = _number(page, "left")
    assert dragged == pytest.approx(17.5, abs=1)
    assert page.locator("[name=cut]").is_checked()
    frame.press("ArrowLeft")
    frame.press("Shift+ArrowLeft")
    assert _number(page, "left") == pytest.approx(dragged - 6, abs=0.1)
    for _ in range(5):
        frame.press("-")
    assert _number(page, "width") == pytest.approx(20, abs=0.1)
    assert _number(page, "height") == pytest.approx(80, abs=0.5)
    page.get_by_role("button", name="保存并重做各规格").click()
    expect(page.get_by_text("各种规格已按新的裁剪重做")).to_be_visible()
    left, _, across, down = _crops(newsroom, uid)["square_cover"]
    assert (left, across) == (pytest.approx((dragged - 6) / 100, abs=0.01), pytest.approx(0.2))
    assert down == pytest.approx(0.8, abs=0.01)


def test_the_point_that_matters_is_moved_by_keys(
    opened: Callable[..., Page], newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter(newsroom.reporter, width=640)
    page = opened()
    page.goto(f"/assets/{uid}/shapes?shape=square_cover")
    point = page.get_by_role("button", name="重点", exact=True)
    for _ in range(4):
        point.press("Shift+ArrowRight")
    assert _number(page, "focus_x") == 70
    assert _number(page, "left") == pytest.approx(57.5, abs=0.1)
    assert not page.locator("[name=cut]").is_checked()


def test_without_scripts_numbers_do(
    opened: Callable[..., Page], newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter(newsroom.reporter, width=640)
    page = opened(390, scripts=False)
    page.goto(f"/assets/{uid}/shapes?shape=body")
    page.get_by_label("这个规格按下面的数字裁剪").check()
    for name, value in {"left": "10", "top": "20", "width": "50", "height": "60"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="保存并重做各规格").click()
    expect(page.get_by_text("各种规格已按新的裁剪重做")).to_be_visible()
    assert _crops(newsroom, uid) == {"body": [0.1, 0.2, 0.5, 0.6]}
