"""Since when the house holds an account, and so knows what it publishes.

Before that its unit ran it by itself, or there was no house yet: what it published then nobody
here knows, and that is not nought.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.orm import Session

from kitchen.core.audit import AuditEntry
from kitchen.evaluation.indices.windows import Window
from kitchen.matrix.models import Account

TAKEN = "hold_account"
"""The act by which an account that is registered already comes to be held."""


@dataclass(frozen=True, slots=True)
class Held:
    """An account that the house publishes to, and since when."""

    account_id: int
    since: datetime

    def within(self, window: Window) -> bool:
        """Whether it was held before a window was over: so that something of it is known."""
        return self.since < window.ends

    def throughout(self, window: Window) -> bool:
        """Whether all of a window is known."""
        return self.since <= window.begins


def held(session: Session, channel: str) -> Sequence[Held]:
    """The accounts of a channel that an index measures, by id."""
    taken = taken_over()
    rows = session.execute(
        select(Account.id, since(taken))
        .outerjoin(taken, taken.c.subject_uid == Account.uid)
        .where(Account.channel == channel, Account.held, Account.in_use)
        .order_by(Account.id)
    )
    return [Held(*row) for row in rows]


def first_held(session: Session) -> dict[str, datetime]:
    """By channel, since when some account of it is held."""
    taken = taken_over()
    rows = session.execute(
        select(Account.channel, func.min(since(taken)))
        .outerjoin(taken, taken.c.subject_uid == Account.uid)
        .where(Account.held, Account.in_use)
        .group_by(Account.channel)
    )
    return dict(rows.all())


def taken_over() -> Subquery:
    """When accounts that their units ran were taken over; the audit is what says so."""
    return (
        select(AuditEntry.subject_uid, func.max(AuditEntry.at).label("at"))
        .where(AuditEntry.action == TAKEN)
        .group_by(AuditEntry.subject_uid)
        .subquery()
    )


def since(taken: Subquery) -> ColumnElement[datetime]:
    """An account that was not taken over came with its credentials when it was registered."""
    return func.coalesce(taken.c.at, Account.created_at)
