"""What the public writes, in figures: by hour and day, by account, with the words watched (S27).

Drawn from the tallies, which are kept as messages are taken in; nothing is counted anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.clock import CENTRE
from kitchen.feedback.models import Gathering, Tally
from kitchen.matrix.models import Account
from kitchen.publishing.models import Publication

DAYS = 14
"""Days of a trend."""
RISE = 3.0
"""So many times as many as on the days before is a rise that people should look into."""
ENOUGH = 20
"""Messages of a day below which no rise is told."""


@dataclass(frozen=True, slots=True)
class Day:
    """What came in on a day of the newsroom's calendar."""

    day: date
    count: int
    alerts: int
    negative: int = 0
    positive: int = 0


@dataclass(frozen=True, slots=True)
class Busy:
    """An account, and what came in there during the trend; ``usual`` is the mean of the days
    before the last one."""

    account: Account
    count: int
    alerts: int
    last: int
    usual: float

    @property
    def rises(self) -> bool:
        return self.last >= ENOUGH and self.last >= RISE * self.usual


def trend(session: Session, account: Account | None = None, days: int = DAYS) -> list[Day]:
    """The latest days, the earliest first; days on which nothing came are there as well."""
    first = clock.today(session) - timedelta(days=days - 1)
    since = datetime.combine(first, time(), CENTRE)
    columns = (Tally.count, Tally.alerts, Tally.negative, Tally.positive)
    query = select(Tally.hour, *map(func.sum, columns)).where(Tally.hour >= since)
    if account is not None:
        query = query.where(Tally.account_id == account.id)
    found: dict[date, list[int]] = {first + timedelta(days=at): [0, 0, 0, 0] for at in range(days)}
    for hour, *counts in session.execute(query.group_by(Tally.hour)):
        sums = found.setdefault(clock.local(hour).date(), [0, 0, 0, 0])
        for at, count in enumerate(counts):
            sums[at] += int(count)
    return [Day(day, *sums) for day, sums in sorted(found.items())]


def busiest(session: Session, days: int = DAYS, limit: int = 20) -> list[Busy]:
    """The accounts that were written to most, and where it is rising."""
    today = datetime.combine(clock.today(session), time(), CENTRE)
    since = today - timedelta(days=days - 1)
    sums = _sums(session, since)
    last = {row[0]: int(row[1]) for row in _sums(session, today)}
    accounts = {
        it.id: it
        for it in session.scalars(select(Account).where(Account.id.in_([row[0] for row in sums])))
    }
    found = [
        Busy(
            account=accounts[account_id],
            count=int(count),
            alerts=int(alerts),
            last=last.get(account_id, 0),
            usual=(int(count) - last.get(account_id, 0)) / max(days - 1, 1),
        )
        for account_id, count, alerts in sums
    ]
    return sorted(found, key=lambda it: (not it.rises, -it.count))[:limit]


def _sums(session: Session, since: datetime) -> Sequence[tuple[int, int, int]]:
    rows = session.execute(
        select(Tally.account_id, func.sum(Tally.count), func.sum(Tally.alerts))
        .where(Tally.hour >= since)
        .group_by(Tally.account_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


@dataclass(frozen=True, slots=True)
class Deaf:
    """A piece whose comments could not be read at the last look, and the platform's words."""

    publication: Publication
    failures: int
    words: str


def deaf(session: Session, limit: int = 20) -> list[Deaf]:
    """Where the platform lets us hear nothing at present."""
    rows = session.execute(
        select(Publication, Gathering.failures, Gathering.words)
        .join(Gathering, Gathering.publication_id == Publication.id)
        .where(Gathering.failures > 0, Gathering.next_at.is_not(None))
        .order_by(Gathering.next_at)
        .limit(limit)
    )
    return [Deaf(*row) for row in rows]
