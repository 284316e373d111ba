"""What comes in and goes out about feeds; forms and the API share it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kitchen.leads.feed_models import LeadFeed, LeadFeedItem
from kitchen.leads.feed_rules import EVERY
from kitchen.web.schema import Answer, Schema


class FeedIn(Schema):
    """A feed; ``every`` is in minutes, ``direct`` makes a lead of each item at once."""

    name: str = Field(min_length=1, max_length=60)
    url: str = Field(min_length=8, max_length=1000)
    every: int = EVERY
    active: bool = False
    direct: bool = False
    version: int | None = None


class FeedOut(Answer):
    uid: str
    version: int
    name: str
    url: str
    every: int
    active: bool
    direct: bool
    next_at: datetime
    heard_at: datetime | None
    failures: int
    trouble: str


class FeedItemOut(Answer):
    uid: str
    created_at: datetime
    feed: str
    title: str
    words: str
    url: str
    said_at: datetime | None


def feed_out(feed: LeadFeed) -> FeedOut:
    return FeedOut.model_validate(feed)


def item_out(item: LeadFeedItem) -> FeedItemOut:
    """The item as the API shows it; ``feed`` is the uid of its feed."""
    plain = ("uid", "created_at", "title", "words", "url", "said_at")
    return FeedItemOut(feed=item.feed.uid, **{name: getattr(item, name) for name in plain})
