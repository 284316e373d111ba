"""Figures of public opinion: the trend of the lists (S27), and what an incident took (S46).

All of it is counted from the rows when somebody asks; nothing is kept beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.clock import CENTRE
from kitchen.matrix.models import Account
from kitchen.opinion import settings
from kitchen.opinion.models import EarlySign, Entry, Measure, Tally, Watchlist
from kitchen.opinion.room_models import Clock, IncidentRoom
from kitchen.opinion.rules import Step
from kitchen.opinion.tones import Around, around
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.rules import PIECES, State
from kitchen.stories.models import Target

DAYS = 14
"""Days of a trend."""
ACTS = (Step.ASSESSED, Step.DRAFTED, Step.TASK_SET, Step.NOTED, Step.GRADED)
"""With one of these somebody began to deal with an incident."""


@dataclass(slots=True)
class Day:
    """What the lists found on a day of the newsroom's calendar, in all and by platform."""

    day: date
    count: int = 0
    channels: dict[str, int] = field(default_factory=dict)


def trend(session: Session, watchlist: Watchlist | None = None, days: int = DAYS) -> list[Day]:
    """The latest days, the earliest first; days on which nothing was found are there as well."""
    first = clock.today(session) - timedelta(days=days - 1)
    since = datetime.combine(first, time(), CENTRE)
    query = select(Tally.hour, Tally.channel, func.sum(Tally.count)).where(Tally.hour >= since)
    if watchlist is not None:
        query = query.where(Tally.watchlist_id == watchlist.id)
    found = {it: Day(it) for it in (first + timedelta(days=at) for at in range(days))}
    for hour, channel, count in session.execute(query.group_by(Tally.hour, Tally.channel)):
        local = clock.local(hour).date()
        day = found.setdefault(local, Day(local))
        day.count += int(count)
        day.channels[channel] = day.channels.get(channel, 0) + int(count)
    return [found[key] for key in sorted(found)]


@dataclass(frozen=True, slots=True)
class AfterAction:
    """What an incident took. Minutes are from its opening; ``None``: it has not happened."""

    from_sign: float | None
    """Minutes from the report of the sign to the opening of the room."""
    to_first_response: float | None
    to_line: float | None
    to_statement: float | None
    to_everywhere: float | None
    """Until the statement stood on every account it was aimed at."""
    aimed: int
    live: int
    followers: int | None
    """Of the accounts on which it is live; ``None``: unknown for all."""
    reads: int | None
    """Of the statement, as measured last on each platform; ``None``: nobody has measured it."""
    before: int
    after: int
    """How much was said in the hours before and after the statement."""
    hours: int
    tones: Around | None
    """How that sounded; ``None``: there is no statement yet."""
    clocks: Sequence[Clock]


def after_action(session: Session, room: IncidentRoom) -> AfterAction:
    """The figures of an incident as they stand (S46)."""
    aimed = live = 0
    followers: int | None = None
    everywhere = None
    if room.story_id is not None:
        aimed, live, followers, everywhere = _reach(session, room.story_id)
    hours = settings.parameters(session).around_hours
    tones = around(session, room, hours)
    sign = session.scalar(
        select(func.min(EarlySign.created_at)).where(EarlySign.incident_id == room.id)
    )
    return AfterAction(
        from_sign=_minutes(sign, room.created_at),
        to_first_response=_minutes(room.created_at, _first(session, room, *ACTS)),
        to_line=_minutes(room.created_at, _first(session, room, Step.AGREED)),
        to_statement=_minutes(room.created_at, room.answered_at),
        to_everywhere=_minutes(room.created_at, everywhere),
        aimed=aimed,
        live=live,
        followers=followers,
        reads=_reads(session, room),
        before=tones.before.sounds.count if tones else 0,
        after=tones.after.sounds.count if tones else 0,
        hours=hours,
        tones=tones,
        clocks=room.clocks,
    )


def _minutes(begin: datetime | None, end: datetime | None) -> float | None:
    if begin is None or end is None:
        return None
    return round((end - begin).total_seconds() / 60, 1)


def _first(session: Session, room: IncidentRoom, *steps: Step) -> datetime | None:
    return session.scalar(
        select(func.min(Entry.at)).where(
            Entry.incident_id == room.id, Entry.step.in_(steps), Entry.staff_id.is_not(None)
        )
    )


def _reach(session: Session, story_id: int) -> tuple[int, int, int | None, datetime | None]:
    """Accounts aimed at, accounts live, their followers, and when the last of all came."""
    aimed = session.scalar(
        select(func.count()).select_from(Target).where(Target.story_id == story_id)
    )
    first = (
        select(Publication.account_id, func.min(ReceiptRow.observed_at).label("at"))
        .join(ReceiptRow, ReceiptRow.publication_id == Publication.id)
        .where(
            Publication.story_id == story_id,
            Publication.kind.in_(sorted(PIECES)),
            Publication.state == State.LIVE,
            ReceiptRow.outcome == State.LIVE,
        )
        .group_by(Publication.account_id)
        .subquery()
    )
    rows = session.execute(
        select(first.c.at, Account.followers, Account.measured_at).join(
            Account, Account.id == first.c.account_id
        )
    ).all()
    known = [row.followers for row in rows if row.followers or row.measured_at]
    last = max((row.at for row in rows), default=None) if len(rows) == aimed else None
    return aimed or 0, len(rows), sum(known) if known else None, last


def _reads(session: Session, room: IncidentRoom) -> int | None:
    """Reads of our statement: the latest measure of each platform, where there is any."""
    latest: dict[str, int] = {}
    query = select(Measure.channel, Measure.reads).where(
        Measure.incident_id == room.id, Measure.ours
    )
    for channel, reads in session.execute(query.order_by(Measure.id)):
        latest[channel] = reads
    return sum(latest.values()) if latest else None
