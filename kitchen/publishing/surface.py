"""What readers see although the house held it for stopped, failed or not yet sent.

A person with a code in hand, or a platform with a task, may be faster than a word that takes it
back. A proof that it is there outweighs what was concluded before: it is written down, a person is
told, and where no approval stands it is called back like everything that went out.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.base import Outcome, Receipt
from kitchen.core import bus
from kitchen.publishing import approvals, receipts
from kitchen.publishing.events import PublicationLive, PublicationNeedsPerson, PublicationsDue
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.outbox import hand_of, shift, touch
from kitchen.publishing.recall import call_back
from kitchen.publishing.rules import IN_DOUBT, PIECES, Source, State


def surface(session: Session, publication: Publication, receipt: Receipt) -> None:
    """Take in a proof that it is there; the caller holds its row.

    Beside another version of the story that stands on the account, or may, it stays what it is:
    that one is the one to be followed, and only a person can tell the two apart.
    """
    if _was_live(session, publication):
        return
    hand = hand_of(publication)
    receipts.keep(session, hand, receipt, Source.CALLBACK)
    beside = _stands_beside(session, publication)
    if beside:
        touch(session, hand, State(publication.state), **_named(session, publication, receipt))
    else:
        cleared: dict[str, Any] = {"code": "", "words": "", "next_at": None, "lease_until": None}
        shift(session, hand, "surface", **_named(session, publication, receipt), **cleared)
        bus.emit(session, PublicationLive(hand.id, hand.story_id))
    bus.emit(session, PublicationNeedsPerson(hand.id, hand.story_id, "surfaced"))
    if not beside and not approvals.stands(session, hand.id):
        call_back(session, publication)
        bus.emit(session, PublicationsDue(hand.story_id, 1, "recall"))


def _was_live(session: Session, publication: Publication) -> bool:
    """Whether it was seen before: then this is late news of what a newer version has replaced."""
    found = select(ReceiptRow.id).where(
        ReceiptRow.publication_id == publication.id, ReceiptRow.outcome == str(Outcome.LIVE)
    )
    return session.scalar(found.limit(1)) is not None


def _stands_beside(session: Session, publication: Publication) -> bool:
    may_stand = IN_DOUBT | {State.CLAIMED, State.AWAITING_HAND, State.LIVE}
    found = select(Publication.id).where(
        Publication.story_id == publication.story_id,
        Publication.account_id == publication.account_id,
        Publication.kind.in_(sorted(PIECES)),
        Publication.state.in_(sorted(may_stand)),
        Publication.id != publication.id,
    )
    return session.scalar(found.limit(1)) is not None


def _named(session: Session, publication: Publication, receipt: Receipt) -> dict[str, str]:
    """By what it is known there, unless another delivery goes by that id."""
    if receipts.is_taken(session, hand_of(publication), receipt.remote_id):
        return {}
    names = {"remote_id": receipt.remote_id, "remote_url": receipt.remote_url}
    return {name: value for name, value in names.items() if value}
