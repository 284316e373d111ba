"""Collected figures: noted by day, the latest on the account, and what they say of its health."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import HOUSE, Actor
from kitchen.matrix.models import Account
from kitchen.matrix.registry import parameters
from kitchen.matrix.registry.keepers import demand_keeper
from kitchen.matrix.registry.models import FigureEntry
from kitchen.matrix.registry.rules import Figures, Health, health_of


def note(session: Session, actor: Actor, account: Account, given: Figures, origin: str) -> bool:
    """Keep what was collected today; what is ``None`` stays as it was known.

    Says whether anything changed. Raises :class:`Forbidden` outside the actor's units.
    """
    if actor is not HOUSE:
        demand_keeper(actor, account)
    before = account.figures
    merged = Figures(
        given.followers if given.followers is not None else before.followers,
        given.posts_30d if given.posts_30d is not None else before.posts_30d,
        given.mean_reads if given.mean_reads is not None else before.mean_reads,
        given.last_post_at or before.last_post_at,
    )
    if merged == before:
        return False
    account.followers = merged.followers or 0
    account.posts_30d, account.mean_reads = merged.posts_30d, merged.mean_reads
    account.last_post_at = merged.last_post_at
    if merged.followers is not None:
        account.measured_at = clock.now(session)
    session.flush()
    session.merge(
        FigureEntry(account_id=account.id, day=clock.today(session), origin=origin, **plain(merged))
    )
    session.flush()
    if actor is not HOUSE:
        audit.record(
            session, actor, "note_figures", account, before=told(before), after=told(merged)
        )
    return True


def plain(figures: Figures) -> dict[str, Any]:
    """The figures by their names."""
    return {
        "followers": figures.followers,
        "posts_30d": figures.posts_30d,
        "mean_reads": figures.mean_reads,
        "last_post_at": figures.last_post_at,
    }


def told(figures: Figures) -> dict[str, Any]:
    """Those that are known, as plain values."""
    last = figures.last_post_at
    named = {**plain(figures), "last_post_at": last.isoformat() if last else None}
    return {name: value for name, value in named.items() if value is not None}


def health(session: Session, account: Account) -> Health:
    """How alive an account is, by what was collected."""
    return health_of(account.figures, parameters.limits(session), clock.now(session))


def history(session: Session, account: Account, most: int = 60) -> list[FigureEntry]:
    """The latest collections, oldest first."""
    found = session.scalars(
        select(FigureEntry)
        .where(FigureEntry.account_id == account.id)
        .order_by(FigureEntry.day.desc())
        .limit(most)
    )
    return list(found)[::-1]


def is_in(session: Session, health: Health) -> ColumnElement[bool]:
    """The condition of accounts in this health, the same as :func:`health_of` says of one."""
    limits, now = parameters.limits(session), clock.now(session)
    silent = now - timedelta(days=limits.silent_days)
    zombie = and_(Account.last_post_at.is_not(None), Account.last_post_at <= silent)
    known_fans = or_(Account.measured_at.is_not(None), Account.followers > 0)
    known_posts = Account.posts_30d.is_not(None)
    few = and_(known_fans, Account.followers < limits.followers)
    quiet = and_(known_posts, Account.posts_30d < limits.posts_per_day * 30)
    fine = and_(not_(zombie), not_(few), not_(quiet))
    return {
        Health.ZOMBIE: zombie,
        Health.LOW: and_(not_(zombie), or_(few, quiet)),
        Health.NORMAL: and_(fine, known_fans, known_posts),
        Health.UNKNOWN: and_(fine, not_(and_(known_fans, known_posts))),
    }[health]
