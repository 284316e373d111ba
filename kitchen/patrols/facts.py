"""What is known of many accounts at once; the number of queries does not depend on how many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.matrix.models import Account
from kitchen.outlet.models import OutletLinkCheck
from kitchen.patrols.models import AccountDay, PatrolTurn
from kitchen.patrols.rules import Facts, Figures, Tuning


def facts_of(session: Session, account_ids: Collection[int], tuning: Tuning) -> dict[int, Facts]:
    """The facts of each of these accounts, by id; two queries."""
    now = clock.now(session)
    days: dict[int, list[Row[Any]]] = {}
    for row in _days(session, account_ids, tuning):
        days.setdefault(row.account_id, []).append(row)
    known = session.execute(
        select(
            Account.id,
            Account.public_url,
            PatrolTurn.last_post_at,
            OutletLinkCheck.failures,
            OutletLinkCheck.words,
        )
        .outerjoin(PatrolTurn, PatrolTurn.account_id == Account.id)
        .outerjoin(OutletLinkCheck, OutletLinkCheck.url == Account.public_url)
        .where(Account.id.in_(account_ids))
    )
    found: dict[int, Facts] = {}
    for account_id, url, last_post_at, failures, words in known:
        told = days.get(account_id, [])
        waiting = next((day for day in reversed(told) if day.waiting is not None), None)
        found[account_id] = Facts(
            now=now,
            last_post_at=last_post_at,
            waiting=waiting.waiting if waiting else None,
            waiting_since=waiting.waiting_since if waiting else None,
            url=url,
            link_failures=failures or 0,
            link_words=words or "",
            days=[_figures(day) for day in told],
        )
    return found


def _days(session: Session, account_ids: Collection[int], tuning: Tuning) -> Sequence[Row[Any]]:
    """The days that some rule looks at, the oldest first, as plain rows."""
    since = clock.today(session) - timedelta(days=tuning["silent_days"] + 1)
    columns = AccountDay.__table__.c
    return session.execute(
        select(*columns)
        .where(columns.account_id.in_(account_ids), columns.day >= since)
        .order_by(columns.account_id, columns.day)
    ).all()


def _figures(day: Row[Any]) -> Figures:
    return Figures(day.day.isoformat(), day.followers, day.posts, day.reads, day.interactions)
