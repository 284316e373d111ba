"""Proofs: what each account will be sent of a story, and that it is what was approved and sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from channels.base import Edition, post_from_json
from kitchen.core.errors import NotFound
from kitchen.publishing.models import Attempt, Publication
from kitchen.publishing.rules import Kind
from kitchen.review.models import Approval
from kitchen.stories import queries as stories
from kitchen.stories.models import FrozenPost, Story


@dataclass(frozen=True, slots=True)
class Proof:
    """A frozen post with its hash, computed anew, beside those on which it was approved and sent.

    ``approved`` and ``sent`` are ``None`` until it was.
    """

    frozen: FrozenPost
    payload_hash: str
    approved: str | None = None
    sent: str | None = None
    publication: Publication | None = None

    @property
    def same(self) -> bool:
        """Whether what is shown is what was frozen, approved and sent, byte for byte."""
        known = {self.frozen.payload_hash, self.approved, self.sent} - {None}
        return known == {self.payload_hash}


def proofs_of(session: Session, story: Story) -> list[Proof]:
    """Of the newest version that was frozen, in the order of release; four queries."""
    newest = session.scalar(
        select(func.max(FrozenPost.version_id)).where(FrozenPost.story_id == story.id)
    )
    posts = stories.posts_of(session, newest) if newest else []
    ids = [post.id for post in posts]
    approved = _approved(session, ids)
    publications = _publications(session, ids)
    sent = _sent(session, [row.id for row in publications.values()])
    return [
        Proof(
            post,
            post_from_json(post.post).payload_hash,
            approved.get(post.id),
            sent.get(publications[post.id].id) if post.id in publications else None,
            publications.get(post.id),
        )
        for post in posts
    ]


def _approved(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The hashes on approvals that stand, by frozen post."""
    found = session.execute(
        select(Approval.frozen_post_id, Approval.payload_hash).where(
            Approval.frozen_post_id.in_(ids), Approval.revoked_at.is_(None)
        )
    )
    return {row[0]: row[1] for row in found}


def _publications(session: Session, ids: Sequence[int]) -> dict[int, Publication]:
    found = session.scalars(
        select(Publication).where(
            Publication.frozen_post_id.in_(ids), Publication.kind != Kind.RECALL
        )
    )
    return {row.frozen_post_id: row for row in found}


def _sent(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The hash of what was handed to the channel last, by publication."""
    found = session.execute(
        select(Attempt.publication_id, Attempt.request_hash)
        .where(Attempt.publication_id.in_(ids))
        .order_by(Attempt.attempt_no)
    )
    return {row[0]: row[1] for row in found}


def the_edition(session: Session, uid: str) -> tuple[FrozenPost, Edition]:
    """A frozen post and the edition inside it. Raises :class:`NotFound`."""
    found = session.scalar(
        select(FrozenPost).where(FrozenPost.uid == uid).options(joinedload(FrozenPost.account))
    )
    if found is None:
        raise NotFound
    return found, post_from_json(found.post).edition
