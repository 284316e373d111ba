"""What an approval means for the app: the fingerprints of all its posts will lead to one page."""

from __future__ import annotations

from sqlalchemy import select

from kitchen.core import bus
from kitchen.matrix.models import Account
from kitchen.outlet.models import OutletLink
from kitchen.review.events import StoryApproved
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.rules import Kind
from tests.fixtures.newsroom import Newsroom


def test_every_approved_post_is_linked_to_its_story(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        story = Story(title="荷塘整治完成", doc={}, author_id=newsroom.reporter.id)
        session.add(story)
        session.flush()
        version = Version(
            story_id=story.id,
            number=1,
            kind=Kind.SUBMITTED,
            title=story.title,
            fields={},
            doc={},
            master_hash="",
        )
        session.add(version)
        session.flush()
        for channel in ("outlet", "weibo"):
            account = Account(
                channel=channel, name=channel, handle="a", unit_id=newsroom.operator.unit_id
            )
            session.add(account)
            session.flush()
            session.add(
                FrozenPost(
                    uid=f"post-{channel}",
                    version_id=version.id,
                    story_id=story.id,
                    account_id=account.id,
                    channel=channel,
                    post={},
                    payload_hash="",
                )
            )
        session.flush()
        bus.emit(session, StoryApproved(story.id, version.id, 1))
        links = session.scalars(select(OutletLink).order_by(OutletLink.uid)).all()
    assert [(link.uid, link.story_key) for link in links] == [
        ("post-outlet", story.uid),
        ("post-weibo", story.uid),
    ]
