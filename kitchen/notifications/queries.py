"""Reads of notices: how many are unread, the list by subject, what a person chose, what failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import clock
from kitchen.core.paging import Page, newest_first
from kitchen.notifications.models import (
    Alarm,
    Message,
    Notice,
    NoticeChoice,
    NoticeSetting,
)
from kitchen.notifications.rules import Choices
from kitchen.people.models import Staff

TOLD = timedelta(days=1)
"""How long a failure is worth telling."""


def _waiting() -> tuple[ColumnElement[bool], ...]:
    """Neither read nor put away for a while."""
    return Notice.read_at.is_(None), Notice.snoozed_until.is_(None)


def unread(session: Session, staff_id: int) -> int:
    """How many notices the person has not read."""
    return session.scalar(UNREAD, {"staff_id": staff_id}) or 0


UNREAD = (
    select(func.count())
    .select_from(Notice)
    .where(Notice.staff_id == bindparam("staff_id"), *_waiting())
)
"""Every page of the desk counts; building the statement costs more than running it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody whose open pages are told of a notice."""

    uid: str
    locale: str
    unread: int


def readers(session: Session, staff_ids: Iterable[int]) -> list[Reader]:
    """These people, with how much each has not read."""
    found = session.execute(_READERS, {"staff_ids": sorted(staff_ids)})
    return [Reader(*row) for row in found]


_READERS = select(
    Staff.uid,
    Staff.locale,
    select(func.count())
    .select_from(Notice)
    .where(Notice.staff_id == Staff.id, *_waiting())
    .scalar_subquery(),
).where(Staff.id.in_(bindparam("staff_ids", expanding=True)))


def page_of_notices(
    session: Session, staff_id: int, *, limit: int = 50, cursor: str | None = None
) -> Page[Notice]:
    """The person's notices, newest first."""
    query = select(Notice).where(Notice.staff_id == staff_id)
    return newest_first(session, query, Notice.id, limit=limit, cursor=cursor)


def by_subject(notices: Sequence[Notice]) -> list[list[Notice]]:
    """Notices of one page gathered by what they are about, the newest subject first."""
    newest: dict[str, int] = {}
    for notice in notices:
        newest.setdefault(notice.url, len(newest))
    ordered = sorted(notices, key=lambda notice: newest[notice.url])
    return [list(group) for _, group in groupby(ordered, key=lambda notice: notice.url)]


def setting_of(session: Session, staff_id: int) -> NoticeSetting | None:
    """Where and when the person wants to hear; ``None`` if they never said."""
    return session.get(NoticeSetting, staff_id)


def choices_of(session: Session, staff_ids: Iterable[int]) -> dict[int, Choices]:
    """What these people chose themselves."""
    found: dict[int, dict[tuple[str, str], bool]] = {}
    query = select(NoticeChoice).where(NoticeChoice.staff_id.in_(staff_ids))
    for choice in session.scalars(query):
        found.setdefault(choice.staff_id, {})[choice.kind, choice.way] = choice.wanted
    return dict(found)


def failures_of(session: Session, staff_id: int) -> Sequence[Message]:
    """Messages to the person that did not arrive lately, the latest first."""
    return session.scalars(
        select(Message)
        .join(Message.notice)
        .where(Notice.staff_id == staff_id, Message.failed_at > clock.now(session) - TOLD)
        .options(joinedload(Message.notice))
        .order_by(Message.id.desc())
        .limit(5)
    ).all()


def oldest_unsent(session: Session) -> datetime | None:
    """Since when a message has been waiting past its time, or is known not to have arrived."""
    now = clock.now(session)
    late = or_(Message.due_at <= now, Message.failed_at > now - TOLD)
    return session.scalar(
        select(func.min(func.coalesce(Message.failed_at, Message.due_at))).where(late)
    )


def alarms(session: Session, limit: int = 20) -> Sequence[Alarm]:
    """The latest alarms with the rungs that were called."""
    return (
        session.scalars(
            select(Alarm)
            .options(joinedload(Alarm.closed_by), joinedload(Alarm.steps))
            .order_by(Alarm.id.desc())
            .limit(limit)
        )
        .unique()
        .all()
    )
