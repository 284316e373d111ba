"""Reads of the watch: foreign posts, and how many wait to be judged."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.watch.models import ForeignPost
from kitchen.watch.rules import State

_WITH = (joinedload(ForeignPost.account), joinedload(ForeignPost.judged_by))


def the_foreign_post(session: Session, uid: str) -> ForeignPost:
    """One foreign post with its account. Raises :class:`NotFound`."""
    found = session.scalar(select(ForeignPost).where(ForeignPost.uid == uid).options(*_WITH))
    if found is None:
        raise NotFound
    return found


def page_of_foreign_posts(
    session: Session,
    *,
    state: str | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[ForeignPost]:
    """Foreign posts, newest first; ``q`` looks in their titles."""
    query = select(ForeignPost).options(*_WITH)
    if state:
        query = query.where(ForeignPost.state == state)
    if q:
        query = query.where(ForeignPost.title.contains(q, autoescape=True))
    return newest_first(session, query, ForeignPost.id, limit=limit, cursor=cursor)


def waiting(session: Session) -> int:
    """How many wait to be judged."""
    return session.scalar(select(func.count()).where(ForeignPost.state == State.OPEN)) or 0
