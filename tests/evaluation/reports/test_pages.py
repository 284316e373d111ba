"""Reports as people, programs and the public meet them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import pytest
from gunicorn.http.wsgi import HEADER_VALUE_RE
from markupsafe import escape
from sqlalchemy import text
from sqlalchemy.orm import Session

from kitchen import app
from kitchen.core.errors import Forbidden
from kitchen.evaluation.reports import queries, service
from kitchen.evaluation.reports.models import ReportLetter
from tests.evaluation.reports.conftest import LATER, MONTH, Pressroom
from tests.fixtures.newsroom import Door

# --- open data ---


def test_settled_months_are_open_to_everybody_and_nothing_else(busy_week: Pressroom) -> None:
    client = app.create_public(busy_week.newsroom.house).test_client()
    for name in ("figures.json", "figures.csv", "schema.json"):
        assert client.get(f"/open/{name}").status_code == 404
    busy_week.make()
    monthly = busy_week.make(MONTH)
    busy_week.make(MONTH, unit="采编部")
    with busy_week.database.unit() as session:
        head = busy_week.newsroom.head
        service.set_open_data(session, head, open_=True, licence="CC BY 4.0")
    answer = client.get("/open/figures.json")
    told_ = answer.get_json()
    assert told_["licence"] == "CC BY 4.0"
    assert [(it["month"], it["edition"], it["sha256"]) for it in told_["months"]] == [
        ("2026-03", 1, monthly.sha256)
    ]
    mine = busy_week.within(MONTH)
    assert told_["months"][0]["channels"] == [
        {
            "channel": channel,
            "pieces": sum(it.channel == channel for it in mine),
            "pieces_with_reads": sum(
                it.channel == channel and it.reads.get(168) is not None for it in mine
            ),
            "reads_7d": reads,
        }
        for channel, reads in (("wechat", 1500 + 700 + 9000), ("weibo", None))
    ]
    again = client.get("/open/figures.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    lines = list(csv.DictReader(io.StringIO(client.get("/open/figures.csv").text)))
    assert [(it["month"], it["channel"], it["reads_7d"]) for it in lines] == [
        ("2026-03", "wechat", "11200"),
        ("2026-03", "weibo", ""),
    ]
    schema = client.get("/open/schema.json").get_json()
    assert set(schema["required"]) == set(told_)
    item = schema["properties"]["months"]["items"]
    assert set(item["required"]) == set(told_["months"][0])
    channel = item["properties"]["channels"]["items"]
    assert set(channel["required"]) == set(told_["months"][0]["channels"][0])
    with busy_week.database.unit() as session:
        service.set_open_data(session, busy_week.newsroom.head, open_=False, licence="CC BY 4.0")
    assert client.get("/open/figures.json").status_code == 404


def test_open_data_name_nobody_and_no_piece(busy_week: Pressroom) -> None:
    busy_week.make(MONTH)
    with busy_week.database.unit() as session:
        service.set_open_data(session, busy_week.newsroom.head, open_=True, licence="CC BY 4.0")
        names = list(session.scalars(text("SELECT name FROM staff UNION SELECT title FROM story")))
    client = app.create_public(busy_week.newsroom.house).test_client()
    both = client.get("/open/figures.json").text + client.get("/open/figures.csv").text
    both += json.dumps(client.get("/open/figures.json").get_json(), ensure_ascii=False)
    assert names
    assert [name for name in names if name in both] == []


def test_only_those_who_define_open_the_figures(busy_week: Pressroom) -> None:
    with pytest.raises(Forbidden), busy_week.database.unit() as session:
        service.set_open_data(session, busy_week.newsroom.chief, open_=True, licence="CC BY 4.0")


def test_who_has_the_open_figures_already_costs_no_reading_of_them(
    busy_week: Pressroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_week.make(MONTH)
    busy_week.correct(1600)
    second = busy_week.make(MONTH)
    february = busy_week.make(MONTH.former)
    with busy_week.database.unit() as session:
        service.set_open_data(session, busy_week.newsroom.head, open_=True, licence="CC BY 4.0")
    read: list[int] = []
    plain = queries.figures_of

    def noted(session: Session, months: Sequence[queries.Settled]) -> Any:
        found = plain(session, months)
        read.extend(found)
        return found

    monkeypatch.setattr(queries, "figures_of", noted)
    client = app.create_public(busy_week.newsroom.house).test_client()
    for name in ("figures.json", "figures.csv"):
        read.clear()
        first = client.get(f"/open/{name}")
        assert sorted(read) == sorted([second.id, february.id])  # of each month the latest alone
        again = client.get(f"/open/{name}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert len(read) == 2
    with busy_week.database.unit() as session:
        service.set_open_data(session, busy_week.newsroom.head, open_=True, licence="CC0")
    changed = client.get("/open/figures.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.headers["X-Licence"]) == (200, "CC0")


def test_a_licence_in_chinese_is_told_in_a_header_that_every_server_takes(
    busy_week: Pressroom, sign_in: Door
) -> None:
    head = sign_in("head")
    licence = "注明出处即可 100% é"
    for spoilt in ("CC BY 4.0\nX-Evil: 1", "CC BY 4.0\r\n\r\n<p>"):
        refused = head.call("PUT", "/api/v1/open_data", {"open": True, "licence": spoilt})
        assert refused.status_code == 422
    assert head.call("PUT", "/api/v1/open_data", {"open": True, "licence": licence}).json["open"]
    client = app.create_public(busy_week.newsroom.house).test_client()
    told = client.get("/open/figures.csv").headers["X-Licence"]
    assert HEADER_VALUE_RE.fullmatch(told)
    assert told.isascii()
    assert unquote(told) == licence
    assert client.get("/open/figures.json").get_json()["licence"] == licence


# --- pages and programs ---


@pytest.mark.parametrize(
    "words", ["550 5.1.1 <wang@example.org>: no such user", "552 mailbox 100% full", "%(who)s"]
)
def test_what_a_mail_server_said_is_shown_as_it_was_said(
    sign_in: Door, busy_week: Pressroom, words: str
) -> None:
    report = busy_week.make()
    with busy_week.database.unit() as session:
        asker = busy_week.newsroom.chief.id
        session.add(
            ReportLetter(
                report_id=report.id,
                recipient="wang@example.org",
                asked_by_id=asker,
                failed_at=LATER,
                words=words,
            )
        )
    page = sign_in("chief").get("/reports/week/2026-03-01")
    assert page.status_code == 200
    assert f"没有寄到：{escape(words)}" in page.text


def test_the_pages_of_reports(sign_in: Door, busy_week: Pressroom) -> None:
    reporter, chief, head = sign_in("reporter"), sign_in("chief"), sign_in("head")
    assert "还没有定稿的报告" in reporter.get("/reports").text
    running = reporter.get("/reports/week/2026-03-03").text
    assert "下面是现在的数字" in running
    assert "九里桥通车" in running
    assert "定稿</span>" not in running
    assert reporter.get("/reports/week/2026-03-01/report.docx").status_code == 404
    assert reporter.get("/reports/year/2026-03-01").status_code == 404
    assert reporter.get("/reports/week/someday").status_code == 404
    assert reporter.get("/reports/week/2026-03-01?edition=3").status_code == 404
    assert reporter.post_form("/reports/week/2026-03-01").status_code == 403
    url = chief.post_form("/reports/week/2026-03-01").headers["Location"]
    assert "第 1 版" in reporter.get(url).text
    refused = chief.post_form("/reports/week/2026-03-01")
    assert (refused.status_code, "数字没有变化" in refused.text) == (409, True)
    for form in ("docx", "pdf", "xlsx"):
        answer = reporter.get(f"/reports/week/2026-03-01/report.{form}?edition=1")
        assert (answer.status_code, len(answer.data) > 1000) == (200, True)
    assert reporter.get("/reports/week/2026-03-01/report.exe").status_code == 404
    busy_week.correct(1600)
    assert "再出一版" in chief.get(url).text
    second = chief.post_form("/reports/week/2026-03-01").headers["Location"]
    assert "1,500 → 1,600" in reporter.get(second).text
    assert "这不是最新的一版" in reporter.get(url).text
    listed = reporter.get("/reports?kind=week").text
    assert listed.count("/reports/week/2026-03-01?edition=") == 2
    unit = busy_week.unit("云溪街道").uid
    assert "云溪在线" in reporter.get(f"/reports/month/2026-03-01?unit={unit}").text
    captures = reporter.get("/reports/captures/week/2026-03-01").text
    assert "九里桥通车" in captures
    assert "这一期没有发出稿件" in reporter.get("/reports/captures/week/2026-02-01").text
    assert sign_in("chief").get("/reports/open-data").status_code == 403
    assert head.post_form("/reports/open-data", {"open": "1", "licence": ""}).status_code == 302
    assert "checked" in head.get("/reports/open-data").text


def test_schedules_are_kept_on_their_page(sign_in: Door, busy_week: Pressroom) -> None:
    chief = sign_in("chief")
    assert "还没有定时寄送" in chief.get("/reports/schedules").text
    assert "还没有设置发信服务器" in chief.get("/reports/schedules").text
    assert sign_in("reporter").get("/reports/schedules").status_code == 403
    given = {"kind": "week", "day": "1", "hour": "9", "recipients": "a@example.org\nB@example.org"}
    refused = chief.post_form("/reports/schedules", {**given, "recipients": "不是邮箱"})
    assert (refused.status_code, "不是邮箱" in refused.text) == (422, True)
    assert "请填一个邮箱地址" in refused.text
    refused = chief.post_form("/reports/schedules", {**given, "day": "9"})
    assert (refused.status_code, "周报请选星期几" in refused.text) == (422, True)
    assert chief.post_form("/reports/schedules", given).status_code == 302
    item = chief.get("/api/v1/report_schedules").json["items"][0]
    assert item["recipients"] == ["a@example.org", "b@example.org"]
    page = f"/reports/schedules/{item['uid']}"
    change = {"day": "2", "hour": "8", "recipients": "c@example.org", "version": "1"}
    assert chief.post_form(page, change).status_code == 302
    stale = chief.post_form(page, change)
    assert stale.status_code == 409
    assert chief.get("/api/v1/report_schedules").json["items"][0]["active"] is False


def test_a_program_does_the_same(sign_in: Door, busy_week: Pressroom) -> None:
    reporter, chief, head = sign_in("reporter"), sign_in("chief"), sign_in("head")
    asked_ = "kind=week&day=2026-03-03"
    figures = reporter.get(f"/api/v1/report_figures?{asked_}").json
    assert (figures["first_day"], figures["last_day"]) == ("2026-03-01", "2026-03-07")
    assert figures["sections"][0]["key"] == "published"
    given = {"kind": "week", "day": "2026-03-03"}
    assert reporter.call("POST", "/api/v1/reports", given).status_code == 403
    made = chief.call("POST", "/api/v1/reports", given)
    assert (made.status_code, made.json["edition"]) == (201, 1)
    assert made.json["sections"] == figures["sections"]
    assert chief.call("POST", "/api/v1/reports", given).status_code == 409
    assert chief.call("POST", "/api/v1/reports", {**given, "day": "3000-01-01"}).status_code == 409
    listed = reporter.get("/api/v1/reports?kind=week").json["items"]
    assert [(it["uid"], it["made_by"]) for it in listed] == [(made.json["uid"], "测试chief")]
    shown = reporter.get(f"/api/v1/reports/{made.json['uid']}").json
    assert shown["sha256"] == made.json["sha256"]
    assert chief.get(f"/api/v1/reports/{made.json['uid']}/letters").json["items"] == []
    captures = reporter.get(f"/api/v1/captures?{asked_}").json["items"]
    assert [it["pieces"] for it in captures] == [2, 1, 1]
    schedule = {**given, "hour": 9, "recipients": ["a@example.org"]}
    made = chief.call("POST", "/api/v1/report_schedules", {**schedule, "day": 1})
    assert made.status_code == 201
    change = {"day": 1, "hour": 9, "recipients": ["a@example.org"], "active": False}
    url = f"/api/v1/report_schedules/{made.json['uid']}"
    put = chief.call("PUT", url, change, headers={"If-Match": '"1"'})
    assert (put.status_code, put.json["active"]) == (200, False)
    assert chief.call("PUT", url, change, headers={"If-Match": '"1"'}).status_code == 409
    assert reporter.get("/api/v1/open_data").json == {"open": False, "licence": "CC BY 4.0"}
    assert chief.call("PUT", "/api/v1/open_data", {"open": True}).status_code == 403
    assert head.call("PUT", "/api/v1/open_data", {"open": True}).json["open"] is True
