"""Tasks in one's own calendar: the text to the letter, private addresses, and nothing secret."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kitchen.assignments import service
from kitchen.assignments.icalendar import FOLD, Entry, calendar, fold
from kitchen.assignments.models import Assignment
from tests.assignments.conftest import Send
from tests.fixtures.newsroom import Door, Newsroom

STAMP = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
ENTRY = Entry(
    uid="assignment-abc@central-kitchen",
    sequence=2,
    begins=datetime(2026, 7, 1, 0, 30, tzinfo=UTC),
    ends=datetime(2026, 7, 1, 2, 0, tzinfo=UTC),
    summary="采藕; 现场, 两处\\三处",
    location="荷塘镇",
    description="东门\n集合",
    url="http://127.0.0.1:8000/assignments/abc",
    cancelled=False,
    confirmed=True,
)
GOLDEN = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Central Kitchen//Assignments//ZH
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:苏小满
BEGIN:VTIMEZONE
TZID:Asia/Shanghai
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0800
TZOFFSETTO:+0800
TZNAME:CST
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:assignment-abc@central-kitchen
SEQUENCE:2
DTSTAMP:20261126T003000Z
DTSTART;TZID=Asia/Shanghai:20260701T083000
DTEND;TZID=Asia/Shanghai:20260701T100000
SUMMARY:采藕\\; 现场\\, 两处\\\\三处
LOCATION:荷塘镇
DESCRIPTION:东门\\n集合
URL:http://127.0.0.1:8000/assignments/abc
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
"""


def test_the_calendar_to_the_letter() -> None:
    assert calendar("苏小满", [ENTRY], STAMP).decode() == GOLDEN.replace("\n", "\r\n")


@pytest.mark.parametrize("line", ["SUMMARY:" + "藕" * 60, "X:" + "a" * 300, "X:" + "a" * 73])
def test_a_long_line_is_folded_between_characters(line: str) -> None:
    pieces = fold(line).split(b"\r\n")
    assert all(len(piece) <= FOLD for piece in pieces)
    assert all(piece.decode() for piece in pieces[:-1])
    assert fold(line).decode().replace("\r\n ", "").rstrip("\r\n") == line


def test_no_other_line_can_be_slipped_in() -> None:
    entry = Entry(**{**_fields(ENTRY), "summary": "甲\r\nATTACH:file:///etc/passwd\x00"})
    assert b"\r\nATTACH" not in calendar("x", [entry], STAMP)


def _fields(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in Entry.__slots__}


def feed(door: Door, role: str) -> str:
    answer = door(role).call("POST", "/api/v1/calendar")
    assert answer.status_code == 201
    return str(answer.json["url"])


def test_a_feed_shows_ones_own_tasks_and_how_they_stand(sign_in: Door, send: Send) -> None:
    newsroom = sign_in.newsroom
    with newsroom.database.unit() as session:
        send(session, newsroom.reporter, title="采藕", contact="王科长 138", brief="线人老张说")
        send(session, newsroom.second_reporter, title="别人的任务")
        gone = send(session, newsroom.reporter, title="取消的")
        service.cancel(session, newsroom.editor, gone, "雨")
        no = send(session, newsroom.reporter, title="不去的")
        service.decline(session, newsroom.reporter, no, "在外地")
    text = sign_in.stranger().get(feed(sign_in, "reporter")).text
    told = dict(zip(_values(text, "SUMMARY"), _values(text, "STATUS"), strict=True))
    assert told == {"采藕": "TENTATIVE", "取消的": "CANCELLED", "不去的": "CANCELLED"}
    for secret in ("王科长", "138", "老张", "别人的任务"):
        assert secret not in text


def _values(text: str, key: str) -> list[str]:
    lines = text.replace("\r\n ", "").split("\r\n")
    return [line.partition(":")[2] for line in lines if line.startswith(f"{key}:")]


def test_a_renewed_address_makes_the_old_one_lead_nowhere(sign_in: Door) -> None:
    first, second = feed(sign_in, "reporter"), feed(sign_in, "reporter")
    stranger = sign_in.stranger()
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    assert stranger.get("/calendar/guessed.ics").status_code == 404
    page = sign_in("reporter").get("/crew/calendar").text
    assert second in page
    assert second not in sign_in("editor").get("/crew/calendar").text


def test_every_change_counts_up_and_one_task_is_a_file(
    newsroom: Newsroom, sign_in: Door, send: Send
) -> None:
    with newsroom.database.unit() as session:
        task = send(session, newsroom.reporter)
        first, uid = task.sequence, task.uid
        service.replan(session, newsroom.editor, task, starts_at=task.due_at)
        assert task.sequence > first
    text = sign_in("reporter").get(f"/assignments/{uid}.ics").text
    with newsroom.database.unit(write=False) as session:
        row = session.query(Assignment).one()
    assert _values(text, "SEQUENCE") == [str(row.sequence)]
    assert _values(text, "UID") == [f"assignment-{uid}@central-kitchen"]
    assert sign_in("editor").get(f"/assignments/{uid}.ics").status_code == 404
