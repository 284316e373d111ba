"""From a rumour to its clarification everywhere, and a drill on the wall."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .house import Colleague
from .people import LAPTOP, Newsroom
from .stories import Draft, make_editions

pytestmark = [pytest.mark.journey, pytest.mark.slow]

Call = Callable[[str], Colleague]
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
    aimed = [it["uid"] for it in accounts if it["channel"] in ("weibo", "outlet", "wechat")]
    author.put(f"/stories/{uid}/targets", targets=[{"account": it} for it in aimed])
    make_editions(author, Draft(uid, story["title"], story["version"]))
    version = author.get(f"/stories/{uid}")["version"]
    author.post(f"/stories/{uid}/submit", version=version)
    pass_levels(colleague, uid)
    editor.page.goto(at)
    for _ in range(int(OUT_SECONDS / 2)):
        if editor.page.locator(".chip", has_text="已澄清").count():
            break
        editor.page.wait_for_timeout(2_000)
        editor.page.reload()
    editor.sees("已澄清")
    editor.sees("各账号的回执")
    editor.stops()


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
