"""Verbs on notices: tell people, note that they have read."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.db import after_commit
from kitchen.notifications.models import Notice
from kitchen.people.models import Staff


def tell(
    session: Session, staff_ids: Iterable[int | None], text: str, url: str, **params: Any
) -> None:
    """Tell each of these people once; nobody is told through ``None``.

    ``text`` is a catalogue id with ``%(name)s`` places for ``params``. Open pages ring after the
    commit, and a ring that is lost leaves the notice in the list.
    """
    told = {staff_id for staff_id in staff_ids if staff_id is not None}
    if not told:
        return
    session.add_all(
        Notice(staff_id=staff_id, text=text, params=params, url=url) for staff_id in sorted(told)
    )
    uids = session.scalars(select(Staff.uid).where(Staff.id.in_(told))).all()
    after_commit(session, partial(_ring, ports.of(session), uids, text % params, url))


def _ring(outlets: ports.Ports, uids: Iterable[str], text: str, url: str) -> None:
    for uid in uids:
        outlets.live.tell(f"staff:{uid}", text=text, url=url)


def read_all(session: Session, actor: Actor) -> None:
    """The person has seen their list."""
    session.execute(
        update(Notice)
        .where(Notice.staff_id == actor.id, Notice.read_at.is_(None))
        .values(read_at=clock.now(session))
    )
