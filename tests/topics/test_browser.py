"""The meeting and the board in a real browser: keys, remote, a wall that follows, drag and menu."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Page, Route, expect
from redis import Redis

from kitchen import app
from kitchen.config import Settings
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.core.errors import N_
from kitchen.leads import service as leads
from kitchen.notifications import service as notices
from kitchen.people.sessions import COOKIE
from kitchen.ports import Ports
from kitchen.topics import meeting, queries, stages
from kitchen.topics.models import Topic
from kitchen.topics.rules import Decision, Lane, State
from kitchen.web.live import RedisLive
from tests.fixtures.browser import Watch
from tests.fixtures.newsroom import Door, Newsroom
from tests.fixtures.served import Server
from tests.topics.conftest import Sitting, propose, topic_called

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

Desk = Callable[..., Page]
MOST_LAG = 1.0
"""Seconds by which the wall may be behind the page on which the word was spoken."""


@pytest.fixture
def house(
    database: Database, ports: Ports, redis: Redis, redis_url: str, tmp_path: Path
) -> app.House:
    """A house whose pages hear of changes as in life."""
    settings = Settings.from_environment(
        {"KITCHEN_HOME": f"{tmp_path}/home", "KITCHEN_REDIS_URL": redis_url}
    )
    return app.furnish(settings, database, ports)


@pytest.fixture
def address(newsroom: Newsroom, redis: Redis) -> Iterator[tuple[str, Door]]:
    """Where a desk of its own answers, with the real stream; and the way in."""
    house = newsroom.house
    ports = dataclasses.replace(house.ports, live=RedisLive(redis))
    desk = app.create_desk(app.furnish(house.settings, house.database, ports))
    server = Server(desk, streams=True)
    yield server.address, Door(desk, newsroom)
    server.stop()


@pytest.fixture
def at(address: tuple[str, Door], new_context: Callable[..., BrowserContext]) -> Desk:
    """``at("chief")`` is a page of somebody; ``deaf``: one that the stream does not reach."""
    base, sign_in = address

    def opened(role: str, width: int = 1280, *, deaf: bool = False, **details: Any) -> Page:
        cookie = sign_in(role).client.get_cookie(COOKIE)
        assert cookie is not None
        size = {"width": width, "height": 844 if width < 500 else 900}
        context = new_context(base_url=base, viewport=size, reduced_motion="reduce", **details)
        context.set_default_navigation_timeout(60_000)
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": base}])
        if deaf:
            context.route("**/live?*", lambda route: route.fulfill(status=204))
        return context.new_page()

    return opened


@pytest.fixture
def day(sitting: Sitting) -> str:
    """Today, with ten topics on the agenda."""
    newsroom = sitting.newsroom
    with sitting.unit() as (session, found):
        for number in "四五六七八九十":
            propose(session, newsroom.second_reporter, f"选题{number}", column="民生")
        meeting.convene(session, newsroom.chief, found.day)
        return found.day.isoformat()


def _lag(wall: Page, title: str) -> float:
    since = time.monotonic()
    expect(wall.locator("h1")).to_have_text(title)
    return time.monotonic() - since


def test_ten_topics_by_keys_and_phone_and_the_wall_follows(
    sitting: Sitting, at: Desk, axe: Callable[[Page], None], day: str
) -> None:
    chair, wall, phone = at("chief"), at("reporter", 1920), at("chief", 390)
    chair.goto(f"/meetings/{day}/present")
    wall.goto(f"/meetings/{day}/present")
    phone.goto(f"/meetings/{day}/remote")
    axe(chair)
    axe(wall)
    axe(phone)
    lags = []
    titles = [f"选题{number}" for number in "一二三四五六七八九十"]
    for title, keys in zip(titles[:8], ["1", "22", "33", "1", "21", "34", "1", "1"], strict=True):
        expect(chair.locator("h1")).to_have_text(title)
        if len(keys) == 2:
            chair.keyboard.press(keys[0])
            expect(chair.locator("dialog[open]")).to_be_visible()
        with chair.expect_navigation():
            chair.keyboard.press(keys[-1])
        lags.append(_lag(wall, titles[titles.index(title) + 1]))
    expect(phone.locator(".remote__title")).to_have_text("选题九")
    phone.get_by_role("button", name="下一个", exact=True).click()
    expect(wall.locator("h1")).to_have_text("选题十")
    phone.get_by_role("button", name="上一个", exact=True).click()
    expect(wall.locator("h1")).to_have_text("选题九")
    phone.get_by_role("button", name="通过", exact=True).click()
    expect(wall.locator("h1")).to_have_text("选题十")
    phone.locator("summary", has_text="不做").click()
    phone.get_by_role("button", name="近期做过").click()
    expect(wall.locator("h1")).to_have_text("今天的选题都定了")
    expect(chair.locator("h1")).to_have_text("今天的选题都定了")
    with chair.expect_navigation():
        chair.keyboard.press("z")
    expect(wall.locator("h1")).to_have_text("选题十")
    axe(wall)
    assert sorted(lags)[len(lags) // 2] < MOST_LAG, lags
    with sitting.unit() as (_, found):
        decided = [item.decision for item in found.items]
    assert decided == [
        *(Decision.APPROVE, Decision.DEFER, Decision.REJECT, Decision.APPROVE),
        *(Decision.DEFER, Decision.REJECT, Decision.APPROVE, Decision.APPROVE),
        *(Decision.APPROVE, None),
    ]


def test_a_wall_without_its_stream_asks_by_itself(sitting: Sitting, at: Desk, day: str) -> None:
    wall = at("reporter", 1920, deaf=True)
    wall.goto(f"/meetings/{day}/present")
    expect(wall.locator("h1")).to_have_text("选题一")
    with sitting.unit() as (session, found):
        topic = topic_called(session, "选题一")
        meeting.decide(session, sitting.newsroom.chief, found, topic, Decision.APPROVE)
    expect(wall.locator("h1")).to_have_text("选题二", timeout=6_000)


def test_a_wall_that_a_room_sees_keeps_a_persons_messages_to_itself(
    sitting: Sitting, at: Desk, day: str
) -> None:
    wall, desk = at("chief", 1920), at("chief")
    for page, path in ((wall, f"/meetings/{day}/present"), (desk, "/topics")):
        with page.expect_response("**/live?*"):
            page.goto(path)
    chief = sitting.newsroom.chief
    with sitting.unit() as (session, found):
        notices.tell(session, [chief.id], N_("您有一条新消息"), "/leads")
        meeting.decide(session, chief, found, topic_called(session, "选题一"), Decision.APPROVE)
    expect(wall.locator("h1")).to_have_text("选题二")
    expect(desk.locator("[data-toasts]")).to_contain_text("您有一条新消息")
    assert wall.locator(".toast").count() == 0, "no waiting here: a message fades by itself"


def test_a_page_in_which_somebody_is_deciding_waits(
    sitting: Sitting, at: Desk, watch: Watch, day: str
) -> None:
    watch.expect("409")
    member = at("committee")
    member.goto(f"/meetings/{day}/present")
    member.keyboard.press("3")
    expect(member.locator("dialog[open]")).to_be_visible()
    with sitting.unit() as (session, found):
        topic = topic_called(session, "选题一")
        meeting.decide(session, sitting.newsroom.chief, found, topic, Decision.APPROVE)
    member.wait_for_timeout(1_500)
    expect(member.locator("dialog[open]")).to_be_visible()
    with member.expect_navigation():
        member.keyboard.press("1")
    expect(member.locator("[role=alert]")).to_contain_text("已经定过")


def test_a_member_votes_on_a_phone_and_the_wall_counts(
    sitting: Sitting, at: Desk, axe: Callable[[Page], None], day: str
) -> None:
    wall, phone = at("chief", 1920), at("committee", 390)
    wall.goto(f"/meetings/{day}/present")
    phone.goto(f"/meetings/{day}/ballot")
    axe(phone)
    phone.get_by_role("button", name="赞成").click()
    expect(wall.locator(".votes")).to_contain_text("赞成 1")
    phone.get_by_role("button", name="反对").click()
    expect(wall.locator(".votes")).to_contain_text("反对 1")
    expect(phone.locator("main")).to_contain_text("我投了：反对")
    axe(wall)


@pytest.fixture
def approved(sitting: Sitting) -> Newsroom:
    """Two topics in production, one still to be decided."""
    with sitting.unit() as (session, found):
        for title in ("选题一", "选题二"):
            topic = topic_called(session, title)
            topic.column, topic.place, topic.planned_on = "民生", "云溪街道", found.day
            meeting.decide(session, sitting.newsroom.chief, found, topic, Decision.APPROVE)
    return sitting.newsroom


def _card(page: Page, title: str) -> Any:
    return page.locator("[data-topic]", has_text=title)


def _lane_of(newsroom: Newsroom, title: str) -> str:
    with newsroom.database.unit(write=False) as session:
        return str(topic_called(session, title).stage)


def _board(page: Page) -> None:
    page.goto("/topics")
    expect(page.locator("topic-board:defined")).to_be_attached()


def test_a_card_is_moved_by_keys_and_keeps_the_focus(approved: Newsroom, at: Desk) -> None:
    page = at("chief", 1600)
    _board(page)
    _card(page, "选题一").get_by_role("link").focus()
    with page.expect_response("**/topics/view"):  # everybody hears of it, this page as well
        page.keyboard.press("]")
    expect(page.locator("[data-said]")).to_have_text("已移到“采访中”。")
    expect(page.locator("[data-lane=gathering]")).to_contain_text("选题一")
    expect(_card(page, "选题一").get_by_role("link")).to_be_focused()
    page.keyboard.press("]")
    expect(page.locator("[data-said]")).to_have_text("已移到“写稿中”。")
    page.keyboard.press("[")
    expect(page.locator("[data-said]")).to_have_text("已移到“采访中”。")
    assert _lane_of(approved, "选题一") == "gathering"
    _card(page, "选题三").get_by_role("link").focus()
    page.keyboard.press("]")
    expect(page.locator("[data-said]")).to_contain_text("不能直接移过去")


def test_a_view_asked_for_before_a_move_does_not_undo_it(approved: Newsroom, at: Desk) -> None:
    page = at("chief", 1600)
    _board(page)
    asked: list[tuple[Route, APIResponse]] = []
    page.route("**/topics/view*", lambda route: asked.append((route, route.fetch())))
    _card(page, "选题一").get_by_role("link").focus()
    with page.expect_request("**/topics/view*"):  # of the first move, and slow to come back
        page.keyboard.press("]")
    page.wait_for_timeout(300)
    page.keyboard.press("]")
    expect(page.locator("[data-said]")).to_have_text("已移到“写稿中”。")
    with page.expect_request("**/topics/view*"):
        route, answer = asked[0]
        route.fulfill(response=answer)
    expect(page.locator("[data-lane=writing]")).to_contain_text("选题一", timeout=1_000)
    page.unroute_all(behavior="ignoreErrors")


def test_a_card_is_moved_by_dragging(approved: Newsroom, at: Desk) -> None:
    page = at("chief", 1600)
    _board(page)
    _card(page, "选题一").hover()
    page.mouse.down()
    box = page.locator("[data-lane=writing]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 10, steps=12)
    page.mouse.move(box["x"] + 60, box["y"] + 20, steps=6)
    page.mouse.up()
    expect(page.locator("[data-said]")).to_have_text("已移到“写稿中”。")
    assert _lane_of(approved, "选题一") == "writing"
    expect(
        page.locator("section", has=page.locator("[data-lane=writing]")).locator("[data-count]")
    ).to_have_text("1")


def test_a_card_is_moved_by_its_menu_without_scripts_too(approved: Newsroom, at: Desk) -> None:
    page = at("chief", java_script_enabled=False)
    page.goto("/topics")
    card = _card(page, "选题二")
    card.locator("summary").click()
    card.get_by_role("button", name="移到 审核中").click()
    expect(page.locator(".flashes")).to_contain_text("已移到“审核中”")
    assert _lane_of(approved, "选题二") == "reviewing"


def test_a_card_that_somebody_else_moved_goes_back_and_says_why(
    approved: Newsroom, at: Desk, watch: Watch
) -> None:
    watch.expect("409")
    page = at("chief", 1600, deaf=True)
    _board(page)
    with approved.database.unit() as session:
        stages.move(session, approved.deputy, topic_called(session, "选题一"), Lane.DONE)
    _card(page, "选题一").get_by_role("link").focus()
    page.keyboard.press("]")
    expect(page.locator(".toast")).to_contain_text("别人刚刚改过")
    expect(page.locator("[data-lane=planned]")).to_contain_text("选题一")


def test_a_line_is_understood_while_it_is_typed(approved: Newsroom, at: Desk) -> None:
    page = at("reporter")
    page.goto("/topics")
    page.locator("[name=line]").press_sequentially("夜市开张 !紧急 ^明天 #没有的", delay=5)
    expect(page.locator("#understood")).to_contain_text("夜市开张")
    expect(page.locator("#understood")).to_contain_text("紧急")
    page.locator("[name=line]").press("Enter")
    expect(page.locator("main")).to_contain_text("夜市开张")
    with approved.database.unit(write=False) as session:
        assert topic_called(session, "夜市开张").state == State.PROPOSED
        assert session.query(Topic).count() == 4
        assert queries.to_decide(session) == 2


def test_two_tips_are_merged_and_become_a_topic_by_keys_alone(
    newsroom: Newsroom, at: Desk, axe: Callable[[Page], None]
) -> None:
    body = "暴雨后九里桥路口积水，公交绕行。"
    with newsroom.database.unit() as session:
        first = leads.report(session, newsroom.reporter, title="九里桥路口积水", body=body)
        leads.report(session, newsroom.second_reporter, title="九里桥路口积水严重", body=body)
    page = at("editor")
    page.goto("/leads")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#lead-title")).to_have_text("九里桥路口积水严重")
    axe(page)
    with page.expect_navigation():
        page.keyboard.press("m")
    expect(page.locator("#lead-title")).to_have_text("九里桥路口积水")
    with page.expect_navigation():
        page.keyboard.press("t")
    axe(page)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("九里桥路口积水")
    with newsroom.database.unit(write=False) as session:
        topic = topic_called(session, "九里桥路口积水")
        assert [lead.id for lead in topic.leads] == [first.id]


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_shuts_anyone_out(
    approved: Newsroom, at: Desk, axe: Callable[[Page], None], width: int
) -> None:
    with approved.database.unit(write=False) as session:
        day = clock.today(session).isoformat()
        uid = topic_called(session, "选题一").uid
    page = at("chief", width)
    for path in (
        "/topics",
        "/topics?group=person",
        "/topics?view=list",
        "/topics?view=cal",
        "/topics?view=place",
        "/topics/plans",
        "/topics/plans/new",
        f"/topics/{uid}",
        f"/meetings/{day}",
        f"/meetings/{day}/present",
        f"/meetings/{day}/remote",
        f"/meetings/{day}/ballot",
        "/coverage",
        "/coverage?span=week",
    ):
        page.goto(path)
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is wider than its screen by {wide} pixels"
