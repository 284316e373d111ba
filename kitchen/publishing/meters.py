"""How much of an account's quota a day's or a month's posts have used up, and will."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.abilities import Quota, Rations, Window
from kitchen import ports
from kitchen.core import clock
from kitchen.core.clock import CENTRE
from kitchen.matrix import service as matrix
from kitchen.matrix.models import Account
from kitchen.publishing import ledger
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind, State

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Meter:
    """A quota with what was spent of it, and what still waits for its slot in the same window."""

    window: Window
    most: int
    used: int
    planned: int = 0

    @property
    def exceeded(self) -> bool:
        """Whether what is planned will not all find room."""
        return self.used + self.planned > self.most


def quota_of(session: Session, account: Account, day: date | None = None) -> Meter | None:
    """The account's meter for the window that holds ``day`` (today); ``None``: not rationed."""
    return meters_of(session, [account], day or clock.today(session)).get(account.id)


def meters_of(session: Session, accounts: Iterable[Account], day: date) -> dict[int, Meter]:
    """The meters of those accounts that are rationed, by account id; two queries a window."""
    quotas = {it.id: quota for it in accounts if (quota := _quota(session, it)) is not None}
    spans = {window: _span(window, day) for window in {it.window for it in quotas.values()}}
    used = {window: ledger.spent_by(session, window, day) for window in spans}
    planned = {window: _planned(session, *span) for window, span in spans.items()}
    return {
        key: Meter(
            quota.window,
            quota.most,
            used[quota.window].get(key, 0),
            planned[quota.window].get(key, 0),
        )
        for key, quota in quotas.items()
    }


def _quota(session: Session, account: Account) -> Quota | None:
    """What the account's channel says; an account that cannot be opened must not shut the page."""
    try:
        settings = matrix.settings_of(session, account)
        channel = ports.of(session).open_channel(account.channel, settings, account.uid)
        return channel.quota if isinstance(channel, Rations) else None
    except Exception as error:
        log.warning("no_quota", account=account.uid, error=type(error).__name__)
        return None


def _span(window: Window, day: date) -> tuple[datetime, datetime]:
    """From the first moment of the window to the first after it, in the newsroom's time."""
    if window is Window.DAY:
        return _midnight(day), _midnight(day + timedelta(days=1))
    first = day.replace(day=1)
    return _midnight(first), _midnight((first + timedelta(days=31)).replace(day=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, CENTRE)


def _planned(session: Session, start: datetime, end: datetime) -> Mapping[int, int]:
    found = session.execute(
        select(Publication.account_id, func.count())
        .where(
            Publication.kind == Kind.PUBLISH,
            Publication.state == State.HELD,
            Publication.not_before >= start,
            Publication.not_before < end,
        )
        .group_by(Publication.account_id)
    )
    return {row[0]: row[1] for row in found}
