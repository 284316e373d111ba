"""Reads of leads: the list, one lead, what resembles it, the counters."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core import clock
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.leads import rules
from kitchen.leads.models import Lead
from kitchen.leads.rules import ALIKE, DUPLICATE_WINDOW, State, likeness, shingles

COMPARED_AT_MOST = 400
"""Newest leads a new one is compared with; a day brings some forty."""


def the_lead(session: Session, uid: str) -> Lead:
    """One lead with those merged into it. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Lead)
        .where(Lead.uid == uid)
        .options(joinedload(Lead.reporter), joinedload(Lead.merged_into), selectinload(Lead.merged))
    )
    if found is None:
        raise NotFound
    return found


def is_protected(session: Session, uid: str) -> bool:
    """Whether files that belong to this lead may give away who told it; so may those of none."""
    told = select(Lead.source, Lead.contact_sealed).where(Lead.uid == uid)
    found = session.execute(told).one_or_none()
    return found is None or rules.is_protected(*found)


def page_of_leads(
    session: Session,
    *,
    state: str | None = None,
    source: str | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Lead]:
    """Leads, newest first; ``q`` looks in titles."""
    query = select(Lead).options(joinedload(Lead.reporter))
    if state:
        query = query.where(Lead.state == state)
    if source:
        query = query.where(Lead.source == source)
    if q:
        query = query.where(Lead.title.contains(q, autoescape=True))
    return newest_first(session, query, Lead.id, limit=limit, cursor=cursor)


def resembling(session: Session, lead: Lead) -> list[tuple[Lead, float]]:
    """Open or adopted leads of the last days that are probably about the same, likest first."""
    since = clock.now(session) - DUPLICATE_WINDOW
    candidates = session.scalars(
        select(Lead)
        .where(
            Lead.created_at > since,
            Lead.id != lead.id,
            Lead.state.in_([State.NEW, State.ADOPTED]),
        )
        .options(joinedload(Lead.reporter))
        .order_by(Lead.id.desc())
        .limit(COMPARED_AT_MOST)
    )
    own = shingles(lead.title, lead.body)
    scored = [(each, likeness(own, shingles(each.title, each.body))) for each in candidates]
    alike = [pair for pair in scored if pair[1] >= ALIKE]
    return sorted(alike, key=lambda pair: -pair[1])[:5]


def merged_into(session: Session, lead: Lead) -> Sequence[Lead]:
    """What was folded into this lead, as it stands now."""
    return session.scalars(select(Lead).where(Lead.merged_into_id == lead.id)).all()


def waiting(session: Session) -> int:
    """How many leads wait for triage."""
    return session.scalar(WAITING) or 0


WAITING = select(func.count()).where(Lead.state == State.NEW)
"""Every page of the desk counts; building the statement costs more than running it."""


def recent_by(session: Session, staff_id: int, limit: int = 5) -> Sequence[Lead]:
    """What a person reported last."""
    return session.scalars(
        select(Lead).where(Lead.reporter_id == staff_id).order_by(Lead.id.desc()).limit(limit)
    ).all()
