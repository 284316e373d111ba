"""Figures that no platform tells: entered by hand, and from sheets whose good rows are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kitchen.core import audit
from kitchen.core.access import Actor
from kitchen.core.errors import Forbidden, Invalid
from kitchen.evaluation.figures import queries, service, sheets
from kitchen.evaluation.figures.rules import Age, Teller, Told
from kitchen.matrix.registry import xlsx
from kitchen.stories.models import Story
from tests.evaluation.figures.conftest import MONDAY, Counted


@pytest.fixture
def story(counted: Counted) -> Story:
    """A story on a platform that tells nothing, three days ago."""
    made = counted.publish(counted.account("shandian"))
    counted.later(days=3)
    return made


def enter(counted: Counted, actor: Actor, story: Story, age: Age, told: Told) -> None:
    with counted.database.unit() as session:
        piece = queries.the_piece(session, counted.piece(story))
        service.enter(session, actor, piece, age, told)


def test_a_person_enters_what_they_read_and_it_is_audited(counted: Counted, story: Story) -> None:
    operator = counted.newsroom.operator
    enter(counted, operator, story, Age.DAY, Told(reads=1200, likes=9))
    row = counted.row(story, 24)
    assert (row.reads, row.likes, row.shares) == (1200, 9, None)
    assert (row.teller, row.staff_id, row.taken_at) == (Teller.HAND, operator.id, counted.now())
    with counted.database.unit(write=False) as session:
        piece = queries.the_piece(session, counted.piece(story))
        entry = audit.history(session, piece.publication)[0]
    assert entry.action == "enter_figures"
    assert entry.after == {"age": 24, "reads": 1200, "likes": 9}
    assert entry.before == {"reads": None, "likes": None}


def test_what_is_left_out_stays_and_what_is_told_again_is_put_right(
    counted: Counted, story: Story
) -> None:
    operator = counted.newsroom.operator
    enter(counted, operator, story, Age.DAY, Told(reads=1200, likes=9))
    enter(counted, operator, story, Age.DAY, Told(reads=1300))
    assert counted.figures(story) == {24: (1300, 9, None, None, None)}


@pytest.mark.parametrize(
    ("age", "told", "blamed"),
    [(Age.DAY, Told(), "reads"), (Age.WEEK, Told(reads=5), "age")],
    ids=["nothing", "too early"],
)
def test_nothing_and_an_age_not_reached_are_refused(
    counted: Counted, story: Story, age: Age, told: Told, blamed: str
) -> None:
    with pytest.raises(Invalid) as refused:
        enter(counted, counted.newsroom.operator, story, age, told)
    assert blamed in refused.value.fields
    assert counted.figures(story) == {}


def test_who_may_not_enter_is_refused(counted: Counted, story: Story) -> None:
    with pytest.raises(Forbidden):
        enter(counted, counted.newsroom.reporter, story, Age.DAY, Told(reads=5))


def test_what_the_platform_told_is_not_changed_by_hand_but_its_gaps_are_filled(
    counted: Counted,
) -> None:
    story = counted.publish(counted.account())
    counted.tell(story, likes=30)
    counted.later(hours=1)
    counted.collect()
    operator = counted.newsroom.operator
    with pytest.raises(Invalid) as refused:
        enter(counted, operator, story, Age.HOUR, Told(likes=300))
    assert set(refused.value.fields) == {"likes"}
    enter(counted, operator, story, Age.HOUR, Told(reads=900, likes=30))
    assert counted.figures(story) == {1: (900, 30, None, None, None)}


def sheet(*rows: str) -> bytes:
    return ("\n".join([",".join(sheets.HEADS.values()), *rows])).encode()


def take_in(counted: Counted, data: bytes, actor: Actor | None = None) -> sheets.Outcome:
    with counted.database.unit() as session:
        return sheets.take_in(session, actor or counted.newsroom.operator, data)


def test_good_rows_of_a_sheet_are_kept_and_bad_ones_told(counted: Counted, story: Story) -> None:
    piece = counted.piece(story)
    outcome = take_in(
        counted,
        sheet(
            f"{piece},24,10万+,1.2万,,,",
            f"{piece},25,5,,,,",
            f"{piece},72,许多,,,,",
            f"{piece},168,5,,,,",
            "没有这篇,24,5,,,,",
            f"{piece},6,,,,,",
            "",
        ),
    )
    assert outcome.kept == [2]
    assert [(fault.row, fault.head) for fault in outcome.faults] == [
        (3, "时长（小时）"),
        (4, "阅读"),
        (5, "时长（小时）"),
        (6, "发布编号或链接"),
        (7, "阅读"),
    ]
    assert counted.figures(story) == {24: (100_001, 12_000, None, None, None)}
    assert counted.row(story, 24).teller == Teller.SHEET


def test_the_same_sheet_again_changes_nothing(counted: Counted, story: Story) -> None:
    data = sheet(f"{counted.piece(story)},24,1234,,,,")
    for _time in range(2):
        assert take_in(counted, data).kept == [2]
    assert counted.reads(story) == {24: 1234}


def test_a_row_may_name_a_piece_by_its_address(counted: Counted, story: Story) -> None:
    (row,) = counted.rows()
    assert row.remote_url
    assert take_in(counted, sheet(f"{row.remote_url},24,77,,,,")).kept == [2]
    assert counted.reads(story) == {24: 77}


def test_a_workbook_is_read_like_a_csv(counted: Counted, story: Story) -> None:
    data = xlsx.written([list(sheets.HEADS.values()), [counted.piece(story), 24, 88]], "发布数据")
    assert take_in(counted, data).kept == [2]
    assert counted.reads(story) == {24: 88}


@pytest.mark.parametrize("data", [b"", "名字,阅读\na,1".encode(), b"\x00\x01"])
def test_what_is_no_sheet_of_figures_is_refused_whole(counted: Counted, data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        take_in(counted, data)
    assert set(refused.value.fields) == {"file"}


def test_rows_of_others_accounts_are_told_as_such(counted: Counted, story: Story) -> None:
    outcome = take_in(counted, sheet(f"{counted.piece(story)},24,5,,,,"), counted.newsroom.reporter)
    assert (outcome.kept, [fault.row for fault in outcome.faults]) == ([], [2])


def test_the_sheet_to_fill_in_lists_what_is_missing_and_can_be_read_back(
    counted: Counted, story: Story
) -> None:
    counted.publish(counted.account("weibo"))  # of this one the platform tells
    enter(counted, counted.newsroom.operator, story, Age.DAY, Told(reads=5))
    with counted.database.unit(write=False) as session:
        lines = sheets.form(session, "csv").decode("utf-8-sig").splitlines()
    ages = [line.split(",")[1] for line in lines[1:]]
    assert ages == ["1", "6", "72"]
    assert all(line.startswith(counted.piece(story)) for line in lines[1:])
    filled = "\n".join([lines[0], lines[1].replace(",1,,", ",1,42,")])
    assert take_in(counted, filled.encode()).kept == [2]
    assert counted.reads(story) == {1: 42, 24: 5}


def test_what_is_entered_late_says_so(counted: Counted, story: Story) -> None:
    enter(counted, counted.newsroom.operator, story, Age.HOUR, Told(reads=5))
    assert counted.row(story, 1).taken_at - MONDAY == timedelta(days=3)
