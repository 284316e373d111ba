"""The point of no return: one transaction in which everything is right, or nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, insert, select
from sqlalchemy.orm import Session

from channels.abilities import Quota
from channels.base import Post
from kitchen.core import bus, clock
from kitchen.publishing import ledger, receipts
from kitchen.publishing.crash import crashpoint
from kitchen.publishing.events import PublicationNeedsPerson
from kitchen.publishing.models import Attempt
from kitchen.publishing.outbox import Case, Hand, case_of, hand_of, shift, touch
from kitchen.publishing.rules import ARM_LEASE, PIECES, Hold, State
from kitchen.review.models import Approval


def arm(
    session: Session,
    hand: Hand,
    frozen_post_id: int,
    post: Post,
    parcel: Mapping[str, Any],
    quota: Quota | None = None,
) -> Hand | None:
    """Commit to sending exactly this post; ``None`` if something stands against it by now.

    ``quota`` is what the account is rationed to, if it is and this call spends of it.

    Locks the approval first: of a revocation and a send exactly one comes first, and the other
    sees it. Raises :class:`~kitchen.publishing.outbox.LostRace`.
    """
    sends_bytes, request_hash = hand.kind in PIECES, post.payload_hash
    approved = approved_hash(session, frozen_post_id) if sends_bytes else request_hash
    case = case_of(session, hand.id)
    if approved is None:
        shift(session, hand, "cancel", lease_until=None)
        return None
    if _stopped(session, hand, case):
        return None
    if sends_bytes and not request_hash == approved == case.publication.payload_hash:
        receipts.fail(session, hand, "payload_changed", "")
        return None
    if quota is not None and not ledger.book(session, hand, quota):
        again = ledger.next_window(session, quota)
        shift(session, hand, "hold", hold_reason=Hold.QUOTA, next_at=again, lease_until=None)
        return None
    return _commit_to(session, hand, case, request_hash, parcel)


def keep_back(session: Session, case: Case, reason: Hold) -> None:
    """Hold what is due, or go on holding it for another reason.

    Of what waits for its story to come back into force, one thing never will: what was sent into
    the unknown, lost its approval there, and proved not to have left. It is cancelled.
    """
    row, hand = case.publication, hand_of(case.publication)
    if reason == Hold.REVISED and approved_hash(session, row.frozen_post_id) is None:
        shift(session, hand, "cancel", next_at=None, lease_until=None)
        return
    if row.state == State.HELD:
        touch(session, hand, State.HELD, hold_reason=reason)
    else:
        shift(session, hand, "hold", hold_reason=reason)
    _tell(session, hand, reason)


def approved_hash(session: Session, frozen_post_id: int) -> str | None:
    """The hash that was approved and is not revoked; the row stays locked until we commit."""
    return session.scalar(_standing_approval(), {"at_id": frozen_post_id})


@cache
def _standing_approval() -> Select[str]:
    return (
        select(Approval.payload_hash)
        .where(Approval.frozen_post_id == bindparam("at_id"), Approval.revoked_at.is_(None))
        .with_for_update()
    )


def _stopped(session: Session, hand: Hand, case: Case) -> bool:
    now = clock.now(session)
    if case.expired(now):
        receipts.expire(session, hand)
        return True
    if reason := case.hold(now):
        shift(session, hand, "hold", hold_reason=reason, lease_until=None)
        _tell(session, hand, reason)
        return True
    return False


def _tell(session: Session, hand: Hand, reason: Hold) -> None:
    """Rights do not mend themselves: somebody must renew one, or change the piece."""
    if reason == Hold.RIGHTS:
        bus.emit(session, PublicationNeedsPerson(hand.id, hand.story_id, reason))


def _commit_to(
    session: Session, hand: Hand, case: Case, request_hash: str, parcel: Mapping[str, Any]
) -> Hand:
    now, number = clock.now(session), case.publication.attempt_no + 1
    shift(
        session,
        hand,
        "arm",
        attempt_no=number,
        lease_until=now + ARM_LEASE,
        parcel=dict(parcel),
        code="",
        words="",
    )
    crashpoint("arming")
    session.execute(
        insert(cast(Table, Attempt.__table__)),
        {
            "publication_id": hand.id,
            "attempt_no": number,
            "fence": hand.fence,
            "request_hash": request_hash,
            "armed_at": now,
            "outcome": "",
            "code": "",
            "words": "",
        },
    )
    return replace(hand, attempt_no=number)
