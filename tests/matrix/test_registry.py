"""The registry: sheets in and out, filing, people, transfers, days, figures, rules, proofs."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select, text

from kitchen.core import audit, clock
from kitchen.core.access import EVERYWHERE, HOUSE, Actor
from kitchen.core.errors import Duplicate, Forbidden, Invalid, NotFound, WrongState
from kitchen.core.workdays import Workdays
from kitchen.matrix import queries, service
from kitchen.matrix.models import Account
from kitchen.matrix.registry import (
    custody,
    evidence,
    figures,
    filing,
    importing,
    library,
    parameters,
    sheets,
    workers,
    working_days,
    xlsx,
)
from kitchen.matrix.registry import queries as registry
from kitchen.matrix.registry.models import Worker
from kitchen.matrix.registry.rules import (
    Change,
    Establishment,
    Figures,
    FilingState,
    Health,
    Limits,
    Standing,
    Vetting,
    health_of,
    may_edit,
)
from kitchen.people.rules import May as People
from tests.fixtures.newsroom import Newsroom
from tests.matrix.conftest import SECRET, SETTINGS, Register

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
DAY = timedelta(days=1)
HEAD = "账号名,平台,平台账号,主办单位,单位层级,粉丝数,最近更新"
GOOD = "云溪发布,微信,yunxi,云溪街道,镇街,88,2026-11-01"


def _sheet(*lines: str) -> bytes:
    return "\n".join([HEAD, *lines]).encode()


def _surveyor(newsroom: Newsroom) -> Actor:
    """The office, with the right to add units."""
    office = newsroom.cyberspace
    return replace(office, grants={**office.grants, People.ADMINISTER: EVERYWHERE})


# --- sheets ---


def test_good_rows_are_kept_and_bad_ones_told_with_their_remedy(newsroom: Newsroom) -> None:
    rows = [
        GOOD,
        "石桥发布,微信,shiqiao,石桥镇,镇街,,",
        "荷塘,电报,hetang,云溪街道,,,",
        "云溪微博,微博,yunxi_wb,云溪街道,区直,,",
        "云溪号,抖音,yunxi_dy,云溪街道,,很多,昨天",
        ",微信,,云溪街道,,,",
        GOOD,
    ]
    with newsroom.database.unit() as session:
        found = importing.take_in(session, newsroom.cyberspace, _sheet(*rows))
        assert found.entered == [2]
        assert [(it.row, it.head) for it in found.faults] == [
            (3, "主办单位"),
            (4, "平台"),
            (5, "单位层级"),
            (6, "粉丝数"),
            (6, "最近更新"),
            (7, "账号名"),
            (7, "平台账号"),
        ]
        assert all(fault.told.message for fault in found.faults)
        assert [(it.row, it.told.params["row"]) for it in found.twice] == [(8, 2)]
        account = session.scalars(select(Account).where(Account.handle == "yunxi")).one()
        assert (account.held, account.enabled, account.figures.followers) == (False, False, 88)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_exported_and_comes_back_changes_nothing(newsroom: Newsroom, kind: str) -> None:
    wide = "=云溪发布,微信,yunxi,云溪街道,镇街,88,2026-11-01"
    with newsroom.database.unit() as session:
        importing.take_in(session, newsroom.cyberspace, _sheet(wide))
    with newsroom.database.unit(write=False) as session:
        data = sheets.written(registry.whole_register(session), kind)
        entries = session.scalar(select(func.count()).select_from(audit.AuditEntry))
    with newsroom.database.unit() as session:
        again = importing.take_in(session, newsroom.cyberspace, data)
        assert (again.entered, again.updated, again.faults) == ([], [], [])
        assert again.unchanged == [2]
    with newsroom.database.unit(write=False) as session:
        assert session.scalar(select(func.count()).select_from(audit.AuditEntry)) == entries


def test_a_missing_unit_is_founded_by_who_may_and_named_to_others(newsroom: Newsroom) -> None:
    row = "石桥发布,微信,shiqiao,石桥镇,镇街,,"
    with newsroom.database.unit() as session:
        found = importing.take_in(session, _surveyor(newsroom), _sheet(row))
        assert (found.founded, found.entered) == (["石桥镇"], [2])


def test_a_unit_imports_its_own_accounts_and_no_others(newsroom: Newsroom) -> None:
    foreign = "中心号,微信,centre,青禾区融媒体中心,,,"
    with newsroom.database.unit() as session:
        found = importing.take_in(session, newsroom.keeper, _sheet(GOOD, foreign))
        assert found.entered == [2]
        assert [(it.row, it.head) for it in found.faults] == [(3, "主办单位")]


def _packed(**parts: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, words in parts.items():
            pack.writestr(name.replace("__", "/") + ".xml", words)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00\x00",
        "平台,粉丝\n微信,1".encode(),
        '账号名,平台,平台账号,主办单位\n"未完'.encode() + b"\0",
        b"PK\x03\x04 broken",
        _packed(other="<a/>"),
        _packed(
            xl__worksheets__sheet1="<worksheet><sheetData><row r='x'/></sheetData></worksheet>"
        ),
        _packed(xl__worksheets__sheet1='<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'),
        _packed(xl__worksheets__sheet1=f"<worksheet>{' ' * (xlsx.UNPACKED_MOST + 1)}</worksheet>"),
    ],
    ids=["empty", "noise", "other_heads", "torn", "zip", "no_sheet", "row", "entity", "bomb"],
)
def test_what_is_no_sheet_is_refused_in_words(newsroom: Newsroom, data: bytes) -> None:
    with newsroom.database.unit() as session, pytest.raises(Invalid) as refused:
        importing.take_in(session, newsroom.cyberspace, data)
    assert set(refused.value.fields) == {"file"}


def test_days_and_shared_words_of_an_office_program_are_read() -> None:
    shared = "<sst><si><t>开设日期</t></si><si><r><t>云</t></r><r><t>溪</t></r></si></sst>"
    styles = "<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>"
    cells = (
        "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' t='s'><v>1</v></c></row>"
        "<row r='3'><c r='A3' s='1'><v>43586</v></c><c r='B3'><v>1.5</v></c></row>"
    )
    data = _packed(
        xl__sharedStrings=shared,
        xl__styles=styles,
        xl__worksheets__sheet1=f"<worksheet><sheetData>{cells}</sheetData></worksheet>",
    )
    assert list(xlsx.read(data, 10)) == [["开设日期", "", "云溪"], [], ["2019-05-01", "1.5"]]


def test_hours_are_read_as_hours_and_formulas_by_what_was_kept_with_them() -> None:
    formats = "<numFmts><numFmt numFmtId='170' formatCode='h:mm;@'/></numFmts>"
    xfs = "".join(f"<xf numFmtId='{code}'/>" for code in (0, 20, 170, 22))
    cells = (
        "<row r='1'><c r='A1' s='1'><v>0.35416666666666669</v></c>"
        "<c r='B1' s='2'><v>0.99999</v></c><c r='C1' s='3'><v>43586.5</v></c>"
        "<c r='D1'><f>1+1</f><v>2</v></c><c r='E1' t='str'><f>A2</f><v>云溪</v></c></row>"
    )
    data = _packed(
        xl__styles=f"<styleSheet>{formats}<cellXfs>{xfs}</cellXfs></styleSheet>",
        xl__worksheets__sheet1=f"<worksheet><sheetData>{cells}</sheetData></worksheet>",
    )
    assert list(xlsx.read(data, 10)) == [["08:30", "00:00", "2019-05-01", "2", "云溪"]]


def test_a_workbook_that_was_torn_in_the_middle_is_refused() -> None:
    whole = xlsx.written([["账号名"] * 50] * 500, "台账")
    for cut in (len(whole) // 2, len(whole) - 30):
        with pytest.raises(xlsx.NoWorkbook):
            list(xlsx.read(whole[:cut], 1000))
    with zipfile.ZipFile(BytesIO(whole)) as pack:
        begins = pack.getinfo("xl/worksheets/sheet1.xml").header_offset + 60
    with pytest.raises(xlsx.NoWorkbook):
        list(xlsx.read(whole[:begins] + b"\xff" * 40 + whole[begins + 40 :], 1000))


# --- figures ---


@pytest.mark.parametrize(
    ("known", "stands"),
    [
        (Figures(), Health.UNKNOWN),
        (Figures(followers=0), Health.LOW),
        (Figures(followers=99, posts_30d=90), Health.LOW),
        (Figures(followers=100, posts_30d=29), Health.LOW),
        (Figures(followers=100, posts_30d=30), Health.NORMAL),
        (Figures(followers=100), Health.UNKNOWN),
        (Figures(followers=100, posts_30d=30, last_post_at=NOON - 14 * DAY), Health.ZOMBIE),
        (Figures(followers=1, last_post_at=NOON - 13 * DAY), Health.LOW),
    ],
)
def test_how_alive_an_account_is(known: Figures, stands: Health) -> None:
    assert health_of(known, Limits(100, 1, 14), NOON) is stands


def test_the_list_finds_accounts_by_the_same_rule(newsroom: Newsroom, enter: Register) -> None:
    last = NOON - 20 * DAY
    known = {
        "a": Figures(),
        "b": Figures(followers=0, posts_30d=40),
        "c": Figures(followers=500, posts_30d=40),
        "d": Figures(followers=500, posts_30d=40, last_post_at=last),
        "e": Figures(posts_30d=3),
        "f": Figures(followers=500),
        "g": Figures(posts_30d=40),
    }
    newsroom.database.info["now"] = NOON
    for handle, each in known.items():
        uid = enter(handle)
        with newsroom.database.unit() as session:
            account = queries.the_account(session, uid)
            figures.note(session, newsroom.cyberspace, account, each, "declared")
    with newsroom.database.unit(write=False) as session:
        for stands in Health:
            page = queries.page_of_accounts(session, health=stands)
            assert {figures.health(session, it) for it in page.items} <= {stands}
            wanted = {handle for handle, it in known.items() if _rule(it) is stands}
            assert {it.handle for it in page.items} == wanted


def test_followers_that_nobody_told_stay_unknown_whatever_else_is(
    newsroom: Newsroom, enter: Register
) -> None:
    newsroom.database.info["now"] = NOON
    uid = enter("films")
    for mean in (40, 60):
        newsroom.database.info["now"] += DAY
        with newsroom.database.unit() as session:
            account = queries.the_account(session, uid)
            figures.note(session, HOUSE, account, Figures(posts_30d=40, mean_reads=mean), "house")
    with newsroom.database.unit(write=False) as session:
        account = queries.the_account(session, uid)
        assert account.figures == Figures(posts_30d=40, mean_reads=60)
        assert [it.followers for it in figures.history(session, account)] == [None, None]
        assert figures.health(session, account) is Health.UNKNOWN
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        figures.note(session, HOUSE, account, Figures(followers=0), "house")
        assert account.figures.followers == 0
        assert figures.health(session, account) is Health.LOW


def _rule(known: Figures) -> Health:
    return health_of(known, Limits(100, 1, 14), NOON)


# --- deadlines ---

FESTIVAL = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}


@pytest.mark.parametrize(
    ("start", "days", "calendar", "due"),
    [
        (date(2026, 11, 25), 2, {}, date(2026, 11, 27)),
        (date(2026, 11, 26), 2, {}, date(2026, 11, 30)),
        (date(2026, 11, 28), 2, {}, date(2026, 12, 1)),
        (date(2026, 9, 30), 2, FESTIVAL, date(2026, 10, 9)),
        (date(2026, 9, 30), 3, FESTIVAL, date(2026, 10, 10)),
        (date(2026, 12, 31), 0, {}, date(2026, 12, 31)),
    ],
)
def test_working_days_go_round_holidays(
    start: date, days: int, calendar: dict[date, bool], due: date
) -> None:
    assert Workdays(calendar).after(start, days) == due


def test_the_calendar_and_the_settings_move_new_deadlines(
    newsroom: Newsroom, enter: Register
) -> None:
    uid, other = enter("one"), enter("two")
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)
    with newsroom.database.unit() as session:
        office = newsroom.cyberspace
        account = queries.the_account(session, uid)
        made = filing.draft(
            session, office, account, Change.OPEN, happened_on=friday, exception_reason="防汛要用"
        )
        assert clock.local(made.due_at).date() == date(2026, 12, 1)
        working_days.set_day(session, office, monday, working=False, name="测试假日")
        parameters.change(session, office, "filing_days", 5)
        again = filing.draft(
            session,
            office,
            queries.the_account(session, other),
            Change.OPEN,
            happened_on=friday,
            exception_reason="防汛要用",
        )
        assert clock.local(again.due_at).date() == date(2026, 12, 7)
        assert (clock.local(again.due_at).hour, clock.local(again.due_at).minute) == (23, 59)
        with pytest.raises(Invalid):
            parameters.change(session, office, "filing_days", 0)
        with pytest.raises(Forbidden):
            parameters.change(session, newsroom.reporter, "filing_days", 3)


# --- filing ---


def _draft(newsroom: Newsroom, uid: str, change: Change = Change.OPEN, **more: Any) -> str:
    with newsroom.database.unit() as session:
        given = {"happened_on": date(2026, 11, 26), "exception_reason": "确有需要", **more}
        account = queries.the_account(session, uid)
        return filing.draft(session, newsroom.keeper, account, change, **given).uid


def _take(newsroom: Newsroom, uid: str, *moves: str, number: str = "备2026-1") -> None:
    people = {"consent": newsroom.unit_head, "submit": newsroom.keeper}
    for move in moves:
        with newsroom.database.unit() as session:
            found = registry.the_filing(session, uid)
            actor = people.get(move, newsroom.cyberspace)
            if move == "file":
                filing.file(session, actor, found, number)
            else:
                getattr(filing, move)(session, actor, found)


def test_an_opening_goes_from_the_unit_by_its_head_to_the_office(
    newsroom: Newsroom, enter: Register
) -> None:
    uid = enter()
    made = _draft(newsroom, uid)
    _take(newsroom, made, "submit", "consent", "accept", "file")
    with newsroom.database.unit(write=False) as session:
        account = queries.the_account(session, uid)
        assert (account.state, account.filing_no) == (Standing.FILED, "备2026-1")
        acts = [it.action for it in audit.history(session, registry.the_filing(session, made))]
        assert acts == ["file", "accept", "consent", "submit", "draft_filing"]
    with pytest.raises(WrongState):
        _draft(newsroom, uid)


def test_without_its_four_slots_nothing_is_filed(newsroom: Newsroom, enter: Register) -> None:
    uid = enter(slots=False, principal="测试甲", office="办公室")
    made = _draft(newsroom, uid)
    with pytest.raises(Invalid) as refused:
        _take(newsroom, made, "submit")
    assert set(refused.value.fields) == {"supervisor", "keepers"}


def test_a_slot_emptied_on_the_way_stops_the_filing(newsroom: Newsroom, enter: Register) -> None:
    uid = enter()
    made = _draft(newsroom, uid)
    _take(newsroom, made, "submit", "consent", "accept")
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        service.update_entry(session, newsroom.cyberspace, account, supervisor=" ")
    with pytest.raises(Invalid):
        _take(newsroom, made, "file")


def test_streets_open_no_account_without_saying_why(newsroom: Newsroom, enter: Register) -> None:
    with pytest.raises(Invalid) as refused:
        _draft(newsroom, enter(), exception_reason=" ")
    assert set(refused.value.fields) == {"exception_reason"}


def test_nobody_consents_to_their_own_draft_or_takes_a_step_twice(
    newsroom: Newsroom, enter: Register
) -> None:
    uid = enter()
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        given = {"happened_on": date(2026, 11, 26), "exception_reason": "确有需要"}
        made = filing.draft(session, newsroom.unit_head, account, Change.OPEN, **given)  # type: ignore[arg-type]
        filing.submit(session, newsroom.keeper, made)
        with pytest.raises(Forbidden):
            filing.consent(session, newsroom.unit_head, made)
        with pytest.raises(Forbidden):
            filing.consent(session, newsroom.keeper, made)
        with pytest.raises(WrongState):
            filing.submit(session, newsroom.keeper, made)
        with pytest.raises(Invalid):
            filing.refuse(session, newsroom.unit_head, made, " ")
        with pytest.raises(Duplicate):
            filing.draft(session, newsroom.unit_head, account, Change.CLOSE, **given)  # type: ignore[arg-type]
        assert made.state == FilingState.SUBMITTED


def test_a_number_is_given_once(newsroom: Newsroom, enter: Register) -> None:
    first, second = _draft(newsroom, enter("one")), _draft(newsroom, enter("two"))
    _take(newsroom, first, "submit", "consent", "accept", "file")
    with pytest.raises(Duplicate):
        _take(newsroom, second, "submit", "consent", "accept", "file")


def test_a_change_holds_once_it_is_filed_and_a_new_unit_fills_its_slots(
    newsroom: Newsroom, enter: Register
) -> None:
    uid = enter()
    centre = newsroom.units["青禾区融媒体中心"]
    changes = {"name": "云溪在线", "unit": centre.uid}
    made = _draft(newsroom, uid, Change.CHANGE, changes=changes)
    with pytest.raises(Invalid):
        _take(newsroom, made, "submit")  # the former unit's people answer for nothing any more
    with newsroom.database.unit() as session:
        found = registry.the_filing(session, made)
        found.changes = {**found.changes, **dict.fromkeys(service.SLOTS, "新人")}
    _take(newsroom, made, "submit", "consent", "accept")
    with newsroom.database.unit(write=False) as session:
        assert queries.the_account(session, uid).name != "云溪在线"
    _take(newsroom, made, "file")
    with newsroom.database.unit(write=False) as session:
        account = queries.the_account(session, uid)
        assert (account.name, account.unit.name) == ("云溪在线", centre.name)
        assert (account.principal, account.state) == ("新人", Standing.FILED)


# --- people ---


@pytest.mark.parametrize(
    ("establishment", "vetting", "expires", "may"),
    [
        (Establishment.PERMANENT, Vetting.UNVETTED, None, True),
        (Establishment.PERMANENT, Vetting.FAILED, None, False),
        (Establishment.HIRED, Vetting.UNVETTED, None, False),
        (Establishment.HIRED, Vetting.PENDING, None, False),
        (Establishment.HIRED, Vetting.PASSED, None, True),
        (Establishment.HIRED, Vetting.PASSED, date(2026, 11, 26), True),
        (Establishment.HIRED, Vetting.PASSED, date(2026, 11, 25), False),
        (Establishment.HIRED, Vetting.FAILED, date(2027, 1, 1), False),
    ],
)
def test_who_may_edit(
    establishment: Establishment, vetting: Vetting, expires: date | None, may: bool
) -> None:
    assert may_edit(establishment, vetting, expires, date(2026, 11, 26)) is may


def test_the_hired_edit_once_they_are_vetted_and_never_after_they_failed(
    newsroom: Newsroom, enter: Register
) -> None:
    uid = enter()
    with newsroom.database.unit() as session:
        keeper, office = newsroom.keeper, newsroom.cyberspace
        account = queries.the_account(session, uid)
        street = account.unit
        worker = workers.enrol(
            session, keeper, street, name="测试聘用", establishment=Establishment.HIRED
        )
        with pytest.raises(WrongState) as refused:
            workers.assign(session, keeper, account, worker)
        assert refused.value.reason == "not_vetted"
        workers.ask_vetting(session, keeper, worker)
        with pytest.raises(Forbidden):
            workers.pass_vetting(
                session, keeper, worker, vetted_by="区委组织部", vetted_on=clock.today(session)
            )
        with pytest.raises(Invalid):
            workers.pass_vetting(
                session, office, worker, vetted_by=" ", vetted_on=clock.today(session)
            )
        workers.pass_vetting(
            session, office, worker, vetted_by="区委组织部", vetted_on=clock.today(session)
        )
        workers.assign(session, keeper, account, worker)
        workers.assign(session, keeper, account, worker)
        assert [it.name for it in registry.workers_of(session, account)] == ["测试聘用"]
        workers.fail_vetting(session, office, worker, "不符合条件")
        assert list(registry.workers_of(session, account)) == []
        with pytest.raises(Duplicate):
            workers.enrol(
                session, keeper, street, name="测试聘用", establishment=Establishment.HIRED
            )
        assert session.get_one(Worker, worker.id).state == Vetting.FAILED


# --- transfers ---


def test_credentials_travel_sealed_and_end_with_the_account(
    newsroom: Newsroom, enter: Register
) -> None:
    uid = enter()
    centre = newsroom.units["青禾区融媒体中心"]
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        moved = custody.propose(session, newsroom.keeper, account, centre).uid
        with pytest.raises(Duplicate):
            custody.propose(session, newsroom.keeper, account, centre)
    with newsroom.database.unit() as session:
        found = registry.the_custody(session, moved)
        with pytest.raises(Invalid):
            custody.hand_over(session, newsroom.keeper, found, {"app_id": "wx1"})
        with pytest.raises(Forbidden):
            custody.hand_over(session, newsroom.operator, found, SETTINGS)
        custody.hand_over(session, newsroom.keeper, found, SETTINGS)
        with pytest.raises(Forbidden):
            custody.receive(session, newsroom.keeper, found)
    assert SECRET not in _stored(newsroom)
    with newsroom.database.unit() as session:
        custody.receive(session, newsroom.operator, registry.the_custody(session, moved))
    with newsroom.database.unit(write=False) as session:
        found, account = registry.the_custody(session, moved), queries.the_account(session, uid)
        assert (found.secrets_sealed, found.settings) == ("", {})
        assert (account.held, account.enabled, account.unit_id) == (True, True, centre.id)
        assert service.settings_of(session, account).items() >= SETTINGS.items()
        assert account.empty_slots
    assert SECRET not in _stored(newsroom)


def test_what_is_sent_back_is_forgotten(newsroom: Newsroom, enter: Register) -> None:
    uid = enter()
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        unit = newsroom.units["青禾区融媒体中心"]
        moved = custody.propose(session, newsroom.keeper, account, unit)
        custody.hand_over(session, newsroom.keeper, moved, SETTINGS)
        custody.send_back(session, newsroom.operator, moved, "密钥已过期")
        assert (moved.secrets_sealed, moved.unit_id) == ("", account.unit_id)
        custody.call_off(session, newsroom.keeper, moved, "先不移交")
        assert not account.held


def _stored(newsroom: Newsroom) -> str:
    with newsroom.database.unit(write=False) as session:
        tables = ("account", "custody", "audit_entry")
        rows = [session.execute(text(f"select * from {name}")).all() for name in tables]  # noqa: S608
        return repr(rows)


# --- rules and proofs ---

TEXT = """总则
第一条 为规范管理，制定本办法。
（一）属地管理；
第二条　谁主办谁负责。
第十一条之一：不得买粉。"""


def test_a_new_edition_leaves_what_cites_the_old_one_true(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        office = newsroom.cyberspace
        given = {"title": "新媒体管理暂行办法", "in_force_from": date(2026, 1, 1)}
        first = library.publish(session, office, text=TEXT, **given)  # type: ignore[arg-type]
        assert [it.number for it in first.clauses] == ["第一条", "第二条", "第十一条之一"]
        assert first.clauses[0].text.endswith("（一）属地管理；")
        cited = first.clauses[1]
        with pytest.raises(Invalid):
            library.publish(session, office, text="第一条 改。", **given)  # type: ignore[arg-type]
        given["in_force_from"] = date(2026, 6, 1)
        second = library.publish(session, office, text="第一条 改。", **given)  # type: ignore[arg-type]
        assert (second.edition, first.ended_on) == (2, date(2026, 6, 1))
        assert library.citation(cited) == "《新媒体管理暂行办法》第二条"
        assert library.citation(second.clauses[0]) == "《新媒体管理暂行办法》（第2版）第一条"
        in_force = registry.clauses_in_force(session)
        assert [it.text for it in in_force] == ["改。"]
        with pytest.raises(Invalid):
            library.publish(
                session, office, title="别的", text="没有条款", in_force_from=NOON.date()
            )


def test_proof_is_what_it_is_and_shown_to_those_whom_it_concerns(
    newsroom: Newsroom, enter: Register
) -> None:
    uid = enter()
    made = _draft(newsroom, uid)
    picture = b"\x89PNG\r\n\x1a\n" + bytes(64)
    with newsroom.database.unit() as session:
        found = registry.the_filing(session, made)
        with pytest.raises(Invalid):
            evidence.add(session, newsroom.keeper, found, b"MZ" + bytes(64), "a.png")
        with pytest.raises(Forbidden):
            evidence.add(session, newsroom.operator, found, picture, "a.png")
        row = evidence.add(session, newsroom.keeper, found, picture, "a.exe")
        assert row.mime == "image/png"
        assert newsroom.ports.store.has(row.sha256)
        with pytest.raises(NotFound):
            evidence.the_evidence(session, newsroom.operator, row.uid)
        assert evidence.the_evidence(session, newsroom.cyberspace, row.uid) is row
