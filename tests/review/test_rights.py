"""The last pass approves nothing that shows what may not be shown where and when it goes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from kitchen.core.errors import WrongState
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Kind, Rights, State
from kitchen.review.models import Approval
from kitchen.stories.models import FrozenPost, FrozenPostAsset, Story
from kitchen.stories.rules import State as StoryState
from tests.review.conftest import Desk


def _shows(review: Desk, story_id: int, **said: Any) -> int:
    with review.newsroom.database.unit() as session:
        asset = MediaAsset(kind=Kind.PICTURE, title="旧照", **said)
        session.add(asset)
        session.flush()
        for post in session.query(FrozenPost).filter_by(story_id=story_id):
            session.add(FrozenPostAsset(frozen_post_id=post.id, asset_id=asset.id))
        return asset.id


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"state": State.WITHDRAWN, "rights": Rights.UNKNOWN}, "素材已撤下"),
        ({"rights": Rights.UNKNOWN}, "版权不明：请补上权利人和授权，或换一张。"),
    ],
)
def test_the_last_pass_is_refused_and_names_the_asset_the_channel_and_the_remedy(
    review: Desk, said: dict[str, Any], words: str
) -> None:
    story_id = review.hand_in()
    asset_id = _shows(review, story_id, **said)
    names = ["editor", "chief", "deputy"]
    with pytest.raises(WrongState) as refused:
        review.climb(story_id, *names)
    assert refused.value.reason == "rights"
    assert "“旧照”不能发到" in str(refused.value)
    assert words in str(refused.value)
    with review.newsroom.database.unit() as session:
        assert session.scalars(select(Approval)).all() == []
        story = session.get_one(Story, story_id)
        assert story.state == StoryState.IN_REVIEW
        asset = session.get_one(MediaAsset, asset_id)
        asset.state, asset.rights = State.AVAILABLE, Rights.OWN
    review.climb(story_id, names[-1])
    with review.newsroom.database.unit() as session:
        assert session.get_one(Story, story_id).state == StoryState.APPROVED
