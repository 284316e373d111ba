"""Reports by mail: made at their moment, sent once, tried again, told when they did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from kitchen import timetable
from kitchen.core.clock import CENTRE
from kitchen.core.errors import Invalid, Stale
from kitchen.evaluation.reports import queries, sending, service
from kitchen.evaluation.reports.labels import SECTIONS
from kitchen.evaluation.reports.models import ReportLetter
from kitchen.evaluation.reports.rules import Kind, unpacked
from kitchen.notifications.models import Notice
from kitchen.notifications.rules import Fate
from kitchen.ports import Letter, NotSent, PerhapsSent, QuietMailer
from tests.evaluation.reports.conftest import WEEK, Pressroom

DUE = datetime(2026, 3, 8, 9, tzinfo=CENTRE)
"""When the report of the week is, and no later one."""


@pytest.fixture
def mailer(busy_week: Pressroom) -> QuietMailer:
    found = busy_week.newsroom.ports.mailer
    assert isinstance(found, QuietMailer)
    found.on = True
    return found


def asked(room: Pressroom, *recipients: str, day: int = 0, kind: Kind = Kind.WEEK) -> None:
    room.at(datetime(2026, 3, 4, 9, tzinfo=CENTRE))
    with room.database.unit() as session:
        service.schedule(
            session,
            room.newsroom.chief,
            kind=kind,
            unit=None,
            day=day,
            hour=9,
            recipients=recipients or ("a@example.org", "b@example.org"),
        )


def test_a_report_is_made_and_sent_once_when_its_hour_has_come(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week)
    sending.carry(busy_week.database)
    assert busy_week.reports() == []  # what was due before it was asked for is not sent belatedly
    busy_week.at(datetime(2026, 3, 8, 8, 59, tzinfo=CENTRE))
    sending.ring_if_due(busy_week.database)
    assert busy_week.newsroom.bell.rung == []
    busy_week.at(datetime(2026, 3, 8, 9, tzinfo=CENTRE))
    sending.ring_if_due(busy_week.database)
    assert busy_week.newsroom.bell.rung == [(sending.BELL, 0)]
    assert timetable.DOORBELLS[sending.BELL]
    for _ in range(3):
        sending.carry(busy_week.database)
    report = busy_week.reports()[0]
    assert (report.first_day, report.made_by_id) == (WEEK.first, None)
    assert [letter.to for letter in mailer.sent] == ["a@example.org", "b@example.org"]
    assert report.sha256 in mailer.sent[0].text
    assert "/reports/week/2026-03-01?edition=1" in mailer.sent[0].text
    assert "周报" in mailer.sent[0].subject


def test_a_letter_tells_the_figures_to_whoever_has_no_account_here(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    for number in range(12):
        story = busy_week.write(f"<稿件>{number}")
        busy_week.send(story, "青禾发布", WEEK.moments(CENTRE)[0], reads={168: number})
    asked(busy_week, "a@example.org")
    busy_week.at(DUE)
    sending.carry(busy_week.database)
    report, lines = busy_week.reports()[0], mailer.sent[0].text.splitlines()
    assert "【发稿】分渠道发稿" in lines
    assert "平台 | 稿件 | 发出篇数" in lines
    assert "微信公众号 | 15 | 15" in lines
    assert "九里桥通车 | 微信公众号 | 青禾发布 | 1,500 | 30 | 未知" in lines
    for section in unpacked(report.figures):
        assert any(line.startswith(f"【{SECTIONS[section.key]}】") for line in lines)


def test_whoever_got_an_edition_gets_the_one_that_corrects_it(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week)
    busy_week.at(DUE)
    sending.carry(busy_week.database)
    mailer.sent.clear()
    weekly = busy_week.reports()[0].period
    story = busy_week.write("补报的稿件")
    first, _ = weekly.moments(CENTRE)
    busy_week.send(story, "青禾发布", first + timedelta(hours=1))
    busy_week.make(weekly)
    sending.carry(busy_week.database)
    assert ["edition=2" in each.text for each in mailer.sent] == [True, True]


def test_a_letter_that_was_not_taken_is_tried_again_and_its_failure_told(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week, "a@example.org")
    busy_week.at(DUE)
    mailer.failures.append(NotSent("忙", later=True))
    sending.carry(busy_week.database)
    assert mailer.sent == []
    sending.carry(busy_week.database)
    assert mailer.sent == []  # not before a pause
    busy_week.at(DUE + timedelta(minutes=2))
    mailer.failures.append(NotSent("没有这个人", later=False))
    sending.carry(busy_week.database)
    busy_week.at(DUE + timedelta(days=1))
    sending.carry(busy_week.database)
    assert mailer.sent == []
    letter = _letters(busy_week)[0]
    assert (letter.words, letter.attempts, letter.due_at) == ("没有这个人", 2, None)
    assert [each.params for each in _notices(busy_week)] == [
        {"address": "a@example.org", "words": "没有这个人"}
    ]


def test_nobody_knows_whether_it_arrived_so_it_is_not_sent_again(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week, "a@example.org")
    busy_week.at(DUE)
    mailer.failures.append(PerhapsSent("断了"))
    for minutes in (0, 10, 1000):
        busy_week.at(DUE + timedelta(minutes=minutes))
        sending.carry(busy_week.database)
    assert mailer.sent == []
    assert _letters(busy_week)[0].failed_at is not None


def test_a_sender_that_dies_sends_nothing_twice(busy_week: Pressroom, mailer: QuietMailer) -> None:
    asked(busy_week, "a@example.org")
    busy_week.at(DUE)
    with busy_week.database.unit() as session:
        sending.make_due(session, 1)
    with busy_week.database.unit() as session:
        parcel = sending.take(session)
    assert parcel is not None
    with busy_week.database.unit() as session:
        assert sending.take(session) is None
    busy_week.at(DUE + timedelta(minutes=6))
    sending.carry(busy_week.database)
    assert mailer.sent == []
    letter = _letters(busy_week)[0]
    assert (letter.words, letter.failed_at is not None) == (sending.LOST, True)
    with busy_week.database.unit() as session:  # the dead come back and have nothing to say
        sending.settle(session, parcel, Fate.SENT)
    assert _letters(busy_week)[0].sent_at is None


class Killed(BaseException):
    """What ends a job from outside, past all its own care."""


def test_who_dies_over_one_letter_takes_none_of_the_others_along(
    busy_week: Pressroom, mailer: QuietMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(busy_week, "a@example.org", "b@example.org", "c@example.org")
    busy_week.at(DUE)
    with monkeypatch.context() as patch:
        patch.setattr(QuietMailer, "send", _die)
        with pytest.raises(Killed):
            sending.carry(busy_week.database)
    for minutes in (1, 6, 60):
        busy_week.at(DUE + timedelta(minutes=minutes))
        sending.carry(busy_week.database)
    assert [each.to for each in mailer.sent] == ["b@example.org", "c@example.org"]
    assert [(it.words, it.sent_at is None) for it in _letters(busy_week)] == [
        (sending.LOST, True),
        ("", False),
        ("", False),
    ]


def test_a_letter_that_cannot_be_made_up_keeps_none_of_the_others(
    busy_week: Pressroom, mailer: QuietMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(busy_week)
    busy_week.at(DUE)
    plain = sending.letter_of

    def spoilt(letter: ReportLetter, desk: str) -> Letter:
        if letter.recipient == "a@example.org":
            raise KeyError(letter.recipient)
        return plain(letter, desk)

    monkeypatch.setattr(sending, "letter_of", spoilt)
    sending.carry(busy_week.database)
    assert [each.to for each in mailer.sent] == ["b@example.org"]
    assert _letters(busy_week)[0].words == "KeyError"


def _die(mailer: QuietMailer, letter: Letter) -> None:
    raise Killed


def test_without_a_mail_server_the_report_is_made_and_its_asker_told(busy_week: Pressroom) -> None:
    asked(busy_week)
    busy_week.at(DUE)
    sending.carry(busy_week.database)
    sending.carry(busy_week.database)
    assert len(busy_week.reports()) == 1
    assert _letters(busy_week) == []
    assert [each.text for each in _notices(busy_week)] == [sending.NO_MAIL]


def test_a_schedule_that_rests_sends_nothing_and_wakes_without_catching_up(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week)
    chief = busy_week.newsroom.chief
    with busy_week.database.unit() as session:
        row = queries.page_of_schedules(session, busy_week.newsroom.chief).items[0]
        given: dict[str, Any] = {"day": 0, "hour": 9, "recipients": ["a@example.org"]}
        service.change_schedule(session, chief, row, row.version, **given, active=False)
    busy_week.at(DUE)
    sending.carry(busy_week.database)
    with busy_week.database.unit() as session:
        row = queries.page_of_schedules(session, busy_week.newsroom.chief).items[0]
        service.change_schedule(session, chief, row, row.version, **given, active=True)
    sending.carry(busy_week.database)
    assert (mailer.sent, busy_week.reports()) == ([], [])
    with pytest.raises(Stale), busy_week.database.unit() as session:
        row = queries.page_of_schedules(session, busy_week.newsroom.chief).items[0]
        service.change_schedule(session, chief, row, 1, **given, active=True)
    with pytest.raises(Invalid), busy_week.database.unit() as session:
        row = queries.page_of_schedules(session, busy_week.newsroom.chief).items[0]
        service.change_schedule(session, chief, row, None, **{**given, "day": 7}, active=True)


def change(room: Pressroom, **given: Any) -> None:
    with room.database.unit() as session:
        row = queries.page_of_schedules(session, room.newsroom.chief).items[0]
        kept = {it: getattr(row, it) for it in ("day", "hour", "recipients", "active")}
        chief = room.newsroom.chief
        service.change_schedule(session, chief, row, None, **{**kept, **given})


def test_a_report_that_is_due_goes_out_though_its_schedule_is_changed(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week, "a@example.org", day=5)
    busy_week.at(datetime(2026, 3, 7, 9, tzinfo=CENTRE))
    sending.carry(busy_week.database)
    mailer.sent.clear()
    busy_week.at(datetime(2026, 3, 11, 9, tzinfo=CENTRE))  # Wednesday: due on Friday
    sending.carry(busy_week.database)
    assert mailer.sent == []
    change(busy_week, day=1)
    sending.carry(busy_week.database)
    assert busy_week.reports()[-1].first_day == WEEK.first
    change(busy_week, day=5)  # Friday again: it was sent
    busy_week.at(datetime(2026, 3, 13, 10, tzinfo=CENTRE))
    sending.carry(busy_week.database)
    assert len(mailer.sent) == 1


def test_a_report_that_is_due_goes_to_those_who_were_entered_while_nothing_ran(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week, "a@example.org")
    busy_week.at(DUE + timedelta(hours=1))
    change(busy_week, recipients=["b@example.org"])
    sending.carry(busy_week.database)
    assert [each.to for each in mailer.sent] == ["b@example.org"]


def test_what_was_missed_while_nothing_ran_goes_out_in_its_order(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week, "a@example.org")
    busy_week.at(DUE + timedelta(weeks=2))
    for _ in range(2):
        sending.carry(busy_week.database)
    weeks = [WEEK.first + timedelta(weeks=number) for number in range(3)]
    assert [it.first_day for it in busy_week.reports()] == weeks
    assert [str(first) in each.text for first, each in zip(weeks, mailer.sent, strict=True)] == [
        True,
        True,
        True,
    ]
    assert _notices(busy_week) == []


def test_after_a_long_silence_the_latest_are_made_up_for_and_the_others_told(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week, "a@example.org")
    busy_week.at(DUE + timedelta(weeks=10))
    sending.carry(busy_week.database)
    assert len(mailer.sent) == sending.CAUGHT_UP_MOST
    assert busy_week.reports()[-1].first_day == WEEK.first + timedelta(weeks=10)
    assert [(it.text, it.params) for it in _notices(busy_week)] == [(sending.SKIPPED, {"n": 3})]


def test_a_lost_letter_is_told_in_one_sentence_that_every_language_has(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week, "a@example.org")
    busy_week.at(DUE)
    with busy_week.database.unit() as session:
        sending.make_due(session, 1)
        sending.take(session)
    busy_week.at(DUE + timedelta(minutes=6))
    sending.carry(busy_week.database)
    assert [(it.text, it.params) for it in _notices(busy_week)] == [
        (sending.NOT_KNOWN, {"address": "a@example.org"})
    ]


def test_several_letters_that_failed_are_told_together_and_none_is_hidden(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week, "a@example.org", "b@example.org", "c@example.org")
    busy_week.at(DUE)
    mailer.failures += [NotSent("没有这个人", later=False), PerhapsSent("断了")]
    sending.carry(busy_week.database)
    assert [(it.text, it.params) for it in _notices(busy_week)] == [
        (sending.SEVERAL, {"count": 2, "addresses": "a@example.org, b@example.org"})
    ]


def _letters(room: Pressroom) -> list[ReportLetter]:
    with room.database.unit(write=False) as session:
        return list(session.query(ReportLetter).order_by(ReportLetter.id))


def _notices(room: Pressroom) -> list[Notice]:
    with room.database.unit(write=False) as session:
        mine = Notice.staff_id == room.newsroom.chief.id
        return list(session.query(Notice).filter(mine).order_by(Notice.id))
