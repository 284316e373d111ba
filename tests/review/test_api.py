"""Review as programs meet it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kitchen.review import lane, service
from kitchen.stories.models import Story
from kitchen.topics.rules import Risk
from tests.fixtures.newsroom import Door
from tests.review.conftest import Desk


def uid_of(review: Desk, story_id: int) -> str:
    with review.newsroom.database.unit(write=False) as session:
        return review.round_of(session, story_id).uid


def test_a_piece_climbs_by_the_api_alone(review: Desk, sign_in: Door) -> None:
    uid = uid_of(review, review.hand_in())
    for name in ("editor", "chief", "deputy"):
        waiting = sign_in(name).call("GET", "/api/v1/reviews?mine=true").json["items"]
        assert [item["uid"] for item in waiting] == [uid]
        seen = sign_in(name).call("GET", f"/api/v1/reviews/{uid}").json
        assert seen["mine"] is not None
        answer = sign_in(name).call(
            "POST", f"/api/v1/reviews/{uid}/pass", {"seen_hash": seen["seen_hash"]}
        )
        assert answer.status_code == 200
    assert answer.json["state"] == "passed"
    assert [step["state"] for step in answer.json["steps"]] == ["passed"] * 3
    assert [step["reviewer"] for step in answer.json["steps"]] == [
        "测试editor",
        "测试chief",
        "测试deputy",
    ]
    assert len(answer.json["posts"]) == 2


def test_refusals_carry_a_code(review: Desk, sign_in: Door) -> None:
    uid = uid_of(review, review.hand_in())
    url = f"/api/v1/reviews/{uid}"
    seen = sign_in("editor").call("GET", url).json["seen_hash"]
    cases = [
        ("editor", "pass", {"seen_hash": "1" * 64}, 409, "stale"),
        ("editor", "pass", {}, 422, "invalid"),
        ("editor", "pass", {"seen_hash": seen, "step": "nobody"}, 404, "not_found"),
        ("chief", "pass", {"seen_hash": seen}, 403, "not_this_level"),
        ("reporter", "pass", {"seen_hash": seen}, 403, "forbidden"),
        ("editor", "return", {}, 422, "invalid"),
        ("editor", "return", {"note": "x", "to": 1}, 422, "invalid"),
        ("editor", "return", {"reasons": ["mood"]}, 422, "invalid"),
        ("editor", "joint", {"units": ["nobody"]}, 404, "not_found"),
    ]
    for name, verb, body, status, code in cases:
        answer = sign_in(name).call("POST", f"{url}/{verb}", body)
        assert (answer.status_code, answer.json["code"]) == (status, code), (name, verb, body)
    assert sign_in("editor").call("GET", url).json["steps"][0]["state"] == "open"


def test_claim_joint_and_return(review: Desk, sign_in: Door) -> None:
    uid = uid_of(review, review.hand_in(Risk.IMPORTANT))
    url = f"/api/v1/reviews/{uid}"
    claimed = sign_in("editor").call("POST", f"{url}/claim", {}).json
    assert claimed["steps"][0]["claimed_by"] == "测试editor"
    office = review.newsroom.units["区网信办"].uid
    joined = sign_in("editor").call("POST", f"{url}/joint", {"units": [office]}).json
    assert [step["unit"] for step in joined["steps"] if step["joint"]] == ["区网信办"]
    twice = sign_in("editor").call("POST", f"{url}/joint", {"units": [office]})
    assert (twice.status_code, twice.json["code"]) == (409, "duplicate")
    back = sign_in("invited").call("POST", f"{url}/return", {"reasons": ["privacy"]}).json
    assert (back["state"], back["returned_to"]) == ("returned", 0)
    listed = sign_in("reporter").call("GET", "/api/v1/reviews?state=returned&q=大桥").json
    assert [item["uid"] for item in listed["items"]] == [uid]


def test_an_approval_is_taken_back(review: Desk, sign_in: Door) -> None:
    story_id = review.hand_in()
    review.climb(story_id, "editor", "chief", "deputy")
    with review.newsroom.database.unit(write=False) as session:
        url = f"/api/v1/stories/{session.get_one(Story, story_id).uid}/revoke"
    assert sign_in("editor").call("POST", url, {"note": "x"}).status_code == 403
    assert sign_in("head").call("POST", url, {}).json["fields"] == {"note": "请写明理由。"}
    assert sign_in("head").call("POST", url, {"note": "数字有误"}).status_code == 204
    assert sign_in("head").call("POST", url, {"note": "数字有误"}).status_code == 409


@pytest.mark.parametrize(("risk", "status"), [("routine", 200), ("huge", 404)])
def test_routes_are_read_and_set(review: Desk, sign_in: Door, risk: str, status: int) -> None:
    routes = sign_in("head").call("GET", "/api/v1/review-routes").json["items"]
    assert [len(route["stops"]) for route in routes] == [3, 4, 5]
    change = {"stops": routes[2]["stops"], "mark": routes[0]["mark"]}
    answer = sign_in("head").call("PUT", f"/api/v1/review-routes/{risk}", change)
    assert answer.status_code == status
    late = sign_in("head").call("PUT", "/api/v1/review-routes/routine", change)
    assert late.status_code == (409 if status == 200 else 200)
    assert sign_in("chief").call("PUT", "/api/v1/review-routes/major", change).status_code == 403


@pytest.mark.parametrize(
    "address", ["/api/v1/reviews?mine=true", "/api/v1/reviews", "/api/v1/early-releases"]
)
def test_a_list_costs_the_same_however_much_it_shows(
    review: Desk, sign_in: Door, count_queries: Callable[[], int], address: str
) -> None:
    chief, costs = sign_in("chief"), []
    for more in (3, 9):
        for _ in range(more):
            story_id = review.hand_in()
            review.pass_as("editor", story_id)
            if "early" in address:
                with review.newsroom.database.unit() as session:
                    round_ = review.round_of(session, story_id)
                    seen = service.shown_hash(session, round_.version_id)
                    lane.release_early(session, review.newsroom.chief, round_, "地震", seen)
        chief.call("GET", address)
        before = count_queries()
        shown = chief.call("GET", address).json["items"]
        costs.append(count_queries() - before)
    assert [len(each["steps"]) for each in shown] == [3] * 12
    assert {each["steps"][0]["reviewer"] for each in shown} == {"测试editor"}
    assert costs[0] == costs[1]
