"""Verbs on feeds: add, change, look, take an item as a lead, leave it.

The look itself is a call to a stranger with no transaction open: claimed by a lease, made, and
entered in a unit of its own. Whatever dies in between, the feed is looked at again, and an item
that was entered before is known by its key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from channels import strangers
from channels.base import ChannelError
from kitchen import ports
from kitchen.core import audit, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.db import Database
from kitchen.core.errors import N_, Duplicate, Invalid, NotFound, Stale, WrongState
from kitchen.core.paging import Page, newest_first
from kitchen.leads import feed_rules, service
from kitchen.leads.feed_models import LeadFeed, LeadFeedItem
from kitchen.leads.feed_rules import EVERY_LEAST, EVERY_MOST, Item, NoFeed, pause_of
from kitchen.leads.models import Lead
from kitchen.leads.rules import May
from kitchen.people.queries import desk_for

log = structlog.get_logger(__name__)

BELL = "feeds"
HANDS = 8
LEASE = timedelta(minutes=5)
"""How long a look may take before somebody else makes it."""
_ACCEPT = "application/feed+json, application/atom+xml, application/rss+xml, */*;q=0.5"
_REFUSED = {
    "not_public": N_("这个地址不能访问：要是公网上的 http 或 https 地址。"),
    "": N_("请按 https://www.example.org/rss.xml 的样子填地址。"),
}


def add(
    session: Session,
    actor: Actor,
    *,
    name: str,
    url: str,
    every: int = feed_rules.EVERY,
    active: bool = True,
    direct: bool = False,
) -> LeadFeed:
    """Look at an address from now on.

    Raises :class:`Forbidden`, :class:`Invalid` for an address that must not be called,
    :class:`Duplicate` for one that is looked at.
    """
    authorize(actor, May.KEEP_FEEDS)
    feed = LeadFeed(unit_id=desk_for(session, actor.unit_id), next_at=clock.now(session))
    _write(session, feed, name, url, every, active, direct)
    session.add(feed)
    try:
        session.flush()
    except IntegrityError as error:
        raise _known(name) from error
    audit.record(session, actor, "add_feed", feed, after=shown(feed))
    return feed


def change(
    session: Session,
    actor: Actor,
    feed: LeadFeed,
    seen: int | None,
    *,
    name: str,
    url: str,
    every: int,
    active: bool,
    direct: bool,
) -> None:
    """Change a feed; a new address is looked at anew. Raises :class:`Stale`, and as :func:`add`."""
    authorize(actor, May.KEEP_FEEDS, feed)
    before = shown(feed)
    if seen is not None and seen != feed.version:
        raise Stale(theirs=before, version=feed.version)
    if url != feed.url:
        feed.etag = feed.modified = feed.trouble = ""
        feed.failures, feed.heard_at = 0, None
    _write(session, feed, name, url, every, active, direct)
    feed.next_at = clock.now(session)
    session.flush()
    after = shown(feed)
    changed = [key for key in after if after[key] != before[key]]
    audit.record(
        session,
        actor,
        "change_feed",
        feed,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
    )


def _write(
    session: Session,
    feed: LeadFeed,
    name: str,
    url: str,
    every: int,
    active: bool,
    direct: bool,
) -> None:
    if strangers.fault_of(url):
        raise Invalid(fields={"url": _REFUSED[""]})
    host = strangers.host_of(url)
    if not ports.of(session).at_home and strangers.looks_inner(host):
        raise Invalid(fields={"url": _REFUSED["not_public"]})
    if not EVERY_LEAST <= every <= EVERY_MOST:
        raise Invalid(fields={"every": N_("请填 5 到 1440 分钟。")})
    with session.no_autoflush:
        other = session.scalar(select(LeadFeed.id).where(LeadFeed.url == url))
    if other is not None and other != feed.id:
        raise _known(name)
    feed.name, feed.url, feed.every, feed.active, feed.direct = name, url, every, active, direct


def _known(name: str) -> Duplicate:
    return Duplicate(N_("这个地址已经在订阅里了，没有重复添加“%(name)s”。"), name=name)


def shown(feed: LeadFeed) -> dict[str, object]:
    """A feed as plain values."""
    return {
        "name": feed.name,
        "url": feed.url,
        "every": feed.every,
        "active": feed.active,
        "direct": feed.direct,
    }


def look_now(session: Session, actor: Actor, feed: LeadFeed) -> None:
    """Let it be looked at as soon as somebody is free.

    Raises :class:`WrongState` while it is off.
    """
    authorize(actor, May.KEEP_FEEDS, feed)
    if not feed.active:
        raise WrongState(N_("这个订阅源停着，请先启用。"))
    feed.next_at = clock.now(session)
    session.flush()


# --- items ---


def take(session: Session, actor: Actor, item: LeadFeedItem) -> Lead:
    """Make a lead of an item. Raises :class:`WrongState` for one that was settled before."""
    authorize(actor, May.TRIAGE, item.feed)
    if item.lead_id is not None or item.left_at is not None:
        raise WrongState(N_("这一条已经处理过了，请刷新后再看。"))
    return _taken(session, actor, item)


def leave(session: Session, actor: Actor, item: LeadFeedItem) -> None:
    """Leave an item; it does not come again. Raises :class:`WrongState` for one that is settled."""
    authorize(actor, May.TRIAGE, item.feed)
    if item.lead_id is not None or item.left_at is not None:
        raise WrongState(N_("这一条已经处理过了，请刷新后再看。"))
    item.left_at = clock.now(session)
    session.flush()
    audit.record(session, actor, "leave_feed_item", item, after={"title": item.title})


def _taken(session: Session, actor: Actor, item: LeadFeedItem) -> Lead:
    body = "\n\n".join(filter(None, [item.words, f"{item.feed.name} {item.url}".strip()]))
    lead = service.report_from_feed(
        session, actor, title=item.title, body=body, unit_id=item.feed.unit_id
    )
    item.lead_id, item.lead = lead.id, lead
    session.flush()
    return lead


# --- looking ---


def ring_if_due(database: Database) -> None:
    """Ring for feeds whose turn has come."""
    with database.unit(write=False) as session:
        due = select(LeadFeed.id).where(LeadFeed.active, LeadFeed.next_at <= clock.now(session))
        if session.scalar(due.limit(1)) is not None:
            ports.of(session).bell.ring(BELL, 0)


@dataclass(frozen=True, slots=True)
class Look:
    """A call to be made."""

    feed_id: int
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of it. ``items`` is ``None`` where nothing changed since the last look."""

    items: Sequence[Item] | None = None
    etag: str = ""
    modified: str = ""
    trouble: str = ""


def gather(database: Database, _subject_id: int = 0) -> int:
    """Look at the feeds whose turn has come; how many they were."""
    loopback = database.info["ports"].at_home
    with database.unit() as session:
        looks = claim(session)
    with ThreadPoolExecutor(HANDS, thread_name_prefix="feeds") as pool:
        found = list(pool.map(lambda look: fetch(look, loopback=loopback), looks))
    for look, seen in zip(looks, found, strict=True):
        try:
            with database.unit() as session:
                enter(session, look, seen)
        except Exception:
            log.exception("feed_not_entered", feed=look.feed_id)
    return len(looks)


def claim(session: Session) -> list[Look]:
    """The calls to make now, the longest due first."""
    now = clock.now(session)
    feeds = session.scalars(
        select(LeadFeed)
        .where(LeadFeed.active, LeadFeed.next_at <= now)
        .order_by(LeadFeed.next_at)
        .limit(HANDS)
        .with_for_update(skip_locked=True)
    ).all()
    looks = []
    for feed in feeds:
        feed.next_at = now + LEASE
        known = {"If-None-Match": feed.etag, "If-Modified-Since": feed.modified}
        headers = {"Accept": _ACCEPT, **{name: it for name, it in known.items() if it}}
        looks.append(Look(feed.id, feed.url, headers))
    session.flush()
    return looks


def fetch(look: Look, *, loopback: bool) -> Seen:
    """Make the call; runs in a thread, and raises nothing."""
    try:
        reply = strangers.call("GET", look.url, headers=look.headers, loopback=loopback)
        if reply.status >= 400:
            return Seen(trouble=f"http_{reply.status}")
        items = feed_rules.read(reply.content, look.url)
        etag, modified = reply.headers.get("ETag", ""), reply.headers.get("Last-Modified", "")
        return Seen(items, _fitting(etag, 300), _fitting(modified, 100))
    except NoFeed:
        return Seen(trouble="no_feed")
    except ChannelError as error:
        return Seen() if error.code == "http_304" else Seen(trouble=error.code[:40] or "no_answer")
    except Exception:
        log.exception("feed_look_surprise", feed=look.feed_id)
        return Seen(trouble="surprise")


def _fitting(value: str, most: int) -> str:
    return value if len(value) <= most and value.isascii() and value.isprintable() else ""


def enter(session: Session, look: Look, seen: Seen) -> list[LeadFeedItem]:
    """Enter what came of a look; items that are known in this feed, or by their page in any, stay
    as they are. Answers the new ones.
    """
    feed = session.get(LeadFeed, look.feed_id, with_for_update=True)
    if feed is None or feed.url != look.url:
        return []
    feed.trouble = seen.trouble
    feed.failures = feed.failures + 1 if seen.trouble else 0
    feed.next_at = clock.now(session) + pause_of(feed.every, feed.failures)
    if seen.trouble:
        return []
    feed.heard_at = clock.now(session)
    if seen.items is None:
        return []
    feed.etag, feed.modified = seen.etag, seen.modified
    made = [_entered(session, feed, item) for item in _unknown(session, feed, seen.items)]
    if feed.direct:
        for item in made:
            _taken(session, HOUSE, item)
    return made


def _unknown(session: Session, feed: LeadFeed, items: Sequence[Item]) -> list[Item]:
    """Those never met before, the oldest first, so that the list has the newest on top."""
    guids, urls = [it.guid_key for it in items], [it.url_key for it in items if it.url_key]
    here = (LeadFeedItem.feed_id == feed.id) & LeadFeedItem.guid_key.in_(guids)
    rows = session.execute(
        select(LeadFeedItem.feed_id, LeadFeedItem.guid_key, LeadFeedItem.url_key).where(
            or_(here, LeadFeedItem.url_key.in_(urls))
        )
    ).all()
    known = {row.guid_key for row in rows if row.feed_id == feed.id}
    pages = {row.url_key for row in rows if row.url_key}
    found = []
    for item in reversed(items):
        if item.guid_key not in known and item.url_key not in pages:
            found.append(item)
            pages |= {item.url_key} - {""}
    return found


def _entered(session: Session, feed: LeadFeed, item: Item) -> LeadFeedItem:
    row = LeadFeedItem(
        feed=feed,
        guid_key=item.guid_key,
        url_key=item.url_key,
        title=item.title,
        words=item.words,
        url=item.url,
        said_at=item.at,
    )
    session.add(row)
    session.flush()
    return row


# --- reads ---


def all_feeds(session: Session) -> Sequence[LeadFeed]:
    """Every feed, those that are off last."""
    query = select(LeadFeed).order_by(LeadFeed.active.desc(), LeadFeed.id).limit(500)
    return session.scalars(query).all()


def the_feed(session: Session, uid: str) -> LeadFeed:
    """One feed. Raises :class:`NotFound`."""
    found = session.scalar(select(LeadFeed).where(LeadFeed.uid == uid))
    if found is None:
        raise NotFound
    return found


def the_item(session: Session, uid: str) -> LeadFeedItem:
    """One item with its feed. Raises :class:`NotFound`."""
    query = select(LeadFeedItem).where(LeadFeedItem.uid == uid)
    found = session.scalar(query.options(joinedload(LeadFeedItem.feed)))
    if found is None:
        raise NotFound
    return found


def page_of_items(
    session: Session, *, limit: int = 50, cursor: str | None = None
) -> Page[LeadFeedItem]:
    """What waits to be chosen, the newest first."""
    waits = (LeadFeedItem.lead_id.is_(None), LeadFeedItem.left_at.is_(None))
    query = select(LeadFeedItem).where(*waits).options(joinedload(LeadFeedItem.feed))
    return newest_first(session, query, LeadFeedItem.id, limit=limit, cursor=cursor)
