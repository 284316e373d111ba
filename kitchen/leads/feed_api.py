"""The API of feeds and of what they brought."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.leads import feeds
from kitchen.leads.feed_schemas import FeedIn, FeedItemOut, FeedOut, feed_out, item_out
from kitchen.leads.rules import May
from kitchen.leads.schemas import LeadOut, lead_out
from kitchen.web.api import Api, seen_version
from kitchen.web.paging import PageQuery

api = Api("lead_feeds")


@api.operation("GET", "/lead_feeds", May.READ, answer=FeedOut, many=True)
def index() -> Any:
    """Every feed, and how its last look went."""
    return Page([feed_out(each) for each in feeds.all_feeds(g.session)])


@api.operation("POST", "/lead_feeds", May.KEEP_FEEDS, body=FeedIn, answer=FeedOut, status=201)
def add(body: FeedIn) -> Any:
    """Add a feed."""
    return feed_out(feeds.add(g.session, g.actor, **body.model_dump(exclude={"version"})))


@api.operation("PUT", "/lead_feeds/<uid>", May.KEEP_FEEDS, body=FeedIn, answer=FeedOut)
def change(uid: str, body: FeedIn) -> Any:
    """Change a feed; `If-Match` or `version` is the one that was seen."""
    feed = feeds.the_feed(g.session, uid)
    seen = body.version if body.version is not None else seen_version()
    feeds.change(g.session, g.actor, feed, seen, **body.model_dump(exclude={"version"}))
    return feed_out(feed)


@api.operation("GET", "/lead_feed_items", May.READ, query=PageQuery, answer=FeedItemOut, many=True)
def items(query: PageQuery) -> Any:
    """What waits to be chosen, the newest first."""
    page = feeds.page_of_items(g.session, limit=query.limit, cursor=query.cursor)
    return Page([item_out(each) for each in page.items], page.next)


@api.operation("POST", "/lead_feed_items/<uid>/take", May.TRIAGE, answer=LeadOut, status=201)
def take(uid: str) -> Any:
    """Make a lead of an item."""
    return lead_out(feeds.take(g.session, g.actor, feeds.the_item(g.session, uid)), g.actor)


@api.operation("POST", "/lead_feed_items/<uid>/leave", May.TRIAGE)
def leave(uid: str) -> Any:
    """Leave an item."""
    feeds.leave(g.session, g.actor, feeds.the_item(g.session, uid))
