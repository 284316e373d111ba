"""From a guess to a frozen report in a real browser, by keyboard and on the phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kitchen.evaluation.pickups.rules import Standing, Tier
from tests.evaluation.reports.conftest import Pressroom, noon
from tests.fixtures.served import Sit

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

PHONE = 390


def test_from_a_guess_to_a_frozen_report(
    at: Sit, busy_week: Pressroom, axe: Callable[[Page], None]
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
