"""Sending replies, each exactly once: armed in the database, sent once, written down.

The same discipline as that of publications. Before a reply is armed anew the comment is looked at:
it may be gone, or answered by hand. What is unclear is looked for and never sent again on a guess.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from channels.abilities import Answers, Comment, Converses
from channels.base import (
    Abilities,
    Channel,
    ChannelError,
    Listing,
    Receipt,
    Rejected,
    Unavailable,
    Unsure,
)
from kitchen import ports
from kitchen.core import bus, clock
from kitchen.core.access import HOUSE
from kitchen.core.db import Database
from kitchen.core.workflow import carry_out
from kitchen.feedback import intake, replying
from kitchen.feedback.events import ReplyTroubled
from kitchen.feedback.gathering import receipt_of
from kitchen.feedback.models import Reply, ReplyAttempt, Voice
from kitchen.feedback.rules import (
    ARM_LEASE,
    LOOK_EVERY,
    LOOKS_MOST,
    TRY_AGAIN,
    Kind,
    ReplyState,
    pause_after,
)
from kitchen.publishing.addresses import Address, address_of_account
from kitchen.publishing.crash import crashpoint
from kitchen.publishing.standstill import HOUSE_WIDE, RESTORED, channel_scope, standing
from kitchen.watch import errands
from kitchen.watch.errands import Errand

log = structlog.get_logger(__name__)

BELL = "reply"
GONE, ELSEWHERE = "gone", "answered_elsewhere"
NO_REPLIES, CANNOT_TELL = "no_replies", "cannot_tell"


def ring_if_due(database: Database) -> None:
    """Ring if some reply is to be sent or looked for."""
    with database.unit(write=False) as session:
        due = select(Reply.id).where(Reply.next_at <= clock.now(session))
        if session.scalar(due.limit(1)) is not None:
            ports.of(session).bell.ring(BELL, 0)


def carry(database: Database, _subject_id: int = 0) -> int:
    """Send what is due, look for what is unclear; how many errands it were."""
    return errands.run(database, claim)


def claim(session: Session, most: int) -> Sequence[Errand]:
    """The replies to work on now, each put where it belongs first."""
    now = clock.fresh(session)
    rows = session.scalars(
        select(Reply)
        .where(Reply.next_at <= now)
        .options(joinedload(Reply.voice).joinedload(Voice.account))
        .order_by(Reply.next_at)
        .limit(most)
        .with_for_update(of=Reply, skip_locked=True)
    ).all()
    stopped = {each.scope for each in standing(session)}
    found = (_errand(session, reply, stopped, now) for reply in rows)
    return [errand for errand in found if errand is not None]


def _errand(session: Session, reply: Reply, stopped: set[str], now: datetime) -> Errand | None:
    if reply.state == ReplyState.READY:
        if _held(reply, stopped):
            reply.next_at = now + TRY_AGAIN
            return None
        return _arm(session, reply, now)
    if reply.state == ReplyState.ARMED:
        _lose_sight(session, reply, "lapsed", "")
        return None
    reply.looks += 1
    reply.next_at = now + LOOK_EVERY
    return _looking(session, reply, now)


def _held(reply: Reply, stopped: set[str]) -> bool:
    """Whether nothing may leave for its account: retired, switched off, standing still."""
    account = reply.voice.account
    scopes = {HOUSE_WIDE, RESTORED, channel_scope(account.channel)}
    return not (account.enabled and account.sending) or bool(scopes & stopped)


def _arm(session: Session, reply: Reply, now: datetime) -> Sending:
    """Pass the point of no return in the books; whoever comes later finds it armed."""
    number = reply.attempts + 1
    changes = {"attempts": number, "next_at": now + ARM_LEASE}
    carry_out(session, reply, "arm", HOUSE, changes=changes)
    session.add(ReplyAttempt(reply_id=reply.id, number=number, armed_at=now))
    session.flush()
    until = time.monotonic() + ARM_LEASE.total_seconds() / 2
    return Sending(_target(session, reply), number, until)


@dataclass(frozen=True, slots=True)
class Target:
    """A reply and where it goes; ``receipt`` is that of the piece, none for a letter."""

    reply_id: int
    text: str
    address: Address
    comment_id: str
    sender: str
    receipt: Receipt | None

    def find(self, channel: Channel) -> Comment | None:
        """The comment as it stands, with our answer. Raises what a channel raises."""
        if self.receipt is None or not isinstance(channel, Converses):
            raise Rejected("", code=NO_REPLIES)
        listed = channel.comments(self.receipt)
        return next((it for it in listed if it.id == self.comment_id), None)


def _target(session: Session, reply: Reply) -> Target:
    voice = reply.voice
    piece = voice.publication
    return Target(
        reply_id=reply.id,
        text=reply.text,
        address=address_of_account(session, voice.account),
        comment_id=voice.remote_id,
        sender=voice.author if voice.kind == Kind.LETTER else "",
        receipt=receipt_of(session, piece) if piece else None,
    )


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt: look at what stands there, then the one call that answers."""

    target: Target
    number: int
    until: float
    """By ``time.monotonic()``, when our right to send lapses."""

    def go(self) -> ChannelError | None:
        """``None``: the reply stands there; else why it does not, or that nobody knows."""
        try:
            channel = self._before()
            if channel is not None:
                crashpoint("replying")
                self._send(channel)
                crashpoint("replied")
        except ChannelError as error:
            return self._explained(error)
        except Exception:
            log.exception("reply_surprise", reply=self.target.reply_id)
            return Unsure("", code="surprise")
        return None

    def _before(self) -> Channel | None:
        """The channel to send by; ``None`` if the very words stand there already. Nothing was
        sent before this returns, whatever it raises.
        """
        try:
            channel = self.target.address.open()
            if self.target.sender:
                return channel
            comment = self.target.find(channel)
        except Unsure as unclear:
            raise Unavailable(unclear.words, code=unclear.code) from unclear
        if comment is None:
            raise Rejected("", code=GONE)
        if comment.reply and comment.reply != self.target.text:
            raise Rejected("", code=ELSEWHERE)
        return None if comment.reply else channel

    def _send(self, channel: Channel) -> None:
        if time.monotonic() > self.until:
            raise Unavailable("", code="lapsed")
        if not self.target.sender:
            assert self.target.receipt is not None
            assert isinstance(channel, Converses)
            channel.reply(self.target.receipt, self.target.comment_id, self.target.text)
        elif isinstance(channel, Answers):
            channel.answer(self.target.sender, self.target.text)
        else:
            raise Rejected("", code=NO_REPLIES)

    def _explained(self, error: ChannelError) -> ChannelError:
        """A refusal because the comment was taken away since we looked is told as that."""
        if isinstance(error, Rejected) and error.code not in (GONE, ELSEWHERE, NO_REPLIES):
            try:
                if self.target.find(self.target.address.open()) is None:
                    return Rejected(error.words, code=GONE)
            except ChannelError:
                pass
        return error

    def end(self, session: Session, error: ChannelError | None) -> None:
        reply = session.get_one(Reply, self.target.reply_id)
        if reply.attempts != self.number or reply.state not in _TAKES[error is None]:
            log.warning("lost_race", reply=reply.uid, attempt=self.number)
            return
        if error is None:
            _arrive(session, reply)
        elif isinstance(error, Unsure):
            _lose_sight(session, reply, error.code, error.words)
        elif isinstance(error, Rejected):
            _refuse(session, reply, error.code, error.words)
        else:
            now = clock.now(session)
            _close(session, reply, ReplyState.READY, error.code, error.words)
            _move(session, reply, "put_off", next_at=now + pause_after(self.number))
        crashpoint("reply_recorded")


_TAKES = {
    True: frozenset({ReplyState.ARMED, ReplyState.UNKNOWN}),
    False: frozenset({ReplyState.ARMED}),
}
"""Where the answer to an attempt is still taken in: that it arrived is evidence even late."""


def _looking(session: Session, reply: Reply, now: datetime) -> Errand | None:
    if reply.voice.kind == Kind.LETTER or reply.looks > LOOKS_MOST:
        _ask(session, reply)
        return None
    armed_at = session.scalar(
        select(ReplyAttempt.armed_at).where(
            ReplyAttempt.reply_id == reply.id, ReplyAttempt.number == reply.attempts
        )
    )
    assert armed_at is not None
    return Looking(_target(session, reply), reply.attempts, reply.looks, now - armed_at)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found: the comment, or why it could not be read."""

    comment: Comment | None = None
    error: ChannelError | None = None
    abilities: Abilities = Abilities()


@dataclass(frozen=True, slots=True)
class Looking:
    """A look for a reply of which nobody knows whether it was sent; reads only."""

    target: Target
    number: int
    looks: int
    age: timedelta
    """Since it was armed."""

    def go(self) -> Look:
        try:
            channel = self.target.address.open()
            return Look(self.target.find(channel), abilities=channel.abilities)
        except ChannelError as error:
            return Look(error=error)
        except Exception:
            log.exception("look_surprise", reply=self.target.reply_id)
            return Look(error=Unsure("", code="surprise"))

    def end(self, session: Session, look: Look) -> None:
        reply = session.get_one(Reply, self.target.reply_id)
        if reply.attempts != self.number or reply.state != ReplyState.UNKNOWN or look.error:
            return
        if look.comment is None:
            _refuse(session, reply, GONE, "")
        elif look.comment.reply == reply.text:
            _arrive(session, reply)
        elif look.comment.reply:
            _ask(session, reply)
        elif self._proves_absence(look.abilities):
            _close(session, reply, ReplyState.READY, "not_there", "")
            _move(session, reply, "prove_unsent", next_at=clock.now(session))

    def _proves_absence(self, abilities: Abilities) -> bool:
        """Twice looked for in vain, the second time late enough, on a list that is whole."""
        settled = self.age >= abilities.settle_window + LOOK_EVERY
        return abilities.listing is Listing.AUTHORITATIVE and self.looks > 1 and settled


def _arrive(session: Session, reply: Reply) -> None:
    _close(session, reply, ReplyState.SENT, "", "")
    _move(session, reply, "arrive", sent_at=clock.now(session), next_at=None)
    replying.finish(session, HOUSE, reply.voice)


def _lose_sight(session: Session, reply: Reply, code: str, words: str) -> None:
    next_at = clock.now(session) + LOOK_EVERY
    told = {"code": code[:40], "words": words, "next_at": next_at, "looks": 0}
    _move(session, reply, "lose_sight", **told)


def _refuse(session: Session, reply: Reply, code: str, words: str) -> None:
    _close(session, reply, ReplyState.REFUSED, code, words)
    _move(session, reply, "refuse", code=code[:40], words=words, next_at=None)
    if code == GONE:
        intake.vanish(session, reply.voice)
    else:
        replying.fail(session, reply.voice, words or code)
    bus.emit(session, ReplyTroubled(reply.voice_id, ReplyState.REFUSED, code))


def _ask(session: Session, reply: Reply) -> None:
    _move(session, reply, "ask", code=CANNOT_TELL, next_at=None)
    bus.emit(session, ReplyTroubled(reply.voice_id, ReplyState.ASKING, CANNOT_TELL))


def _close(session: Session, reply: Reply, outcome: ReplyState, code: str, words: str) -> None:
    """Write down how the attempt ended."""
    session.execute(
        update(ReplyAttempt)
        .where(
            ReplyAttempt.reply_id == reply.id,
            ReplyAttempt.number == reply.attempts,
            ReplyAttempt.ended_at.is_(None),
        )
        .values(ended_at=clock.now(session), outcome=outcome, code=code[:40], words=words[:500])
    )


def _move(session: Session, reply: Reply, name: str, **changes: Any) -> None:
    carry_out(session, reply, name, HOUSE, changes=changes)
