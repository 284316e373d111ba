"""Editions of reports: frozen when made, corrected by a new one, printed, sent once, opened."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from docx import Document
from sqlalchemy import text

from kitchen import app, timetable
from kitchen.core.clock import CENTRE
from kitchen.core.errors import Duplicate, Forbidden, Invalid, Stale, WrongState
from kitchen.evaluation.figures.models import PieceFigures
from kitchen.evaluation.reports import queries, sending, service
from kitchen.evaluation.reports.models import Report, ReportLetter
from kitchen.evaluation.reports.papers import paper_of, sheet_of
from kitchen.evaluation.reports.rules import Kind, Period, unpacked
from kitchen.evaluation.reports.wording import told
from kitchen.matrix.campaigns.papers import as_docx, as_pdf
from kitchen.matrix.registry import xlsx
from kitchen.notifications.models import Notice
from kitchen.ports import NotSent, PerhapsSent, QuietMailer
from tests.evaluation.reports.conftest import LATER, MONTH, WEEK, Pressroom, noon
from tests.fixtures.newsroom import Door


def plain(words: str) -> str:
    return words


def make(room: Pressroom, period: Period = WEEK, unit: str | None = None) -> Report:
    with room.database.unit() as session:
        whose = session.merge(room.unit(unit)) if unit else None
        made = service.make(session, room.newsroom.chief, period, whose)
        return queries.the_report(session, made.uid)


def correct(room: Pressroom, reads: int) -> None:
    """A figure is told anew by hand."""
    with room.database.unit() as session:
        row = session.get_one(PieceFigures, (room.pieces[0].publication_id, 168))
        row.reads = reads


# --- editions ---


def test_a_report_is_frozen_and_a_correction_makes_the_next_edition(busy_week: Pressroom) -> None:
    first = make(busy_week)
    with pytest.raises(Duplicate, match="第 1 版"):
        make(busy_week)
    correct(busy_week, 1600)
    second = make(busy_week)
    assert (first.edition, second.edition) == (1, 2)
    kept = busy_week.reports()[0]
    assert (kept.figures, kept.sha256) == (first.figures, first.sha256)
    reads = unpacked(kept.figures)[1].table("by_channel").column("reads_168")
    assert reads[0] == 1500 + 700
    found = {
        (each["section"], *each["row"], each["column"], each["before"], each["after"])
        for each in second.changes
    }
    assert ("reads", "wechat", "reads_168", 2200, 2300) in found
    assert ("best", "九里桥通车", "wechat", "青禾发布", "reads_168", 1500, 1600) in found
    assert {each[0] for each in found} == {"reads", "best", "accounts"}


def test_nobody_changes_or_deletes_what_was_frozen(busy_week: Pressroom) -> None:
    make(busy_week)
    for spoil in (
        lambda session, row: setattr(row, "sha256", "x"),
        lambda session, row: session.delete(row),
    ):
        with (
            pytest.raises(RuntimeError, match="written once"),
            busy_week.database.unit() as session,
        ):
            spoil(session, session.query(Report).one())


def test_who_makes_a_report_and_when(busy_week: Pressroom) -> None:
    running = Period(Kind.MONTH, date(2026, 4, 1))
    with pytest.raises(WrongState, match="还没有结束"):
        make(busy_week, running)
    with pytest.raises(Forbidden), busy_week.database.unit() as session:
        service.make(session, busy_week.newsroom.reporter, WEEK, None)
    busy_week.at(datetime(2026, 3, 8, 0, 1, tzinfo=CENTRE))
    assert make(busy_week).edition == 1


def test_a_unit_has_a_report_of_its_own_that_a_merger_leaves_alone(busy_week: Pressroom) -> None:
    of_unit, of_house = make(busy_week, unit="采编部"), make(busy_week)
    assert (of_unit.edition, of_house.edition) == (1, 1)
    assert of_unit.sha256 != of_house.sha256
    pieces = unpacked(of_unit.figures)[0].table("by_channel")
    assert sum(int(it or 0) for it in pieces.column("pieces")) == 3


# --- on paper ---


def test_the_document_says_what_the_edition_says(busy_week: Pressroom) -> None:
    report = make(busy_week)
    document = Document(io.BytesIO(as_docx(paper_of(report, plain))))
    tables = [table for section in unpacked(report.figures) for table in section.tables]
    assert len(document.tables) == len(tables)
    for shown, table in zip(document.tables, tables, strict=True):
        cells = [[cell.text for cell in row.cells] for row in shown.rows][1:]
        assert cells == [
            [told(*pair, plain) for pair in zip(table.columns, row, strict=True)]
            for row in table.rows
        ]
    assert report.sha256 in "\n".join(each.text for each in document.paragraphs)


def test_the_sheet_keeps_numbers_and_writes_no_formula(busy_week: Pressroom) -> None:
    story = busy_week.write("=1+cmd|' /C calc'!A0", column="@栏目")
    busy_week.send(story, "青禾发布", noon(3), reads={168: 5})
    report = make(busy_week)
    body = sheet_of(report, plain)
    lines = list(xlsx.read(body, 1000))
    assert ["=1+cmd|' /C calc'!A0", "微信公众号", "青禾发布", "5", "", ""] in [
        [*line, *[""] * (6 - len(line))] for line in lines if line and line[0].startswith("=")
    ]
    assert b"<f>" not in body
    week = next(section for section in unpacked(report.figures) if section.key == "reads")
    row = week.table("by_channel").rows[0]
    numbers = ["" if it is None else str(it) for it in row[1:]]
    assert any(line[1:] == numbers for line in lines)


def test_the_print_has_its_font_and_its_words(busy_week: Pressroom) -> None:
    report = make(busy_week)
    body = as_pdf(paper_of(report, plain))
    assert body.startswith(b"%PDF-")
    assert b"/FontFile3" in body
    words = words_of(body)
    for said in ("全中心", "九里桥通车", "荷塘整治完成", "2,200", report.sha256[:20]):
        assert said in words


def words_of(body: bytes) -> str:
    """The text of a print, as a reader's search finds it: by its font's own table of letters."""
    streams = [_unpacked(it) for it in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", body, re.S)]
    table = next(it for it in streams if b"beginbfchar" in it)
    letters = {
        int(glyph, 16).to_bytes(2, "big"): chr(int(letter, 16))
        for glyph, letter in re.findall(
            rb"<(\w{4})> <(\w{4})>", table.split(b"endcodespacerange")[1]
        )
    }
    shown = [it for each in streams for it in re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", each, re.S)]
    glyphs = [re.sub(rb"\\(.)", _unescaped, it, flags=re.S) for it in shown]
    return "".join(letters[it[at : at + 2]] for it in glyphs for at in range(0, len(it), 2))


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return {b"n": b"\n", b"r": b"\r"}.get(escape[1], escape[1])


# --- by mail ---


@pytest.fixture
def mailer(busy_week: Pressroom) -> QuietMailer:
    found = busy_week.newsroom.ports.mailer
    assert isinstance(found, QuietMailer)
    found.on = True
    return found


def asked(room: Pressroom, *recipients: str, day: int = 0, kind: Kind = Kind.WEEK) -> None:
    room.at(datetime(2026, 3, 4, 9, tzinfo=CENTRE))
    with room.database.unit() as session:
        service.schedule(
            session,
            room.newsroom.chief,
            kind=kind,
            unit=None,
            day=day,
            hour=9,
            recipients=recipients or ("a@example.org", "b@example.org"),
        )


def test_a_report_is_made_and_sent_once_when_its_hour_has_come(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week)
    sending.carry(busy_week.database)
    assert busy_week.reports() == []  # what was due before it was asked for is not sent belatedly
    busy_week.at(datetime(2026, 3, 8, 8, 59, tzinfo=CENTRE))
    sending.ring_if_due(busy_week.database)
    assert busy_week.newsroom.bell.rung == []
    busy_week.at(datetime(2026, 3, 8, 9, tzinfo=CENTRE))
    sending.ring_if_due(busy_week.database)
    assert busy_week.newsroom.bell.rung == [(sending.BELL, 0)]
    assert timetable.DOORBELLS[sending.BELL]
    for _ in range(3):
        sending.carry(busy_week.database)
    report = busy_week.reports()[0]
    assert (report.first_day, report.made_by_id) == (WEEK.first, None)
    assert [letter.to for letter in mailer.sent] == ["a@example.org", "b@example.org"]
    assert report.sha256 in mailer.sent[0].text
    assert "/reports/week/2026-03-01?edition=1" in mailer.sent[0].text
    assert "周报" in mailer.sent[0].subject


def test_whoever_got_an_edition_gets_the_one_that_corrects_it(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week)
    busy_week.at(LATER)
    sending.carry(busy_week.database)
    mailer.sent.clear()
    weekly = busy_week.reports()[0].period
    story = busy_week.write("补报的稿件")
    first, _ = weekly.moments(CENTRE)
    busy_week.send(story, "青禾发布", first + timedelta(hours=1))
    make(busy_week, weekly)
    sending.carry(busy_week.database)
    assert ["edition=2" in each.text for each in mailer.sent] == [True, True]


def test_a_letter_that_was_not_taken_is_tried_again_and_its_failure_told(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week, "a@example.org")
    busy_week.at(LATER)
    mailer.failures.append(NotSent("忙", later=True))
    sending.carry(busy_week.database)
    assert mailer.sent == []
    sending.carry(busy_week.database)
    assert mailer.sent == []  # not before a pause
    busy_week.at(LATER + timedelta(minutes=2))
    mailer.failures.append(NotSent("没有这个人", later=False))
    sending.carry(busy_week.database)
    busy_week.at(LATER + timedelta(days=1))
    sending.carry(busy_week.database)
    assert mailer.sent == []
    letter = _letters(busy_week)[0]
    assert (letter.words, letter.attempts, letter.due_at) == ("没有这个人", 2, None)
    assert [each.params for each in _notices(busy_week)] == [
        {"address": "a@example.org", "words": "没有这个人"}
    ]


def test_nobody_knows_whether_it_arrived_so_it_is_not_sent_again(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week, "a@example.org")
    busy_week.at(LATER)
    mailer.failures.append(PerhapsSent("断了"))
    for minutes in (0, 10, 1000):
        busy_week.at(LATER + timedelta(minutes=minutes))
        sending.carry(busy_week.database)
    assert mailer.sent == []
    assert _letters(busy_week)[0].failed_at is not None


def test_a_sender_that_dies_sends_nothing_twice(busy_week: Pressroom, mailer: QuietMailer) -> None:
    asked(busy_week, "a@example.org")
    busy_week.at(LATER)
    with busy_week.database.unit() as session:
        sending._make_due(session, 1)
    with busy_week.database.unit() as session:
        parcel = sending.take(session)[0]
    with busy_week.database.unit() as session:
        assert sending.take(session) == []
    busy_week.at(LATER + timedelta(minutes=6))
    sending.carry(busy_week.database)
    assert mailer.sent == []
    letter = _letters(busy_week)[0]
    assert (letter.words, letter.failed_at is not None) == (sending.LOST, True)
    with busy_week.database.unit() as session:  # the dead come back and have nothing to say
        sending.settle(session, parcel, sending.Fate.SENT)
    assert _letters(busy_week)[0].sent_at is None


def test_without_a_mail_server_the_report_is_made_and_its_asker_told(busy_week: Pressroom) -> None:
    asked(busy_week)
    busy_week.at(LATER)
    sending.carry(busy_week.database)
    sending.carry(busy_week.database)
    assert len(busy_week.reports()) == 1
    assert _letters(busy_week) == []
    assert [each.text for each in _notices(busy_week)] == [sending.NO_MAIL]


def test_a_schedule_that_rests_sends_nothing_and_wakes_without_catching_up(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week)
    chief = busy_week.newsroom.chief
    with busy_week.database.unit() as session:
        row = queries.page_of_schedules(session).items[0]
        given: dict[str, Any] = {"day": 0, "hour": 9, "recipients": ["a@example.org"]}
        service.change_schedule(session, chief, row, row.version, **given, active=False)
    busy_week.at(LATER)
    sending.carry(busy_week.database)
    with busy_week.database.unit() as session:
        row = queries.page_of_schedules(session).items[0]
        service.change_schedule(session, chief, row, row.version, **given, active=True)
    sending.carry(busy_week.database)
    assert (mailer.sent, busy_week.reports()) == ([], [])
    with pytest.raises(Stale), busy_week.database.unit() as session:
        row = queries.page_of_schedules(session).items[0]
        service.change_schedule(session, chief, row, 1, **given, active=True)
    with pytest.raises(Invalid), busy_week.database.unit() as session:
        row = queries.page_of_schedules(session).items[0]
        service.change_schedule(session, chief, row, None, **{**given, "day": 7}, active=True)


def _letters(room: Pressroom) -> list[ReportLetter]:
    with room.database.unit(write=False) as session:
        return list(session.query(ReportLetter).order_by(ReportLetter.id))


def _notices(room: Pressroom) -> list[Notice]:
    with room.database.unit(write=False) as session:
        mine = Notice.staff_id == room.newsroom.chief.id
        return list(session.query(Notice).filter(mine).order_by(Notice.id))


# --- open data ---


def test_settled_months_are_open_to_everybody_and_nothing_else(busy_week: Pressroom) -> None:
    client = app.create_public(busy_week.newsroom.house).test_client()
    for name in ("figures.json", "figures.csv", "schema.json"):
        assert client.get(f"/open/{name}").status_code == 404
    make(busy_week)
    monthly = make(busy_week, MONTH)
    make(busy_week, MONTH, unit="采编部")
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
    make(busy_week, MONTH)
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


# --- pages and programs ---


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
    correct(busy_week, 1600)
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
