"""Topics and the meeting as browsers and programs meet them."""

from __future__ import annotations

from tests.fixtures.newsroom import Door

TOPIC = {
    "title": "雨后道路抢修",
    "angle": "从居民出行看",
    "forms": ["text"],
    "channels": ["wechat"],
}


def test_a_lead_becomes_a_topic_by_the_form(sign_in: Door) -> None:
    lead = {"title": "路口积水", "body": "暴雨后路口积水。"}
    uid = sign_in("reporter").call("POST", "/api/v1/leads", lead).json["uid"]
    page = sign_in("reporter").get(f"/topics/new?lead={uid}")
    assert 'value="路口积水"' in page.text
    answer = sign_in("reporter").post_form("/topics/new", {**TOPIC, "leads": [uid]})
    assert answer.status_code == 302
    assert "路口积水" in sign_in("chief").get(answer.headers["Location"]).text
    assert sign_in("editor").get(f"/api/v1/leads/{uid}").json["state"] == "adopted"


def test_an_unknown_channel_is_refused_in_words(sign_in: Door) -> None:
    answer = sign_in("reporter").call("POST", "/api/v1/topics", {**TOPIC, "channels": ["telex"]})
    assert answer.status_code == 422
    assert answer.json["fields"] == {"channels": "请从给出的渠道里选。"}


def test_a_change_from_an_old_page_is_a_conflict(sign_in: Door) -> None:
    made = sign_in("reporter").call("POST", "/api/v1/topics", {**TOPIC, "as_draft": True})
    url, tag = f"/api/v1/topics/{made.json['uid']}", made.headers["ETag"]
    change = {**TOPIC, "title": "先改的"}
    first = sign_in("reporter").call("PUT", url, change, headers={"If-Match": tag})
    late = sign_in("chief").call("PUT", url, change, headers={"If-Match": tag})
    assert (first.status_code, late.status_code) == (200, 409)
    assert late.json["theirs"]["title"] == "先改的"


def test_a_meeting_from_roll_to_minutes_in_the_browser(sign_in: Door) -> None:
    sign_in("reporter").post_form("/topics/new", TOPIC)
    chief = sign_in("chief")
    day = chief.post_form("/meetings/convene").headers["Location"]
    assert "雨后道路抢修" in chief.get(day).text
    chief.post_form(f"{day}/roll", {"present": ["committee", "chief", "deputy"]})
    assert chief.post_form(f"{day}/open").status_code == 302
    uid = chief.get("/api/v1/topics").json["items"][0]["uid"]
    wall = sign_in("committee").get(f"{day}/present")
    assert "<h1>雨后道路抢修</h1>" in wall.text
    refused = sign_in("committee").post_form(f"{day}/present", {"topic": uid, "decision": "reject"})
    assert refused.status_code == 422
    assert "请写明理由" in refused.text
    sign_in("committee").post_form(f"{day}/present", {"topic": uid, "decision": "approve"})
    assert "今天的选题都定了" in sign_in("committee").get(f"{day}/present").text
    chief.post_form(f"{day}/close")
    assert "通过，常规（三审）" in chief.get(f"{day}/minutes.md").text
    assert chief.get(f"{day}/minutes.docx").data.startswith(b"PK")


def test_a_reporter_does_not_convene(sign_in: Door) -> None:
    assert sign_in("reporter").post_form("/meetings/convene").status_code == 403


def test_a_day_that_is_none_is_not_found(sign_in: Door) -> None:
    chief = sign_in("chief")
    assert chief.get("/meetings/2026-02-31").status_code == 404
    for far in ("0001-01-01", "9999-12-31"):
        assert chief.call("POST", f"/api/v1/meetings/{far}").status_code == 404
