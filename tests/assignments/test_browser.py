"""The crew in a real browser: sent with a clash told, dragged, accepted on a phone, heard live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kitchen.assignments import claims, queries, service
from kitchen.assignments.models import Assignment
from kitchen.assignments.rules import Claim
from kitchen.core import clock
from kitchen.notifications import service as notifications
from kitchen.people.models import Staff
from kitchen.people.sessions import COOKIE
from tests.assignments.conftest import Send, drafted, gear
from tests.fixtures.browser import Watch
from tests.fixtures.newsroom import Door, Newsroom
from tests.fixtures.served import Sit

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def noon(newsroom: Newsroom) -> datetime:
    """Tomorrow at noon, on the newsroom's wall."""
    with newsroom.database.unit(write=False) as session:
        day = clock.local(clock.fresh(session)).date() + timedelta(days=1)
    return datetime.combine(day, time(12), clock.CENTRE)


def only(newsroom: Newsroom, title: str) -> Assignment:
    with newsroom.database.unit(write=False) as session:
        uid = session.query(Assignment).filter_by(title=title).one().uid
        return queries.the_assignment(session, uid)


def test_a_crew_is_sent_the_clash_is_told_and_the_reporter_accepts_on_a_phone(
    newsroom: Newsroom,
    at: Sit,
    send: Send,
    car: str,
    noon: datetime,
    axe: Callable[[Page], None],
    watch: Watch,
) -> None:
    watch.expect("409")
    with newsroom.database.unit() as session:
        send(session, newsroom.reporter, begin=noon, title="采藕现场", gear=[gear(session, car)])
        drafted(session, newsroom, "防汛演练")
    page = at("editor")
    page.goto(f"/crew?day={noon.date()}")
    axe(page)
    page.locator(".calendar__tray").get_by_role("link", name="防汛演练").click()
    page.locator("#field-text").get_by_label("测试reporter").check()
    page.get_by_label("开始").fill(f"{noon:%Y-%m-%dT%H:%M}")
    page.get_by_label("交稿截止").fill(f"{noon + timedelta(hours=3):%Y-%m-%dT%H:%M}")
    page.get_by_label("地点").fill("东江堤")
    page.get_by_role("button", name="查冲突").click()
    expect(page.locator(".notice--warn")).to_contain_text("采藕现场")
    axe(page)
    page.locator("#field-gear").get_by_label("采访车一号").check()
    page.get_by_role("button", name="派发", exact=False).last.click()
    expect(page.get_by_role("alert")).to_contain_text("已经被“采藕现场”订了")
    page.locator("#field-gear").get_by_label("采访车一号").uncheck()
    page.get_by_role("button", name="派发", exact=False).last.click()
    expect(page.locator(".flashes")).to_contain_text("注意冲突：测试reporter")
    phone = at("reporter", width=390, has_touch=True, is_mobile=True)
    phone.goto(f"/assignments/{only(newsroom, '防汛演练').uid}")
    axe(phone)
    phone.get_by_role("button", name="接受").tap()
    expect(phone.locator(".flashes")).to_contain_text("已接受")
    phone.get_by_role("button", name="出发").tap()
    phone.get_by_label("到场时的位置").fill("南门岗亭旁")
    phone.get_by_role("button", name="我到了").tap()
    expect(phone.get_by_text("南门岗亭旁")).to_be_visible()
    phone.get_by_role("button", name="回传", exact=True).tap()
    expect(phone.locator(".flashes")).to_contain_text("已记录回传")
    assert only(newsroom, "防汛演练").state == "under_way"


def test_a_task_is_dragged_to_another_person_and_hour_and_walked_there_by_keys(
    newsroom: Newsroom, at: Sit, send: Send, noon: datetime
) -> None:
    with newsroom.database.unit() as session:
        send(session, newsroom.reporter, begin=noon, title="采藕现场")
    page = at("editor")
    page.goto(f"/crew?day={noon.date()}")
    expect(page.locator("day-calendar:defined")).to_be_attached()
    target = page.locator("[data-account='second_reporter'][data-hour$='T14']")
    target.scroll_into_view_if_needed()
    page.locator("[data-slot] .slot__time").hover()
    page.mouse.down()
    box = target.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20, steps=8)
    with page.expect_navigation():
        page.mouse.up()
    expect(page.locator(".flashes")).to_contain_text("14:00，测试second_reporter")
    task = only(newsroom, "采藕现场")
    assert task.starts_at == noon + timedelta(hours=2)
    assert [member.staff.username for member in task.crew] == ["second_reporter"]
    expect(page.locator("day-calendar:defined")).to_be_attached()
    page.locator(".slot__title").focus()
    for key in ("m", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert only(newsroom, "采藕现场").crew[0].staff.username != "second_reporter"


def test_whoever_moves_what_another_has_moved_is_told(
    newsroom: Newsroom, at: Sit, send: Send, noon: datetime, watch: Watch
) -> None:
    watch.expect("409")
    with newsroom.database.unit() as session:
        send(session, newsroom.reporter, begin=noon, title="采藕现场")
    page = at("editor")
    page.goto(f"/crew?day={noon.date()}")
    with newsroom.database.unit() as session:
        row = queries.the_assignment(session, only(newsroom, "采藕现场").uid)
        service.replan(session, newsroom.chief, row, starts_at=noon + timedelta(hours=5))
    page.locator("[data-slot] summary").click()
    page.get_by_role("button", name="改", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("别人刚刚改过")
    assert only(newsroom, "采藕现场").starts_at == noon + timedelta(hours=5)


def test_the_bell_counts_as_it_rings(
    newsroom: Newsroom, address: str, sign_in: Door, new_context: Callable[..., BrowserContext]
) -> None:
    told: list[str] = []

    def stream(route: Any) -> None:
        body = "".join(f"event: notice\ndata: {each}\n\n" for each in told)
        route.fulfill(status=200, content_type="text/event-stream", body=f"retry: 200\n\n{body}")

    cookie = sign_in("editor").client.get_cookie(COOKIE)
    assert cookie is not None
    context = new_context(base_url=address)
    context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])
    context.route("**/live?*", stream)
    page = context.new_page()
    page.goto("/notifications")
    bell = page.locator(".bar [data-bell-count]")
    expect(bell).to_be_hidden()
    told.append('{"text": "有一件新任务", "url": "/x", "unread": 3}')
    expect(bell).to_have_text("3")
    told[:] = ['{"text": "", "url": "", "unread": 0}']
    expect(bell).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_shuts_anyone_out(
    newsroom: Newsroom,
    at: Sit,
    send: Send,
    car: str,
    noon: datetime,
    axe: Callable[[Page], None],
    width: int,
) -> None:
    with newsroom.database.unit() as session:
        it = gear(session, car)
        first = send(session, newsroom.reporter, begin=noon, place="荷塘", gear=[it], risk="雷雨")
        send(session, newsroom.reporter, begin=noon + timedelta(hours=1), title="防汛演练")
        drafted(session, newsroom, "待派的任务")
        who = session.get_one(Staff, newsroom.second_reporter.id)
        end = noon + timedelta(hours=8)
        claims.enter(session, newsroom.editor, who, kind=Claim.DUTY, starts_at=noon, ends_at=end)
        url = f"/assignments/{first.uid}"
        notifications.tell(
            session, [newsroom.editor.id], "派给您一个任务：%(title)s", url, title="x"
        )
    page = at("editor", width=width)
    for path in (
        f"/crew?day={noon.date()}",
        f"/crew?day={noon.date()}&span=week",
        "/crew/gear",
        "/crew/time",
        "/crew/calendar",
        "/assignments",
        url,
        f"{url}/dispatch",
        "/notifications",
        "/notifications/settings",
    ):
        page.goto(path)
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is wider than its screen by {wide} pixels"
    admin = at("admin", width=width)
    admin.goto("/notifications/escalation")
    axe(admin)
