"""Duty through a day: called, taken over, handed over; holes, swaps, a month as a sheet."""

from __future__ import annotations

from datetime import date, time, timedelta
from io import BytesIO

import pytest

from kitchen.core.calendar import CalendarDay
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.matrix.models import Account
from kitchen.people.models import Staff
from kitchen.roster import queries, service, sheet, swapping, upkeep
from kitchen.roster.models import DutyShift, DutySwap
from kitchen.roster.rules import Days, Seat, State
from tests.fixtures.newsroom import Door
from tests.roster.conftest import DAY, MINUTE, Roster, at


def test_a_checks_in_stands_and_hands_over_in_writing(roster: Roster) -> None:
    house = roster.newsroom
    uid = roster.shift(roster.line(), house.reporter, house.editor)
    with pytest.raises(WrongState):
        roster.set_clock(at(6, 59))
        roster.do(service.check_in, house.reporter, uid)
    roster.set_clock(at(7, 55))
    with pytest.raises(Forbidden):
        roster.do(service.check_in, house.editor, uid)
    roster.do(service.check_in, house.reporter, uid)
    assert roster.see(uid).on_duty.id == house.reporter.id
    with pytest.raises(Invalid):
        roster.do(service.hand_over, house.reporter, uid, "  ")
    with pytest.raises(Forbidden):
        roster.do(service.hand_over, house.editor, uid, "没事")
    roster.do(service.hand_over, house.reporter, uid, "荷塘镇的停水还没答复")
    assert roster.see(uid).state == State.HANDED


def test_b_stands_when_a_is_silent_and_the_chief_is_called_when_both_are(roster: Roster) -> None:
    house = roster.newsroom
    uid = roster.shift(roster.line(), house.reporter, house.editor)
    roster.set_clock(at(8, 14))
    upkeep.keep_watch(roster.database)
    assert roster.told(house.editor) == []
    roster.set_clock(at(8, 15))
    for _ in range(2):
        upkeep.keep_watch(roster.database)
    assert roster.see(uid).on_duty.id == house.editor.id
    assert roster.told(house.editor) == ["“新媒体值班”A 角没有签到，现在由您值班，请马上接替。"]
    roster.set_clock(at(8, 30))
    upkeep.keep_watch(roster.database)
    assert roster.see(uid).on_duty is None
    assert roster.told(house.chief) == ["“新媒体值班”A 角和 B 角都没有应答，请马上安排人值班。"]
    roster.do(service.step_in, house.chief, uid)
    assert roster.see(uid).on_duty.id == house.chief.id


def test_b_who_was_called_takes_over_and_a_who_comes_late_does_not_stand_beside(
    roster: Roster,
) -> None:
    house = roster.newsroom
    uid = roster.shift(roster.line(), house.reporter, house.editor)
    roster.set_clock(at(8, 20))
    upkeep.keep_watch(roster.database)
    roster.do(service.take_over, house.editor, uid)
    with pytest.raises(WrongState):
        roster.do(service.check_in, house.reporter, uid)


def test_a_night_shift_runs_over_midnight_and_lapses_in_the_morning(roster: Roster) -> None:
    house = roster.newsroom
    night = roster.shift(roster.line(), house.reporter, house.editor, begins=time(20), ends=time(8))
    roster.set_clock(at(19, 50))
    roster.do(service.check_in, house.reporter, night)
    for moment in (at(23, 59), at(0, 1, DAY + timedelta(days=1)), at(7, 59, DAY + timedelta(1))):
        roster.set_clock(moment)
        upkeep.keep_watch(roster.database)
        with roster.database.unit(write=False) as session:
            assert [it.uid for it in queries.running(session, moment)] == [night]
    roster.set_clock(at(8, 0, DAY + timedelta(days=1)))
    upkeep.keep_watch(roster.database)
    assert roster.see(night).state == State.LAPSED


def test_holes_are_told_ahead_once_and_by_the_calendar(roster: Roster) -> None:
    house = roster.newsroom
    line = roster.line(days=Days.WORKING)
    with roster.database.unit() as session:
        for day in range(1, 8):
            session.add(CalendarDay(day=date(2026, 10, day), working=False, name="国庆节"))
        service.set_setting(session, house.chief, grace_a=15, grace_b=15, ahead_days=2)
    roster.set_clock(at(7, 0, DAY))
    for _ in range(2):
        upkeep.tell_of_holes(roster.database)
    assert roster.told(house.chief) == ["“新媒体值班”09-30 08:00起没有人值班，请排班。"]
    roster.shift(line, house.reporter)
    upkeep.tell_of_holes(roster.database)
    assert roster.told(house.chief)[1:] == ["“新媒体值班”09-30 08:00的班没有 B 角，请补上。"]


def test_who_left_the_house_leaves_a_hole(roster: Roster) -> None:
    house = roster.newsroom
    roster.shift(roster.line(), house.reporter, house.editor)
    with roster.database.unit() as session:
        session.get_one(Staff, house.reporter.id).active = False
    with roster.database.unit(write=False) as session:
        found = queries.holes_ahead(session, at(7), timedelta(hours=14))
    assert [(it.span.since, it.seat_b) for it in found] == [(at(8), False)]


@pytest.mark.parametrize("field", ["b", "day", "a"])
def test_a_shift_that_cannot_be_is_refused_with_its_field(roster: Roster, field: str) -> None:
    house = roster.newsroom
    line, other = roster.line(), roster.line("客户端值班")
    roster.shift(line, house.reporter, house.editor)
    with pytest.raises(Invalid) as refused:
        if field == "b":
            roster.shift(other, house.chief, house.chief)
        elif field == "day":
            roster.shift(line, house.chief)
        else:
            roster.shift(other, house.reporter)
    assert set(refused.value.fields) == {field}


def test_only_who_arranges_plans_and_only_over_their_unit(roster: Roster) -> None:
    house = roster.newsroom
    uid = roster.shift(roster.line(), house.reporter)
    with pytest.raises(Forbidden):
        roster.do(service.cancel_shift, house.editor, uid)
    roster.do(service.cancel_shift, house.chief, uid)
    assert roster.see(uid).state == State.CANCELLED


def asked(roster: Roster, one: str, other: str) -> str:
    with roster.database.unit() as session:
        mine, theirs = (queries.the_shift(session, uid) for uid in (one, other))
        reporter = roster.newsroom.reporter
        return swapping.ask(session, reporter, mine, theirs, Seat.A, "孩子家长会").uid


def test_seats_change_only_when_the_other_agrees(roster: Roster) -> None:
    house, line = roster.newsroom, roster.line()
    one = roster.shift(line, house.reporter, house.chief)
    other = roster.shift(line, house.editor, house.operator, day=DAY + timedelta(days=1))
    swap = asked(roster, one, other)
    assert "想和您换班" in roster.told(house.editor)[0]
    with roster.database.unit() as session, pytest.raises(Forbidden):
        swapping.agree(session, house.reporter, queries.the_swap(session, swap))
    assert roster.see(one).a.id == house.reporter.id
    with roster.database.unit() as session:
        swapping.agree(session, house.editor, queries.the_swap(session, swap))
    assert (roster.see(one).a.id, roster.see(other).a.id) == (house.editor.id, house.reporter.id)
    with roster.database.unit() as session, pytest.raises(WrongState):
        swapping.agree(session, house.editor, queries.the_swap(session, swap))


def test_a_swap_that_would_put_one_person_in_both_seats_changes_nothing(roster: Roster) -> None:
    house, line = roster.newsroom, roster.line()
    one = roster.shift(line, house.reporter, house.editor)
    other = roster.shift(line, house.editor, house.operator, day=DAY + timedelta(days=1))
    swap = asked(roster, one, other)
    with pytest.raises(WrongState), roster.database.unit() as session:
        swapping.agree(session, house.editor, queries.the_swap(session, swap))
    assert roster.see(one).a.id == house.reporter.id
    with roster.database.unit(write=False) as session:
        assert session.query(DutySwap).one().state == "asked"


def test_a_month_keeps_its_good_rows_and_tells_of_the_others(roster: Roster) -> None:
    house = roster.newsroom
    roster.line()
    rows = [
        "日期,岗,A角,B角,开始,结束",
        "2026-09-30,新媒体值班,测试reporter,editor,,",
        "2026/10/1,新媒体值班,reporter,测试editor,20:00,08:00",
        "2026-13-01,新媒体值班,reporter,editor,,",
        "2026-10-02,没有的岗,reporter,editor,,",
        "2026-10-02,新媒体值班,查无此人,editor,,",
        "2026-10-02,新媒体值班,reporter,reporter,,",
        "2026-09-30,新媒体值班,chief,editor,,",
        ",,,,,",
    ]
    with roster.database.unit() as session:
        found = sheet.take_in(session, house.chief, "\r\n".join(rows).encode("gb18030"))
    assert found.planned == 2
    assert [fault.row for fault in found.faults] == [4, 5, 6, 7, 8]
    with roster.database.unit(write=False) as session:
        spans = [it.ends_at - it.starts_at for it in session.query(DutyShift)]
    assert spans == [timedelta(hours=12)] * 2
    with roster.database.unit() as session, pytest.raises(Invalid) as refused:
        sheet.take_in(session, house.chief, "姓名,电话\r\n甲,1".encode())
    assert set(refused.value.fields) == {"file"}


def test_a_month_comes_as_a_workbook_as_well(roster: Roster) -> None:
    roster.line()
    row = ["2026-09-30", "新媒体值班", "reporter", "editor", "20:00", "08:00"]
    with roster.database.unit() as session:
        found = sheet.take_in(session, roster.newsroom.chief, sheet.written([row], "xlsx"))
    assert (found.planned, found.faults) == (1, [])
    for data in (b"PK\x03\x04 torn", sheet.written([row] * 5001, "xlsx")):
        with roster.database.unit() as session, pytest.raises(Invalid) as refused:
            sheet.take_in(session, roster.newsroom.chief, data)
        assert set(refused.value.fields) == {"file"}


@pytest.mark.parametrize("name", ["=1+1", "-夜班", "@所有人"])
def test_a_line_of_any_name_is_no_formula_in_a_sheet_and_is_known_again(
    roster: Roster, name: str
) -> None:
    roster.line(name)
    for day, kind in (("2026-09-30", "csv"), ("2026-10-01", "xlsx")):
        data = sheet.written([[day, name, "reporter", "editor", "", ""]], kind)
        if kind == "csv":
            assert f"{day},'{name}," in data.decode("utf-8-sig")
        with roster.database.unit() as session:
            found = sheet.take_in(session, roster.newsroom.chief, data)
        assert (found.planned, found.faults) == (1, [])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_sheet_to_fill_in_is_taken_as_it_is_handed_out(
    roster: Roster, sign_in: Door, kind: str
) -> None:
    roster.line()
    chief = sign_in("chief")
    data = chief.get(f"/roster/sheet.{kind}").data
    answer = chief.post_form("/roster/sheet", {"file": (BytesIO(data), f"roster.{kind}")})
    assert (answer.status_code, "排上 1 班" in answer.text) == (200, True)


CENTRE = "青禾区融媒体中心"
KEPT_BY = {"own": CENTRE, "centre": CENTRE, "section": "采编部", "town": "云溪街道"}


def test_an_account_has_its_own_duty_else_that_of_its_unit_else_of_the_one_above(
    roster: Roster,
) -> None:
    house = roster.newsroom
    with roster.database.unit() as session:
        for name, unit in (
            ("own", "青禾区融媒体中心"),
            ("centre", "青禾区融媒体中心"),
            ("section", "采编部"),
            ("town", "云溪街道"),
        ):
            session.add(
                Account(channel="weibo", name=name, handle=name, unit_id=house.units[unit].id)
            )
    with roster.database.unit(write=False) as session:
        accounts = {it.name: it for it in session.query(Account)}
    roster.shift(roster.line(), house.reporter, house.editor)
    roster.shift(roster.line("微博值班", account=accounts["own"]), house.operator)
    with roster.database.unit(write=False) as session:
        on = {name: queries.on_duty_for(session, it, at(9)) for name, it in accounts.items()}
    reporter, operator = [house.reporter.id], [house.operator.id]
    assert on == {"own": operator, "centre": reporter, "section": reporter, "town": []}


def test_the_pages_and_the_api_show_who_is_on_duty(roster: Roster, sign_in: Door) -> None:
    house = roster.newsroom
    uid = roster.shift(roster.line(), house.reporter, house.editor)
    roster.set_clock(at(8) - MINUTE)
    assert "签到上岗" in sign_in("reporter").get("/roster").text
    answer = sign_in("reporter").post_form(f"/roster/{uid}/check_in")
    assert answer.status_code == 302
    roster.set_clock(at(8, 20))
    on = sign_in("editor").get("/api/v1/on_duty").json["items"]
    assert [it["name"] for it in on] == ["测试reporter"]
    assert "测试reporter" in sign_in("editor").get("/").text
    page = sign_in("reporter").post_form(f"/roster/{uid}/hand_over", {"note": ""})
    assert page.status_code == 422
    shift = sign_in("editor").get(f"/api/v1/shifts/{uid}").json
    assert (shift["state"], shift["actions"]) == ("on", ["take_over"])
    assert sign_in("editor").get("/roster/settings").status_code == 403
    for path in ("/roster/settings", "/roster/sheet", "/roster/shifts/new", "/roster/lines/new"):
        assert sign_in("chief").get(path).status_code == 200


def test_lines_shifts_and_the_calendar_by_the_api(roster: Roster, sign_in: Door) -> None:
    chief, house = sign_in("chief"), roster.newsroom
    line = {
        "name": "客户端值班",
        "unit": house.units[CENTRE].uid,
        "begins": "08:00",
        "ends": "08:00",
        "active": True,
    }
    made = chief.call("POST", "/api/v1/duty_lines", line)
    assert (made.status_code, made.json["unit"]) == (201, line["unit"])
    again = chief.call("POST", "/api/v1/duty_lines", line)
    assert set(again.json["fields"]) == {"name"}
    changed = chief.call(
        "PUT", f"/api/v1/duty_lines/{made.json['uid']}", line | {"days": "working"}
    )
    assert changed.json["days"] == "working"
    shift = {"line": made.json["uid"], "day": f"{DAY}", "a": house.reporter.uid}
    planned = chief.call("POST", "/api/v1/shifts", shift).json
    assert (planned["state"], planned["b"]) == ("planned", None)
    stranger = chief.call("POST", "/api/v1/shifts", shift | {"a": "nobody"})
    assert set(stranger.json["fields"]) == {"a"}
    cancelled = chief.call("POST", f"/api/v1/shifts/{planned['uid']}/cancel").json
    assert cancelled["state"] == "cancelled"
    assert chief.call("POST", "/api/v1/shifts", shift).status_code == 201
    wrong = chief.call("PUT", "/api/v1/duty_setting", {"grace_a": 0, "grace_b": 1, "ahead_days": 1})
    assert set(wrong.json["fields"]) == {"grace_a"}
    assert sign_in("editor").call("POST", "/api/v1/duty_lines", line).status_code == 403
