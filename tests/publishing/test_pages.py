"""The pages: failures first and in words, one delivery with its actions, the hand-over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import Rejected
from kitchen.core import clock
from kitchen.publishing import circuits
from kitchen.publishing.rules import Hold
from tests.fixtures.newsroom import Door
from tests.publishing.conftest import Outside, after, before, handed

URL = "https://platform.example/a/1"


def test_an_empty_console_says_what_belongs_there(sign_in: Door) -> None:
    page = sign_in("operator").get("/publish").text
    assert "现在没有要发布的内容" in page


def test_the_console_shows_every_state_in_words_and_failures_first(
    outside: Outside, sign_in: Door
) -> None:
    outside.approve(accounts=4)
    accounts = outside.accounts
    outside.platform.play(accounts[1].uid, Rejected("标题含违规词", code="invalid"))
    outside.platform.play(accounts[2].uid, after)
    outside.platform.play(accounts[3].uid, handed)
    outside.carry()
    page = sign_in("reporter").get("/publish").text
    assert page.index("需要人处理") < page.index("待人工发布") < page.index("已完成")
    assert "标题含违规词" in page
    assert "客户端不接受某些字段" in page
    unknown = page[page.index("结果待核实") :]
    assert "可能已经发出" in unknown[:400]
    assert "失败" not in page


def test_an_open_circuit_is_shown_and_closed_by_who_may(outside: Outside, sign_in: Door) -> None:
    outside.approve()
    account = outside.accounts[0]
    with outside.database.unit() as session:
        circuits.trip(session, account.id, Hold.AUTH, "invalid credential")
    assert "恢复发送" not in sign_in("reporter").get("/publish").text
    operator = sign_in("operator")
    assert "恢复发送" in operator.get("/publish").text
    url = f"/publish/accounts/{account.uid}/resume"
    assert sign_in("reporter").post_form(url).status_code == 403
    assert operator.post_form(url, follow_redirects=True).status_code == 200
    assert "恢复发送</" not in operator.get("/publish").text


def test_one_delivery_tells_attempts_receipts_and_address(outside: Outside, sign_in: Door) -> None:
    outside.approve()
    outside.carry()
    row = outside.row()
    page = sign_in("reporter").get(f"/publish/{row.uid}").text
    assert "读者已经可以看到" in page
    assert row.remote_url in page
    assert row.remote_id in page
    assert "平台答复" in page


def test_published_by_hand_from_the_page(outside: Outside, sign_in: Door) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, handed)
    outside.carry()
    uid = outside.row().uid
    operator = sign_in("operator")
    page = operator.get(f"/publish/{uid}").text
    assert "下载发布包并解压" in page
    package = operator.get(f"/publish/{uid}/package")
    assert package.data.startswith(b"PK")
    assert "attachment" in package.headers["Content-Disposition"]
    wrong = operator.post_form(f"/publish/{uid}/finish_by_hand", {"url": "https://other.example/1"})
    assert wrong.status_code == 422
    assert "https://other.example/1" in wrong.text
    assert "不是该平台的文章地址" in wrong.text
    right = operator.post_form(f"/publish/{uid}/finish_by_hand", {"url": URL})
    assert right.status_code == 302
    assert outside.row().state == "live"


def test_the_question_is_answered_by_two_people_on_the_page(
    outside: Outside, sign_in: Door
) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, before)
    outside.platform.finds.extend([RuntimeError("cannot be told")] * 60)
    outside.carry()
    outside.recover()
    uid = outside.row().uid
    with outside.database.unit(write=False) as session:
        looked = {"looked_at": f"{clock.local(clock.fresh(session)):%Y-%m-%dT%H:%M}"}
    assert "两位同事" in sign_in("operator").get(f"/publish/{uid}").text
    for role in ("operator", "duty"):
        told = sign_in(role).post_form(f"/publish/{uid}/send_again", looked)
        assert told.status_code == 302, told.text
    assert outside.row().state == "backoff"


@pytest.mark.parametrize(
    "verb",
    [
        "finish_by_hand",
        "leave_unpublished",
        "confirm",
        "confirm_removed",
        "send_again",
        "try_again",
    ],
)
def test_verbs_are_for_operators_and_for_their_states(
    outside: Outside, sign_in: Door, verb: str
) -> None:
    outside.approve()
    outside.carry()
    uid = outside.row().uid
    given = {"url": URL, "note": "理由在此", "looked_at": "2026-01-01T10:00"}
    fields = {
        "finish_by_hand": ["url"],
        "confirm": ["url"],
        "leave_unpublished": ["note"],
        "confirm_removed": ["note"],
        "send_again": ["looked_at"],
        "try_again": [],
    }[verb]
    data = {name: given[name] for name in fields}
    assert sign_in("reporter").post_form(f"/publish/{uid}/{verb}", data).status_code == 403
    assert sign_in("operator").post_form(f"/publish/{uid}/{verb}", data).status_code == 409
    assert outside.row().state == "live"


def test_everywhere_a_story_went(outside: Outside, sign_in: Door) -> None:
    story = outside.approve(accounts=2)
    outside.carry()
    part = sign_in("reporter").get(f"/publish/story/{story.uid}").text
    assert part.count("已发布") >= 2
    page = sign_in("reporter").get(f"/stories/{story.uid}")
    assert page.text.count("https://platform.example/") == 2
    assert sign_in("reporter").get("/publish/board").status_code == 200
    assert sign_in("reporter").get(f"/publish/{outside.rows()[0].uid}/part").status_code == 200
    assert sign_in("reporter").get("/publish/nothing").status_code == 404


def test_the_api_lists_shows_and_acts(outside: Outside, sign_in: Door) -> None:
    story = outside.approve(accounts=2)
    outside.platform.play(outside.accounts[1].uid, handed)
    outside.carry()
    operator = sign_in("operator")
    listed = operator.call("GET", f"/api/v1/publications?story={story.uid}").json
    states = {item["state"]: item for item in listed["items"]}
    assert set(states) == {"live", "awaiting_hand"}
    assert states["live"]["remote_url"].startswith("https://platform.example/")
    assert states["awaiting_hand"]["actions"] == ["finish_by_hand", "leave_unpublished"]
    uid = states["awaiting_hand"]["uid"]
    url = f"/api/v1/publications/{uid}/finish_by_hand"
    assert operator.call("POST", url, {"url": "nonsense-but-long"}).status_code == 422
    assert sign_in("reporter").call("POST", url, {"url": URL}).status_code == 403
    done = operator.call("POST", url, {"url": URL})
    assert (done.status_code, done.json["state"]) == (200, "live")
    assert operator.call("POST", url, {"url": URL}).status_code == 409
    shown = operator.call("GET", f"/api/v1/publications/{uid}").json
    assert shown["sentence"] == "读者已经可以看到。"


def test_a_delivery_held_for_its_slot_says_when(outside: Outside, sign_in: Door) -> None:
    with outside.database.unit(write=False) as session:
        slot = clock.fresh(session) + timedelta(days=1)
    outside.approve(not_before=slot)
    page = sign_in("reporter").get("/publish").text
    assert "等到排定的时间" in page
    assert f"{clock.local(slot):%H:%M}" in page
