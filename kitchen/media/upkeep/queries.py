"""Reads of what the upkeep found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.media.upkeep.models import StoreFinding


def open_findings(session: Session, store: str | None = None) -> Sequence[StoreFinding]:
    """What is damaged or missing and not healed, the oldest first."""
    query = select(StoreFinding).where(StoreFinding.healed_at.is_(None))
    if store is not None:
        query = query.where(StoreFinding.store == store)
    return session.scalars(query.order_by(StoreFinding.found_at, StoreFinding.sha256)).all()


def findings(session: Session) -> Sequence[tuple[str, str, int]]:
    """How many there are: (store, kind, count)."""
    kinds = (StoreFinding.store, StoreFinding.kind)
    query = select(*kinds, func.count()).where(StoreFinding.healed_at.is_(None)).group_by(*kinds)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
