"""Reports on their way: made when their moment has come, a letter to each recipient, sent once.

A letter is named by its edition and its recipient, so that nothing makes it twice. It is taken in
hand before anything is sent; whoever dies in between leaves a held letter, which is told as perhaps
not arrived and never sent a second time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
from kitchen.evaluation.reports.rules import Kind, Period, latest_due
from kitchen.evaluation.reports.wording import address_of, letter_of
from kitchen.notifications.rules import Fate, pause_after
from kitchen.notifications.service import tell
from kitchen.ports import Letter, Mailer, NotSent, PerhapsSent

log = structlog.get_logger(__name__)

BELL = "reports"
AT_ONCE = 20
HELD = timedelta(minutes=5)
"""After which a held letter counts as lost; many times what sending takes."""
LOST = N_("发送中断，不知道有没有送到，没有再发。")
NO_MAIL = N_("报告已定稿，没有寄：还没有设置发信服务器。")
NOT_ARRIVED = N_("报告没有寄到 %(address)s：%(words)s")


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
        with database.unit() as session:
            _make_due(session, schedule_id)
    mailer = database.info["ports"].mailer
    while parcels := _taken(database):
        for parcel in parcels:
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


def _make_due(session: Session, schedule_id: int) -> None:
    """Make the report of a schedule and its letters, unless another hand just did."""
    row = session.scalars(
        select(ReportSchedule)
        .where(ReportSchedule.id == schedule_id)
        .options(joinedload(ReportSchedule.unit))
        .with_for_update(of=ReportSchedule)
    ).one()
    period = _latest(session, row)
    if not row.active or row.sent_for >= period.first:
        return
    row.sent_for = period.first
    report = queries.latest(session, period, row.unit_id)
    if report is None:
        report = service.make(session, HOUSE, period, row.unit)
    post(session, report, row.recipients, row.asked_by_id)


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


def _taken(database: Database) -> list[Parcel]:
    with database.unit() as session:
        _give_up_lost(session)
        return take(session)


def take(session: Session) -> list[Parcel]:
    """Take in hand what is due, the longest waiting first."""
    now = clock.now(session)
    letters = session.scalars(
        select(ReportLetter)
        .where(ReportLetter.due_at <= now, ReportLetter.held_at.is_(None))
        .options(joinedload(ReportLetter.report).joinedload(Report.unit))
        .order_by(ReportLetter.due_at, ReportLetter.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=ReportLetter)
    ).all()
    for each in letters:
        each.held_at = now
    session.flush()
    desk = ports.of(session).desk_url
    return [Parcel(each.id, now, letter_of(each, desk)) for each in letters]


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
    """It is over with this letter; whoever asked for it hears so."""
    letter.due_at, letter.failed_at, letter.words = None, clock.now(session), words
    report = session.get_one(Report, letter.report_id)
    tell(
        session,
        [letter.asked_by_id],
        NOT_ARRIVED,
        address_of(report),
        address=letter.recipient,
        words=words,
    )
