"""From a rumour to its clarification everywhere, and a drill on the wall."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from .house import Colleague
from .people import LAPTOP, Newsroom
from .stories import Draft, make_editions

pytestmark = [pytest.mark.journey, pytest.mark.slow]

Call = Callable[[str], Colleague]
CHANNELS = ("wechat", "weibo", "outlet", "toutiao", "douyin", "kuaishou", "shandian")
LEVELS = ("editor2", "chief2", "deputy", "head")
"""Who passes an important piece."""
OUT_SECONDS = 60.0


def pass_levels(colleague: Call, story: str) -> None:
    for username in LEVELS:
        reviewer = colleague(username)
        found = next(it for it in reviewer.get("/reviews")["items"] if it["story"] == story)
        item = reviewer.get(f"/reviews/{found['uid']}")
        reviewer.post(f"/reviews/{found['uid']}/pass", seen_hash=item["seen_hash"])


def test_a_rumour_is_checked_judged_and_clarified(newsroom: Newsroom, colleague: Call) -> None:
    editor, deputy = newsroom.person("editor"), newsroom.person("deputy")
    editor.opens("/opinion/rumours/new")
    editor.page.fill("[name=text]", "听说荷塘镇自来水厂停水三天")
    editor.presses("form[action='/opinion/rumours/new'] .form__actions button")
    at = editor.page.url
    editor.presses("form[action$='/check'] button")
    editor.page.fill("[name=name]", "区水务局")
    editor.page.fill("[name=words]", "供水正常，没有停水计划")
    editor.presses("form[action$='/sources'] .form__actions button")
    editor.stops()
    deputy.page.goto(at)
    deputy.page.locator("[name=verdict][value=false]").check()
    deputy.page.fill("[name=finding]", "区水务局说，供水正常，没有停水计划。请以官方消息为准。")
    deputy.presses("form[action$='/judge'] .form__actions button")
    editor.page.goto(at)
    editor.presses("form[action$='/answer'] button")
    uid = editor.page.url.rstrip("/").split("/")[-1]
    author = colleague("editor")
    story = author.get(f"/stories/{uid}")
    accounts = [it for it in author.get("/accounts", limit=50)["items"] if it["enabled"]]
    aimed = [it["uid"] for it in accounts if it["channel"] in CHANNELS]
    author.put(f"/stories/{uid}/targets", targets=[{"account": it} for it in aimed])
    make_editions(author, Draft(uid, story["title"], story["version"]))
    wait_until_ready(author, uid)
    version = author.get(f"/stories/{uid}")["version"]
    author.post(f"/stories/{uid}/submit", version=version)
    pass_levels(colleague, uid)
    out = everything_out(colleague("operator"), newsroom.house.sandbox.url, uid)
    assert {it["channel"] for it in out} == set(CHANNELS)
    editor.page.goto(at)
    editor.sees("已澄清")
    receipts = editor.page.locator("table", has_text="各账号的回执")
    expect(receipts.locator("tbody .chip--ok")).to_have_count(len(aimed))
    for each in out:
        assert editor.page.request.get(each["remote_url"]).ok, each
    editor.stops()


def wait_until_ready(author: Colleague, story: str) -> None:
    """The clips for the channels of films are made meanwhile."""
    until = monotonic() + OUT_SECONDS
    while not (found := author.get(f"/stories/{story}/readiness"))["ready"]:
        assert monotonic() < until, found
        sleep(0.5)


def everything_out(operator: Colleague, platforms: str, story: str) -> list[dict[str, Any]]:
    """Every channel's piece, once readers can see it; what goes by hand is taken there."""
    until = monotonic() + OUT_SECONDS
    while True:
        sent: list[dict[str, Any]] = operator.get("/publications", story=story)["items"]
        for each in sent:
            if each["state"] == "awaiting_hand":
                address = f"{platforms}/handoff/{each['channel']}/"
                words = {"title": each["story_title"], "body": "供水正常，没有停水计划。"}
                put = httpx.post(address, data=words, follow_redirects=True, trust_env=False)
                operator.post(f"/publications/{each['uid']}/finish_by_hand", url=str(put.url))
        if sent and all(each["state"] == "live" for each in sent):
            return sent
        assert monotonic() < until, sent
        sleep(0.5)


def test_a_drill_is_played_on_the_wall(newsroom: Newsroom) -> None:
    duty, wall = newsroom.person("duty"), newsroom.person("head", LAPTOP)
    duty.opens("/drills")
    duty.page.locator("[name=scenario][value=fire]").check()
    duty.page.select_option("[name=speed]", "600")
    duty.presses("form[action='/drills'] .form__actions button")
    duty.sees("这个房间是演练")
    duty.stops()
    event = duty.page.url.rstrip("/").split("/")[-1]
    wall.opens(f"/command/wall?scene=event&event={event}")
    expect(wall.page.locator(".wall__mark")).to_have_text("Drill")
    wall.sees("受影响的六户居民", seconds=60)
    wall.stops()
    wall.opens("/command/wall?scene=ops")
    expect(wall.page.locator(".kpi")).to_have_count(6)
    wall.stops()
    size = wall.page.evaluate(
        "Math.min(...[...document.querySelectorAll('#wall *')]"
        ".filter((it) => it.childNodes.length && [...it.childNodes].some((one) =>"
        " one.nodeType === 3 && one.textContent.trim()))"
        ".map((it) => parseFloat(getComputedStyle(it).fontSize)))"
    )
    assert size >= 20, "nothing on a wall is smaller than 1rem"
    duty.page.goto(f"/events/{event}")
    duty.presses("form[action$='/reset'] button")
    duty.sees(re.compile("已重置"))
