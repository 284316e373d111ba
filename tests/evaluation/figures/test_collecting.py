"""Collection: counted at six ages, from platforms that count in their own ways, or not at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from channels.abilities import NotYet, Numbers
from channels.base import Rejected, Unavailable
from kitchen.evaluation.figures import collecting
from kitchen.evaluation.figures.looks import next_look
from kitchen.evaluation.figures.models import PieceTurn
from kitchen.evaluation.figures.platforms import telling
from kitchen.evaluation.figures.rules import Age
from kitchen.matrix.models import Account
from tests.evaluation.figures.conftest import MONDAY, Counted

TUESDAY = date(2026, 3, 3)


def test_a_piece_is_counted_when_it_reaches_each_age(counted: Counted) -> None:
    story = counted.publish(counted.account())
    assert counted.collect() == 0
    for number, age in enumerate(Age, start=1):
        counted.at(MONDAY + age.span)
        counted.tell(story, reads=number * 100, likes=number)
        assert counted.collect() == 1
        assert counted.collect() == 0
    assert counted.figures(story) == {
        age: (number * 100, number, None, None, None) for number, age in enumerate(Age, start=1)
    }
    assert counted.turn(story).next_at is None


def test_what_is_not_told_is_not_nought(counted: Counted) -> None:
    story = counted.publish(counted.account())
    counted.tell(story, likes=3)
    counted.later(hours=1)
    counted.collect()
    assert counted.figures(story) == {1: (None, 3, None, None, None)}


def test_single_days_add_up_and_an_hour_of_them_is_unknown(counted: Counted) -> None:
    story = counted.publish(counted.account("wechat"))
    counted.counters.days[counted.remote(story)] = {
        TUESDAY - timedelta(days=1): {"reads": 500, "likes": 20},
        TUESDAY: {"reads": 250, "likes": None},
    }
    counted.later(hours=6)
    assert counted.collect() == 0
    counted.at(MONDAY + timedelta(days=1, hours=22))  # Wednesday, eight in the morning
    assert counted.collect() == 0
    counted.later(hours=1)
    assert counted.collect() == 1
    assert counted.figures(story) == {24: (750, None, None, None, None)}


def test_the_last_day_is_waited_for_while_it_may_yet_be_told(counted: Counted) -> None:
    story = counted.publish(counted.account("wechat"))
    days: dict[date, dict[str, int | None]] = {TUESDAY - timedelta(days=1): {"reads": 500}}
    counted.counters.days[counted.remote(story)] = days
    counted.later(days=2)
    counted.collect()
    assert (counted.figures(story), counted.turn(story).words) == ({}, "not_yet")
    days[TUESDAY] = {"reads": 250}
    counted.later(hours=1)
    counted.collect()
    assert (counted.reads(story), counted.turn(story).words) == ({24: 750}, "")


def test_a_day_on_which_nobody_read_is_waited_for_in_vain_for_two_days(counted: Counted) -> None:
    story = counted.publish(counted.account("wechat"))
    monday = TUESDAY - timedelta(days=1)
    counted.counters.days[counted.remote(story)] = {monday: {"reads": 500}}
    counted.later(days=4, hours=-1)  # Friday, nine in the morning: the first day is given up,
    counted.collect()  # and that of 72 hours has just become due
    turn = counted.turn(story)
    assert (counted.reads(story), turn.words) == ({24: 500}, "not_yet")
    assert turn.next_at == counted.now() + timedelta(hours=1)


def test_days_that_were_told_late_mend_the_sum_that_lacked_them(counted: Counted) -> None:
    story = counted.publish(counted.account("wechat"))
    monday = TUESDAY - timedelta(days=1)
    days: dict[date, dict[str, int | None]] = {
        monday: {"reads": 500, "likes": None},
        TUESDAY: {"reads": 250, "likes": 5},
    }
    counted.counters.days[counted.remote(story)] = days
    counted.later(days=2)
    counted.collect()
    first = counted.row(story, 24).taken_at
    assert counted.figures(story) == {24: (750, None, None, None, None)}
    days[monday] = {"reads": 600, "likes": 20}
    days |= {TUESDAY + timedelta(days=number): {"reads": 10, "likes": 1} for number in (1, 2)}
    counted.later(days=2)
    counted.collect()
    assert counted.figures(story) == {
        24: (850, 25, None, None, None),
        72: (870, 27, None, None, None),
    }
    assert counted.row(story, 24).taken_at == counted.now() > first


def test_a_total_of_an_age_stays_as_it_was_told_then(counted: Counted) -> None:
    story = counted.publish(counted.account())
    for hours, reads in ((1, 100), (2, 150)):
        counted.at(MONDAY + timedelta(hours=hours))
        counted.tell(story, reads=reads)
        with counted.database.unit() as session:
            session.query(PieceTurn).update({PieceTurn.next_at: counted.now()})
        counted.collect()
    assert counted.reads(story) == {1: 100}


def test_a_repeated_day_is_counted_once(counted: Counted) -> None:
    story = counted.publish(counted.account("wechat"))
    day = Numbers(counted.remote(story), reads=500, day=TUESDAY)
    counted.counters.plays = [[day, day]]
    counted.later(days=2)
    counted.collect()
    assert counted.reads(story) == {24: 500}


def test_days_that_contradict_each_other_are_not_believed(counted: Counted) -> None:
    story = counted.publish(counted.account("wechat"))
    name = counted.remote(story)
    counted.counters.plays = [
        [Numbers(name, reads=500, day=TUESDAY), Numbers(name, reads=400, day=TUESDAY)]
    ]
    counted.later(days=2)
    counted.collect()
    assert (counted.figures(story), counted.turn(story).words) == ({}, "contradictory")
    counted.counters.days[name] = {TUESDAY: {"reads": 450}}
    counted.later(minutes=16)
    counted.collect()
    assert (counted.reads(story), counted.turn(story).words) == ({24: 450}, "")


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Rejected("getarticletotal is offline", code="47009"), "getarticletotal is offline"),
        (Unavailable("busy"), "busy"),
        (ValueError("truncated"), "ValueError"),
    ],
)
def test_an_error_leaves_unknown_is_told_and_asked_again_with_patience(
    counted: Counted, trouble: Exception, words: str
) -> None:
    story = counted.publish(counted.account())
    counted.tell(story, reads=10)
    counted.counters.plays = [trouble, trouble]
    counted.later(hours=1)
    counted.collect()
    assert (counted.figures(story), counted.turn(story).words) == ({}, words)
    counted.later(minutes=14)
    assert counted.collect() == 0
    counted.later(minutes=1)
    assert counted.collect() == 1
    counted.later(minutes=29)
    assert counted.collect() == 0
    counted.later(minutes=1)
    assert counted.collect() == 1
    turn = counted.turn(story)
    assert (counted.reads(story), turn.words, turn.failures) == ({1: 10}, "", 0)


def test_a_pause_after_errors_ends_when_the_next_age_is_reached(counted: Counted) -> None:
    story = counted.publish(counted.account())
    counted.tell(story, reads=10)
    counted.counters.plays = [Unavailable("busy")] * 5
    counted.later(hours=1)
    while counted.counters.plays:
        assert counted.collect() == 1
        at = counted.turn(story).next_at
        assert at is not None
        assert at <= MONDAY + Age.SIX_HOURS.span
        counted.at(at)
    assert counted.now() == MONDAY + Age.SIX_HOURS.span
    counted.collect()
    assert counted.row(story, 6).taken_at == MONDAY + Age.SIX_HOURS.span


def test_what_is_not_counted_yet_is_asked_in_an_hour(counted: Counted) -> None:
    story = counted.publish(counted.account("wechat"))
    counted.counters.days[counted.remote(story)] = {TUESDAY: {"reads": 250}}
    counted.counters.plays = [NotYet("2026-03-03")]
    counted.later(days=2)
    counted.collect()
    assert (counted.figures(story), counted.turn(story).words) == ({}, "not_yet")
    counted.later(minutes=60)
    counted.collect()
    assert counted.reads(story) == {24: 250}


def test_a_piece_that_was_left_out_is_asked_for_again(counted: Counted) -> None:
    account = counted.account()
    told, silent = counted.publish(account), counted.publish(account)
    counted.tell(told, reads=7)
    counted.later(hours=1)
    counted.collect()
    assert (counted.reads(told), counted.figures(silent)) == ({1: 7}, {})
    assert counted.turn(silent).words == "left_out"


def test_figures_that_shrink_are_kept_as_told_and_flagged(counted: Counted) -> None:
    story = counted.publish(counted.account())
    for hours, reads in ((1, 100), (6, 80)):
        counted.at(MONDAY + timedelta(hours=hours))
        counted.tell(story, reads=reads)
        counted.collect()
    assert counted.reads(story) == {1: 100, 6: 80}
    assert counted.row(story, 6).oddity == "shrunk"
    assert counted.concerns() == [("shrunk", 6)]


def test_after_an_outage_a_total_fills_only_the_age_that_it_belongs_to(counted: Counted) -> None:
    story = counted.publish(counted.account())
    counted.tell(story, reads=900)
    counted.later(hours=80)
    counted.collect()
    assert counted.reads(story) == {72: 900}
    assert counted.row(story, 72).taken_at == MONDAY + timedelta(hours=80)


def test_after_an_outage_days_fill_every_gap(counted: Counted) -> None:
    story = counted.publish(counted.account("wechat"))
    monday = TUESDAY - timedelta(days=1)
    counted.counters.days[counted.remote(story)] = {
        monday + timedelta(days=number): {"reads": 100} for number in range(9)
    }
    counted.later(days=9)
    counted.collect()
    assert counted.reads(story) == {24: 200, 72: 400, 168: 800}
    assert len(counted.counters.calls) == 1


def test_a_story_that_was_recalled_is_counted_no_more(counted: Counted) -> None:
    story = counted.publish(counted.account())
    counted.tell(story, reads=10)
    counted.later(hours=1)
    counted.collect()
    counted.revoke(story)
    counted.recover()
    assert "gone" in counted.states()
    counted.later(hours=6)
    counted.collect()
    assert (counted.reads(story), counted.turn(story).next_at) == ({1: 10}, None)


def test_many_pieces_of_an_account_are_asked_about_in_one_call(counted: Counted) -> None:
    first, second = counted.account(), counted.account(name="青禾文旅")
    for account in (first, first, first, second):
        counted.publish(account)
    counted.later(hours=1)
    assert counted.collect() == 2
    assert sorted(map(len, counted.counters.calls)) == [1, 3]


def test_days_are_asked_for_by_the_day_of_publication(counted: Counted) -> None:
    account = counted.account("wechat")
    for _number in range(2):
        counted.publish(account)
    counted.later(days=1)
    counted.publish(account)
    counted.later(days=3)
    counted.collect()
    assert sorted(map(len, counted.counters.calls)) == [1, 2]


def test_nobody_is_asked_about_what_no_platform_tells(counted: Counted) -> None:
    story = counted.publish(counted.account("shandian"))
    assert counted.turn(story).next_at is None
    counted.later(days=40)
    assert counted.collect() == 0


@pytest.mark.parametrize("change", [{"held": False}, {"enabled": False}], ids=["unit", "retired"])
def test_an_account_that_its_unit_runs_or_that_is_retired_is_not_asked_about(
    counted: Counted, change: dict[str, bool]
) -> None:
    account = counted.account()
    counted.publish(account)
    with counted.database.unit() as session:
        for name, value in change.items():
            setattr(session.get_one(Account, account.id), name, value)
    counted.later(hours=1)
    counted.newsroom.bell.rung.clear()
    collecting.ring_if_due(counted.database)
    assert counted.newsroom.bell.rung == []
    assert counted.collect() == 0


def test_a_platform_that_counts_phones_is_not_asked_for_reads(counted: Counted) -> None:
    assert "jpush" not in telling()
    assert next_look("jpush", MONDAY, MONDAY) is None
    assert "weibo" in telling()


def test_a_worker_that_dies_leaves_its_pieces_to_the_next(counted: Counted) -> None:
    story = counted.publish(counted.account())
    counted.tell(story, reads=5)
    counted.later(hours=1)
    with counted.database.unit() as session:
        assert len(collecting.claim(session, 8)) == 1
    assert counted.collect() == 0
    counted.later(minutes=11)
    assert counted.collect() == 1
    assert counted.reads(story) == {1: 5}


def test_a_late_answer_is_not_kept_for_what_was_recalled_meanwhile(counted: Counted) -> None:
    story = counted.publish(counted.account())
    counted.tell(story, reads=5)
    counted.later(hours=1)
    with counted.database.unit() as session:
        (errand,) = collecting.claim(session, 8)
    collected = errand.go()
    counted.revoke(story)
    counted.recover()
    with counted.database.unit() as session:
        errand.end(session, collected)
    assert counted.figures(story) == {}


def test_the_timetable_rings_while_a_piece_is_due(counted: Counted) -> None:
    counted.publish(counted.account())
    bell = counted.newsroom.bell
    bell.rung.clear()
    collecting.ring_if_due(counted.database)
    assert bell.rung == []
    counted.later(hours=1)
    collecting.ring_if_due(counted.database)
    assert bell.rung == [(collecting.BELL, 0)]


def test_long_after_its_last_age_a_piece_is_let_go_without_a_question(counted: Counted) -> None:
    story = counted.publish(counted.account())
    counted.later(days=60)
    counted.collect()
    assert (counted.counters.calls, counted.turn(story).next_at) == ([], None)


def test_a_round_costs_the_same_number_of_queries_for_many_pieces(
    counted: Counted, statements: list[str]
) -> None:
    account = counted.account()

    def cost(pieces: int) -> int:
        for _number in range(pieces):
            counted.tell(counted.publish(account), reads=3000)
        counted.later(hours=1)
        statements.clear()
        counted.collect()
        return len([each for each in statements if each.startswith("SELECT")])

    few = cost(2)
    with counted.database.unit() as session:
        session.query(PieceTurn).update({PieceTurn.next_at: None})
    assert cost(9) == few
