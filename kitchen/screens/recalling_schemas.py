"""What comes in and goes out about what shows an asset, and about calling it back."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kitchen.publishing.rules import Kind
from kitchen.screens.asset_uses import Use
from kitchen.screens.recalling import Recalled
from kitchen.web.i18n import say
from kitchen.web.schema import Answer, Schema


class RecallIn(Schema):
    note: str = Field("", max_length=500)


class SentOut(Answer):
    """One delivery that shows the asset, of which version, or its withdrawal."""

    publication: str
    kind: Kind
    channel: str
    account: str
    edition: int
    state: str
    since: datetime


class UseOut(Answer):
    story: str
    title: str
    state: str
    stands: bool
    sent: list[SentOut]


class LeftOut(Answer):
    story: str
    why: str


class RecalledOut(Answer):
    called_back: list[str]
    left: list[LeftOut]


def use_out(use: Use) -> UseOut:
    sent = [
        SentOut(
            publication=each.uid,
            kind=each.kind,
            channel=each.channel,
            account=each.account.name,
            edition=each.frozen_post.story_version.number,
            state=each.state,
            since=each.since,
        )
        for each in use.publications
    ]
    story = use.story
    return UseOut(
        story=story.uid, title=story.title, state=story.state, stands=use.stands, sent=sent
    )


def recalled_out(came: Recalled) -> RecalledOut:
    left = [LeftOut(story=it.story.uid, why=say(it.why)) for it in came.left]
    return RecalledOut(called_back=[story.uid for story in came.called_back], left=left)
