"""The quota ledger: what a platform rations is booked in the row before it is spent on the wire.

An entry is made in the transaction that arms, and taken out only by a proof that nothing was
executed: an unclear outcome has spent its place.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from channels.abilities import Quota, Window
from kitchen.core import clock
from kitchen.publishing.models import QuotaEntry
from kitchen.publishing.outbox import Hand


def book(session: Session, hand: Hand, quota: Quota) -> bool:
    """Take one place of the window; ``False`` if none is left. Booking again changes nothing."""
    key = window_key(quota.window, clock.local(clock.now(session)))
    mine = select(QuotaEntry.id).where(
        QuotaEntry.publication_id == hand.id, QuotaEntry.window_key == key
    )
    if session.scalar(mine) is not None:
        return True
    taken = set(
        session.scalars(
            select(QuotaEntry.seq).where(
                QuotaEntry.account_id == hand.account_id, QuotaEntry.window_key == key
            )
        )
    )
    free = (seq for seq in range(1, quota.most + 1) if seq not in taken)
    return any(_take(session, hand, key, seq) for seq in free)


def _take(session: Session, hand: Hand, key: str, seq: int) -> bool:
    """Whether the place was still free: of two who want it the constraint lets one have it."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    booking = (
        dialect.insert(cast(Table, QuotaEntry.__table__))
        .values(
            account_id=hand.account_id,
            window_key=key,
            seq=seq,
            publication_id=hand.id,
            booked_at=clock.now(session),
        )
        .on_conflict_do_nothing()
        .returning(QuotaEntry.id)
    )
    return session.scalar(booking) is not None


def release(session: Session, hand: Hand) -> None:
    """The post proved not to have been executed: its place is free again."""
    session.execute(
        delete(QuotaEntry)
        .where(QuotaEntry.publication_id == hand.id)
        .execution_options(synchronize_session=False)
    )


def spent_by(session: Session, window: Window, day: date) -> dict[int, int]:
    """How many places of the window that holds ``day`` are taken, by account id."""
    found = session.execute(
        select(QuotaEntry.account_id, func.count())
        .where(QuotaEntry.window_key == window_key(window, day))
        .group_by(QuotaEntry.account_id)
    )
    return {row[0]: row[1] for row in found}


def window_key(window: Window, local: date) -> str:
    """The name of the window in which a day, or a moment, of the newsroom's time lies."""
    return local.strftime("%Y-%m-%d" if window is Window.DAY else "%Y-%m")


def next_window(session: Session, quota: Quota) -> datetime:
    """When the next window begins."""
    return window_end(quota.window, clock.local(clock.now(session)))


def window_end(window: Window, local: datetime) -> datetime:
    """The first moment after the window in which a moment of the newsroom's time lies."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if window is Window.DAY:
        return midnight + timedelta(days=1)
    return (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
