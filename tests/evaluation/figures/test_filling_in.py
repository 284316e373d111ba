"""The sheet to fill in lists whatever is unknown; a long one costs no more to take in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kitchen.evaluation.figures import sheets
from kitchen.evaluation.figures.collecting import UNNAMED
from kitchen.evaluation.figures.models import PieceTurn
from kitchen.evaluation.figures.rules import COUNT_MOST, Age, Told
from kitchen.matrix.models import Account
from kitchen.stories.models import Story
from tests.evaluation.figures.conftest import MONDAY, Counted
from tests.evaluation.figures.test_by_hand import enter, sheet, take_in


def asked(counted: Counted) -> dict[str, list[int]]:
    """What the sheet to fill in asks for: ages, by piece in the order of the sheet."""
    with counted.database.unit(write=False) as session:
        _head, *lines = sheets.form(session, "csv").decode("utf-8-sig").splitlines()
    found: dict[str, list[int]] = {}
    for line in lines:
        piece, age, *_more = line.split(",")
        found.setdefault(piece, []).append(int(age))
    return found


def test_reads_are_asked_for_where_the_platform_tells_all_but_them(counted: Counted) -> None:
    story = counted.publish(counted.account())
    counted.tell(story, likes=30)
    counted.later(hours=1)
    counted.collect()
    assert asked(counted) == {counted.piece(story): [1]}
    enter(counted, counted.newsroom.operator, story, Age.HOUR, Told(reads=900))
    assert asked(counted) == {}


def test_a_missed_age_is_asked_for_though_the_others_are_known(counted: Counted) -> None:
    story = counted.publish(counted.account())
    counted.tell(story, reads=30)
    counted.later(hours=6)
    counted.collect()
    assert asked(counted) == {counted.piece(story): [1]}


def test_what_a_platform_of_single_days_cannot_tell_yet_or_ever_is_not_asked_for(
    counted: Counted,
) -> None:
    story = counted.publish(counted.account("wechat"))
    counted.later(days=1)
    assert asked(counted) == {}
    counted.later(days=1)
    assert asked(counted) == {counted.piece(story): [24]}


@pytest.mark.parametrize("channel", ["weibo", "wechat"])
def test_a_piece_or_an_account_that_is_never_asked_about_is_listed_whole(
    counted: Counted, channel: str
) -> None:
    account = counted.account(channel)
    nameless, theirs = counted.publish(account), counted.publish(counted.account(channel, "自管"))
    with counted.database.unit() as session:
        turn = session.get_one(PieceTurn, counted.turn(nameless).publication_id)
        turn.next_at, turn.words = None, UNNAMED
        session.get_one(Account, counted.turn(theirs).account_id).held = False
    counted.later(days=1)
    assert asked(counted) == {
        counted.piece(nameless): [1, 6, 24],
        counted.piece(theirs): [1, 6, 24],
    }


def test_what_is_filled_in_takes_no_place_from_what_is_not(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "FORM_MOST", 1)
    account = counted.account("shandian")
    unknown = counted.publish(account)
    counted.later(hours=1)
    known = counted.publish(account)
    counted.later(hours=1)
    enter(counted, counted.newsroom.operator, known, Age.HOUR, Told(reads=5))
    assert asked(counted) == {counted.piece(unknown): [1]}


def test_a_number_too_large_to_be_true_is_told_by_its_line(counted: Counted) -> None:
    story = counted.publish(counted.account("shandian"))
    counted.later(days=1)
    piece = counted.piece(story)
    outcome = take_in(
        counted,
        sheet(
            f"{piece},1,9999999999,,,,",
            f"{piece},6,{COUNT_MOST},,,,",
            f"{piece},24,5,100001万,,,",
        ),
    )
    assert outcome.kept == [3]
    assert [(fault.row, fault.head) for fault in outcome.faults] == [(2, "阅读"), (4, "点赞")]
    assert str(COUNT_MOST) in str(outcome.faults[0].told)


def test_a_sheet_costs_the_same_number_of_statements_however_many_rows_it_has(
    counted: Counted, statements: list[str]
) -> None:
    account = counted.account("shandian")

    def cost(pieces: int) -> int:
        stories: list[Story] = [counted.publish(account) for _number in range(pieces)]
        counted.later(days=1)
        rows = [
            f"{counted.piece(story)},{age},{reads},,,,"
            for story in stories
            for age, reads in ((1, 700), (6, 900), (24, 2500))
        ]
        statements.clear()
        assert len(take_in(counted, sheet(*rows)).kept) == len(rows)
        return len(statements)

    few = cost(2)
    assert cost(9) == few


def test_a_sheet_waits_for_its_pieces_in_one_order(counted: Counted, statements: list[str]) -> None:
    account = counted.account("shandian")
    stories = [counted.publish(account) for _number in range(3)]
    counted.at(MONDAY + timedelta(days=1))
    statements.clear()
    take_in(counted, sheet(*(f"{counted.piece(it)},24,5,,,," for it in reversed(stories))))
    ordered = [each for each in statements if "ORDER BY piece_turn.publication_id" in each]
    assert len(ordered) == 1
    assert "FOR UPDATE" in ordered[0] or counted.database.engine.dialect.name == "sqlite"


def test_a_row_that_corrects_an_earlier_one_of_the_same_sheet_counts(counted: Counted) -> None:
    story = counted.publish(counted.account("shandian"))
    counted.later(days=1)
    piece = counted.piece(story)
    outcome = take_in(counted, sheet(f"{piece},24,100,,,,", f"{piece},24,200,7,,,"))
    assert outcome.kept == [2, 3]
    assert counted.figures(story) == {24: (200, 7, None, None, None)}
