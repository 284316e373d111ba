"""What a watcher asks the database: how old the oldest open questions are, how much there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.audit import AuditEntry
from kitchen.notifications import queries as notices
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import DUE, Hold, State


def open_ages(session: Session) -> dict[str, float | None]:
    """Seconds since the oldest delivery became due, of unknown outcome, a question to people; and
    since the oldest notice should have reached somebody outside.

    ``None`` where there is none.
    """
    return {
        "due": _age(session, _oldest_due(clock.now(session))),
        "unknown": _age(session, _oldest_in(State.UNKNOWN)),
        "unanswered": _age(session, _oldest_in(State.NEEDS_HUMAN)),
        "unsent": _seconds(session, notices.oldest_unsent(session)),
    }


def _oldest_due(now: datetime) -> Select[datetime | None]:
    """Ready at once, or waiting for a moment that has come; or held beyond its slot or its life."""
    held = Publication.state == State.HELD
    slot = and_(held, Publication.hold_reason == Hold.SLOT, Publication.not_before <= now)
    life = and_(held, Publication.deadline <= now)
    come = or_(Publication.next_at.is_(None), Publication.next_at <= now)
    ready = and_(Publication.state != State.HELD, come)
    moment = case(
        (slot, Publication.not_before),
        (held, Publication.deadline),
        else_=func.coalesce(Publication.next_at, Publication.since),
    )
    which = Publication.state.in_(sorted(DUE | {State.HELD}))
    return select(func.min(moment)).where(which, or_(ready, slot, life))


def _oldest_in(state: State) -> Select[datetime | None]:
    return select(func.min(Publication.since)).where(Publication.state == state)


def _age(session: Session, oldest: Select[datetime | None]) -> float | None:
    return _seconds(session, session.scalar(oldest))


def _seconds(session: Session, moment: datetime | None) -> float | None:
    return None if moment is None else (clock.now(session) - moment).total_seconds()


def publications(session: Session) -> Sequence[tuple[str, str, int]]:
    """How many deliveries stand in which state, by channel."""
    found = session.execute(
        select(Publication.channel, Publication.state, func.count())
        .group_by(Publication.channel, Publication.state)
        .order_by(Publication.channel, Publication.state)
    )
    return [(channel, str(state), count) for channel, state, count in found]


def audit_entries(session: Session) -> int:
    """How many acts are in the audit, by the number of the last: counting would read them all."""
    return session.scalar(select(func.max(AuditEntry.id))) or 0
