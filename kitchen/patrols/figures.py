"""Daily figures of accounts, as whoever knows them tells: a program, a unit's report."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Invalid
from kitchen.matrix.models import Account
from kitchen.patrols.models import AccountDay, PatrolTurn
from kitchen.patrols.rules import May

FIELDS = ("followers", "posts", "reads", "interactions", "waiting", "waiting_since")


def note_figures(
    session: Session,
    actor: Actor,
    account: Account,
    day: date,
    *,
    source: str,
    last_post_at: datetime | None = None,
    **told: Any,
) -> AccountDay:
    """Take in an account's figures of a day; ``told`` are some of :data:`FIELDS`.

    What is told again replaces what was told before; what is left out stays. Raises
    :class:`Forbidden`, :class:`Invalid` for a day that is not yet.
    """
    if actor is not HOUSE:
        authorize(actor, May.FEED, account)
    if day > clock.today(session):
        raise Invalid(fields={"day": N_("这一天还没有到，请重选。")})
    named = (AccountDay.account_id == account.id, AccountDay.day == day)
    found = session.scalar(select(AccountDay).where(*named))
    figures = found or AccountDay(account_id=account.id, day=day)
    figures.source = source
    for name, value in told.items():
        if name not in FIELDS:
            raise TypeError(f"not a figure of an account: {name}")
        if value is not None:
            setattr(figures, name, value)
    if figures.waiting == 0:
        figures.waiting_since = None
    session.add(figures)
    session.flush()
    if last_post_at is not None:
        note_post(session, account.id, last_post_at)
    shown = {name: str(value) for name, value in told.items() if value is not None}
    audit.record(session, actor, "note_figures", account, after={"day": str(day), **shown})
    return figures


def note_post(session: Session, account_id: int, at: datetime) -> None:
    """Something was put on an account at that time, whoever put it there."""
    turn = session.get(PatrolTurn, account_id)
    if turn is None:
        turn = PatrolTurn(account_id=account_id, due_at=clock.now(session))
        session.add(turn)
    if turn.last_post_at is None or at > turn.last_post_at:
        turn.last_post_at = at
    session.flush()
