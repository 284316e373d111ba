"""Delivering: claim what is due, prepare it, arm it, send it once, write down what came back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.abilities import Corrects, Paced, Quota, Rations
from channels.base import (
    Channel,
    Outcome,
    Post,
    Recalls,
    Receipt,
    Rejected,
    Unavailable,
    post_from_json,
)
from kitchen import ports
from kitchen.core import clock
from kitchen.ports import PacerAway
from kitchen.publishing import outbox, receipts
from kitchen.publishing.addresses import Address, address_of
from kitchen.publishing.arm import arm, keep_back
from kitchen.publishing.crash import crashpoint
from kitchen.publishing.models import Publication
from kitchen.publishing.outbox import Case, Hand
from kitchen.publishing.poll import Polling
from kitchen.publishing.rounds import CROWD, Ended, Errand
from kitchen.publishing.rules import ARM_LEASE, CANNOT_CORRECT, DUE, PIECES, Kind, Source, State

PACER_PAUSE = timedelta(seconds=5)
"""How long to wait where nobody can say whether the platform may be called."""


def claim(session: Session, most: int, under_way: Mapping[int, int]) -> list[Errand]:
    """Take up to ``most`` due deliveries in hand, not too many for one account."""
    return _claim(session, most, under_way, tuple(Kind))


def claim_recalls(session: Session, most: int, under_way: Mapping[int, int]) -> list[Errand]:
    """The same for withdrawals alone, which have workers of their own."""
    return _claim(session, most, under_way, (Kind.RECALL,))


def _claim(
    session: Session, most: int, under_way: Mapping[int, int], kinds: Collection[Kind]
) -> list[Errand]:
    taken: list[Errand] = []
    crowd = Counter(under_way)
    while len(taken) < most:
        full = [account for account, many in crowd.items() if many >= CROWD]
        cases = outbox.due(session, DUE, most - len(taken), kinds=kinds, but_not=full)
        if not cases:
            break
        for case in cases:
            if crowd[case.publication.account_id] < CROWD and _may_go(session, case):
                crowd[case.publication.account_id] += 1
                taken.append(_prepare(session, case))
    return taken


def _may_go(session: Session, case: Case) -> bool:
    """Whether a due publication may be worked on; if not, it is put where it belongs."""
    now, hand = clock.now(session), outbox.hand_of(case.publication)
    if case.expired(now):
        receipts.expire(session, hand)
    elif reason := case.hold(now):
        keep_back(session, case, reason)
    elif _never_live(case.publication):
        receipts.never_live(session, hand)
    else:
        return True
    return False


def _never_live(publication: Publication) -> bool:
    """Whether this is the recall of something that is not there to be taken back."""
    target = publication.target
    return publication.kind == Kind.RECALL and target is not None and target.state != State.LIVE


def _prepare(session: Session, case: Case) -> Preparing:
    row = case.publication
    target = _acted_on(session, row)
    return Preparing(
        hand=outbox.claim(session, outbox.hand_of(row), target.id if target else None),
        frozen_post_id=row.frozen_post_id,
        post=post_from_json(row.frozen_post.post),
        address=address_of(session, row),
        standing=_receipt_of(target) if target else None,
        shaky=case.circuit is not None and case.circuit.answers != "",
    )


def _acted_on(session: Session, row: Publication) -> Publication | None:
    """What is to be taken back or replaced, if anything is."""
    if row.kind == Kind.RECALL:
        return row.target
    return _stands_there(session, row) if row.kind == Kind.CORRECT else None


def _stands_there(session: Session, row: Publication) -> Publication | None:
    """The older version that readers see on the account now; since the plan it may be another."""
    return session.scalar(
        select(Publication).where(
            Publication.story_id == row.story_id,
            Publication.account_id == row.account_id,
            Publication.kind.in_(sorted(PIECES)),
            Publication.state == State.LIVE,
            Publication.id < row.id,
        )
    )


def _receipt_of(row: Publication) -> Receipt:
    return Receipt(Outcome.LIVE, row.remote_id, row.remote_url, row.task_id)


@dataclass(frozen=True, slots=True)
class Preparing:
    """First stride: uploads and drafts, which may be repeated without harm."""

    hand: Hand
    frozen_post_id: int
    post: Post
    address: Address
    standing: Receipt | None
    shaky: bool
    unsent = True

    def go(self) -> tuple[Channel, dict[str, Any]]:
        crashpoint("preparing")
        channel = self.address.open()
        if self._in_place and not isinstance(channel, Corrects):
            raise Rejected("", code=CANNOT_CORRECT)
        parcel = channel.prepare(self.post) if self.hand.kind in PIECES else {}
        crashpoint("prepared")
        return channel, parcel

    def _pause(self, session: Session, channel: Channel) -> timedelta:
        """How long the platform wants to be left alone before the next call for this account."""
        pace = channel.pace if isinstance(channel, Paced) else None
        if pace is None:
            return timedelta()
        urgent = self.hand.kind == Kind.RECALL
        try:
            pacer = ports.of(session).pacer
            return pacer.take(self.address.account_uid, pace, urgent=urgent)
        except PacerAway:
            return PACER_PAUSE

    @property
    def _in_place(self) -> bool:
        return self.hand.kind == Kind.CORRECT and self.standing is not None

    def _quota(self, channel: Channel) -> Quota | None:
        spends = self.hand.kind in PIECES and not self._in_place
        return channel.quota if spends and isinstance(channel, Rations) else None

    def end(self, session: Session, ended: Ended) -> Errand | None:
        if ended.error is not None:
            receipts.refuse(session, self.hand, ended.error, sent=False)
            return None
        channel, parcel = ended.value
        if pause := self._pause(session, channel):
            receipts.wait_turn(session, self.hand, pause)
            return None
        quota = self._quota(channel)
        armed = arm(session, self.hand, self.frozen_post_id, self.post, parcel, quota)
        if armed is None:
            return None
        until = time.monotonic() + ARM_LEASE.total_seconds() / 2
        return Sending(armed, self.post, channel, parcel, self.standing, self.shaky, until)


class Lapsed(Unavailable):
    """The process stood still after arming for so long that it no longer may send."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Second stride: the one call after which readers may see the piece."""

    hand: Hand
    post: Post
    channel: Channel
    parcel: Mapping[str, Any]
    standing: Receipt | None
    shaky: bool
    until: float
    """By ``time.monotonic()``, when our right to send lapses."""
    unsent = False

    def go(self) -> Receipt:
        crashpoint("sending")
        if time.monotonic() > self.until:
            raise Lapsed("", code="lapsed")
        receipt = self._call()
        crashpoint("sent")
        return receipt

    def _call(self) -> Receipt:
        if self.standing is None:
            return self.channel.publish(self.post, self.parcel)
        if self.hand.kind == Kind.CORRECT and isinstance(self.channel, Corrects):
            return self.channel.correct(self.standing, self.post, self.parcel)
        if self.hand.kind == Kind.RECALL and isinstance(self.channel, Recalls):
            return self.channel.recall(self.standing)
        raise Rejected("", code=f"cannot_{self.hand.kind}")

    def end(self, session: Session, ended: Ended) -> Errand | None:
        if ended.error is not None:
            receipts.refuse(session, self.hand, ended.error, sent=True)
            return None
        state = receipts.settle(session, self.hand, ended.value, Source.RESPONSE, self.shaky)
        if state == State.ACCEPTED:
            return Polling(self.hand, self.channel, ended.value)
        return None
