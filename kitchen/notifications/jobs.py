"""The bell of messages: whatever is due leaves by mail or into a work chat.

Nothing is sent while a transaction is open, and several at once, because some servers are slow.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import structlog

from channels import workchat
from channels.base import ChannelError, Unavailable, Unsure
from kitchen import ports
from kitchen.core.db import Database
from kitchen.notifications import outbox, posting
from kitchen.notifications.outbox import Parcel
from kitchen.notifications.rules import Fate, Way
from kitchen.ports import Letter, Mailer, NotSent, PerhapsSent

log = structlog.get_logger(__name__)

SENDERS = 4

Outcome = tuple[Fate, str]


def carry(database: Database) -> None:
    """Send whatever is due."""
    while parcels := _taken(database):
        with ThreadPoolExecutor(SENDERS) as senders:
            outcomes = senders.map(lambda each: _send(database, each), parcels)
            for parcel, (fate, words) in zip(parcels, outcomes, strict=True):
                with database.unit() as session:
                    outbox.settle(session, parcel, fate, words)


def ring_if_due(database: Database) -> None:
    """Ring for what fell due by itself, or whose bell was lost."""
    with database.unit(write=False) as session:
        if outbox.is_due(session):
            ports.of(session).bell.ring(posting.BELL, 0)


def _taken(database: Database) -> list[Parcel]:
    with database.unit() as session:
        return outbox.take(session)


def _send(database: Database, parcel: Parcel) -> Outcome:
    """What came of it, whatever happens: one message must not keep the others of its batch."""
    outlets = database.info["ports"]
    try:
        fate, words = (
            _mailed(outlets.mailer, parcel)
            if parcel.way is Way.MAIL
            else _spoken(parcel, loopback=outlets.at_home)
        )
    except Exception as error:
        # Only its kind is told: the rest may hold the address of a robot.
        log.error("message_broke", message=parcel.uid, error=type(error).__name__)
        fate, words = Fate.FAILED, outbox.BROKEN
    if fate is not Fate.SENT:
        log.warning("message_not_sent", message=parcel.uid, way=parcel.way, fate=fate, words=words)
    return fate, words


def _mailed(mailer: Mailer, parcel: Parcel) -> Outcome:
    try:
        mailer.send(Letter(parcel.address, parcel.subject, parcel.text, parcel.uid))
    except NotSent as error:
        return (Fate.LATER if error.later else Fate.FAILED), str(error)
    except PerhapsSent as error:
        return Fate.PERHAPS, str(error)
    return Fate.SENT, ""


def _spoken(parcel: Parcel, *, loopback: bool) -> Outcome:
    assert parcel.robot is not None
    try:
        workchat.say(
            parcel.robot, parcel.address, parcel.text, secret=parcel.secret, loopback=loopback
        )
    except Unavailable as error:
        return Fate.LATER, error.words
    except Unsure as error:
        return Fate.PERHAPS, error.words
    except ChannelError as error:
        return Fate.FAILED, error.words
    return Fate.SENT, ""
