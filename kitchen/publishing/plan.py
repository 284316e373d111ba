"""Planning: what an approval sets in motion, in the approving unit of work or not at all.

A newer version of a piece overtakes whatever of the older ones has not left, and is sent as a
correction to every account on which an older one stands or may stand.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE
from kitchen.matrix.models import Account
from kitchen.publishing.events import PublicationNeedsPerson, PublicationsDue
from kitchen.publishing.models import Publication
from kitchen.publishing.outbox import hand_of, shift
from kitchen.publishing.rules import (
    CANNOT_CORRECT,
    IN_DOUBT,
    LIFETIME,
    OVERTAKEN,
    PIECES,
    PRIORITY,
    Hold,
    Kind,
    State,
)
from kitchen.review.events import StoryApproved
from kitchen.review.models import Approval
from kitchen.stories.models import FrozenPost


def plan(session: Session, event: StoryApproved) -> list[Publication]:
    """A publication for every approved post of the version; those already planned stay as they are.

    The row is the outbox: once this unit commits, nothing can lose it.
    """
    posts = _approved_posts(session, event.version_id)
    standing = _make_way(session, event) if posts else {}
    planned = [
        _publication(post, unit_id, clock.now(session), standing.pop(post.account_id, None))
        for post, unit_id in posts
    ]
    _tell_left_behind(session, standing)
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
    planned = select(Publication.frozen_post_id).where(Publication.kind.in_(sorted(PIECES)))
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
        .options(defer(FrozenPost.post))
        .order_by(FrozenPost.position, FrozenPost.id)
    )
    return [(post, unit_id) for post, unit_id in found]


def _make_way(session: Session, event: StoryApproved) -> dict[int, Publication]:
    """Overtake what is unsent of older versions; by account, what of them stands or may stand.

    Locked as a revocation locks it: of an arming and an overtaking exactly one comes first.
    """
    older = session.scalars(
        select(Publication)
        .join(FrozenPost, FrozenPost.id == Publication.frozen_post_id)
        .where(
            Publication.story_id == event.story_id,
            Publication.kind.in_(sorted(PIECES)),
            Publication.state.in_(sorted(OVERTAKEN | IN_DOUBT | {State.LIVE})),
            FrozenPost.version_id != event.version_id,
        )
        .order_by(Publication.id)
        .with_for_update(of=Publication)
        .execution_options(populate_existing=True)
    )
    standing: dict[int, Publication] = {}
    for publication in older:
        if publication.state in OVERTAKEN or publication.code == CANNOT_CORRECT:
            _overtake(session, publication)
        else:
            standing[publication.account_id] = publication
    return standing


def _overtake(session: Session, publication: Publication) -> None:
    in_hand = publication.state == State.AWAITING_HAND
    shift(session, hand_of(publication), "overtake", next_at=None, lease_until=None)
    if in_hand:
        told = PublicationNeedsPerson(publication.id, publication.story_id, "overtaken_in_hand")
        bus.emit(session, told)


def _tell_left_behind(session: Session, standing: dict[int, Publication]) -> None:
    """An older version stands where the newer one does not go: somebody must know."""
    for publication in standing.values():
        told = PublicationNeedsPerson(publication.id, publication.story_id, "left_behind")
        bus.emit(session, told)


def _publication(
    post: FrozenPost, unit_id: int, now: datetime, standing: Publication | None
) -> Publication:
    later = post.not_before is not None and post.not_before > now
    start = post.not_before if post.not_before and later else now
    kind = Kind.CORRECT if standing else Kind.PUBLISH
    return Publication(
        frozen_post_id=post.id,
        story_id=post.story_id,
        account_id=post.account_id,
        unit_id=unit_id,
        channel=post.channel,
        kind=kind,
        target_id=standing.id if standing else None,
        payload_hash=post.payload_hash,
        priority=PRIORITY[kind],
        position=post.position,
        state=State.HELD if later else State.READY,
        hold_reason=Hold.SLOT if later else "",
        not_before=post.not_before,
        deadline=None if standing else start + LIFETIME,
        since=now,
    )
