"""Gathering what readers write: once each, whatever the platform and our workers do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import Unavailable, Unsure
from kitchen.feedback import gathering, intake
from kitchen.feedback.models import Tally
from kitchen.feedback.rules import Kind, State
from kitchen.wordlists import service as wordlists
from kitchen.wordlists.rules import Entry, Level
from kitchen.wordlists.rules import Kind as List
from tests.feedback.conftest import Inbox


def test_a_piece_is_listened_to_from_the_moment_at_which_it_is_live(inbox: Inbox) -> None:
    inbox.say(1, "路灯什么时候修？")
    inbox.say(2, "我们村也没修", parent="1")
    inbox.gather(seconds=1)
    found = [(it.text, it.kind, it.state, it.author) for it in inbox.voices()]
    assert found == [
        ("我们村也没修", Kind.FOLLOW, State.NEW, "读者2"),
        ("路灯什么时候修？", Kind.COMMENT, State.NEW, "读者1"),
    ]


def test_what_is_told_again_is_there_once_and_counted_once(inbox: Inbox) -> None:
    inbox.say(1, "路灯什么时候修？")
    for _ in range(3):
        inbox.gather(minutes=10)
    inbox.say(2, "谢谢")
    inbox.gather(minutes=10)
    assert [it.remote_id for it in inbox.voices()] == ["1", "2"]
    with inbox.database.unit(write=False) as session:
        assert sum(it.count for it in session.query(Tally)) == 2


def test_two_workers_at_once_enter_a_message_once(inbox: Inbox) -> None:
    inbox.say(1, "路灯什么时候修？")
    inbox.later(seconds=1)
    with inbox.database.unit() as session:
        (first,) = gathering.claim(inbox.database, session, 8)
        assert gathering.claim(inbox.database, session, 8) == []
    second = first
    heard = [errand.go() for errand in (first, second)]
    for errand, each in zip((first, second), heard, strict=True):
        with inbox.database.unit() as session:
            errand.end(session, each)
    assert len(inbox.voices()) == 1


def test_a_look_ends_where_one_before_was_read_to_its_end(inbox: Inbox) -> None:
    inbox.say(1, "路灯什么时候修？")
    inbox.gather(seconds=1)
    until = inbox.looked().heard_until
    inbox.gather(minutes=6)
    assert inbox.wall.asked_since == [None, until - timedelta(minutes=5)]
    inbox.gather(hours=6)
    assert inbox.wall.asked_since[-1] is None


def test_a_look_that_breaks_off_keeps_what_it_read_and_leaves_the_cursor(inbox: Inbox) -> None:
    for number in range(4):
        inbox.say(number, f"第{number}条", ago=4 - number)
    inbox.wall.breaks_after = 2
    inbox.wall.reads = [None, Unavailable("busy", code="10022")]
    inbox.gather(seconds=1)
    looked = inbox.looked()
    assert [it.text for it in inbox.voices()] == ["第3条", "第2条"]
    assert (looked.heard_until, looked.failures, looked.words) == (None, 1, "busy")
    inbox.wall.breaks_after = None
    inbox.gather(minutes=2)
    assert len(inbox.voices()) == 4
    assert inbox.looked().failures == 0


@pytest.mark.parametrize("error", [Unavailable("limit"), Unsure("reset"), RuntimeError("odd")])
def test_a_platform_that_refuses_is_left_alone_for_longer_and_longer(
    inbox: Inbox, error: Exception
) -> None:
    inbox.wall.reads = [error, error]
    inbox.gather(seconds=1)
    first = inbox.looked()
    inbox.gather(minutes=1, seconds=1)
    second = inbox.looked()
    assert (first.failures, second.failures) == (1, 2)
    assert second.next_at - inbox.now() > timedelta(seconds=100)


def test_an_edited_message_is_read_anew_and_says_so(inbox: Inbox) -> None:
    inbox.say(1, "路灯什么时候修？")
    inbox.gather(seconds=1)
    inbox.wall.edit(1, text="路灯修好了，谢谢")
    inbox.gather(hours=6)
    voice = inbox.voice()
    assert voice.text == "路灯修好了，谢谢"
    assert voice.edited_at is not None


def test_a_message_is_gone_once_two_whole_looks_miss_it_and_may_come_back(inbox: Inbox) -> None:
    inbox.say(1, "路灯什么时候修？")
    inbox.say(2, "谢谢")
    inbox.gather(seconds=1)
    kept = inbox.wall.comments
    inbox.wall.take_away(1)
    inbox.gather(hours=6)
    assert inbox.voice("路灯").state == State.NEW
    inbox.gather(hours=6)
    assert inbox.voice("路灯").state == State.GONE
    inbox.wall.comments = kept
    inbox.gather(hours=6)
    assert inbox.voice("路灯").state == State.NEW


def test_a_platform_that_pages_the_same_twice_makes_nothing_gone(inbox: Inbox) -> None:
    for number in range(4):
        inbox.say(number, f"第{number}条")
    inbox.gather(seconds=1)
    inbox.wall.told_twice = True
    for _ in range(3):
        inbox.gather(hours=6)
    assert {it.state for it in inbox.voices()} == {State.NEW}


def test_what_was_answered_on_the_platform_by_hand_wants_no_answer(inbox: Inbox) -> None:
    inbox.say(1, "几点开门？", reply="九点")
    inbox.say(2, "周末开吗？")
    inbox.gather(seconds=1)
    inbox.wall.edit(2, reply="开的")
    inbox.gather(minutes=6)
    assert [it.state for it in inbox.voices()] == [State.REPLIED, State.REPLIED]
    assert all(it.step_at is None for it in inbox.voices())


def test_banned_words_are_marked_as_they_come_in(inbox: Inbox) -> None:
    with inbox.database.unit() as session:
        entry = Entry(List.BANNED, "假消息", level=Level.FORBID)
        wordlists.add_entry(session, inbox.newsroom.operator, entry, "")
    inbox.say(1, "这是假、消息吧")
    inbox.say(2, "谢谢")
    inbox.gather(seconds=1)
    found = {it.remote_id: (it.alert, it.alert_words) for it in inbox.voices()}
    assert found == {"1": ("block", "假消息"), "2": ("", "")}


def test_a_private_letter_is_taken_in_once_however_often_it_is_pushed(inbox: Inbox) -> None:
    for _ in range(3):
        inbox.write("m1", "请问社保怎么转？")
    voice = inbox.voice()
    assert (voice.kind, voice.author, voice.thread) == (Kind.LETTER, "o1", "")


def test_a_retired_account_and_an_old_piece_are_listened_to_no_more(inbox: Inbox) -> None:
    inbox.gather(days=31)
    assert inbox.looked().next_at is None
    assert inbox.wall.asked_since == []


def test_the_house_takes_in_many_at_once(inbox: Inbox) -> None:
    place = intake.Place(inbox.accounts[0].id, inbox.accounts[0].unit_id, "weibo")
    now = inbox.now()
    told = [intake.Said(str(n), Kind.COMMENT, "读者", f"第{n}条", now) for n in range(1200)]
    with inbox.database.unit() as session:
        assert intake.take_in(session, place, told) == 1200
        assert intake.take_in(session, place, told) == 0
