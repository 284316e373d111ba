"""Verbs on notices: tell people, note that they have read, remind them later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.db import after_commit
from kitchen.core.errors import NotFound, Sentence
from kitchen.core.languages import said
from kitchen.notifications import alarms, posting, queries
from kitchen.notifications.models import Notice
from kitchen.notifications.rules import SNOOZE, STORM, Kind


def tell(
    session: Session,
    staff_ids: Iterable[int | None],
    text: str,
    url: str,
    *,
    kind: Kind = Kind.OTHER,
    unit_id: int | None = None,
    **params: Any,
) -> None:
    """Tell each of these people once; nobody is told through ``None``.

    ``text`` is a catalogue id with ``%(name)s`` places for ``params``. Open pages ring after the
    commit, and a ring that is lost leaves the notice in the list. An urgent kind raises an alarm,
    which climbs its line over ``unit_id`` until somebody answers.
    """
    told = {staff_id for staff_id in staff_ids if staff_id is not None}
    if not told:
        return
    content = {"text": text, "params": params, "url": url, "kind": kind}
    fresh, counted = _written(session, told, content)
    posting.post(session, fresh)
    posting.post(session, counted, again=True)
    if fresh:
        alarms.raise_alarm(session, content, unit_id)
    ring(session, told, Sentence(text, params), url)


def _written(
    session: Session, told: set[int], content: Mapping[str, Any]
) -> tuple[list[Notice], list[Notice]]:
    """The notices that are new, and those about the same subject just before, counted up."""
    now = clock.now(session)
    counted = {each.staff_id: each for each in _just_told(session, told, content, now)}
    for notice in counted.values():
        notice.count += 1
        notice.text, notice.params, notice.told_at = content["text"], content["params"], now
    fresh = [Notice(staff_id=one, told_at=now, **content) for one in sorted(told - set(counted))]
    session.add_all(fresh)
    session.flush()
    return fresh, list(counted.values())


def _just_told(
    session: Session, told: set[int], content: Mapping[str, Any], now: datetime
) -> Iterable[Notice]:
    given = {"told": sorted(told), "since": now - STORM}
    return session.scalars(_JUST_TOLD, {**given, "url": content["url"], "kind": content["kind"]})


_JUST_TOLD = select(Notice).where(
    Notice.staff_id.in_(bindparam("told", expanding=True)),
    Notice.read_at.is_(None),
    Notice.created_at > bindparam("since"),
    Notice.url == bindparam("url"),
    Notice.kind == bindparam("kind"),
)


def ring(
    session: Session, told: Iterable[int], sentence: Sentence | None = None, url: str = ""
) -> None:
    """Let the open pages of these people say it in their language, and how much is unread."""
    session.flush()
    rings = [
        (reader, said(reader.locale, sentence) if sentence else "")
        for reader in queries.readers(session, told)
    ]
    after_commit(session, partial(_ring, ports.of(session), rings, url))


def _ring(outlets: ports.Ports, rings: Iterable[tuple[queries.Reader, str]], url: str) -> None:
    for reader, text in rings:
        outlets.live.tell(f"staff:{reader.uid}", text=text, url=url, unread=reader.unread)


def read(session: Session, actor: Actor, uid: str) -> None:
    """The person has seen one of their notices; an alarm about it has been answered.

    Raises :class:`NotFound` for a notice that is not theirs.
    """
    assert actor.id is not None
    notice = _own(session, actor, uid)
    notice.read_at = notice.read_at or clock.now(session)
    notice.snoozed_until = None
    alarms.answer(session, actor, notice)
    ring(session, [actor.id])


def read_all(
    session: Session, actor: Actor, newest: str | None = None, seen: datetime | None = None
) -> None:
    """The person has seen their list, down from the notice ``newest``, as it stood when ``seen``.

    What nobody has answered yet stays: an alarm is answered by itself, never in passing.
    Raises :class:`NotFound` for a notice that is not theirs.
    """
    assert actor.id is not None
    shown = [Notice.staff_id == actor.id, Notice.read_at.is_(None), ~alarms.calling()]
    if newest is not None:
        shown.append(Notice.id <= _own(session, actor, newest).id)
    if seen is not None:
        shown.append(func.coalesce(Notice.told_at, Notice.created_at) <= seen)
    session.execute(
        update(Notice)
        .where(*shown)
        .values(read_at=clock.now(session), snoozed_until=None, version=Notice.version + 1)
        .execution_options(synchronize_session=False)
    )
    ring(session, [actor.id])


def snooze(session: Session, actor: Actor, uid: str) -> None:
    """Put a notice away for half an hour; then it rings again. An alarm goes on meanwhile."""
    assert actor.id is not None
    _own(session, actor, uid).snoozed_until = clock.now(session) + SNOOZE
    ring(session, [actor.id])


def wake(session: Session) -> None:
    """Let those ring again whose half hour is over."""
    over = select(Notice).where(Notice.snoozed_until <= clock.now(session))
    for notice in session.scalars(over.with_for_update(skip_locked=True)).all():
        notice.snoozed_until = None
        ring(session, [notice.staff_id], notice.sentence, notice.url)


def _own(session: Session, actor: Actor, uid: str) -> Notice:
    found = session.scalar(select(Notice).where(Notice.uid == uid, Notice.staff_id == actor.id))
    if found is None:
        raise NotFound
    return found
