"""Settling the unknown by evidence alone: the platform's own list, read late enough and whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.base import Abilities, Listing, Post, Receipt, post_from_json
from kitchen.core import clock
from kitchen.publishing import outbox, receipts
from kitchen.publishing.addresses import Address, address_of
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
        armed_at=armed_at or row.since,
        unknown_since=row.since,
        began_at=now,
    )


@dataclass(frozen=True, slots=True)
class Looking:
    """A look for one piece. ``find`` reads only, so that two lookers harm nothing."""

    hand: Hand
    address: Address
    post: Post
    parcel: Mapping[str, Any]
    armed_at: datetime
    unknown_since: datetime
    began_at: datetime
    unsent = False

    def go(self) -> tuple[Abilities, Receipt | Exception | None]:
        channel = self.address.open()
        try:
            return channel.abilities, channel.find(self.post, self.parcel, self.armed_at)
        except Exception as error:
            return channel.abilities, error

    def end(self, session: Session, ended: Ended) -> None:
        if ended.error is not None:
            return
        abilities, found = ended.value
        if isinstance(found, Receipt):
            receipts.settle(session, self.hand, found, Source.LISTING)
            return
        self._act(session, abilities, complete=found is None)

    def _act(self, session: Session, abilities: Abilities, *, complete: bool) -> None:
        look = Look(
            complete=complete,
            authoritative=abilities.listing is Listing.AUTHORITATIVE,
            hopeless=abilities.listing is Listing.NONE,
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
