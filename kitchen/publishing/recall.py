"""Taking back: a revoked approval stops what has not left, and calls back what may have."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE
from kitchen.publishing import receipts
from kitchen.publishing.events import PublicationsDue
from kitchen.publishing.models import Publication
from kitchen.publishing.outbox import hand_of, shift
from kitchen.publishing.rules import IN_DOUBT, PIECES, PRIORITY, UNSENT, Kind, State
from kitchen.review.events import ApprovalRevoked
from kitchen.review.models import Approval
from kitchen.stories.models import FrozenPost


def follow_revocation(session: Session, event: ApprovalRevoked) -> None:
    """Cancel every unsent publication of the version; recall every one that may have been seen.

    Runs in the revoking unit. The approvals are locked first, as arming does: whatever is not yet
    armed when we hold them will find them revoked.
    """
    _lock_approvals(session, event.version_id)
    recalled = sum(
        _take_back(session, publication) for publication in _sent_to(session, event.version_id)
    )
    if recalled:
        bus.emit(session, PublicationsDue(event.story_id, recalled, "recall"))


def _lock_approvals(session: Session, version_id: int) -> None:
    session.flush()
    session.execute(
        select(Approval.id)
        .where(Approval.version_id == version_id)
        .order_by(Approval.id)
        .with_for_update()
    )


def _sent_to(session: Session, version_id: int) -> list[Publication]:
    found = session.scalars(
        select(Publication)
        .join(FrozenPost, FrozenPost.id == Publication.frozen_post_id)
        .where(FrozenPost.version_id == version_id, Publication.kind.in_(sorted(PIECES)))
        .order_by(Publication.id)
        .with_for_update(of=Publication)
        .execution_options(populate_existing=True)
    )
    return list(found)


def _take_back(session: Session, publication: Publication) -> bool:
    """Whether it had to be called back rather than stopped."""
    state = publication.state
    if state in UNSENT:
        shift(session, hand_of(publication), "cancel", next_at=None, lease_until=None)
    elif state == State.AWAITING_HAND:
        receipts.take_out_of_hand(session, hand_of(publication))
    elif state in IN_DOUBT or state == State.LIVE:
        call_back(session, publication)
        return True
    return False


def _recall_of(session: Session, publication: Publication) -> Publication | None:
    found = select(Publication).where(
        Publication.frozen_post_id == publication.frozen_post_id,
        Publication.kind == Kind.RECALL,
    )
    return session.scalar(found.execution_options(populate_existing=True))


def call_back(session: Session, publication: Publication) -> None:
    """Plan the withdrawal of one publication; it goes as soon as that one's outcome is known.

    One that is under way already, because an earlier correction chose to replace it, is enough;
    one that ended because there was nothing to take back begins anew.
    """
    if former := _recall_of(session, publication):
        if former.state == State.REMOVED and former.code == receipts.NEVER_LIVE:
            shift(session, hand_of(former), "reopen", code="", words="", next_at=None)
        return
    recall = Publication(
        frozen_post_id=publication.frozen_post_id,
        story_id=publication.story_id,
        account_id=publication.account_id,
        unit_id=publication.unit_id,
        channel=publication.channel,
        kind=Kind.RECALL,
        target_id=publication.id,
        payload_hash=publication.payload_hash,
        priority=PRIORITY[Kind.RECALL],
        state=State.READY,
        since=clock.now(session),
    )
    session.add(recall)
    session.flush()
    audit.record(session, HOUSE, "plan_recall", recall, after={"channel": recall.channel})
