"""What is known of many accounts at once; the number of queries does not depend on how many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.feedback.models import Voice
from kitchen.feedback.rules import WAITING
from kitchen.matrix.models import Account
from kitchen.outlet.models import OutletLinkCheck
from kitchen.patrols.models import AccountDay, PatrolTurn
from kitchen.patrols.rules import Facts, Figures, Tuning


def facts_of(session: Session, account_ids: Collection[int], tuning: Tuning) -> dict[int, Facts]:
    """The facts of each of these accounts, by id; three queries."""
    now = clock.now(session)
    days: dict[int, list[Row[Any]]] = {}
    for row in _days(session, account_ids, tuning):
        days.setdefault(row.account_id, []).append(row)
    here = _in_the_inbox(session, account_ids)
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
        waiting, since = here.get(account_id) or _waiting(told)
        found[account_id] = Facts(
            now=now,
            last_post_at=last_post_at,
            waiting=waiting,
            waiting_since=since,
            url=url,
            link_failures=failures or 0,
            link_words=words or "",
            days=[_figures(day) for day in told],
        )
    return found


Waiting = tuple[int | None, datetime | None]
"""How many messages wait for an answer, and since when the oldest does."""


def _in_the_inbox(session: Session, account_ids: Collection[int]) -> dict[int, Waiting]:
    """What waits in the inbox of the house, by account; those that have nothing there are left
    out: somebody may tell of them what we do not hear.
    """
    rows = session.execute(
        select(Voice.account_id, func.count(), func.min(Voice.said_at))
        .where(Voice.account_id.in_(account_ids), Voice.state.in_(sorted(WAITING)))
        .group_by(Voice.account_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _waiting(told: Sequence[Row[Any]]) -> Waiting:
    """What was told last."""
    day = next((day for day in reversed(told) if day.waiting is not None), None)
    return (day.waiting, day.waiting_since) if day else (None, None)


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
