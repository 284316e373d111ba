"""Reads of notices: how many are unread, the list."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.core.paging import Page, newest_first
from kitchen.notifications.models import Notice


def unread(session: Session, staff_id: int) -> int:
    """How many notices the person has not read."""
    counted = select(func.count()).where(Notice.staff_id == staff_id, Notice.read_at.is_(None))
    return session.scalar(counted) or 0


def page_of_notices(
    session: Session, staff_id: int, *, limit: int = 50, cursor: str | None = None
) -> Page[Notice]:
    """The person's notices, newest first."""
    query = select(Notice).where(Notice.staff_id == staff_id)
    return newest_first(session, query, Notice.id, limit=limit, cursor=cursor)
