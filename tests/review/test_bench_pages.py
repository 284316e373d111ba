"""The bench's pages and its API: forms that keep what was typed, hostile words, and their twins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kitchen.core import clock
from kitchen.review.models import Remark
from kitchen.stories.doc import from_text
from kitchen.stories.models import Story
from tests.fixtures.newsroom import Door
from tests.review.conftest import TEXT, Desk
from tests.review.test_pages import address, form_of

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>%(name)s"


def uid_of(review: Desk, story_id: int) -> str:
    with review.newsroom.database.unit(write=False) as session:
        return session.get_one(Story, story_id).uid


def test_a_remark_that_points_nowhere_comes_back_as_typed(review: Desk, sign_in: Door) -> None:
    url = address(review, review.hand_in())
    fields = {"quote": "没有的话", "words": "我的长批注", "kind": "remark"}
    answer = sign_in("editor").post_form(f"{url}/remark", fields)
    assert answer.status_code == 422
    assert "这一版里找不到" in answer.text
    assert "我的长批注" in answer.text
    assert (
        sign_in("editor").post_form(f"{url}/remark", {**fields, "quote": "昨日"}).status_code == 302
    )
    assert "我的长批注" in sign_in("chief").get(url).text


def test_hostile_words_do_nothing_anywhere(review: Desk, sign_in: Door) -> None:
    story_id = review.hand_in()
    url, uid = address(review, story_id), uid_of(review, story_id)
    given = {"quote": "昨日", "words": HOSTILE, "kind": "suggestion", "replacement": HOSTILE}
    assert sign_in("editor").post_form(f"{url}/remark", given).status_code == 302
    sign_in("head").post_form("/review/reasons", {"lines": HOSTILE[:40]})
    review.return_as("editor", story_id, HOSTILE)
    review.hand_in_again(story_id, f"{TEXT}\n{HOSTILE}")
    pages = [
        address(review, story_id),
        f"{address(review, story_id)}?look=sides",
        f"/review/stories/{uid}/remarks",
        f"/stories/{uid}/diff/1..0",
        f"/stories/{uid}/diff/1..0?look=sides",
    ]
    for page in pages:
        answer = sign_in("editor").get(page)
        assert answer.status_code == 200, page
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "&lt;script&gt;" in answer.text
    reasons = sign_in("head").get("/review/reasons").text
    assert "<script>alert" not in reasons


def test_a_story_says_what_changed_since_one_read_it(review: Desk, sign_in: Door) -> None:
    story_id = review.hand_in()
    uid = uid_of(review, story_id)
    chief = sign_in("chief")
    answer = chief.get(f"/stories/{uid}/diff/seen")
    assert answer.headers["Location"].endswith("/history")
    assert chief.post_form(f"/stories/{uid}/history/1/read").status_code == 204
    assert chief.post_form(f"/stories/{uid}/history/1/read").status_code == 204
    review.return_as("editor", story_id)
    review.hand_in_again(story_id, TEXT.replace("二十天", "十八天"))
    answer = chief.get(f"/stories/{uid}/diff/seen")
    assert answer.headers["Location"].endswith("/diff/1..0")
    page = chief.get(address(review, story_id)).text
    assert "您上次看过以后的改动" in page
    assert "比您上次看过的" in page
    whole = chief.get(f"{address(review, story_id)}?base=nothing").text
    assert "您上次看过以后的改动" not in whole


def test_opening_the_page_is_told_by_the_page(review: Desk, sign_in: Door) -> None:
    url = address(review, review.hand_in())
    assert f'hx-post="{url}/read"' in sign_in("chief").get(url).text
    assert sign_in("chief").post_form(f"{url}/read").status_code == 204


def test_whoever_wants_to_stay_stays(review: Desk, sign_in: Door) -> None:
    first, _ = review.hand_in(), review.hand_in()
    url, editor = address(review, first), sign_in("editor")
    editor.post_form(f"{url}/stay")
    answer = editor.post_form(f"{url}/pass", form_of(editor.get(url).text))
    assert answer.headers["Location"].endswith(url)


def test_stand_ins_by_form(review: Desk, sign_in: Door) -> None:
    chief = sign_in("chief")
    with review.newsroom.database.unit(write=False) as session:
        now = clock.local(clock.now(session))
    until = f"{now + timedelta(hours=3):%Y-%m-%dT%H:%M}"
    since = f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    fields = {"stand_in": review.newsroom.head.uid, "starts_at": since, "ends_at": since}
    wrong = chief.post_form("/review/stand-ins", {**fields, "reason": "出差学习"})
    assert wrong.status_code == 422
    assert "出差学习" in wrong.text
    fields = {**fields, "ends_at": until, "reason": "出差学习"}
    assert chief.post_form("/review/stand-ins", fields).status_code == 302
    assert "测试chief" in sign_in("head").get("/review/stand-ins").text
    (named,) = chief.call("GET", "/api/v1/stand-ins").json["items"]
    ended = sign_in("head").post_form(f"/review/stand-ins/{named['uid']}/end")
    assert ended.status_code == 403
    assert chief.post_form(f"/review/stand-ins/{named['uid']}/end").status_code == 302
    assert "现在没有代审" in chief.get("/review/stand-ins").text


def test_proofs_and_the_lane_by_form(review: Desk, sign_in: Door) -> None:
    head = sign_in("head")
    assert head.post_form("/review/proofs", {"risk": "routine", "proofs": "1"}).status_code == 302
    url = address(review, review.hand_in())
    seen = form_of(sign_in("editor").get(url).text)["seen_hash"]
    given = {"number": "1", "note": "已校", "seen_hash": seen}
    assert "校对：一校" in sign_in("duty").get(url).text
    assert sign_in("duty").post_form(f"{url}/proof", given).status_code == 302
    late = sign_in("operator").post_form(f"{url}/proof", given)
    assert late.status_code == 409
    assert "已经有人签过" in late.text
    alone = head.post_form(f"{url}/release", {"reason": "地震", "seen_hash": seen})
    assert alone.status_code == 409
    assert "至少要有另一个人审过一级" in alone.text
    sign_in("editor").post_form(f"{url}/pass", form_of(sign_in("editor").get(url).text))
    empty = head.post_form(f"{url}/release", {"reason": "", "seen_hash": seen})
    assert empty.status_code == 422
    released = {"reason": "地震", "seen_hash": seen}
    assert sign_in("editor").post_form(f"{url}/release", released).status_code == 403
    assert head.post_form(f"{url}/release", released).status_code == 302
    assert "地震" in head.get("/review/lane").text
    assert "青禾大桥合龙" in head.get("/review?list=after").text
    assert "后审" in head.get("/publish").text


@pytest.mark.parametrize("back", ["review", "list", "room"])
def test_a_remark_is_answered_and_settled_where_one_is(
    review: Desk, sign_in: Door, back: str
) -> None:
    story_id = review.hand_in()
    url = address(review, story_id)
    sign_in("editor").post_form(f"{url}/remark", {"quote": "昨日", "words": "哪天"})
    with review.newsroom.database.unit(write=False) as session:
        uid = session.query(Remark).one().uid
    reporter = sign_in("reporter")
    empty = reporter.post_form(f"/review/remarks/{uid}/reply", {"words": "", "back": back})
    assert empty.status_code == 422
    for verb, more in (("reply", {"words": "昨天"}), ("resolve", {}), ("reopen", {})):
        fields: dict[str, Any] = {"back": back, **more}
        assert reporter.post_form(f"/review/remarks/{uid}/{verb}", fields).status_code == 302
    part = reporter.get(
        f"/review/stories/{uid_of(review, story_id)}/remarks", headers={"HX-Request": "true"}
    ).text
    assert part.lstrip().startswith("<section")
    assert "昨天" in part


def test_the_api_does_what_the_pages_do(review: Desk, sign_in: Door) -> None:
    story_id = review.hand_in()
    uid = address(review, story_id).rsplit("/", 1)[1]
    editor, reporter, head = sign_in("editor"), sign_in("reporter"), sign_in("head")
    body = {"quote": "二十天", "kind": "suggestion", "replacement": "十八天"}
    made = editor.call("POST", f"/api/v1/reviews/{uid}/remarks", body)
    assert made.status_code == 201
    assert made.json["path"] == "0"
    item = editor.call("GET", f"/api/v1/reviews/{uid}").json
    returned = {"step": item["mine"], "reasons": ["facts"], "note": "天数"}
    assert editor.call("POST", f"/api/v1/reviews/{uid}/return", returned).status_code == 200
    offered = reporter.call("GET", "/api/v1/return-reasons").json["items"]
    assert {it["key"]: it["used"] for it in offered}["facts"] == 1
    accepted = reporter.call("POST", f"/api/v1/remarks/{made.json['uid']}/accept", {})
    assert accepted.json["state"] == "accepted"
    again = reporter.call("POST", f"/api/v1/remarks/{made.json['uid']}/accept", {})
    assert again.status_code == 409
    listed = reporter.call("GET", f"/api/v1/stories/{uid_of(review, story_id)}/remarks")
    assert [it["state"] for it in listed.json["items"]] == ["accepted"]
    changed = head.call("PUT", "/api/v1/review-proofs/major", {"proofs": 3})
    assert changed.json == {"risk": "major", "proofs": 3}
    words = head.call("PUT", "/api/v1/return-reasons", {"reasons": ["地名写错"]})
    assert [it["words"] for it in words.json["items"]] == ["地名写错"]
    assert head.call("GET", "/api/v1/early-releases").json["items"] == []


def test_the_diff_of_versions_shows_moves_and_pictures(review: Desk, sign_in: Door) -> None:
    story_id = review.hand_in()
    with review.newsroom.database.unit() as session:
        story = session.get_one(Story, story_id)
        story.doc = from_text("后来写在前面。\n" + TEXT)
    page = sign_in("reporter").get(f"/stories/{uid_of(review, story_id)}/diff/1..0").text
    assert "新增" in page
    assert "（删去）" not in page
