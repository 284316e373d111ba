"""What shows an asset, and where that went out: stories with their publications, for its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from kitchen.media import lineage
from kitchen.media.models import MediaAsset, MediaUse
from kitchen.media.rules import May, State
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import PIECES, SETTLED
from kitchen.publishing.rules import State as Delivery
from kitchen.review.models import Approval
from kitchen.stories import labels
from kitchen.stories.models import FrozenPost, FrozenPostAsset, Story

bp = Blueprint("asset_uses", __name__)

STORIES_AT_MOST = 100
_OVER = SETTLED - {Delivery.LIVE}
"""Where a delivery neither is before readers nor will be."""


@dataclass(frozen=True, slots=True)
class Use:
    """A story that shows an asset, all that was sent of it with the asset, and whether that stands.

    Each publication has its frozen post and that its version.
    """

    story: Story
    publications: Sequence[Publication]
    stands: bool


@bp.app_context_processor
def around() -> dict[str, Any]:
    """What ``screens/_asset_uses.html`` needs, so that a page of an asset may include it."""
    return {"asset_uses": _uses, "may_recall": _may_recall, "story_labels": labels}


def _uses(asset: MediaAsset) -> list[Use]:
    return uses_of(g.session, asset)


def _may_recall(asset: MediaAsset) -> bool:
    return asset.state != State.AVAILABLE and g.actor.may(May.WITHDRAW, asset.unit_id)


def family_of(session: Session, asset: MediaAsset) -> list[MediaAsset]:
    """The asset and all that was made of it."""
    return [asset, *lineage.descendants_of(session, asset)]


def uses_of(session: Session, asset: MediaAsset) -> list[Use]:
    """The stories that show an asset, or something made of it, or were sent with it, the latest
    first, each with what was sent of it: to which account, of which version.
    """
    ids = [each.id for each in family_of(session, asset)]
    in_draft = select(MediaUse.subject_uid).where(
        MediaUse.asset_id.in_(ids), MediaUse.subject_type == Story.__tablename__
    )
    sent_with = select(FrozenPost.story_id).where(FrozenPost.id.in_(_showing(ids)))
    stories = session.scalars(
        select(Story)
        .where(Story.uid.in_(in_draft) | Story.id.in_(sent_with))
        .order_by(Story.id.desc())
        .limit(STORIES_AT_MOST)
    ).all()
    sent: dict[int, list[Publication]] = {story.id: [] for story in stories}
    publications = session.scalars(
        select(Publication)
        .join(Publication.frozen_post)
        .join(FrozenPost.story_version)
        .where(Publication.story_id.in_(sent), Publication.frozen_post_id.in_(_showing(ids)))
        .options(
            joinedload(Publication.account),
            contains_eager(Publication.frozen_post).contains_eager(FrozenPost.story_version),
        )
        .order_by(Publication.id)
    )
    for each in publications:
        sent[each.story_id].append(each)
    standing = set(session.scalars(standing_with(ids)))
    return [Use(story, sent[story.id], story.id in standing) for story in stories]


def standing_with(ids: Sequence[int]) -> Select[int]:
    """The ids of the stories that have put one of these assets before readers, or are about to, by
    an approval that stands.
    """
    return (
        select(Publication.story_id)
        .join(FrozenPostAsset, FrozenPostAsset.frozen_post_id == Publication.frozen_post_id)
        .join(Approval, Approval.frozen_post_id == Publication.frozen_post_id)
        .where(
            FrozenPostAsset.asset_id.in_(ids),
            Publication.kind.in_(sorted(PIECES)),
            Publication.state.not_in(sorted(_OVER)),
            Approval.revoked_at.is_(None),
        )
    )


def _showing(ids: Sequence[int]) -> Select[int]:
    return select(FrozenPostAsset.frozen_post_id).where(FrozenPostAsset.asset_id.in_(ids))
