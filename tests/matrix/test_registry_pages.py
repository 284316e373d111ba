"""Pages and API of the registry and of campaigns, as a browser and a program meet them."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from kitchen.matrix import queries
from kitchen.matrix.campaigns import closing
from kitchen.matrix.campaigns import queries as campaigns
from kitchen.matrix.campaigns.rules import Cause, Closing
from kitchen.publishing.events import StoryPublished
from kitchen.screens import stop_notices
from kitchen.stories.models import Story
from tests.fixtures.newsroom import Door, Newsroom
from tests.matrix.conftest import SECRET, SETTINGS, Register

PAGES = (
    "/matrix/accounts",
    "/matrix/accounts?health=low&state=surveyed",
    "/matrix/accounts/enter",
    "/matrix/import",
    "/matrix/register.csv",
    "/matrix/register.xlsx?empty=1",
    "/matrix/filings",
    "/matrix/workers",
    "/matrix/custody",
    "/matrix/brands",
    "/matrix/library",
    "/matrix/library/new",
    "/matrix/calendar",
    "/matrix/settings",
    "/matrix/cleanups",
    "/matrix/cleanups/new",
    "/matrix/closings",
    "/matrix/risks",
)
RESERVED = {
    "/matrix/accounts/enter",
    "/matrix/import",
    "/matrix/workers",
    "/matrix/library/new",
    "/matrix/cleanups/new",
}


@pytest.mark.parametrize("page", PAGES)
def test_every_room_opens_for_the_office_and_for_readers_who_may(sign_in: Door, page: str) -> None:
    assert sign_in("cyberspace").get(page).status_code == 200
    may = page.partition("?")[0] not in RESERVED
    assert sign_in("reporter").get(page).status_code == (200 if may else 403)


def test_a_sheet_is_taken_in_on_the_page_and_its_faults_are_read(
    sign_in: Door, enter: Register
) -> None:
    rows = "账号名,平台,平台账号,主办单位\n云溪发布,微信,yunxi,云溪街道\n石桥,微信,s,石桥镇\n"
    office = sign_in("cyberspace")
    sheet = {"file": (io.BytesIO(rows.encode()), "台账.csv")}
    answer = office.post_form("/matrix/import", sheet, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert "石桥镇" in answer.text
    assert "请核对写法" in answer.text
    assert office.post_form("/matrix/import").status_code == 422
    again = office.call("POST", "/api/v1/accounts/sheet", {"csv": rows})
    assert (again.json["unchanged"], again.json["faults"][0]["row"]) == ([2], 3)


def test_a_refused_filing_keeps_what_was_typed_and_the_api_goes_on(
    sign_in: Door, enter: Register
) -> None:
    uid = enter()
    keeper = sign_in("keeper")
    url = f"/matrix/accounts/{uid}/file?change=open"
    assert "原则上不开设" in keeper.get(url).text
    typed = {"change": "open", "happened_on": "2026-11-26", "reason": "汛期要用"}
    refused = keeper.post_form(url, typed)
    assert refused.status_code == 422
    assert "汛期要用" in refused.text
    made = keeper.post_form(url, {**typed, "exception_reason": "防汛"})
    assert made.status_code == 302
    assert sign_in("operator").get(url).status_code == 403
    page = keeper.get(made.headers["Location"])
    assert "送主要负责人" in page.text
    filed = made.headers["Location"].rsplit("/", 1)[1]
    api = f"/api/v1/filings/{filed}"
    assert keeper.call("POST", f"{api}/submit", {}).json["state"] == "submitted"
    assert keeper.call("POST", f"{api}/consent", {}).status_code == 403
    assert sign_in("unit_head").call("POST", f"{api}/consent", {}).json["state"] == "consented"
    assert sign_in("cyberspace").post_form(f"{made.headers['Location']}/accept").status_code == 302
    unnumbered = sign_in("cyberspace").post_form(f"{made.headers['Location']}/file")
    assert unnumbered.status_code == 422
    assert (
        sign_in("cyberspace").call("POST", f"{api}/file", {"number": "B1"}).json["number"] == "B1"
    )
    assert sign_in("cyberspace").call("POST", f"{api}/burn", {}).status_code == 404


def test_secrets_handed_over_are_on_no_page(
    sign_in: Door, newsroom: Newsroom, enter: Register
) -> None:
    uid = enter()
    keeper = sign_in("keeper")
    centre = newsroom.units["青禾区融媒体中心"].uid
    made = keeper.post_form(f"/matrix/accounts/{uid}/hand", {"to_unit": centre})
    page = made.headers["Location"]
    given = {f"setting_{name}": value for name, value in SETTINGS.items()}
    refused = keeper.post_form(f"{page}/hand_over", {**given, "setting_app_id": ""})
    assert refused.status_code == 422
    assert SECRET not in refused.text
    assert keeper.post_form(f"{page}/hand_over", given).status_code == 302
    assert sign_in("operator").post_form(f"{page}/receive").status_code == 302
    told = [keeper.get(page).text, sign_in("operator").get(f"/matrix/accounts/{uid}").text]
    told.append(sign_in("operator").get("/api/v1/custodies").text)
    assert not any(SECRET in each for each in told)
    assert sign_in("operator").get("/api/v1/custodies").json["items"][0]["state"] == "received"


def test_people_rules_days_numbers_and_brands_by_the_api(
    sign_in: Door, newsroom: Newsroom, enter: Register
) -> None:
    uid, office, keeper = enter(brand="青春云溪"), sign_in("cyberspace"), sign_in("keeper")
    street = newsroom.units["云溪街道"].uid
    person = {"unit": street, "name": "测试聘用", "establishment": "hired"}
    worker = keeper.call("POST", "/api/v1/workers", person).json["uid"]
    refused = keeper.call("POST", f"/api/v1/accounts/{uid}/workers", {"worker": worker})
    assert (refused.status_code, refused.json["code"]) == (409, "not_vetted")
    keeper.call("POST", f"/api/v1/workers/{worker}/ask_vetting")
    passed = {"passed": True, "vetted_by": "区委组织部", "vetted_on": "2020-01-01"}
    assert (
        office.call("POST", f"/api/v1/workers/{worker}/vetting", passed).json["state"] == "passed"
    )
    assert (
        keeper.call("POST", f"/api/v1/accounts/{uid}/workers", {"worker": worker}).status_code
        == 200
    )
    assert keeper.get(f"/matrix/workers/{worker}").status_code == 200
    text = {"title": "办法", "in_force_from": "2026-01-01", "text": "第一条 管好。"}
    rule = office.call("POST", "/api/v1/regulations", text)
    clause = rule.json["clauses"][0]
    assert (clause["number"], clause["citation"]) == ("第一条", "《办法》第一条")
    assert sign_in("reporter").get(f"/api/v1/clauses/{clause['uid']}").json == clause
    assert sign_in("reporter").get("/api/v1/clauses").json["items"] == [clause]
    assert "管好" in sign_in("reporter").get(f"/matrix/library/{rule.json['uid']}").text
    day = {"day": "2026-10-01", "kind": "holiday", "name": "国庆节"}
    assert office.call("POST", "/api/v1/working_days", day).json["items"][0]["working"] is False
    assert sign_in("reporter").get("/api/v1/working_days/2026").json["items"][0]["name"] == "国庆节"
    changed = office.call("PUT", "/api/v1/matrix_settings/notice_days", {"value": 5})
    assert (changed.json["value"], changed.json["default"]) == (5, 7)
    assert office.post_form("/matrix/settings/notice_days", {"value": "0"}).status_code == 422
    assert keeper.call("GET", f"/api/v1/accounts/{uid}").json["followers"] is None
    keeper.call("POST", f"/api/v1/accounts/{uid}/figures", {"followers": 12})
    assert keeper.call("GET", f"/api/v1/accounts/{uid}").json["followers"] == 12
    seen = sign_in("reporter").get(f"/api/v1/accounts/{uid}/figures").json
    assert (seen["health"], seen["posts_30d"]) == ("low", None)
    brand = sign_in("reporter").get("/api/v1/brands").json["items"][0]
    assert (brand["brand"], brand["followers"], brand["mean_reads"]) == ("青春云溪", 12, None)
    assert "不清楚" in sign_in("reporter").get(f"/matrix/accounts/{uid}").text


def test_a_campaign_runs_by_the_api_and_its_pages_follow(
    sign_in: Door, newsroom: Newsroom, enter: Register
) -> None:
    enter()
    office, keeper = sign_in("cyberspace"), sign_in("keeper")
    days = {"check_due": "2099-01-01", "opinion_due": "2099-01-02", "decision_due": "2099-01-03"}
    made = office.call("POST", "/api/v1/cleanups", {"name": "首批", "batch": "首批", **days}).json
    url = f"/api/v1/cleanups/{made['uid']}"
    item = office.get(f"{url}/items").json["items"][0]["uid"]
    late = enter("late")
    assert "云溪街道late" in office.get(f"/matrix/cleanups/{made['uid']}/items").text
    joined = office.post_form(f"/matrix/cleanups/{made['uid']}/items", {"account": late})
    assert joined.status_code == 302
    assert office.call("POST", f"{url}/items", {"account": late}).json["state"] == "waiting"
    added = office.get(f"{url}/items").json["items"][0]["uid"]
    keep = {"asked": "keep", "reason": "群众办事", "need_yes": True}
    faulty = keeper.call("PUT", f"/api/v1/cleanup_items/{added}/check", keep)
    assert set(faulty.json["fields"]) == {"need_evidence"}
    check = {"asked": "close", "reason": "没人看"}
    assert (
        keeper.call("PUT", f"/api/v1/cleanup_items/{item}/check", check).json["state"] == "checked"
    )
    burden = {"people": 2, "minutes": 210}
    assert keeper.call("PUT", f"/api/v1/cleanup_items/{item}/burden", burden).status_code == 204
    office.call("POST", f"{url}/steps/call_experts", {})
    opinion = {"advised": "close", "advice": "同意", "fans_score": 9}
    assert office.call("PUT", f"/api/v1/cleanup_items/{item}/opinion", opinion).status_code == 422
    opinion["fans_score"] = 1
    assert office.call("PUT", f"/api/v1/cleanup_items/{item}/opinion", opinion).status_code == 200
    kept = {"advised": "keep", "advice": "保留"}
    office.call("PUT", f"/api/v1/cleanup_items/{added}/opinion", kept)
    unit = newsroom.units["云溪街道"].uid
    aspects = {"plan_yes": False, "staff_yes": True}
    assert office.call("PUT", f"{url}/units/{unit}", aspects).status_code == 204
    office.call("POST", f"{url}/steps/lay_before", {})
    meeting = {"meeting_no": "8", "meeting_on": "2020-01-01", "decision_doc": "纪要"}
    office.call("PUT", f"{url}/meeting", meeting)
    decided = office.call("PUT", f"/api/v1/cleanup_items/{item}/decision", {"decision": "close"})
    assert decided.json["state"] == "closed"
    office.call("PUT", f"/api/v1/cleanup_items/{added}/decision", {"decision": "keep"})
    noticed = office.call("POST", f"{url}/steps/issue_notice", {"notice_no": "1号"})
    assert noticed.json["state"] == "carrying_out"
    shown = office.get(f"{url}/figures").json
    assert (shown["total"]["gone"], shown["total"]["share"]) == (1, 0.5)
    closing_uid = keeper.get("/api/v1/closings").json["items"][0]["uid"]
    told = {"url": "https://example.org/1", "at": "2020-01-01T09:00"}
    early = keeper.call("POST", f"/api/v1/closings/{closing_uid}/cancel_on_platform", {})
    assert early.status_code == 409
    announced = keeper.call("POST", f"/api/v1/closings/{closing_uid}/announce", told)
    assert announced.json["state"] == "announced"
    kept = keeper.get(f"/api/v1/closings/{closing_uid}").json
    assert kept["announced_at"].startswith("2020-01-01T01:00")
    assert office.get(f"{url}/ledger").json["minutes_saved"] == 420
    page = f"/matrix/cleanups/{made['uid']}"
    for room in ("", "/figures", "/items", "/units", f"/units/{unit}", "/ledger", "/pack.docx"):
        assert office.get(page + room).status_code == 200, room
    for paper in ("/notice.pdf", "/pack.pdf", "/notice.docx"):
        assert sign_in("reporter").get(page + paper).status_code == 200, paper
    assert "https://example.org/1" in keeper.get(f"/matrix/closings/{closing_uid}").text
    assert sign_in("reporter").get(f"/matrix/cleanups/items/{item}").status_code == 200


def test_a_page_of_accounts_costs_the_same_however_many_there_are(
    sign_in: Door, enter: Register, count_queries: Callable[[], int]
) -> None:
    office = sign_in("cyberspace")
    office.get("/matrix/accounts")
    costs = []
    for handles in (("a",), ("b", "c", "d")):
        for handle in handles:
            enter(handle)
        before = count_queries()
        office.get("/matrix/accounts")
        costs.append(count_queries() - before)
    assert costs[1] <= costs[0]


# --- the stop notice, by the house's own line ---


def _own_closing(newsroom: Newsroom, uid: str) -> str:
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        return closing.open_closing(
            session, newsroom.cyberspace, account, cause=Cause.SANCTION, basis="《办法》第九条"
        ).uid


def test_the_house_writes_the_notice_as_a_story_and_its_receipt_proves_it(
    sign_in: Door, newsroom: Newsroom, register: Register
) -> None:
    uid = _own_closing(newsroom, register())
    operator = sign_in("operator")
    assert operator.post_form(f"/matrix/closings/{uid}/ask_house").status_code == 302
    assert operator.post_form(f"/matrix/closings/{uid}/ask_house").status_code == 409
    with newsroom.database.unit(write=False) as session:
        found = campaigns.the_closing(session, uid)
        story = session.query(Story).filter_by(uid=found.story_uid).one()
        assert "停止更新" in story.title
        assert "《办法》第九条" in str(story.doc)
        assert [target.account.handle for target in story.targets] == ["qinghe"]
        story_id = story.id
    with newsroom.database.unit() as session:
        stop_notices.prove(session, StoryPublished(story_id))
        assert campaigns.the_closing(session, uid).state == Closing.APPROVED  # nothing is live yet


def test_what_we_do_not_hold_we_do_not_publish(
    sign_in: Door, newsroom: Newsroom, enter: Register
) -> None:
    uid = _own_closing(newsroom, enter())
    refused = sign_in("keeper").post_form(f"/matrix/closings/{uid}/ask_house")
    assert refused.status_code == 409
    assert "在平台上自行发布" in refused.text
