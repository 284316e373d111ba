"""What leaves the house: messages taken in hand once, and what came of them.

Taking one writes its moment down, in a unit of its own, before anything is sent; the answer is
written under that moment. Whoever dies in between leaves a held message, which is told as perhaps
not arrived and never sent a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen import ports
from kitchen.core import clock
from kitchen.core.errors import N_
from kitchen.notifications import queries, wording
from kitchen.notifications.models import Message, Notice, NoticeSetting
from kitchen.notifications.rules import URGENT, Fate, Robot, Way, after_quiet, pause_after
from kitchen.people.models import Post, Staff

AT_ONCE = 20
HELD = timedelta(minutes=5)
"""After which a held message counts as lost; many times what sending takes."""
LOST = N_("发送中断，不知道有没有送到，没有再发。")
BROKEN = N_("这条消息发不出去，没有再试。")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message taken in hand, with all that sending needs."""

    message_id: int
    uid: str
    way: Way
    held: datetime
    subject: str
    text: str
    address: str = field(repr=False)
    robot: Robot | None = None
    secret: str = field(default="", repr=False)


def is_due(session: Session) -> bool:
    """Whether anything may leave now."""
    waiting = select(Message.id).where(Message.due_at <= clock.now(session)).limit(1)
    return session.scalar(waiting) is not None


def take(session: Session) -> list[Parcel]:
    """Take in hand what is due; an empty answer says that nothing more is."""
    now = clock.now(session)
    _give_up_lost(session, now)
    while due := _due(session, now):
        parcels = [parcel for message in due if (parcel := _taken(session, message, now))]
        session.flush()
        if parcels:
            return parcels
    return []


def _due(session: Session, now: datetime) -> Sequence[Message]:
    return session.scalars(
        select(Message)
        .where(Message.due_at <= now, Message.held_at.is_(None))
        .options(
            joinedload(Message.notice)
            .joinedload(Notice.staff)
            .selectinload(Staff.posts)
            .joinedload(Post.unit)
        )
        .order_by(Message.due_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=Message)
    ).all()


def _taken(session: Session, message: Message, now: datetime) -> Parcel | None:
    """The message in hand, unless it ends here or waits until its reader's night is over.

    What was read meanwhile, has no address left or cannot be made up, ends.
    """
    notice = message.notice
    setting = queries.setting_of(session, notice.staff_id)
    unwanted = notice.read_at is not None or not notice.staff.active
    if unwanted or setting is None or not setting.reached_by(message.way):
        message.due_at = None
        return None
    morning = after_quiet(clock.local(now), setting.quiet)
    if notice.kind not in URGENT and morning > now:
        message.due_at = morning
        return None
    try:
        parcel = _parcel(session, message, setting, now)
    except (ValueError, LookupError, TypeError) as error:
        log.error("message_not_made_up", message=message.uid, error=type(error).__name__)
        message.due_at, message.failed_at, message.words = None, now, BROKEN
        return None
    message.held_at = now
    return parcel


def _give_up_lost(session: Session, now: datetime) -> None:
    """Held for too long: its sender died, and whether it arrived nobody knows."""
    lost = select(Message).where(Message.due_at.is_not(None), Message.held_at <= now - HELD)
    for message in session.scalars(lost.with_for_update(skip_locked=True)).all():
        message.due_at, message.failed_at, message.words = None, now, LOST


def _parcel(session: Session, message: Message, setting: NoticeSetting, now: datetime) -> Parcel:
    told = wording.outgoing(session, message.notice)
    if message.way == Way.MAIL:
        return Parcel(
            message.id,
            message.uid,
            Way.MAIL,
            now,
            told.subject,
            told.text,
            setting.mail_address,
        )
    owner = message.notice.staff.uid
    opened = ports.of(session).sealer.open(owner, setting.robot_sealed)
    return Parcel(
        message.id,
        message.uid,
        Way.CHAT,
        now,
        told.subject,
        told.text,
        str(opened["url"]),
        Robot(setting.robot or ""),
        str(opened.get("secret", "")),
    )


def settle(session: Session, parcel: Parcel, fate: Fate, words: str = "") -> None:
    """Write down what came of a try, unless the message was given up meanwhile."""
    message = session.get(Message, parcel.message_id, with_for_update=True)
    if message is None or message.held_at != parcel.held or message.due_at is None:
        return
    now = clock.now(session)
    message.words, message.attempts = words[:300], message.attempts + 1
    pause = pause_after(message.attempts) if fate is Fate.LATER else None
    if pause is not None:
        message.due_at, message.held_at = now + pause, None
        return
    message.due_at = None
    if fate is Fate.SENT:
        message.sent_at = now
    else:
        message.failed_at = now
