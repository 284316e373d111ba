"""From a notice to the messages that carry it out of the house, each for when it may leave."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import partial

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import after_commit
from kitchen.notifications import queries
from kitchen.notifications.models import Message, Notice, NoticeSetting
from kitchen.notifications.rules import URGENT, Way, leaves_at, wants

BELL = "notify"


def post(session: Session, notices: Sequence[Notice], *, again: bool = False) -> None:
    """Make the messages that these notices' people want, each for when it may leave.

    ``again``: they were told before and now say more; what still waits to leave will say it.
    """
    if not notices:
        return
    people = {notice.staff_id for notice in notices}
    found = session.scalars(_SETTINGS, {"people": sorted(people)})
    settings = {each.staff_id: each for each in found}
    if not settings:
        return
    choices = queries.choices_of(session, settings)
    now, mail = clock.now(session), ports.of(session).mailer.on
    waiting = _waiting(session, notices) if again else frozenset()
    made = [
        Message(
            notice_id=notice.id,
            way=way,
            due_at=leaves_at(
                clock.local(now), setting.quiet, urgent=notice.kind in URGENT, again=again
            ),
        )
        for notice in notices
        if (setting := settings.get(notice.staff_id)) is not None
        for way in Way
        if setting.reached_by(way)
        and (mail or way != Way.MAIL)
        and wants(notice.kind, way, choices.get(notice.staff_id, {}))
        and (notice.id, way) not in waiting
    ]
    session.add_all(made)
    if any(each.due_at is not None and each.due_at <= now for each in made):
        after_commit(session, partial(ports.of(session).bell.ring, BELL, 0))


_SETTINGS = select(NoticeSetting).where(
    NoticeSetting.staff_id.in_(bindparam("people", expanding=True))
)


def _waiting(session: Session, notices: Sequence[Notice]) -> Set[tuple[int, str]]:
    """By which ways a message about which notice has not been taken in hand yet."""
    waiting = select(Message.notice_id, Message.way).where(
        Message.notice_id.in_({notice.id for notice in notices}),
        Message.due_at.is_not(None),
        Message.held_at.is_(None),
    )
    return {(notice_id, way) for notice_id, way in session.execute(waiting)}
