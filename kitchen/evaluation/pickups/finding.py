"""Pick-ups found by the house: what gathered feeds tell, held against what we published lately.

A run looks at a bounded number of items and remembers how far it came. An item is compared only if
its address is a listed outlet's page; what resembles a story enough is proposed, never certain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from heapq import nlargest

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.evaluation.pickups import queries
from kitchen.evaluation.pickups.models import PickUp, PickUpMark, PickUpOutlet
from kitchen.evaluation.pickups.rules import ALIKE, NOTICEABLE, URL_MOST, page_of
from kitchen.evaluation.pieces import first_live
from kitchen.leads.feed_models import LeadFeedItem
from kitchen.leads.rules import likeness, shingles
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind
from kitchen.stories.doc import to_text
from kitchen.stories.models import Story

BELL = "pickups"
WINDOW = timedelta(days=30)
"""How long after it went out a story is looked for elsewhere."""
ITEMS_AT_ONCE = 200
STORIES_MOST = 10_000
CLOSER_LOOKS = 3
"""Stories whose text is compared with one item."""

Pairs = frozenset[str]


def ring_if_due(database: Database) -> None:
    """Ring when feeds told something that nobody has looked through."""
    with database.unit(write=False) as session:
        if _items_after_mark(session, 1):
            ports.of(session).bell.ring(BELL, 0)


def look(database: Database) -> int:
    """Look through the next items of the feeds; how many pick-ups were proposed."""
    with database.unit() as session:
        items = _items_after_mark(session, ITEMS_AT_ONCE)
        if not items:
            return 0
        session.merge(PickUpMark(id=1, last_item_id=items[-1].id))
        return propose(session, items)


def _items_after_mark(session: Session, limit: int) -> Sequence[LeadFeedItem]:
    mark = session.get(PickUpMark, 1)
    last_id = mark.last_item_id if mark else 0
    query = select(LeadFeedItem).where(LeadFeedItem.id > last_id).order_by(LeadFeedItem.id)
    return session.scalars(query.limit(limit)).all()


def propose(session: Session, items: Sequence[LeadFeedItem]) -> int:
    """Propose a pick-up for each item that resembles a story of ours; how many were new."""
    listed = queries.outlets_by_domain(session)
    elsewhere = [(it, outlet) for it in items if (outlet := _outlet_of(session, it, listed))]
    if not elsewhere:
        return 0
    stories = _lately_published(session)
    return sum(_propose(session, item, outlet, stories) for item, outlet in elsewhere)


def _outlet_of(
    session: Session, item: LeadFeedItem, listed: Mapping[str, PickUpOutlet]
) -> PickUpOutlet | None:
    """The outlet whose page it is; none for our own pages, and for what fits no column."""
    outlet = queries.outlet_among(listed, item.url) if len(item.url) <= URL_MOST else None
    return None if outlet is None or queries.is_ours(session, page_of(item.url)) else outlet


def _lately_published(session: Session) -> Mapping[int, Pairs]:
    """The pairs of letters of title and digest, by story, of what went out within the window."""
    now = clock.now(session)
    out = select(Publication.story_id).where(
        Publication.id.in_(first_live(now - WINDOW, now)), Publication.kind == Kind.PUBLISH
    )
    rows = session.execute(
        select(Story.id, Story.title, Story.digest)
        .where(Story.id.in_(out))
        .order_by(Story.id.desc())
        .limit(STORIES_MOST)
    )
    return {story_id: shingles(title, digest) for story_id, title, digest in rows}


def _propose(
    session: Session, item: LeadFeedItem, outlet: PickUpOutlet, stories: Mapping[int, Pairs]
) -> bool:
    found = _likest(session, shingles(item.title, item.words), stories)
    if found is None:
        return False
    story_id, alike = found
    url = page_of(item.url)
    known = select(PickUp.id).where(PickUp.story_id == story_id, PickUp.url == url)
    if session.scalar(known) is not None:
        return False
    said_at = item.said_at or item.created_at
    session.add(
        PickUp(
            story_id=story_id,
            outlet_id=outlet.id,
            url=url,
            title=item.title,
            published_on=clock.local(said_at).date(),
            likeness=alike,
        )
    )
    session.flush()
    return True


def _likest(session: Session, own: Pairs, stories: Mapping[int, Pairs]) -> tuple[int, int] | None:
    """The story that an item resembles most, and how much in hundredths, where that is enough.

    Titles and digests are compared with all of them, texts only with the few that come near.
    """
    alike = {story_id: likeness(own, pairs) for story_id, pairs in stories.items()}
    near = [
        it for it in nlargest(CLOSER_LOOKS, alike, alike.__getitem__) if alike[it] >= NOTICEABLE
    ]
    rows = session.execute(select(Story.id, Story.title, Story.doc).where(Story.id.in_(near)))
    scored = [
        (likeness(own, shingles(title, to_text(doc))), -story_id) for story_id, title, doc in rows
    ]
    best, story_id = max(scored, default=(0.0, 0))
    return (-story_id, round(best * 100)) if best >= ALIKE else None
