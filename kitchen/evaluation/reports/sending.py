"""Reports on their way: made when their moment has come, a letter to each recipient, sent once.

A letter is named by its edition and its recipient, so that nothing makes it twice. It is taken in
hand alone and just before it is sent; whoever dies in between leaves this one held, which is told
as perhaps not arrived and never sent a second time, while the others wait.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen import ports
from kitchen.core import clock
from kitchen.core.access import HOUSE
from kitchen.core.db import Database
from kitchen.core.errors import N_
from kitchen.evaluation.reports import queries, service
from kitchen.evaluation.reports.events import ReportMade
from kitchen.evaluation.reports.models import Report, ReportLetter, ReportSchedule
from kitchen.evaluation.reports.rules import Kind, Period, latest_due, period_of, until
from kitchen.evaluation.reports.wording import address_of, letter_of
from kitchen.notifications.rules import Fate, pause_after
from kitchen.notifications.service import tell
from kitchen.ports import Letter, Mailer, NotSent, PerhapsSent

log = structlog.get_logger(__name__)

BELL = "reports"
HELD = timedelta(minutes=5)
"""After which a held letter counts as lost; more than the slowest server may take over one."""
LOST = N_("发送中断，不知道有没有送到，没有再发。")
NO_MAIL = N_("报告已定稿，没有寄：还没有设置发信服务器。")
NOT_ARRIVED = N_("报告没有寄到 %(address)s：%(words)s")
NOT_KNOWN = N_("寄给 %(address)s 的报告发送中断，不知道有没有送到，没有再发。")
SEVERAL = N_("报告有 %(count)s 个地址没有寄到，或者不知道有没有寄到：%(addresses)s")
SKIPPED = N_("停了太久，有 %(n)s 期定时报告没有补寄。需要的话，请打开那一期定稿。")
CAUGHT_UP_MOST = 8
"""Reports of one schedule that are made and sent belatedly after the house stood still."""


def ring_if_due(database: Database) -> None:
    """Ring for a report whose moment has come, or a letter that may leave."""
    with database.unit(write=False) as session:
        if _due_schedules(session) or _waits(session):
            ports.of(session).bell.ring(BELL, 0)


def carry(database: Database) -> None:
    """Make what is due, and send what waits."""
    with database.unit() as session:
        schedules = _due_schedules(session)
    for schedule_id in schedules:
        while _made_due(database, schedule_id):
            log.info("report_due", schedule=schedule_id)
    mailer = database.info["ports"].mailer
    while parcel := _taken(database):
        fate, words = _sent(mailer, parcel)
        with database.unit() as session:
            settle(session, parcel, fate, words)


def _due_schedules(session: Session) -> list[int]:
    return [each.id for each in _active(session) if each.sent_for < _latest(session, each).first]


def _active(session: Session) -> Collection[ReportSchedule]:
    return session.scalars(
        select(ReportSchedule).where(ReportSchedule.active).order_by(ReportSchedule.id).limit(500)
    ).all()


def _latest(session: Session, schedule: ReportSchedule) -> Period:
    now = clock.local(clock.now(session))
    return latest_due(Kind(schedule.kind), now, schedule.day, schedule.hour)


def _made_due(database: Database, schedule_id: int) -> bool:
    with database.unit() as session:
        return make_due(session, schedule_id)


def make_due(session: Session, schedule_id: int) -> bool:
    """Make the next report of a schedule and its letters; answers whether one was due.

    After a long silence only the latest are made up for, and whoever asked hears of the others.
    """
    row = session.scalars(
        select(ReportSchedule)
        .where(ReportSchedule.id == schedule_id)
        .options(joinedload(ReportSchedule.unit))
        .with_for_update(of=ReportSchedule)
    ).one()
    waiting = until(period_of(Kind(row.kind), row.sent_for), _latest(session, row))
    if not row.active or not waiting:
        return False
    if skipped := len(waiting[:-CAUGHT_UP_MOST]):
        tell(session, [row.asked_by_id], SKIPPED, "/reports/schedules", n=skipped)
    period = waiting[-CAUGHT_UP_MOST:][0]
    row.sent_for = period.first
    report = queries.latest(session, period, row.unit_id)
    if report is None:
        report = service.make(session, HOUSE, period, row.unit)
    post(session, report, row.recipients, row.asked_by_id)
    return True


def post(session: Session, report: Report, recipients: Collection[str], asked_by_id: int) -> None:
    """Write a letter to each of them that has none of this edition yet."""
    if not ports.of(session).mailer.on:
        tell(session, [asked_by_id], NO_MAIL, address_of(report))
        return
    known = set(
        session.scalars(select(ReportLetter.recipient).where(ReportLetter.report_id == report.id))
    )
    now = clock.now(session)
    session.add_all(
        ReportLetter(report_id=report.id, recipient=recipient, asked_by_id=asked_by_id, due_at=now)
        for recipient in recipients
        if recipient not in known
    )
    session.flush()


def send_corrected(session: Session, event: ReportMade) -> None:
    """Whoever was sent an earlier edition of a report is sent the one that corrects it."""
    report = session.get_one(Report, event.report_id)
    former = session.execute(
        select(ReportLetter.recipient, ReportLetter.asked_by_id)
        .join(Report, Report.id == ReportLetter.report_id)
        .where(*queries.is_of(report.period, report.unit_id))
        .order_by(ReportLetter.id)
    )
    asked_by = {row.recipient: row.asked_by_id for row in former}
    for asked_by_id in sorted(set(asked_by.values())):
        post(session, report, [it for it in asked_by if asked_by[it] == asked_by_id], asked_by_id)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter taken in hand."""

    letter_id: int
    held: datetime
    letter: Letter = field(repr=False)


def _waits(session: Session) -> bool:
    waiting = select(ReportLetter.id).where(ReportLetter.due_at <= clock.now(session)).limit(1)
    return session.scalar(waiting) is not None


def _taken(database: Database) -> Parcel | None:
    with database.unit() as session:
        _give_up_lost(session)
        return take(session)


def take(session: Session) -> Parcel | None:
    """Take in hand the letter that is due for longest, if any is.

    One at a time: what is held and not settled must be given up as perhaps sent, and of a letter
    whose turn had not come that would be untrue.
    """
    now = clock.now(session)
    while letter := _longest_due(session, now):
        try:
            made = letter_of(letter, ports.of(session).desk_url)
        except (LookupError, ValueError, TypeError) as error:
            log.exception("report_letter_not_made_up", letter=letter.uid)
            _fail(session, letter, type(error).__name__)
            continue
        letter.held_at = now
        session.flush()
        return Parcel(letter.id, now, made)
    return None


def _longest_due(session: Session, now: datetime) -> ReportLetter | None:
    return session.scalar(
        select(ReportLetter)
        .where(ReportLetter.due_at <= now, ReportLetter.held_at.is_(None))
        .options(joinedload(ReportLetter.report).joinedload(Report.unit))
        .order_by(ReportLetter.due_at, ReportLetter.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=ReportLetter)
    )


def _give_up_lost(session: Session) -> None:
    """Held for too long: its sender died, and whether it arrived nobody knows."""
    now = clock.now(session)
    lost = select(ReportLetter).where(
        ReportLetter.due_at.is_not(None), ReportLetter.held_at <= now - HELD
    )
    for letter in session.scalars(lost.with_for_update(skip_locked=True)).all():
        _fail(session, letter, LOST)


def _sent(mailer: Mailer, parcel: Parcel) -> tuple[Fate, str]:
    """What came of it, whatever happens: one letter must not keep the others."""
    try:
        mailer.send(parcel.letter)
    except NotSent as error:
        return (Fate.LATER if error.later else Fate.FAILED), str(error)
    except PerhapsSent as error:
        return Fate.PERHAPS, str(error)
    except Exception as error:
        log.exception("report_letter_broke", letter=parcel.letter.uid)
        return Fate.FAILED, type(error).__name__
    return Fate.SENT, ""


def settle(session: Session, parcel: Parcel, fate: Fate, words: str = "") -> None:
    """Write down what came of a try, unless the letter was given up meanwhile."""
    letter = session.get(ReportLetter, parcel.letter_id, with_for_update=True)
    if letter is None or letter.held_at != parcel.held or letter.due_at is None:
        return
    letter.words, letter.attempts = words[:300], letter.attempts + 1
    pause = pause_after(letter.attempts) if fate is Fate.LATER else None
    if pause is not None:
        letter.due_at, letter.held_at = clock.now(session) + pause, None
    elif fate is Fate.SENT:
        letter.due_at, letter.sent_at = None, clock.now(session)
    else:
        _fail(session, letter, letter.words)


def _fail(session: Session, letter: ReportLetter, words: str) -> None:
    """It is over with this letter; whoever asked for it hears so, of all that failed so far.

    Notices about one edition become one, and the last to come must not hide the others.
    """
    letter.due_at, letter.failed_at, letter.words = None, clock.now(session), words
    session.flush()
    failed = session.scalars(
        select(ReportLetter.recipient)
        .where(
            ReportLetter.report_id == letter.report_id,
            ReportLetter.asked_by_id == letter.asked_by_id,
            ReportLetter.failed_at.is_not(None),
        )
        .order_by(ReportLetter.id)
    ).all()
    address = address_of(session.get_one(Report, letter.report_id))
    told: dict[str, Any] = {"address": letter.recipient, "words": words}
    text = NOT_ARRIVED
    if len(failed) > 1:
        text, told = SEVERAL, {"count": len(failed), "addresses": ", ".join(failed)}
    elif words == LOST:
        text, told = NOT_KNOWN, {"address": letter.recipient}
    tell(session, [letter.asked_by_id], text, address, **told)
