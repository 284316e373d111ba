"""Pages and API of points, as people and programs meet them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from markupsafe import escape

from kitchen.evaluation.scores import pay_sheet, versions
from kitchen.evaluation.scores.formula import PARAMETERS
from kitchen.evaluation.scores.models import PointsQuota
from kitchen.evaluation.scores.pay import Person, Sum
from kitchen.people.models import Staff
from tests.evaluation.scores.conftest import JUNE_5, Counted
from tests.fixtures.newsroom import Door, Newsroom

URL = "/performance/2026-05"


def test_before_the_first_count_the_page_teaches(sign_in: Door) -> None:
    reporter = sign_in("reporter")
    assert "还没有算过稿分" in reporter.get("/performance").text
    assert reporter.get("/performance/2026-05").status_code == 403
    assert sign_in("head").get("/performance/2026-05").status_code == 404
    assert sign_in("head").get("/performance/nonsense").status_code == 404
    assert sign_in("head").get("/performance/quotas").status_code == 200
    assert reporter.get("/performance/quotas").status_code == 403
    assert "自带的公式" in reporter.get("/performance/formula").text


def test_the_committee_grades_one_after_the_other_and_the_month_is_published(
    sign_in: Door, counted: Counted
) -> None:
    first, second = counted.story("第一篇"), counted.story("第二篇")
    counted.at(JUNE_5)
    counted.count()
    committee, head, reporter = sign_in("committee"), sign_in("head"), sign_in("reporter")
    assert "第一篇" in committee.get(f"{URL}/grading").text
    assert "这个月还没有公布" in reporter.get("/performance?month=2026-05").text
    assert reporter.get(f"{URL}/stories/{first}").status_code == 403
    assert reporter.get(f"{URL}/grading").status_code == 403
    graded = committee.post_form(f"{URL}/stories/{first}/grade", {"grade": "a", "genre": "news"})
    assert graded.headers["Location"] == f"{URL}/grading"
    page = committee.get(f"{URL}/grading").text
    assert 'id="current"' in page
    early = committee.post_form(f"{URL}/finish", {"note": ""})
    assert (early.status_code, "还有 1 篇没有评级" in early.text) == (409, True)
    committee.post_form(f"{URL}/stories/{second}/grade", {"grade": "d"})
    assert "都评完了" in committee.get(f"{URL}/grading").text
    assert committee.get(f"{URL}/grading?state=a").text.count("第一篇") == 1
    assert committee.post_form(f"{URL}/finish").status_code == 302
    assert committee.post_form(f"{URL}/publish").status_code == 403
    assert head.post_form(f"{URL}/reopen", {"note": ""}).status_code == 422
    assert head.post_form(f"{URL}/publish").status_code == 302
    mine = reporter.get("/performance").text
    assert "第一篇" in mine
    assert "28.60" in mine  # 22 and 6.6
    card = reporter.get(f"{URL}/stories/{first}").text
    assert "测试committee" in card
    assert "不加分" in card
    assert sign_in("second_reporter").get(f"{URL}/stories/{first}").status_code == 403
    assert "测试reporter" in head.get(URL).text


def test_an_appeal_goes_its_way_and_what_was_typed_stays(sign_in: Door, counted: Counted) -> None:
    uid = counted.story()
    counted.corrected(uid)
    counted.publish()
    reporter, committee = sign_in("reporter"), sign_in("committee")
    card = f"{URL}/stories/{uid}"
    refused = reporter.post_form(f"{card}/appeal", {"reason": "独" * 501})
    assert (refused.status_code, "独独独" in refused.text) == (422, True)
    assert reporter.post_form(f"{card}/appeal", {"reason": "独家"}).status_code == 302
    assert reporter.post_form(f"{card}/appeal", {"reason": "独家"}).status_code == 409
    listed = committee.get("/performance/appeals?state=open").text
    assert "独家" in listed
    assert reporter.get("/performance/appeals").status_code == 403
    appeal = committee.get("/api/v1/performance/appeals").json["items"][0]
    fault = committee.get("/api/v1/performance/2026-05/faults").json["items"][0]["uid"]
    answer = f"/performance/appeals/{appeal['uid']}"
    assert committee.post_form(f"{answer}/grant", {"grade": "b"}).status_code == 422
    given = {"note": "确为独家", "grade": "b", "strike": fault}
    assert committee.post_form(f"{answer}/grant", given).status_code == 302
    page = reporter.get(card).text
    assert "确为独家" in page
    assert "16.50" in page
    assert committee.post_form(f"{answer}/refuse", {"note": "改主意"}).status_code == 409


def test_faults_and_shares_by_form(sign_in: Door, counted: Counted) -> None:
    uid = counted.story()
    counted.count()
    committee, card = sign_in("committee"), f"{URL}/stories/{uid}"
    wrong = committee.post_form(f"{card}/faults", {"kind": "wording", "note": "别字", "url": "x"})
    assert (wrong.status_code, "别字" in wrong.text) == (422, True)
    given = {"kind": "wording", "note": "别字", "url": "/stories/x"}
    assert committee.post_form(f"{card}/faults", given).status_code == 302
    assert "别字" in committee.get(f"{URL}/faults").text
    bad = committee.post_form(f"{card}/shares", {"shares": "采写：测试reporter 90%"})
    assert (bad.status_code, "正好是 100%" in bad.text) == (422, True)
    unread = committee.post_form(f"{card}/shares", {"shares": "没有冒号"})
    assert unread.status_code == 422
    lines = "采写：测试reporter 90%\n校对：路人 10%"
    assert committee.post_form(f"{card}/shares", {"shares": lines}).status_code == 302
    assert "不在职工名单" in committee.get(card).text
    person = counted.newsroom.reporter.uid
    missed = {"person": person, "note": "漏了火情", "url": "https://example.com/x"}
    assert committee.post_form(f"{URL}/faults", missed).status_code == 302
    assert committee.post_form(f"{URL}/faults", {**missed, "url": ""}).status_code == 422
    (latest, *_) = committee.get("/api/v1/performance/2026-05/faults").json["items"]
    strike = f"{URL}/faults/{latest['uid']}/strike"
    assert committee.post_form(strike, {"note": ""}).status_code == 422
    assert committee.post_form(strike, {"note": "当天他休假"}).status_code == 302


def test_a_formula_is_tried_and_set_by_form(sign_in: Door, counted: Counted) -> None:
    counted.story()
    counted.at(JUNE_5)
    counted.count()
    head = sign_in("head")
    given = {name: each.default for name, each in PARAMETERS.items()}
    given |= {"valid_from": "2026-07", "base_news": "20"}
    tried = head.post_form("/performance/formula/preview", given)
    assert (tried.status_code, "11.00 → 22.00" in tried.text) == (200, True)
    assert "自带的公式" in tried.text
    bad = head.post_form("/performance/formula", {**given, "base_news": "很多"})
    assert (bad.status_code, 'value="很多"' in bad.text) == (422, True)
    past = head.post_form("/performance/formula", {**given, "valid_from": "2026-05"})
    assert (past.status_code, "过去的月份" in past.text) == (422, True)
    assert head.post_form("/performance/formula", given).status_code == 302
    assert "从 2026-07 起" in head.get("/performance/formula").text
    committee = sign_in("committee")
    assert committee.post_form("/performance/formula", given).status_code == 403
    assert 'name="base_news"' not in committee.get("/performance/formula").text


def test_a_change_that_is_entered_for_next_month_is_not_written_over(
    sign_in: Door, counted: Counted
) -> None:
    def kept(month: date) -> tuple[str, str]:
        with counted.database.unit(write=False) as session:
            weights = versions.weights_for(session, month)
            return str(weights["base_news"]), str(weights["duty_points"])

    head, address = sign_in("head"), "/performance/formula"
    given = {name: each.default for name, each in PARAMETERS.items()}
    given |= {"valid_from": "2026-06", "base_news": "12"}
    assert head.post_form(address, given).status_code == 302
    page = head.get(address).text
    assert re.search(r'name="base_news"[^>]* value="12"', page)
    assert "2026-05：10" in page
    assert value_in_force(sign_in("committee").get(address).text) == "10"
    late = head.post_form(address, {**given, "base_news": "10", "duty_points": "3"})
    assert (late.status_code, "2026-06：12" in late.text) == (409, True)
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', late.text)
    told = {**given, "duty_points": "3", "seen": seen}
    assert head.post_form(address, told).status_code == 302
    assert kept(date(2026, 6, 1)) == ("12", "3")
    assert kept(date(2026, 5, 1)) == ("10", "2")


def value_in_force(page: str) -> str:
    """What somebody who only reads is shown for the base points of news."""
    (found,) = re.findall(r"<dt>消息的基础分</dt><dd>([^<]*)</dd>", page)
    return str(found)


def test_a_quota_by_form_and_the_pay_sheet(sign_in: Door, counted: Counted) -> None:
    counted.story()
    head = sign_in("head")
    form = {"role": "reporter", "valid_from": "2026-05", "quota": "10", "fixed": "1.5"}
    assert head.post_form("/performance/quotas", {**form, "quota": "-1"}).status_code == 422
    assert head.post_form("/performance/quotas", {**form, "role": ""}).status_code == 422
    assert head.post_form("/performance/quotas", form).status_code == 302
    assert "10.00" in head.get("/performance/quotas").text
    counted.publish()
    sign_in.visitors.clear()
    assert sign_in("head").post_form(f"{URL}/pay.csv").status_code == 409
    counted.lock()
    sign_in.visitors.clear()  # two weeks later everyone signs in anew
    head = sign_in("head")
    assert sign_in("committee").post_form(f"{URL}/pay.csv").status_code == 403
    assert head.post_form(f"{URL}/pay.pdf").status_code == 404
    sheet = head.post_form(f"{URL}/pay.csv")
    assert sheet.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(sheet.data.decode("utf-8-sig"))))
    assert rows[0] == list(pay_sheet.HEADS)
    assert rows[1][0] == "测试reporter"
    assert rows[1][-3:] == ["12.5", "10.0", "12.5"]
    assert rows[2][-3:] == ["1.5", "10.0", "-42.5"]  # published nothing, and owes all the same
    book = head.post_form(f"{URL}/pay.xlsx")
    with zipfile.ZipFile(io.BytesIO(book.data)) as pack:
        assert "<v>12.5</v>" in pack.read("xl/worksheets/sheet1.xml").decode()


def test_a_name_that_looks_like_a_formula_is_a_word_in_the_sheet() -> None:
    staff = Staff(name="=cmd()", username="+1")
    each = Sum(1, 100, -200, 0, 0, 0, -100, None, None)
    told = pay_sheet.written([Person(staff, each)], "csv", "2026-05").decode("utf-8-sig")
    assert told.splitlines()[1] == "'=cmd(),'+1,1,1.0,-2.0,0.0,0,0.0,-1.0,,"


def test_a_program_takes_a_month_through(sign_in: Door, counted: Counted) -> None:
    uid = counted.story()
    counted.at(JUNE_5)
    counted.count()
    head, committee, reporter = sign_in("head"), sign_in("committee"), sign_in("reporter")
    api = "/api/v1/performance"
    month = f"{api}/2026-05"
    months = head.get(f"{api}/months").json["items"]
    assert {each["month"] for each in months} == {"2026-05", "2026-06"}
    assert committee.call("POST", f"{month}/count").json["stories"] == 1
    assert reporter.get(f"{month}/mine").status_code == 403
    assert reporter.get(f"{month}/stories").status_code == 403
    shown = committee.get(f"{month}/stories/{uid}")
    assert [line["key"] for line in shown.json["lines"]] == [
        "base",
        "quality",
        "mobile_first",
        "reach",
    ]
    stale = {"If-Match": '"99"'}
    url = f"{month}/stories/{uid}"
    graded = committee.call("POST", f"{url}/grade", {"grade": "b"}, headers=stale)
    assert graded.status_code == 409
    seen = {"If-Match": shown.headers["ETag"]}
    graded = committee.call("POST", f"{url}/grade", {"grade": "b"}, headers=seen)
    assert (graded.json["points"], graded.json["grade"]) == (16.5, "b")
    unknown = committee.call("POST", f"{url}/grade", {"grade": "e"})
    assert unknown.status_code == 422
    halves = [{"role": "writing", "name": name, "percent": 50} for name in ("reporter", "editor")]
    assert committee.call("POST", f"{url}/shares", {"shares": halves[:1]}).status_code == 422
    parted = committee.call("POST", f"{url}/shares", {"shares": halves}).json["shares"]
    assert [each["points"] for each in parted] == [8.25, 8.25]
    fault = {"kind": "wording", "note": "别字", "url": "/stories/x"}
    noted = committee.call("POST", f"{url}/faults", fault)
    assert noted.status_code == 201
    struck = committee.call(
        "POST", f"{api}/faults/{noted.json['uid']}/strike", {"note": "原文如此"}
    )
    assert struck.json["struck_note"] == "原文如此"
    missed = {"person": counted.newsroom.duty.uid, "note": "漏报", "url": "https://e.com/"}
    assert committee.call("POST", f"{month}/faults", missed).status_code == 201
    assert committee.call("POST", f"{month}/finish", {}).json["state"] == "graded"
    assert committee.call("POST", f"{month}/reopen", {"note": "再看"}).json["state"] == "proposed"
    assert head.call("POST", f"{month}/finish", {}).json["actions"] == ["reopen", "publish"]
    assert head.call("POST", f"{month}/publish", {}).json["appeal_until"] == "2026-06-12"
    assert reporter.get(f"{month}/mine").json["shared"] == 8.25
    assert sign_in("second_reporter").get(f"{month}/mine").json["total"] == 0
    assert reporter.get(f"{month}/people").status_code == 403
    first = head.get(f"{month}/people?limit=1").json
    rest = head.get(f"{month}/people?limit=1&cursor={first['next']}").json
    assert first["items"][0]["staff"] != rest["items"][0]["staff"]
    (own,) = reporter.get(f"{month}/stories").json["items"]
    assert own["story"] == uid
    appeal = reporter.call("POST", f"{url}/appeals", {"reason": "独家"})
    assert (appeal.status_code, appeal.json["actions"]) == (201, [])
    answer = f"{api}/appeals/{appeal.json['uid']}"
    assert committee.call("POST", f"{answer}/refuse", {"note": ""}).status_code == 422
    assert committee.call("POST", f"{answer}/refuse", {"note": "已按 B"}).json["state"] == "refused"
    assert committee.call("POST", f"{answer}/grant", {"note": "晚了"}).status_code == 409
    counted.later(days=14)
    sign_in.visitors.clear()
    head = sign_in("head")
    assert head.call("POST", f"{month}/lock", {}).json["state"] == "locked"
    people = head.call("POST", f"{month}/pay").json["items"]
    assert {each["total"] for each in people} == {8.25, -5.0}


def test_a_program_sets_the_formula_and_quotas(sign_in: Door, counted: Counted) -> None:
    head, api = sign_in("head"), "/api/v1/performance"
    given = {"valid_from": "2026-06", "weights": {"base_news": "12.5"}}
    assert head.call("POST", f"{api}/formula/preview", given).json["items"] == []
    made = head.call("POST", f"{api}/formula", given)
    assert (made.status_code, made.json["weights"]["base_news"]) == (201, "12.5")
    assert head.call("POST", f"{api}/formula", {**given, "valid_from": 7}).status_code == 422
    assert len(head.get(f"{api}/formula").json["items"]) == 1
    quota = {"role": "reporter", "valid_from": "2026-06", "quota": "30"}
    assert head.call("POST", f"{api}/quotas", quota).json["quota"] == 30.0
    assert len(head.get(f"{api}/quotas").json["items"]) == 1
    reporter = counted.newsroom.reporter
    for person in (reporter.username, reporter.uid):
        own = head.call("POST", f"{api}/quotas", {**quota, "role": "", "person": person})
        assert own.json["person"] == reporter.name
    nobody = head.call("POST", f"{api}/quotas", {**quota, "role": "", "person": "nobody"})
    assert (nobody.status_code, set(nobody.json["fields"])) == (422, {"person"})
    assert sign_in("reporter").call("POST", f"{api}/quotas", quota).status_code == 403


@pytest.mark.parametrize("address", [URL, f"{URL}/grading", "/api/v1/performance/2026-05/stories"])
def test_a_page_asks_the_same_however_many_stories_there_are(
    address: str, sign_in: Door, counted: Counted, count_queries: Callable[[], int]
) -> None:
    def asked() -> int:
        counted.count()
        head.get(address)
        before = count_queries()
        assert head.get(address).status_code == 200
        return count_queries() - before

    head = sign_in("head")
    credits_of_two = [{"role": "记者", "names": "测试reporter、测试editor", "share": 100}]
    counted.story(credits=credits_of_two)
    few = asked()
    for _ in range(5):
        counted.story(credits=credits_of_two)
    assert asked() == few


@pytest.mark.parametrize("role", ["<b>x</b>", "100% full"])
def test_a_role_of_a_quota_that_nobody_knows_is_shown_as_it_was_entered(
    sign_in: Door, newsroom: Newsroom, role: str
) -> None:
    with newsroom.database.unit() as session:
        session.add(
            PointsQuota(
                role=role,
                valid_from=date(2026, 3, 1),
                quota=1000,
                fixed=0,
                note="",
                staff_id=newsroom.head.id,
            )
        )
    page = sign_in("head").get("/performance/quotas")
    assert page.status_code == 200
    assert escape(role) in page.text
