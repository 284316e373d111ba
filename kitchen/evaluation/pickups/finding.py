"""Pick-ups found by the house: what gathered feeds tell, held against what we published lately.

A run looks at a bounded number of items and remembers how far it came. An item is compared only if
its address is a listed outlet's page; what resembles a story enough is proposed, never certain.
What we ourselves took from others, and what was said before readers had it from us, is no pick-up.

Comparing takes long and changes nothing: it is over before the writer's place is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import nlargest

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.evaluation.pickups import queries
from kitchen.evaluation.pickups.models import PickUp, PickUpMark, PickUpOutlet
from kitchen.evaluation.pickups.rules import ALIKE, NOTICEABLE, URL_MOST, page_of
from kitchen.evaluation.pieces import first_live, first_seen
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


@dataclass(frozen=True, slots=True)
class Ours:
    """A story of ours: the pairs of letters of title and digest, and when readers first had it."""

    story_id: int
    first_seen: datetime
    pairs: Pairs


@dataclass(frozen=True, slots=True)
class Guess:
    """A page elsewhere that resembles a story of ours enough; ``likeness`` in hundredths."""

    story_id: int
    outlet_id: int
    url: str
    title: str
    published_on: date
    likeness: int


def ring_if_due(database: Database) -> None:
    """Ring when feeds told something that nobody has looked through."""
    with database.unit(write=False) as session:
        if _items_after(session, _mark(session), 1):
            ports.of(session).bell.ring(BELL, 0)


def look(database: Database) -> int:
    """Look through the next items of the feeds; how many pick-ups were proposed."""
    with database.unit(write=False) as session:
        mark = _mark(session)
        items = _items_after(session, mark, ITEMS_AT_ONCE)
        guesses = compare(session, items)
    if not items:
        return 0
    with database.unit() as session:
        if _mark(session, hold=True) != mark:
            return 0  # another run was faster, and proposed the same
        session.merge(PickUpMark(id=1, last_item_id=items[-1].id))
        return propose(session, guesses)


def _mark(session: Session, *, hold: bool = False) -> int:
    mark = session.get(PickUpMark, 1, with_for_update=hold)
    return mark.last_item_id if mark else 0


def _items_after(session: Session, last_id: int, limit: int) -> Sequence[LeadFeedItem]:
    query = select(LeadFeedItem).where(LeadFeedItem.id > last_id).order_by(LeadFeedItem.id)
    return session.scalars(query.limit(limit)).all()


def compare(session: Session, items: Sequence[LeadFeedItem]) -> list[Guess]:
    """Which of these items resemble a story of ours; nothing is written."""
    elsewhere = _elsewhere(session, items)
    if not elsewhere:
        return []
    stories = _lately_published(session)
    found = (_guess(session, item, outlet, stories) for item, outlet in elsewhere)
    return [guess for guess in found if guess is not None]


def _elsewhere(
    session: Session, items: Sequence[LeadFeedItem]
) -> list[tuple[LeadFeedItem, PickUpOutlet]]:
    """Those that are a listed outlet's page; not our own pages, nor what fits no column."""
    listed = queries.outlets_by_domain(session)
    theirs = [
        (item, outlet)
        for item in items
        if len(item.url) <= URL_MOST and (outlet := queries.outlet_among(listed, item.url))
    ]
    ours = queries.ours_among(session, {page_of(item.url) for item, _ in theirs})
    return [(item, outlet) for item, outlet in theirs if page_of(item.url) not in ours]


def _lately_published(session: Session) -> Sequence[Ours]:
    """What went out within the window and was written here; a reprint is another's story."""
    now = clock.now(session)
    out = select(Publication.story_id).where(
        Publication.id.in_(first_live(now - WINDOW, now)), Publication.kind == Kind.PUBLISH
    )
    first = first_seen(out).subquery()
    rows = session.execute(
        select(Story.id, first.c.at, Story.title, Story.digest, Story.reprint)
        .join(first, first.c.story_id == Story.id)
        .order_by(Story.id.desc())
        .limit(STORIES_MOST)
    )
    return [
        Ours(story_id, at, shingles(title, digest))
        for story_id, at, title, digest, reprint in rows
        if not reprint
    ]


def _guess(
    session: Session, item: LeadFeedItem, outlet: PickUpOutlet, stories: Sequence[Ours]
) -> Guess | None:
    said_at = item.said_at or item.created_at
    earlier = [each for each in stories if not _said_before(said_at, each.first_seen)]
    found = _likest(session, shingles(item.title, item.words), earlier)
    if found is None:
        return None
    story_id, alike = found
    day = clock.local(said_at).date()
    return Guess(story_id, outlet.id, page_of(item.url), item.title, day, alike)


def _said_before(said_at: datetime, first: datetime) -> bool:
    """Whether it was said before readers had it from us; midnight is how feeds tell only a day."""
    local = clock.local(said_at)
    if time() in (local.time(), said_at.time()):
        return local.date() < clock.local(first).date()
    return said_at < first


def _likest(session: Session, own: Pairs, stories: Iterable[Ours]) -> tuple[int, int] | None:
    """The story that an item resembles most, and how much in hundredths, where that is enough.

    Titles and digests are compared with all of them, texts only with the few that come near.
    """
    alike = {each.story_id: likeness(own, each.pairs) for each in stories}
    near = [
        it for it in nlargest(CLOSER_LOOKS, alike, alike.__getitem__) if alike[it] >= NOTICEABLE
    ]
    if not near:
        return None
    rows = session.execute(select(Story.id, Story.title, Story.doc).where(Story.id.in_(near)))
    scored = [
        (likeness(own, shingles(title, to_text(doc))), -story_id) for story_id, title, doc in rows
    ]
    best, story_id = max(scored, default=(0.0, 0))
    return (-story_id, round(best * 100)) if best >= ALIKE else None


def propose(session: Session, guesses: Sequence[Guess]) -> int:
    """Propose each page that is not noted for its story; how many were new."""
    stories = {guess.story_id for guess in guesses}
    noted = select(PickUp.story_id, PickUp.url).where(PickUp.story_id.in_(stories))
    known = {(story_id, url) for story_id, url in session.execute(noted)} if stories else set()
    new: dict[tuple[int, str], Guess] = {}
    for guess in guesses:
        if (guess.story_id, guess.url) not in known:
            new.setdefault((guess.story_id, guess.url), guess)
    session.add_all(
        PickUp(
            story_id=guess.story_id,
            outlet_id=guess.outlet_id,
            url=guess.url,
            title=guess.title,
            published_on=guess.published_on,
            likeness=guess.likeness,
        )
        for guess in new.values()
    )
    return len(new)
