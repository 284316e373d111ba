"""Pages and API of the patrol, as people and programs meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kitchen.matrix.models import Account
from kitchen.patrols import findings
from kitchen.patrols.rules import Kind, Severity
from tests.fixtures.newsroom import Door
from tests.patrols.conftest import MONDAY, Patrolled


@pytest.fixture
def stale(patrolled: Patrolled) -> str:
    """The address of a finding: eight days of silence."""
    patrolled.tell(last_post_at=MONDAY - timedelta(days=8))
    patrolled.round()
    return f"/matrix/findings/{patrolled.found()[0].uid}"


def test_an_empty_list_says_what_belongs_there(sign_in: Door, patrolled: Patrolled) -> None:
    page = sign_in("reporter").get("/matrix/findings")
    assert (page.status_code, "还没有发现问题" in page.text) == (200, True)
    assert "还没有抽查过" in sign_in("reporter").get("/matrix/samples").text
    assert patrolled.round() == 2
    assert "无数据" in sign_in("reporter").get("/matrix/findings").text


def test_a_finding_is_seen_with_its_evidence_and_moved_on_by_those_who_may(
    sign_in: Door, patrolled: Patrolled, stale: str
) -> None:
    listed = sign_in("reporter").get("/matrix/findings?state=open&kind=stale&q=青禾").text
    assert "青禾发布" in listed
    page = sign_in("reporter").get(stale).text
    assert "未更新天数" in page
    assert patrolled.found()[0].evidence[0].sha256 in page
    assert "责令整改" not in page
    assert sign_in("reporter").post_form(f"{stale}/order").status_code == 403
    assert sign_in("inspector").post_form(f"{stale}/nonsense").status_code == 404
    refused = sign_in("inspector").post_form(f"{stale}/dismiss", {"note": " "})
    assert (refused.status_code, "请写明理由" in refused.text) == (422, True)
    assert sign_in("inspector").post_form(f"{stale}/order", {"note": "请更新"}).status_code == 302
    assert sign_in("operator").post_form(f"{stale}/report", {"note": "已更新"}).status_code == 302
    kept = sign_in("inspector").post_form(f"{stale}/close", {"note": "看起来好了"})
    assert kept.status_code == 409
    assert "看起来好了" in kept.text
    assert "这个问题现在还在" in kept.text
    assert sign_in("inspector").post_form(f"{stale}/dismiss", {"note": "已报备"}).status_code == 302
    assert sign_in("inspector").post_form(f"{stale}/revive").status_code == 302
    assert "待处理" in sign_in("reporter").get(stale).text


def test_a_program_does_the_same(sign_in: Door, patrolled: Patrolled) -> None:
    account = patrolled.accounts["青禾发布"].uid
    told = {
        "account": account,
        "day": "2026-03-02",
        "followers": 1200,
        "waiting": 2,
        "waiting_since": "2026-02-28T08:00:00+08:00",
        "last_post_at": "2026-02-10T08:00:00+08:00",
        "source": "采集程序",
    }
    operator, inspector = sign_in("operator"), sign_in("inspector")
    fed = operator.call("POST", "/api/v1/account_figures", told)
    assert (fed.status_code, fed.json["followers"]) == (201, 1200)
    assert sign_in("reporter").call("POST", "/api/v1/account_figures", told).status_code == 403
    patrolled.round()
    items = inspector.get("/api/v1/findings").json["items"]
    assert {each["kind"] for each in items} == {"stale", "unanswered"}
    url = f"/api/v1/findings/{items[0]['uid']}"
    assert inspector.get(url).json["evidence"][0]["sha256"]
    ordered = inspector.call("POST", f"{url}/order", {"note": "请整改"})
    assert (ordered.json["state"], ordered.json["due_on"]) == ("mending", "2026-03-09")
    reported = operator.call("POST", f"{url}/report", {"note": "已整改"})
    assert reported.json["state"] == "mended"
    assert inspector.call("POST", f"{url}/close", {}).status_code == 409
    again = inspector.call("POST", f"{url}/reopen", {"note": "没有改"})
    assert again.json["state"] == "mending"
    dismissed = inspector.call("POST", f"{url}/dismiss", {"note": "已报备"})
    assert dismissed.json["actions"] == ["revive"]
    assert inspector.call("POST", f"{url}/revive").json["state"] == "open"
    by_hand = {"account": account, "kind": "errors", "words": "把“截至”写成“截止”"}
    found = inspector.call("POST", "/api/v1/findings", by_hand)
    assert (found.status_code, found.json["evidence"][0]["seen_by"]) == (201, "测试inspector")
    assert (
        inspector.call("POST", "/api/v1/findings", {**by_hand, "kind": "stale"}).status_code == 422
    )


def test_a_sample_is_drawn_and_looked_through(sign_in: Door, patrolled: Patrolled) -> None:
    inspector = sign_in("inspector")
    refused = inspector.post_form("/matrix/samples", {"size": "0", "note": "季度抽查"})
    assert (refused.status_code, "季度抽查" in refused.text) == (422, True)
    assert sign_in("reporter").post_form("/matrix/samples", {"size": "1"}).status_code == 403
    drawn = inspector.post_form("/matrix/samples", {"size": "5", "note": "季度抽查"})
    url = drawn.headers["Location"]
    page = inspector.get(url).text
    assert "sha256(seed:uid)" in page
    account = patrolled.accounts["青禾发布"].uid
    look = {"account": account, "kind": "errors", "severity": "fail", "note": ""}
    refused = inspector.post_form(f"{url}/looks", look)
    assert (refused.status_code, "请写下看到了什么" in refused.text) == (422, True)
    assert inspector.post_form(f"{url}/looks", {**look, "note": "错字三处"}).status_code == 302
    assert inspector.post_form(f"{url}/looks", look).status_code == 409
    assert "错字三处" in inspector.get(url).text
    assert "错误百出" in sign_in("reporter").get("/matrix/findings").text
    shown = inspector.get("/api/v1/samples").json["items"][0]
    assert shown["looks"][0]["finding"]
    again = inspector.call("POST", "/api/v1/samples", {"size": 1})
    named = f"/api/v1/samples/{again.json['uid']}/looks"
    fine = inspector.call("POST", named, {"account": account})
    assert fine.json["looks"][0]["looked_at"]


def test_the_rules_are_tuned_on_their_page(sign_in: Door, patrolled: Patrolled) -> None:
    head = sign_in("head")
    assert "期限只算工作日" in sign_in("reporter").get("/matrix/patrol-rules").text
    form = dict(head.get("/api/v1/patrol_parameters").json["parameters"])
    assert sign_in("operator").post_form("/matrix/patrol-rules", form).status_code == 403
    refused = head.post_form("/matrix/patrol-rules", {**form, "mend_days": "0"})
    assert (refused.status_code, "不能小于 1" in refused.text) == (422, True)
    assert head.post_form("/matrix/patrol-rules", {**form, "mend_days": "7"}).status_code == 302
    put = {"parameters": {"mend_days": 3}}
    assert head.call("PUT", "/api/v1/patrol_parameters", put).json["parameters"]["mend_days"] == 3
    strange = {"parameters": {"nonsense": 3}}
    assert head.call("PUT", "/api/v1/patrol_parameters", strange).status_code == 422


def test_the_list_costs_the_same_for_one_finding_and_for_many(
    sign_in: Door,
    patrolled: Patrolled,
    enter: Callable[..., Account],
    stale: str,
    count_queries: Callable[[], int],
) -> None:
    reporter = sign_in("reporter")

    def cost(url: str) -> int:
        before = count_queries()
        assert reporter.get(url).status_code == 200
        return count_queries() - before

    cost("/matrix/findings")
    one = cost("/matrix/findings")
    made = [enter(f"号{number}", "云溪街道") for number in range(20)]
    with patrolled.database.unit() as session:
        for account in made:
            findings.note_by_hand(
                session,
                patrolled.newsroom.inspector,
                session.get_one(Account, account.id),
                kind=Kind.SLOW,
                severity=Severity.WARN,
                words="慢了两天",
            )
    assert cost("/matrix/findings") == one
    assert stale.endswith(patrolled.found()[0].uid)
