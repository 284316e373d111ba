"""Replies: drafted by one, passed by another, sent exactly once whatever breaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from channels.abilities import Comment
from channels.base import Abilities, Listing, Rejected, Unavailable, Unsure
from kitchen.core.errors import Forbidden, Invalid, Stale, WrongState
from kitchen.feedback import gathering, queries, replying, sending, service
from kitchen.feedback.models import ReplyAttempt
from kitchen.feedback.rules import ReplyState, State
from kitchen.leads.models import Lead
from kitchen.publishing import crash
from kitchen.wordlists import service as wordlists
from kitchen.wordlists.rules import Entry, Kind, Level
from tests.feedback.conftest import After, Before, Inbox

LAMP = "路灯什么时候修？"
WORDS = "已派人查看，谢谢您。"


@pytest.fixture
def asked(inbox: Inbox) -> Inbox:
    """A reader asked, and the inbox has it."""
    inbox.say(1, LAMP)
    inbox.gather(seconds=1)
    return inbox


def states(inbox: Inbox) -> tuple[str, str]:
    voice = inbox.voice(LAMP)
    assert voice.reply is not None
    return str(voice.state), str(voice.reply.state)


def attempts(inbox: Inbox) -> list[str]:
    with inbox.database.unit(write=False) as session:
        return [it.outcome for it in session.query(ReplyAttempt).order_by(ReplyAttempt.id)]


def test_a_reply_goes_out_after_its_reviewer_passed_it_and_once(asked: Inbox) -> None:
    asked.do(replying.submit, asked.newsroom.operator, LAMP, WORDS)
    asked.send(minutes=1)
    assert asked.wall.replies == {}
    asked.pass_(LAMP)
    for _ in range(3):
        asked.send(minutes=2)
    assert asked.wall.replies == {"1": 1}
    assert states(asked) == (State.REPLIED, ReplyState.SENT)
    voice = asked.voice(LAMP)
    assert voice.replied_at is not None
    assert (attempts(asked), voice.step_at) == (["sent"], None)


def test_who_wrote_it_never_passes_it_and_who_may_not_never_does(asked: Inbox) -> None:
    house = asked.newsroom
    asked.do(replying.submit, house.editor, LAMP, WORDS)
    version = asked.voice(LAMP).reply.version
    for actor in (house.editor, house.reporter, house.town_editor):
        with pytest.raises(Forbidden):
            asked.do(replying.pass_, actor, LAMP, version)
    asked.do(replying.pass_, house.second_editor, LAMP, version)
    assert states(asked) == (State.SENDING, ReplyState.READY)


def test_what_was_not_read_is_not_passed(asked: Inbox) -> None:
    house = asked.newsroom
    asked.do(replying.submit, house.operator, LAMP, WORDS)
    seen = asked.voice(LAMP).reply.version
    asked.do(replying.take_back, house.operator, LAMP)
    asked.do(replying.submit, house.operator, LAMP, "别的话")
    with pytest.raises(Stale):
        asked.do(replying.pass_, house.editor, LAMP, seen)
    with pytest.raises(WrongState):
        asked.do(replying.draft, house.operator, LAMP, "偷偷改")


def test_a_returned_reply_says_why_and_is_written_anew(asked: Inbox) -> None:
    house = asked.newsroom
    asked.do(replying.submit, house.operator, LAMP, WORDS)
    with pytest.raises(Invalid):
        asked.do(replying.return_, house.editor, LAMP, " ")
    asked.do(replying.return_, house.editor, LAMP, "要写几号修好")
    assert (asked.voice(LAMP).reason, states(asked)) == (
        "要写几号修好",
        (State.ASSIGNED, ReplyState.DRAFT),
    )
    assert "要写几号修好" in asked.told(house.operator)[-1]
    asked.answer(LAMP, "周五修好")
    asked.send(seconds=1)
    assert asked.wall.comments[0].reply == "周五修好"


@pytest.mark.parametrize(
    ("words", "told"),
    [("", "请填写"), ("好" * 141, "删去"), ("是假消息", "禁用词")],
    ids=["empty", "too long", "banned"],
)
def test_a_reply_that_cannot_go_out_is_refused_where_it_is_written(
    asked: Inbox, words: str, told: str
) -> None:
    with asked.database.unit() as session:
        entry = Entry(Kind.BANNED, "假消息", level=Level.FORBID)
        wordlists.add_entry(session, asked.newsroom.operator, entry, "")
    with pytest.raises(Invalid) as refused:
        asked.do(replying.submit, asked.newsroom.operator, LAMP, words)
    assert told in refused.value.fields["text"].message


@pytest.mark.parametrize(
    ("play", "copies", "ends", "tried"),
    [
        (Before(Unavailable("busy")), 1, (State.REPLIED, ReplyState.SENT), ["ready", "sent"]),
        (After(Unsure("reset")), 1, (State.REPLIED, ReplyState.SENT), ["sent"]),
        (Before(Unsure("reset")), 1, (State.REPLIED, ReplyState.SENT), ["ready", "sent"]),
        (
            Before(Rejected("敏感", code="20203")),
            0,
            (State.ASSIGNED, ReplyState.REFUSED),
            ["refused"],
        ),
    ],
    ids=["refused for now", "answer lost", "request lost", "refused"],
)
def test_whatever_breaks_the_reply_stands_there_once_or_not_at_all(
    asked: Inbox, play: Any, copies: int, ends: tuple[str, str], tried: list[str]
) -> None:
    asked.answer(LAMP)
    asked.wall.plays = [play]
    for _ in range(6):
        asked.send(minutes=2)
    assert asked.wall.replies["1"] == copies
    assert states(asked) == ends
    assert attempts(asked) == tried


@pytest.mark.parametrize("point", ["replying", "replied", "reply_recorded"])
def test_a_worker_that_dies_at_any_point_sends_it_once(asked: Inbox, point: str) -> None:
    asked.answer(LAMP)

    def die(name: str) -> None:
        if name == point:
            raise SystemExit

    asked.later(seconds=1)
    with crash.crashing(die), pytest.raises(SystemExit):
        sending.carry(asked.database)
    for _ in range(6):
        asked.send(minutes=2)
    assert asked.wall.replies == {"1": 1}
    assert states(asked) == (State.REPLIED, ReplyState.SENT)


def test_where_no_list_can_tell_a_person_is_asked_and_nothing_is_sent_again(
    asked: Inbox,
) -> None:
    asked.platform.abilities = Abilities(Listing.LAGGING, timedelta(seconds=10))
    asked.answer(LAMP)
    asked.wall.plays = [Before(Unsure("reset"))]
    for _ in range(14):
        asked.send(minutes=2)
    assert (asked.wall.replies, states(asked)) == ({}, (State.SENDING, ReplyState.ASKING))
    assert "请登录账号核对" in asked.told(asked.newsroom.operator)[-1]
    asked.do(replying.say_unsent, asked.newsroom.operator, LAMP, "翻到底也没有")
    asked.answer(LAMP)
    asked.send(seconds=1)
    assert asked.wall.replies == {"1": 1}


def test_a_reply_to_what_was_taken_away_is_not_sent_and_said(asked: Inbox) -> None:
    asked.answer(LAMP)
    asked.wall.take_away(1)
    asked.send(seconds=1)
    assert states(asked) == (State.GONE, ReplyState.REFUSED)
    assert asked.voice(LAMP).reply.code == sending.GONE
    assert "没有发出去" in asked.told(asked.newsroom.operator)[-1]


def test_a_comment_taken_away_between_the_look_and_the_reply_counts_as_gone(asked: Inbox) -> None:
    asked.answer(LAMP)
    asked.later(seconds=1)
    asked.wall.plays = [Before(Rejected("deleted", code="20201"))]
    with asked.database.unit() as session:
        (errand,) = sending.claim(session, 8)
    seen = asked.wall.comments
    asked.wall.reads = [None]
    real = errand.target.find

    def find(channel: Any) -> Comment | None:
        found = real(channel)
        asked.wall.comments = []
        return found

    object.__setattr__(errand, "target", _Once(errand.target, find))
    error = errand.go()
    with asked.database.unit() as session:
        errand.end(session, error)
    assert seen
    assert states(asked) == (State.GONE, ReplyState.REFUSED)


class _Once:
    """A target whose comment is there at the first look and gone at the second."""

    def __init__(self, target: Any, find: Any) -> None:
        self.__dict__.update({name: getattr(target, name) for name in target.__slots__})
        self.find = find


def test_what_somebody_answered_by_hand_is_not_answered_over(asked: Inbox) -> None:
    asked.answer(LAMP)
    asked.wall.edit(1, reply="手工回的")
    asked.send(seconds=1)
    assert asked.wall.replies == {}
    assert asked.voice(LAMP).reply.code == sending.ELSEWHERE


def test_the_kill_switch_holds_replies_back_and_lets_them_go_again(asked: Inbox) -> None:
    asked.answer(LAMP)
    asked.halt()
    asked.send(minutes=2)
    assert (asked.wall.replies, states(asked)[1]) == ({}, ReplyState.READY)


def test_two_workers_at_once_send_it_once(asked: Inbox) -> None:
    asked.answer(LAMP)
    asked.later(seconds=1)
    with asked.database.unit() as session:
        (errand,) = sending.claim(session, 8)
    with asked.database.unit() as session:
        assert list(sending.claim(session, 8)) == []
    assert errand.go() is None
    for _ in range(2):
        with asked.database.unit() as session:
            errand.end(session, None)
    assert (asked.wall.replies, attempts(asked)) == ({"1": 1}, ["sent"])


def test_one_answer_reaches_everybody_who_asked_the_same(inbox: Inbox) -> None:
    inbox.say(1, LAMP, ago=50)
    inbox.say(2, "路灯什么时候修啊")
    inbox.gather(seconds=1)
    with inbox.database.unit(write=False) as session:
        own = queries.the_voice(session, inbox.voice(LAMP).uid)
        assert [it.text for it, _ in queries.alike(session, own)] == ["路灯什么时候修啊"]
    due = inbox.voice(LAMP).due_at
    uid = inbox.voice("修啊").uid
    with inbox.database.unit() as session:
        one, other = (
            queries.the_voice(session, inbox.voice(LAMP).uid),
            queries.the_voice(session, uid),
        )
        service.merge(session, inbox.newsroom.operator, one, other)
        assert other.due_at == due
        with pytest.raises(Invalid):
            service.merge(session, inbox.newsroom.operator, other, other)
    inbox.answer("修啊")
    for _ in range(2):
        inbox.send(seconds=30)
    assert inbox.wall.replies == {"1": 1, "2": 1}
    assert {it.state for it in inbox.voices()} == {State.REPLIED}


def test_a_private_letter_is_answered_privately_and_never_again_on_a_guess(inbox: Inbox) -> None:
    inbox.write("m1", LAMP)
    inbox.answer(LAMP)
    inbox.wall.plays = [After(Unsure("reset"))]
    for _ in range(5):
        inbox.send(minutes=2)
    assert inbox.wall.letters == {("o1", WORDS): 1}
    assert states(inbox) == (State.SENDING, ReplyState.ASKING)
    inbox.do(replying.say_sent, inbox.newsroom.operator, LAMP, "公众号后台看到了")
    assert states(inbox) == (State.REPLIED, ReplyState.SENT)


def test_a_message_becomes_a_lead_whose_writer_is_sealed(asked: Inbox) -> None:
    asked.do(service.make_lead, asked.newsroom.editor, LAMP, "荷塘村路灯不亮")
    with asked.database.unit(write=False) as session:
        lead = session.query(Lead).one()
        assert (lead.title, lead.source) == ("荷塘村路灯不亮", "public")
        assert "读者1" not in lead.contact_sealed
    assert asked.voice(LAMP).state == State.NEW
    with pytest.raises(WrongState.__mro__[1]):
        asked.do(service.make_lead, asked.newsroom.editor, LAMP, "又一次")


def test_closing_wants_a_reason_and_can_be_undone(asked: Inbox) -> None:
    with pytest.raises(Invalid):
        asked.do(service.close, asked.newsroom.operator, LAMP, "")
    asked.do(service.close, asked.newsroom.operator, LAMP, "广告")
    assert asked.voice(LAMP).step_at is None
    asked.do(service.reopen, asked.newsroom.operator, LAMP)
    assert asked.voice(LAMP).step_at is not None
    with pytest.raises(Forbidden):
        asked.do(service.close, asked.newsroom.reporter, LAMP, "不想办")


def test_a_look_may_run_while_a_reply_leaves(asked: Inbox) -> None:
    """The gathering that sees our own reply moves nothing that the sending is about to move."""
    asked.answer(LAMP)
    asked.wall.edit(1, reply=WORDS)
    gathering.gather(asked.database)
    asked.send(minutes=6)
    gathering.gather(asked.database)
    assert (asked.wall.replies, states(asked)) == ({}, (State.REPLIED, ReplyState.SENT))
