"""Pages and API of measures, as people and programs meet them."""

from __future__ import annotations

from tests.fixtures.newsroom import Door
from tests.sanctions.conftest import Judged

PROPOSAL = {
    "measure": "talk",
    "cause": "no_control",
    "facts": "连续二十天没有更新",
}


def test_a_measure_is_proposed_from_a_finding_and_walked_to_its_end(
    sign_in: Door, judged: Judged
) -> None:
    finding = judged.finding()
    inspector, head, operator = sign_in("inspector"), sign_in("head"), sign_in("operator")
    assert "还没有处置过" in inspector.get("/matrix/sanctions").text
    address = f"/matrix/sanctions/new?finding={finding}"
    assert address in inspector.get(f"/matrix/findings/{finding}").text
    assert sign_in("reporter").get(address).status_code == 403
    form = inspector.get(address).text
    assert f'value="{finding}" checked' in form
    typed = {
        **PROPOSAL,
        "clause": judged.clause(),
        "account": judged.accounts["青禾发布"].uid,
        "findings": finding,
    }
    refused = inspector.post_form("/matrix/sanctions/new", {**typed, "measure": "closing"})
    assert (refused.status_code, "越级要写明理由" in refused.text) == (422, True)
    assert "连续二十天没有更新" in refused.text
    url = inspector.post_form("/matrix/sanctions/new", typed).headers["Location"]
    assert inspector.post_form("/matrix/sanctions/new", typed).status_code == 409
    assert operator.post_form(f"{url}/decide", {"note": "同意"}).status_code == 403
    assert head.post_form(f"{url}/decide", {"note": "同意"}).status_code == 302
    assert inspector.post_form(f"{url}/serve", {"doc_no": ""}).status_code == 422
    assert inspector.post_form(f"{url}/serve", {"doc_no": "青网信〔2026〕3号"}).status_code == 302
    assert "签收" in operator.get(url).text
    assert operator.post_form(f"{url}/receive").status_code == 302
    assert operator.post_form(f"{url}/appeal", {"note": ""}).status_code == 422
    assert operator.post_form(f"{url}/appeal", {"note": "正在迁移"}).status_code == 302
    assert head.post_form(f"{url}/uphold", {"note": "应公告"}).status_code == 403
    assert sign_in("deputy").post_form(f"{url}/uphold", {"note": "应公告"}).status_code == 302
    assert inspector.post_form(f"{url}/finish", {"note": "已整改"}).status_code == 302
    assert "已销号" in inspector.get(url).text
    notice = inspector.get(f"{url}/notice.docx")
    assert (notice.status_code, notice.data[:2]) == (200, b"PK")
    report = inspector.get("/matrix/sanctions/report.docx?since=2026-03-01&until=2026-03-31")
    assert (report.status_code, report.data[:2]) == (200, b"PK")
    backwards = "/matrix/sanctions/report.docx?since=2026-03-31&until=2026-03-01"
    assert inspector.get(backwards).status_code == 422


def test_a_program_orders_a_closing_with_two_persons(sign_in: Door, judged: Judged) -> None:
    account = judged.accounts["青禾发布"].uid
    given = {
        **PROPOSAL,
        "clause": judged.clause(),
        "account": account,
        "measure": "closing",
        "leap_reason": "停更一年",
    }
    made = sign_in("inspector").call("POST", "/api/v1/sanctions", given)
    assert made.status_code == 201
    url = f"/api/v1/sanctions/{made.json['uid']}"
    head, leader = sign_in("head"), sign_in("leader")
    assert head.call("POST", f"{url}/decide", {}).status_code == 409
    assert leader.call("POST", f"{url}/agree").json["state"] == "agreed"
    assert leader.call("POST", f"{url}/decide", {}).status_code == 403
    assert head.call("POST", f"{url}/decide", {"note": "同意"}).json["state"] == "decided"
    served = sign_in("inspector").call("POST", f"{url}/serve", {"doc_no": "青网信〔2026〕4号"})
    assert served.json["appeal_until"] == "2026-03-09"
    operator = sign_in("operator")
    assert operator.call("POST", f"{url}/receive").json["state"] == "received"
    assert operator.call("POST", f"{url}/accept").json["state"] == "in_force"
    early = sign_in("inspector").call("POST", f"{url}/finish", {"note": "已关停"})
    assert (early.status_code, "还没有关停" in early.json["title"]) == (409, True)
    listed = sign_in("reporter").get("/api/v1/sanctions?state=in_force").json["items"]
    assert [each["uid"] for each in listed] == [made.json["uid"]]
    told = sign_in("reporter").get("/api/v1/patrol_report?since=2026-03-01&until=2026-03-31").json
    assert told["by_measure"] == {"closing": 1}


def test_what_is_refused_withdrawn_or_revoked_is_told(sign_in: Door, judged: Judged) -> None:
    inspector, deputy = sign_in("inspector"), sign_in("deputy")
    given = {**PROPOSAL, "clause": judged.clause(), "account": judged.accounts["青禾发布"].uid}

    def propose() -> str:
        made = inspector.call("POST", "/api/v1/sanctions", given)
        return f"/api/v1/sanctions/{made.json['uid']}"

    assert deputy.call("POST", f"{propose()}/refuse", {}).status_code == 422
    open_one = inspector.get("/api/v1/sanctions?state=proposed").json["items"][0]["uid"]
    url = f"/api/v1/sanctions/{open_one}"
    assert deputy.call("POST", f"{url}/refuse", {"note": "先提醒"}).json["state"] == "refused"
    withdrawn = inspector.call("POST", f"{propose()}/withdraw", {})
    assert (withdrawn.json["state"], withdrawn.json["actions"]) == ("withdrawn", [])
    uid = judged.served()
    judged.act("appeal", judged.newsroom.operator, uid, "事实有出入")
    revoked = deputy.call("POST", f"/api/v1/sanctions/{uid}/revoke", {"note": "申诉成立"})
    assert revoked.json["state"] == "revoked"
    upheld = deputy.call("POST", f"/api/v1/sanctions/{uid}/uphold", {"note": "晚了"})
    assert upheld.status_code == 409
    appealed = sign_in("operator").call("POST", f"/api/v1/sanctions/{uid}/appeal", {"note": "再"})
    assert appealed.status_code == 409
