"""Answered at hour 23, escalated at 24: who hears, once each, and what stops it."""

from __future__ import annotations

from datetime import time, timedelta

from kitchen.core import clock
from kitchen.feedback import clocks, monitor, replying, service
from kitchen.feedback.rules import Clock, Late, Reading, State
from kitchen.people.models import Staff
from kitchen.roster import service as roster
from kitchen.roster.service import Kept, Planned
from tests.feedback.conftest import Inbox

LAMP = "路灯什么时候修？"


def on_duty(inbox: Inbox) -> None:
    """The operator is A and the editor B, round the clock from an hour ago."""
    house = inbox.newsroom
    with inbox.database.unit() as session:
        local = clock.local(clock.now(session)) - timedelta(hours=1)
        hours = time(local.hour, local.minute)
        kept = Kept("新媒体值班", house.units["青禾区融媒体中心"], hours, hours)
        line = roster.open_line(session, house.chief, kept)
        a, b = (session.get_one(Staff, it.id) for it in (house.operator, house.editor))
        roster.plan_shift(session, house.chief, Planned(line, local.date(), a, b))


def asked(inbox: Inbox) -> None:
    inbox.say(1, LAMP)
    inbox.gather(seconds=1)


def test_who_is_on_duty_hears_of_what_comes_in(inbox: Inbox) -> None:
    on_duty(inbox)
    asked(inbox)
    assert inbox.told(inbox.newsroom.operator)[-1] == "青禾发布有新留言。"


def test_the_handler_is_warned_at_23_hours_and_the_chief_hears_at_24_once(inbox: Inbox) -> None:
    house = inbox.newsroom
    asked(inbox)
    inbox.do(service.assign, house.operator, LAMP, _staff(inbox, house.second_editor))
    inbox.escalate(hours=22, minutes=50)
    assert inbox.voice().late == Late.NO
    for _ in range(2):
        inbox.escalate(minutes=10)
    assert inbox.voice().late == Late.WARNED
    assert any("快到答复时限" in told for told in inbox.told(house.second_editor))
    assert not any("超过答复时限" in told for told in inbox.told(house.chief))
    for _ in range(2):
        inbox.escalate(minutes=55)
    assert inbox.voice().late == Late.OVERDUE
    told = [each for each in inbox.told(house.chief) if "超过答复时限" in each]
    assert told == [f"留言“{LAMP}”超过答复时限还没有回复，请督办。"]


def test_an_answer_at_hour_23_ends_the_clock(inbox: Inbox) -> None:
    asked(inbox)
    inbox.escalate(hours=23)
    inbox.answer(LAMP)
    inbox.send(seconds=1)
    inbox.escalate(hours=2)
    voice = inbox.voice()
    assert (voice.state, voice.late) == (State.REPLIED, Late.WARNED)
    assert not any("超过答复时限" in told for told in inbox.told(inbox.newsroom.chief))


def test_a_reply_that_waits_for_its_reviewer_is_late_all_the_same(inbox: Inbox) -> None:
    asked(inbox)
    inbox.do(replying.submit, inbox.newsroom.operator, LAMP, "周五修好")
    inbox.escalate(hours=24, minutes=1)
    assert inbox.voice().late == Late.OVERDUE
    assert any("超过答复时限" in told for told in inbox.told(inbox.newsroom.editor))


def test_the_centre_may_read_the_rule_as_working_hours(inbox: Inbox) -> None:
    working = Clock(Reading.WORKING, hours=8, warn_at=7)
    with inbox.database.unit() as session:
        clocks.set_clock(session, inbox.newsroom.chief, working)
    asked(inbox)
    voice = inbox.voice()
    due = clock.local(voice.due_at)
    assert due.weekday() < 5
    assert time(8, 30) <= due.time() <= time(17, 30)


def test_the_trend_is_drawn_from_what_was_taken_in(inbox: Inbox) -> None:
    for number in range(30):
        inbox.say(number, f"第{number}条")
    inbox.gather(seconds=1)
    with inbox.database.unit(write=False) as session:
        days = monitor.trend(session)
        (busy,) = monitor.busiest(session)
    assert (len(days), sum(day.count for day in days)) == (14, 30)
    assert (busy.account.name, busy.count) == ("青禾发布", 30)
    assert busy.rises or busy.last < monitor.ENOUGH


def _staff(inbox: Inbox, actor: object) -> Staff:
    with inbox.database.unit(write=False) as session:
        return session.get_one(Staff, actor.id)  # type: ignore[attr-defined]
