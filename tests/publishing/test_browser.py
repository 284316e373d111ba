"""The publishing desk in a real browser: by hand, finger, menu and keys; nobody shut out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from channels.base import Rejected
from kitchen.core import clock
from kitchen.people.sessions import COOKIE
from kitchen.publishing import jobs, queries, schedule
from tests.fixtures.browser import Watch
from tests.fixtures.newsroom import Door
from tests.publishing.conftest import Outside, before

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

Desk = Callable[..., Page]


@pytest.fixture
def at(address: str, sign_in: Door, new_context: Callable[..., BrowserContext]) -> Desk:
    """``at("operator")`` is a page of somebody, as wide as asked for."""

    def opened(role: str = "operator", width: int = 1280, **details: Any) -> Page:
        cookie = sign_in(role).client.get_cookie(COOKIE)
        assert cookie is not None
        size = {"width": width, "height": 900}
        context = new_context(base_url=address, viewport=size, reduced_motion="reduce", **details)
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])
        context.route("**/live?*", lambda route: route.fulfill(status=204))  # nobody else is here
        return context.new_page()

    return opened


@pytest.fixture
def noon(outside: Outside) -> datetime:
    """Tomorrow at noon, on the newsroom's wall."""
    with outside.database.unit(write=False) as session:
        day = clock.local(clock.fresh(session)).date() + timedelta(days=1)
    return datetime.combine(day, time(12), clock.CENTRE)


def opens(page: Page, when: datetime) -> Locator:
    """The calendar of a day; answers its one card that can be moved."""
    page.goto(f"/publish/calendar?day={when.date()}")
    expect(page.locator("day-calendar:defined")).to_be_attached()
    return page.locator("[data-slot]").first


def hour(page: Page, number: int) -> Locator:
    return page.locator(f"[data-hour$='T{number:02}']").first


def stands_at(outside: Outside, page: Page, when: datetime) -> None:
    expect(page.locator(".flashes")).to_contain_text(f"{when:%H:%M}")
    expect(hour(page, when.hour).locator(".slot")).to_have_count(1)
    assert outside.rows()[0].not_before == when


def test_a_slot_is_moved_by_dragging_and_taken_back(
    outside: Outside, at: Desk, noon: datetime
) -> None:
    outside.approve(not_before=noon + timedelta(minutes=20))
    page = at()
    card = opens(page, noon)
    hour(page, 13).scroll_into_view_if_needed()
    card.locator(".slot__time").hover()
    page.mouse.down()
    box = hour(page, 13).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 30, steps=8)
    with page.expect_navigation():
        page.mouse.up()
    stands_at(outside, page, noon + timedelta(hours=1, minutes=20))
    with page.expect_navigation():
        page.locator(".toast").get_by_role("button", name="撤销").click()
    stands_at(outside, page, noon + timedelta(minutes=20))


def test_a_finger_drags_by_the_grip(outside: Outside, at: Desk, noon: datetime) -> None:
    outside.approve(not_before=noon)
    page = at(width=1024, has_touch=True)
    card = opens(page, noon)
    hour(page, 13).scroll_into_view_if_needed()
    start, end = card.locator("[data-grip]").bounding_box(), hour(page, 13).bounding_box()
    assert start
    assert end
    finger = page.context.new_cdp_session(page)
    x, y = start["x"] + 5, start["y"] + 5
    steps = [("touchStart", x, y), *(("touchMove", x + n, y) for n in (4, 12, 40))]
    steps.append(("touchMove", end["x"] + 30, end["y"] + 30))
    for kind, left, top in steps:
        finger.send("Input.dispatchTouchEvent", touch(kind, left, top))
    with page.expect_navigation():
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    stands_at(outside, page, noon + timedelta(hours=1))


def touch(kind: str, x: float, y: float) -> dict[str, Any]:
    return {"type": kind, "touchPoints": [{"x": x, "y": y}]}


def test_a_slot_is_moved_by_its_menu(outside: Outside, at: Desk, noon: datetime) -> None:
    outside.approve(not_before=noon)
    page = at()
    card = opens(page, noon)
    card.locator("summary").click()
    card.locator("[name=not_before]").fill(f"{noon + timedelta(hours=3):%Y-%m-%dT%H:%M}")
    with page.expect_navigation():
        card.get_by_role("button", name="改到这个时间").click()
    stands_at(outside, page, noon + timedelta(hours=3))


def test_a_slot_is_moved_by_keys_and_told_aloud(outside: Outside, at: Desk, noon: datetime) -> None:
    outside.approve(not_before=noon)
    page = at()
    card, said = opens(page, noon), page.locator("[data-said]")
    card.locator(".slot__title").focus()
    page.keyboard.press("m")
    expect(said).to_contain_text("已拿起")
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text("13:00")
    page.keyboard.press("Escape")
    expect(said).to_contain_text("没有改")
    page.keyboard.press("m")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    stands_at(outside, page, noon + timedelta(hours=2))
    expect(card.locator(".slot__title")).to_be_focused()


def test_from_the_tray_to_an_hour_by_keys(outside: Outside, at: Desk, noon: datetime) -> None:
    outside.approve(not_before=noon)
    outside.halt()
    outside.until(noon + timedelta(hours=1))
    outside.recover(1)
    page, after = at(), noon + timedelta(days=2)
    opens(page, after).locator(".slot__title").focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    moved = clock.local(outside.row().not_before or noon)
    assert (moved.date(), moved.hour) == (after.date(), 1)


def test_without_scripts_the_menu_moves_a_slot(outside: Outside, at: Desk, noon: datetime) -> None:
    outside.approve(not_before=noon)
    page = at(java_script_enabled=False)
    page.goto(f"/publish/calendar?day={noon.date()}")
    card = page.locator("[data-slot]").first
    card.locator("summary").click()
    card.locator("[name=not_before]").fill(f"{noon + timedelta(hours=3):%Y-%m-%dT%H:%M}")
    card.get_by_role("button", name="改到这个时间").click()
    expect(page.locator(".flashes")).to_contain_text("15:00")


def test_a_slot_lost_to_a_worker_is_told_and_stays(
    outside: Outside, at: Desk, noon: datetime, watch: Watch
) -> None:
    watch.expect("409")
    outside.approve(not_before=noon)
    page = at()
    card = opens(page, noon)
    with outside.database.unit() as session:
        waiting = queries.the_publication(session, outside.row().uid)
        schedule.send_now(session, outside.newsroom.duty, waiting)
    outside.carry()
    card.locator("summary").click()
    card.locator("[name=not_before]").fill(f"{noon + timedelta(days=3):%Y-%m-%dT%H:%M}")
    with page.expect_navigation():
        card.get_by_role("button", name="改到这个时间").click()
    expect(page.locator("main [role=alert]")).to_contain_text("它已经在发送了")


def test_one_of_six_fails_and_is_retried_alone(outside: Outside, at: Desk) -> None:
    outside.approve(accounts=6)
    outside.platform.play(outside.accounts[3].uid, Rejected("今日发布次数已满", code="quota"))
    outside.carry()
    page = at()
    page.goto("/publish/matrix")
    expect(page.locator("tbody th")).to_contain_text("5/6 已发，1 未成功")
    calls = outside.platform.calls["publish"]
    with page.expect_navigation():
        page.get_by_role("button", name="只重试没成功的").click()
    expect(page.locator(".flashes")).to_contain_text("1 个账号正在重新发送")
    outside.carry()
    page.reload()
    expect(page.locator("main")).to_contain_text("6/6 已发")
    assert outside.platform.calls["publish"] == calls + 1
    assert set(outside.platform.copies.values()) == {1}


def test_everything_is_taken_down_from_one_page(outside: Outside, at: Desk) -> None:
    story = outside.approve(accounts=3)
    outside.carry()
    page = at("deputy")
    page.goto(f"/publish/everywhere/{story.uid}")
    page.get_by_role("button", name="全部撤下").click()
    page.locator("dialog [name=note]").fill("事实有误，正在核实。")
    with page.expect_navigation():
        page.locator("dialog").get_by_role("button", name="全部撤下").click()
    jobs.carry_recalls(outside.database)
    page.goto(f"/publish/everywhere/{story.uid}")
    expect(page.locator("tbody tr", has_text="撤稿：已撤下")).to_have_count(3)
    assert outside.platform.copies.total() == 0


def test_a_question_is_answered_by_two_people(outside: Outside, at: Desk) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, before)
    outside.platform.finds.extend([RuntimeError("cannot be told")] * 60)
    outside.carry()
    outside.recover()
    for number, role in enumerate(("operator", "duty")):
        page = at(role)
        page.goto("/publish/cases")
        expect(page.locator("tbody tr")).to_contain_text(f"{number}/2 人看过")
        page.locator("tbody th a").click()
        with outside.database.unit(write=False) as session:
            looked = clock.local(clock.fresh(session))
        page.locator("[name=looked_at]").fill(f"{looked:%Y-%m-%dT%H:%M}")
        page.get_by_role("button", name="我看过，没有发出").click()
        expect(page.locator(".flashes")).to_contain_text("确认" if number else "另一位")
    outside.recover(1)
    assert outside.platform.copies.total() == 1
    assert outside.row().state == "live"


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_shuts_anyone_out(
    outside: Outside, at: Desk, axe: Callable[[Page], None], noon: datetime, width: int
) -> None:
    story = outside.approve(accounts=3)
    outside.platform.play(outside.accounts[0].uid, Rejected("今日发布次数已满", code="quota"))
    outside.platform.play(outside.accounts[1].uid, before)
    outside.platform.finds.extend([RuntimeError("cannot be told")] * 60)
    outside.carry()
    outside.recover()
    outside.approve(accounts=2, not_before=noon + timedelta(days=1))
    page = at(width=width)
    case = next(row for row in outside.rows() if row.state == "needs_human")
    for path in (
        "/publish",
        "/publish/calendar",
        f"/publish/calendar?day={(noon + timedelta(days=1)).date()}",
        "/publish/matrix",
        f"/publish/everywhere/{story.uid}",
        f"/publish/preview/{story.uid}",
        "/publish/cases",
        f"/publish/{case.uid}",
    ):
        page.goto(path)
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is wider than its screen by {wide} pixels"
