"""Places on the lists of others: by hand, by sheet, entered again, taken out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kitchen.core.errors import Forbidden, Invalid
from kitchen.evaluation.indices import queries, ranks
from kitchen.evaluation.indices.models import OfficialRank
from kitchen.matrix.models import Account
from kitchen.matrix.registry import xlsx
from tests.evaluation.indices.conftest import Measured

GIVEN: dict[str, Any] = {
    "list_name": "全省政务微信周榜",
    "week": date(2026, 11, 18),
    "rank": 12,
    "of_how_many": 100,
    "score": 812.5,
    "source_url": "https://lists.example/2026-47",
}


def _enter(measured: Measured, name: str = "青禾发布", **changed: Any) -> OfficialRank:
    with measured.database.unit() as session:
        account = queries.the_account_asked_for(session, measured.accounts[name].uid)
        return ranks.enter(session, measured.newsroom.editor, account, **{**GIVEN, **changed})


def _all(measured: Measured) -> list[OfficialRank]:
    with measured.database.unit(write=False) as session:
        return list(session.scalars(select(OfficialRank).order_by(OfficialRank.id)))


def _take_in(measured: Measured, data: bytes) -> ranks.TakenIn:
    with measured.database.unit() as session:
        return ranks.take_in(session, measured.newsroom.editor, data)


def test_a_place_is_of_the_week_that_begins_on_sunday(measured: Measured) -> None:
    assert _enter(measured).week == date(2026, 11, 15)
    assert _enter(measured, week=date(2026, 11, 15), rank=9).rank == 9
    assert _enter(measured, week=date(2026, 11, 14), rank=7).week == date(2026, 11, 8)
    assert [(it.week.day, it.rank) for it in _all(measured)] == [(15, 9), (8, 7)]


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"week": date(2026, 12, 1)}, "week"), ({"rank": 101}, "rank")],
)
def test_what_no_place_can_be(measured: Measured, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        _enter(measured, **changed)
    assert list(refused.value.fields) == [field]


def test_only_who_may_enter_does(measured: Measured) -> None:
    row = _enter(measured)
    with measured.database.unit() as session:
        reporter = measured.newsroom.reporter
        with pytest.raises(Forbidden):
            ranks.enter(session, reporter, measured.accounts["青禾发布"], **GIVEN)
        with pytest.raises(Forbidden):
            ranks.drop(session, reporter, row)
        with pytest.raises(Forbidden):
            ranks.take_in(session, reporter, b"")


def test_a_town_enters_the_places_of_its_own_accounts_alone(measured: Measured) -> None:
    row = _enter(measured)
    town = measured.newsroom.town_editor
    with measured.database.unit() as session:
        own = measured.accounts["云溪街道"]
        assert ranks.enter(session, town, own, **GIVEN).rank == 12
        with pytest.raises(Forbidden):
            ranks.enter(session, town, measured.accounts["青禾发布"], **{**GIVEN, "rank": 1})
        with pytest.raises(Forbidden):
            ranks.drop(session, town, queries.the_rank(session, row.uid))
        sheet = f"{CSV}全省周榜,微信公众号,云溪街道,2026-11-18,5,,,\n"
        outcome = ranks.take_in(session, town, sheet.encode())
    assert outcome.taken == 1
    assert [(it.row, it.head) for it in outcome.faults] == [(2, "账号名"), (3, "账号名")]
    assert [it.rank for it in _all(measured)] == [12, 12, 5]


def test_what_was_entered_by_mistake_is_taken_out(measured: Measured) -> None:
    uid = _enter(measured).uid
    with measured.database.unit() as session:
        ranks.drop(session, measured.newsroom.editor, queries.the_rank(session, uid))
    assert _all(measured) == []


CSV = """榜单,平台,账号名,周（其中任何一天）,名次,参评数,得分,出处网址
全省周榜,微信公众号,青禾发布,2026-11-18,12,100,812.50,https://lists.example/47
全省周榜,微博,青禾微博,2026年11月18日,3,,,
"""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_sheet_is_taken_in_and_again_without_doubling(measured: Measured, encoding: str) -> None:
    for _ in range(2):
        outcome = _take_in(measured, CSV.encode(encoding))
        assert (outcome.taken, outcome.faults) == (2, [])
    assert [(it.rank, it.of_how_many, it.score) for it in _all(measured)] == [
        (12, 100, 812.5),
        (3, None, None),
    ]


def test_a_workbook_is_taken_in_as_well(measured: Measured) -> None:
    rows = [line.split(",") for line in CSV.splitlines()]
    assert _take_in(measured, xlsx.written(rows, "榜单")).taken == 2


BAD = [
    ("全省周榜,微博,没有这个号,2026-11-18,3,,,", "账号名"),
    ("全省周榜,烽火台,青禾微博,2026-11-18,3,,,", "平台"),
    ("全省周榜,微博,青禾微博,不是日期,3,,,", "周（其中任何一天）"),
    ("全省周榜,微博,青禾微博,2027-11-18,3,,,", "周（其中任何一天）"),
    ("全省周榜,微博,青禾微博,2026-11-18,,,,", "名次"),
    ("全省周榜,微博,青禾微博,2026-11-18,0,,,", "名次"),
    ("全省周榜,微博,青禾微博,2026-11-18,9,8,,", "名次"),
    ("全省周榜,微博,青禾微博,2026-11-18,9,,很高,", "得分"),
    ("全省周榜,微博,青禾微博,2026-11-18,9,,,javascript:alert(1)", "出处网址"),
    (f"{'榜' * 61},微博,青禾微博,2026-11-18,9,,,", "榜单"),
]


@pytest.mark.parametrize(("line", "head"), BAD)
def test_a_bad_row_is_told_and_the_good_ones_are_kept(
    measured: Measured, line: str, head: str
) -> None:
    lines = CSV.splitlines()
    outcome = _take_in(measured, "\n".join([*lines[:2], line, *lines[2:]]).encode())
    assert outcome.taken == 2
    (fault,) = outcome.faults
    assert (fault.row, fault.head) == (3, head)


def test_two_accounts_of_one_name_are_not_guessed_at(measured: Measured) -> None:
    measured.opened("青禾发布", "toutiao")
    assert _take_in(measured, CSV.encode()).taken == 2
    with measured.database.unit() as session:
        unit_id = measured.newsroom.units["云溪街道"].id
        twin = {"channel": "weibo", "name": "青禾微博", "handle": "twin", "unit_id": unit_id}
        session.add(Account(**twin))
    assert [it.head for it in _take_in(measured, CSV.encode()).faults] == ["账号名"]


@pytest.mark.parametrize("data", [b"", "榜单,名次\n".encode(), b"\0\1\2", b"PK\3\4 torn"])
def test_what_is_no_such_sheet(measured: Measured, data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        _take_in(measured, data)
    assert list(refused.value.fields) == ["file"]
