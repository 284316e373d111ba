"""Units, modules and feeds in a real browser: on a desk and on a phone, merged by clicking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from kitchen.core.access import EVERYWHERE
from kitchen.leads import feeds
from kitchen.leads.feed_rules import Item
from kitchen.people import units
from kitchen.people.models import Post, Unit
from kitchen.people.rules import Level, May
from tests.fixtures.newsroom import Newsroom
from tests.fixtures.served import Sit

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

PHONE = 390


@pytest.fixture
def district_admin(newsroom: Newsroom) -> Newsroom:
    """The administrator has their post in the district, and there is a second town."""
    everywhere = replace(newsroom.admin, grants={May.ADMINISTER: EVERYWHERE})
    with newsroom.database.unit() as session:
        district = session.get_one(Unit, newsroom.units["青禾区"].id)
        units.found(session, everywhere, "荷塘镇", Level.TOWN, district)
        session.add(Post(staff_id=newsroom.admin.id, unit_id=district.id, role="admin"))
    return newsroom


def test_a_street_is_merged_into_a_town(
    at: Sit, district_admin: Newsroom, axe: Callable[[Page], None]
) -> None:
    page = at("admin")
    page.goto("/units")
    axe(page)
    page.click("main a:has-text('云溪街道')")
    axe(page)
    page.click("summary:has-text('并入别的单位')")
    page.select_option("[name=into]", label="荷塘镇")
    page.fill("#field-merge-note", "机构改革")
    page.click("button:has-text('并入')")
    expect(page.get_by_role("heading", level=1)).to_have_text("荷塘镇")
    expect(page.locator("main")).to_contain_text("测试keeper")
    page.goto("/units")
    expect(page.locator("main")).to_contain_text("已并入荷塘镇")
    phone = at("admin", PHONE, has_touch=True)
    phone.goto("/units")
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_the_modules_and_the_feeds_on_a_desk_and_on_a_phone(
    at: Sit, newsroom: Newsroom, axe: Callable[[Page], None]
) -> None:
    with newsroom.database.unit() as session:
        url = "http://127.0.0.1:9009/rss.xml"
        feed = feeds.add(session, newsroom.chief, name="区政府网站", url=url)
        broken = feeds.add(session, newsroom.chief, name="失联的", url=url + "?2")
        look = feeds.Look(feed.id, feed.url, {})
        item = Item("1", "荷塘镇三百亩藕田开挖", "清晨开始采挖。", "https://news.example.cn/1")
        feeds.enter(session, look, feeds.Seen([item]))
        feeds.enter(session, feeds.Look(broken.id, broken.url, {}), feeds.Seen(trouble="http_404"))
    for width in (1280, PHONE):
        page = at("chief", width)
        for path in ("/modules", "/leads/feeds", "/leads/feeds/new"):
            page.goto(path)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto("/leads/feeds")
    page.click("button:has-text('收为线索')")
    expect(page.locator("[data-flashes]")).to_contain_text("已收为线索")
