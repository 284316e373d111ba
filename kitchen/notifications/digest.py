"""The morning's digest: one notice with what is due today, once a day for each person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.db import Database
from kitchen.core.errors import N_
from kitchen.notifications import service
from kitchen.notifications.models import NoticeSetting
from kitchen.notifications.rules import Kind
from kitchen.people.models import Staff
from kitchen.people.queries import actor_of, all_staff

DueToday = Callable[[Session, Actor], Mapping[str, int]]
"""How much is due for a person today: ``tasks``, ``reviews``, ``follow_ups``."""

TEXT = N_("今天要办：任务 %(tasks)s 项，待审 %(reviews)s 件，后续发布 %(follow_ups)s 件。")


def send_due(database: Database, due_today: DueToday) -> None:
    """Tell everybody whose hour has come and who has not heard today.

    Any number of timetables may do so, and restarts do not matter: the day is written down in the
    same unit as the notice, by a fenced move.
    """
    with database.unit() as session:
        _give_everyone_a_setting(session)
        waiting = session.scalars(select(NoticeSetting.staff_id).where(*_due(session))).all()
    for staff_id in waiting:
        with database.unit() as session:
            _send(session, staff_id, due_today)


def _give_everyone_a_setting(session: Session) -> None:
    without = select(Staff.id).where(Staff.active, Staff.id.not_in(select(NoticeSetting.staff_id)))
    session.add_all(NoticeSetting.usual(staff_id) for staff_id in session.scalars(without))
    session.flush()


def _due(session: Session) -> tuple[ColumnElement[bool], ...]:
    local = clock.local(clock.now(session))
    return (
        NoticeSetting.digest_at <= local.time(),
        or_(NoticeSetting.digest_on.is_(None), NoticeSetting.digest_on < local.date()),
    )


def _send(session: Session, staff_id: int, due_today: DueToday) -> None:
    today: date = clock.today(session)
    taken = session.execute(
        update(NoticeSetting)
        .where(NoticeSetting.staff_id == staff_id, *_due(session))
        .values(digest_on=today)
        .execution_options(synchronize_session=False)
    )
    if int(taken.rowcount) != 1:  # type: ignore[attr-defined]
        return
    staff = next((each for each in all_staff(session) if each.id == staff_id), None)
    if staff is None:
        return
    counts = due_today(session, actor_of(session, staff, session.info["roles"]))
    if any(counts.values()):
        service.tell(session, [staff_id], TEXT, "/", kind=Kind.DIGEST, **counts)
