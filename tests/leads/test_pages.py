"""The pages and the API of leads, as a browser and a program meet them."""

from __future__ import annotations

from tests.fixtures.newsroom import Door

LEAD = {"title": "青禾大道路口积水", "body": "暴雨后路口积水三十厘米，车辆绕行。"}


def test_a_stranger_is_sent_to_sign_in_and_back(sign_in: Door) -> None:
    answer = sign_in.stranger().get("/leads?state=all")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=/leads?state%3Dall"


def test_a_lead_is_reported_on_the_page_and_shown(sign_in: Door) -> None:
    answer = sign_in("reporter").post_form("/leads/new", LEAD)
    assert answer.status_code == 302
    page = sign_in("editor").get(answer.headers["Location"])
    assert LEAD["title"] in page.text
    assert "不采用" in page.text


def test_a_form_that_is_sent_twice_reports_one_lead(sign_in: Door) -> None:
    twice = {**LEAD, "_key": "the same"}
    first, second = (sign_in("reporter").post_form("/leads/new", twice) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(sign_in("editor").get("/api/v1/leads").json["items"]) == 1


def test_what_was_typed_stays_when_the_form_is_refused(sign_in: Door) -> None:
    answer = sign_in("reporter").post_form("/leads/new", {"title": "路口", "body": "短"})
    assert answer.status_code == 422
    assert 'value="路口"' in answer.text
    assert "至少 5 个字" in answer.text


def test_a_forged_form_is_refused(sign_in: Door) -> None:
    visitor = sign_in("reporter")
    assert visitor.client.post("/leads/new", data=LEAD).status_code == 400


def test_markup_in_a_lead_is_shown_as_text(sign_in: Door) -> None:
    nasty = {"title": "<script>alert(1)</script>", "body": "<img src=x onerror=alert(1)>"}
    answer = sign_in("reporter").post_form("/leads/new", nasty)
    page = sign_in("editor").get(answer.headers["Location"]).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_api_refuses_fields_that_nobody_declared(sign_in: Door) -> None:
    answer = sign_in("reporter").call("POST", "/api/v1/leads", {**LEAD, "state": "adopted"})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert set(answer.json["fields"]) == {"state"}


def test_a_reporter_who_drops_a_lead_is_refused_and_recorded(sign_in: Door) -> None:
    uid = sign_in("reporter").call("POST", "/api/v1/leads", LEAD).json["uid"]
    answer = sign_in("reporter").call("POST", f"/api/v1/leads/{uid}/drop", {"note": "不跟"})
    assert answer.status_code == 403
    assert answer.json["code"] == "forbidden"


def test_pages_of_the_list_follow_each_other_without_gaps(sign_in: Door) -> None:
    for number in range(5):
        sign_in("reporter").call("POST", "/api/v1/leads", {**LEAD, "title": f"积水{number}"})
    seen, url = [], "/api/v1/leads?limit=2"
    while url:
        page = sign_in("editor").get(url).json
        seen += [item["title"] for item in page["items"]]
        url = f"/api/v1/leads?limit=2&cursor={page['next']}" if page["next"] else ""
    assert seen == [f"积水{number}" for number in (4, 3, 2, 1, 0)]


def test_a_forged_cursor_is_refused_in_words(sign_in: Door) -> None:
    answer = sign_in("editor").get("/api/v1/leads?cursor=%25%25")
    assert answer.status_code == 422
    assert "cursor" in answer.json["fields"]
