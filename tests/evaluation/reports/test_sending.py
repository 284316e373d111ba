"""Reports by mail: made at their moment, sent once, tried again, told when they did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from kitchen import timetable
from kitchen.core.clock import CENTRE
from kitchen.core.errors import Invalid, Stale
from kitchen.evaluation.reports import queries, sending, service
from kitchen.evaluation.reports.models import ReportLetter
from kitchen.evaluation.reports.rules import Kind
from kitchen.notifications.models import Notice
from kitchen.notifications.rules import Fate
from kitchen.ports import NotSent, PerhapsSent, QuietMailer
from tests.evaluation.reports.conftest import LATER, WEEK, Pressroom


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


def test_whoever_got_an_edition_gets_the_one_that_corrects_it(
    busy_week: Pressroom, mailer: QuietMailer
) -> None:
    asked(busy_week)
    busy_week.at(LATER)
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
    busy_week.at(LATER)
    mailer.failures.append(NotSent("忙", later=True))
    sending.carry(busy_week.database)
    assert mailer.sent == []
    sending.carry(busy_week.database)
    assert mailer.sent == []  # not before a pause
    busy_week.at(LATER + timedelta(minutes=2))
    mailer.failures.append(NotSent("没有这个人", later=False))
    sending.carry(busy_week.database)
    busy_week.at(LATER + timedelta(days=1))
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
    busy_week.at(LATER)
    mailer.failures.append(PerhapsSent("断了"))
    for minutes in (0, 10, 1000):
        busy_week.at(LATER + timedelta(minutes=minutes))
        sending.carry(busy_week.database)
    assert mailer.sent == []
    assert _letters(busy_week)[0].failed_at is not None


def test_a_sender_that_dies_sends_nothing_twice(busy_week: Pressroom, mailer: QuietMailer) -> None:
    asked(busy_week, "a@example.org")
    busy_week.at(LATER)
    with busy_week.database.unit() as session:
        sending._make_due(session, 1)
    with busy_week.database.unit() as session:
        parcel = sending.take(session)[0]
    with busy_week.database.unit() as session:
        assert sending.take(session) == []
    busy_week.at(LATER + timedelta(minutes=6))
    sending.carry(busy_week.database)
    assert mailer.sent == []
    letter = _letters(busy_week)[0]
    assert (letter.words, letter.failed_at is not None) == (sending.LOST, True)
    with busy_week.database.unit() as session:  # the dead come back and have nothing to say
        sending.settle(session, parcel, Fate.SENT)
    assert _letters(busy_week)[0].sent_at is None


def test_without_a_mail_server_the_report_is_made_and_its_asker_told(busy_week: Pressroom) -> None:
    asked(busy_week)
    busy_week.at(LATER)
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
    busy_week.at(LATER)
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


def _letters(room: Pressroom) -> list[ReportLetter]:
    with room.database.unit(write=False) as session:
        return list(session.query(ReportLetter).order_by(ReportLetter.id))


def _notices(room: Pressroom) -> list[Notice]:
    with room.database.unit(write=False) as session:
        mine = Notice.staff_id == room.newsroom.chief.id
        return list(session.query(Notice).filter(mine).order_by(Notice.id))
