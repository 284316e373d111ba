"""Planning: what an approval sets in motion, in the approving unit of work or not at all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE
from kitchen.matrix.models import Account
from kitchen.publishing.events import PublicationsDue
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import LIFETIME, Hold, Kind, State
from kitchen.review.events import StoryApproved
from kitchen.review.models import Approval
from kitchen.stories.models import FrozenPost


def plan(session: Session, event: StoryApproved) -> list[Publication]:
    """A publication for every approved post of the version; those already planned stay as they are.

    The row is the outbox: once this unit commits, nothing can lose it.
    """
    planned = [
        _publication(post, unit_id, clock.now(session))
        for post, unit_id in _approved_posts(session, event.version_id)
    ]
    session.add_all(planned)
    session.flush()
    for publication in planned:
        told = {"state": str(publication.state), "channel": publication.channel}
        audit.record(session, HOUSE, "plan_publication", publication, after=told)
    due = sum(publication.state == State.READY for publication in planned)
    if due:
        bus.emit(session, PublicationsDue(event.story_id, due))
    return planned


def _approved_posts(session: Session, version_id: int) -> list[tuple[FrozenPost, int]]:
    """Approved posts of a version that are not planned yet, with the units of their accounts."""
    planned = select(Publication.frozen_post_id).where(Publication.kind == Kind.PUBLISH)
    found = session.execute(
        select(FrozenPost, Account.unit_id)
        .join(Approval, Approval.frozen_post_id == FrozenPost.id)
        .join(Account, Account.id == FrozenPost.account_id)
        .where(
            FrozenPost.version_id == version_id,
            Approval.revoked_at.is_(None),
            Approval.payload_hash == FrozenPost.payload_hash,
            FrozenPost.id.not_in(planned),
        )
        .order_by(FrozenPost.position, FrozenPost.id)
    )
    return [(post, unit_id) for post, unit_id in found]


def _publication(post: FrozenPost, unit_id: int, now: datetime) -> Publication:
    later = post.not_before is not None and post.not_before > now
    start = post.not_before if post.not_before and later else now
    return Publication(
        frozen_post_id=post.id,
        story_id=post.story_id,
        account_id=post.account_id,
        unit_id=unit_id,
        channel=post.channel,
        kind=Kind.PUBLISH,
        payload_hash=post.payload_hash,
        position=post.position,
        state=State.HELD if later else State.READY,
        hold_reason=Hold.SLOT if later else "",
        not_before=post.not_before,
        deadline=start + LIFETIME,
        since=now,
    )
