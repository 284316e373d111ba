"""Settling the unknown by evidence alone.

Either the platform's own list proves it, read late enough and whole; or the platform itself keeps
a repeated request from becoming a second piece, and answers what became of the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.abilities import Replays
from channels.base import (
    Abilities,
    Channel,
    ChannelError,
    Listing,
    Outcome,
    Post,
    Receipt,
    post_from_json,
)
from kitchen.core import clock
from kitchen.publishing import outbox, receipts
from kitchen.publishing.addresses import Address, address_of
from kitchen.publishing.arm import approved_hash
from kitchen.publishing.models import Attempt
from kitchen.publishing.outbox import Case, Hand, touch
from kitchen.publishing.rounds import Ended, Errand
from kitchen.publishing.rules import (
    LOOK_EVERY,
    UNKNOWN_MOST,
    Kind,
    Look,
    Source,
    State,
    Verdict,
    verdict,
)

log = structlog.get_logger(__name__)


def claim(session: Session, most: int, under_way: Mapping[int, int]) -> list[Errand]:
    """Publications of unknown outcome at which it is time to look."""
    return [
        _look_at(session, case)
        for case in outbox.due(session, {State.UNKNOWN}, most)
        if not _settled_otherwise(session, case)
    ]


def _settled_otherwise(session: Session, case: Case) -> bool:
    """A recall may be repeated freely; and nothing stays unknown for longer than it may."""
    row, hand = case.publication, outbox.hand_of(case.publication)
    if row.kind == Kind.RECALL:
        receipts.put_off(session, hand, row.code, row.words)
        return True
    if clock.now(session) - row.since >= UNKNOWN_MOST and row.looks > 0:
        receipts.ask(session, hand, row.code or "unknown", row.words)
        return True
    return False


def _look_at(session: Session, case: Case) -> Looking:
    row, hand, now = case.publication, outbox.hand_of(case.publication), clock.now(session)
    touch(session, hand, State.UNKNOWN, looks=row.looks + 1, next_at=now + LOOK_EVERY)
    armed_at = session.scalar(
        select(Attempt.armed_at).where(
            Attempt.publication_id == row.id, Attempt.attempt_no == row.attempt_no
        )
    )
    return Looking(
        hand=hand,
        address=address_of(session, row),
        post=post_from_json(row.frozen_post.post),
        parcel=row.parcel,
        armed_at=armed_at or row.created_at,
        unknown_since=row.since,
        began_at=now,
        may_repeat=_may_repeat(session, case, now),
        early=row.not_before is not None and now < row.not_before,
    )


def _may_repeat(session: Session, case: Case, now: datetime) -> bool:
    """Whether the same request might be made again. As when arming, the approval is locked: of a
    revocation and the repetition exactly one comes first, and the other sees it.
    """
    row = case.publication
    if row.attempt_no == 0 or case.expired(now) or case.hold(now):
        return False
    return approved_hash(session, row.frozen_post_id) == row.payload_hash


@dataclass(frozen=True, slots=True)
class Looking:
    """A look for one piece. ``find`` reads only, and ``replay`` is answered from what was: two
    lookers harm nothing.
    """

    hand: Hand
    address: Address
    post: Post
    parcel: Mapping[str, Any]
    armed_at: datetime
    unknown_since: datetime
    began_at: datetime
    may_repeat: bool
    early: bool
    """Its slot is still to come: what people publish is not to be handed to them before."""
    unsent = False

    def go(self) -> tuple[Abilities, Receipt | Exception | None]:
        channel = self.address.open()
        try:
            return channel.abilities, self._asked(channel)
        except ChannelError as error:
            return channel.abilities, error
        except Exception as error:
            log.exception("look_surprise", publication=self.hand.uid)
            return channel.abilities, error

    def _asked(self, channel: Channel) -> Receipt | None:
        if isinstance(channel, Replays) and self._by_key(channel.abilities):
            return channel.replay(self.post, self.parcel)
        return channel.find(self.post, self.parcel, self.armed_at)

    def _by_key(self, abilities: Abilities) -> bool:
        """Whether the request's own key is the better witness, and still a good one."""
        if not self.may_repeat or abilities.listing is Listing.AUTHORITATIVE:
            return False
        key = abilities.native_key
        return key is not None and self.began_at - self.armed_at < key

    def end(self, session: Session, ended: Ended) -> None:
        if ended.error is not None:
            return
        abilities, found = ended.value
        if isinstance(found, Receipt) and found.outcome is Outcome.HANDED and self.early:
            receipts.not_there(session, self.hand)
            return
        if isinstance(found, Receipt):
            receipts.settle(session, self.hand, found, Source.LISTING)
            return
        self._act(session, abilities, complete=found is None)

    def _act(self, session: Session, abilities: Abilities, *, complete: bool) -> None:
        look = Look(
            complete=complete,
            authoritative=abilities.listing is Listing.AUTHORITATIVE,
            hopeless=abilities.listing is Listing.NONE and not self._by_key(abilities),
            began_at=self.began_at,
            unknown_since=self.unknown_since,
            settle_window=abilities.settle_window,
            attempts=self.hand.attempt_no,
        )
        now = clock.now(session)
        match verdict(look, now):
            case Verdict.NOT_SENT:
                receipts.not_there(session, self.hand)
            case Verdict.ASK:
                receipts.ask(session, self.hand, "not_found", "")
            case Verdict.LOOK_AGAIN:
                settled = self.unknown_since + abilities.settle_window
                again = settled if settled > now else now + LOOK_EVERY
                touch(session, self.hand, State.UNKNOWN, next_at=again)
