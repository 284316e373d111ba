"""From a guess to a frozen report in a real browser, by keyboard and on the phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from kitchen.evaluation.pickups.rules import Standing, Tier
from kitchen.people.sessions import COOKIE
from tests.evaluation.reports.conftest import Pressroom, noon
from tests.fixtures.newsroom import Door

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

At = Callable[..., Page]
PHONE = 390


@pytest.fixture
def at(
    busy_week: Pressroom, sign_in: Door, new_context: Callable[..., BrowserContext]
) -> Iterator[At]:
    """``at("editor")`` is a page of somebody, as wide as asked for."""
    server = make_server("127.0.0.1", 0, sign_in.desk, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.port}"

    def opened(role: str, width: int = 1280, **details: Any) -> Page:
        cookie = sign_in(role).client.get_cookie(COOKIE)
        assert cookie is not None
        context = new_context(base_url=address, viewport={"width": width, "height": 900}, **details)
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])
        context.route("**/live?*", lambda route: route.fulfill(status=204))
        return context.new_page()

    yield opened
    server.shutdown()
    thread.join()
    server.server_close()


def test_from_a_guess_to_a_frozen_report(
    at: At, busy_week: Pressroom, axe: Callable[[Page], None]
) -> None:
    outlet = busy_week.outlet("省里的报", "province.example", Tier.PROVINCE)
    story = busy_week.pieces[0].story_id
    busy_week.picked_up(story, outlet, noon(3).date(), Standing.PROPOSED)
    editor = at("editor")
    editor.goto("/insight/pickups?state=proposed")
    expect(editor.get_by_role("button", name="确认转载")).to_be_visible()
    axe(editor)
    editor.keyboard.press("y")
    expect(editor.get_by_text("已确认，省级以上的已告诉作者。")).to_be_visible()
    editor.goto("/insight/pickups?state=confirmed")
    expect(editor.locator(".chip").first).to_have_text("已确认")
    chief = at("chief")
    chief.goto("/reports")
    axe(chief)
    chief.goto("/reports/week/2026-03-01")
    expect(chief.get_by_text("还没有定稿", exact=True)).to_be_visible()
    expect(chief.locator("svg.tallies").first).to_be_visible()
    axe(chief)
    chief.get_by_role("button", name="定稿", exact=True).click()
    expect(chief.get_by_text("已定稿，这一版的数字不会再变。")).to_be_visible()
    with chief.expect_download() as download:
        chief.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename == "report-week-2026-03-01-1.pdf"
    phone = at("reporter", PHONE, has_touch=True)
    for page in (chief.url, "/insight/pickups", "/reports/captures/week/2026-03-01"):
        phone.goto(page)
        expect(phone.locator("h1")).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE
        axe(phone)
    phone.goto("/reports/week/2026-03-01")
    phone.get_by_role("link", name="看每次采集").click()
    expect(phone.get_by_text("每次采集做成了什么")).to_be_attached()
