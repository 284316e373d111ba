"""What shows an asset, and where that went out: stories with their publications, for its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from kitchen.media import lineage
from kitchen.media.models import MediaAsset, MediaUse
from kitchen.publishing.models import Publication
from kitchen.stories import labels
from kitchen.stories.models import FrozenPost, Story

bp = Blueprint("asset_uses", __name__)

STORIES_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Use:
    """A story that shows an asset, and all that was sent of it."""

    story: Story
    publications: Sequence[Publication]


@bp.app_context_processor
def around() -> dict[str, Any]:
    """What ``screens/_asset_uses.html`` needs, so that a page of an asset may include it."""
    return {"asset_uses": _uses, "story_labels": labels}


def _uses(asset: MediaAsset) -> list[Use]:
    return uses_of(g.session, asset)


def uses_of(session: Session, asset: MediaAsset) -> list[Use]:
    """The stories that show an asset, or something made of it, or were sent with it, the latest
    first, each with what was sent of it.
    """
    ids = [asset.id, *(each.id for each in lineage.descendants_of(session, asset))]
    sent_with = select(FrozenPost.story_id).where(FrozenPost.uid.in_(_users(ids, FrozenPost)))
    stories = session.scalars(
        select(Story)
        .where(Story.uid.in_(_users(ids, Story)) | Story.id.in_(sent_with))
        .order_by(Story.id.desc())
        .limit(STORIES_AT_MOST)
    ).all()
    sent: dict[int, list[Publication]] = {story.id: [] for story in stories}
    publications = session.scalars(
        select(Publication)
        .where(Publication.story_id.in_(sent))
        .options(joinedload(Publication.account))
        .order_by(Publication.id)
    )
    for each in publications:
        sent[each.story_id].append(each)
    return [Use(story, sent[story.id]) for story in stories]


def _users(ids: Sequence[int], model: Any) -> Select[str]:
    """The uids of the rows of one kind that use these assets."""
    return select(MediaUse.subject_uid).where(
        MediaUse.asset_id.in_(ids), MediaUse.subject_type == model.__tablename__
    )
