"""Calling back every story that puts a withdrawn asset before readers, through its approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, Refusal, Sentence, WrongState
from kitchen.media import rights
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May, State
from kitchen.review import approving
from kitchen.review.rules import May as Review
from kitchen.screens.asset_uses import STORIES_AT_MOST, family_of, standing_with
from kitchen.stories.models import FrozenPost, FrozenPostAsset, Story


@dataclass(frozen=True, slots=True)
class Left:
    """A story that could not be called back, and why."""

    story: Story
    why: Sentence


@dataclass(frozen=True, slots=True)
class Recalled:
    """What came of it, story by story."""

    called_back: Sequence[Story]
    left: Sequence[Left]


def to_call_back(session: Session, asset: MediaAsset) -> Sequence[Story]:
    """The stories whose approval stands and puts the asset, or something made of it, before
    readers: as many as are called back at once.
    """
    ids = [each.id for each in family_of(session, asset)]
    return session.scalars(
        select(Story)
        .where(Story.id.in_(standing_with(ids)))
        .order_by(Story.id)
        .limit(STORIES_AT_MOST)
    ).all()


def beyond(actor: Actor, stories: Sequence[Story]) -> list[Story]:
    """Those whose approval somebody else has to revoke."""
    return [story for story in stories if not actor.may(Review.REVOKE, story.unit_id)]


def recall(session: Session, actor: Actor, asset: MediaAsset, reason: str) -> Recalled:
    """Revoke the approval of every story that shows a withdrawn asset: nothing more of them leaves,
    and what is out is called back. As soon as one was, the asset cannot be restored any more.

    The asset is locked first, so that of two who call back at once the second finds it done. Raises
    :class:`Forbidden`, :class:`Invalid` without a reason, :class:`WrongState` for an asset in use
    and where there is nothing to call back.
    """
    authorize(actor, May.WITHDRAW, asset)
    if not reason.strip():
        raise Invalid(fields={"note": N_("请写明理由。")})
    session.refresh(asset, ["state", "version"], with_for_update=True)
    if asset.state == State.AVAILABLE:
        raise WrongState(N_("素材还在使用。请先撤下，再收回用过它的稿件。"))
    stories = to_call_back(session, asset)
    if not stories:
        raise WrongState(N_("没有还在发布的稿件用它，不用收回。"))
    done, left = [], []
    for story in stories:
        try:
            with session.begin_nested():
                approving.revoke(session, actor, story, reason)
            done.append(story)
        except Refusal as refusal:
            left.append(Left(story, Sentence(refusal.message, refusal.params)))
    if done:
        _settle(session, asset, done)
    told = {"called_back": [it.uid for it in done], "left": [it.story.uid for it in left]}
    audit.record(session, actor, "recall_uses", asset, after=told, note=reason)
    return Recalled(done, left)


def _settle(session: Session, asset: MediaAsset, stories: Sequence[Story]) -> None:
    """The asset, and whatever was made of it that these stories show, has no way back."""
    family = {each.id: each for each in family_of(session, asset)}
    shown = session.scalars(
        select(FrozenPostAsset.asset_id)
        .join(FrozenPost, FrozenPost.id == FrozenPostAsset.frozen_post_id)
        .where(
            FrozenPost.story_id.in_([story.id for story in stories]),
            FrozenPostAsset.asset_id.in_(family),
        )
    )
    for asset_id in sorted({asset.id, *shown}):
        rights.settle(session, family[asset_id])
