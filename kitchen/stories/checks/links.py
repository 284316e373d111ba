"""Addresses in texts: which are worth looking at, and which did not answer.

They are looked at in the background together with all others that readers are sent to
(:mod:`kitchen.screens.destinations`); no page and no check ever waits for a stranger.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import bus, clock
from kitchen.outlet.queries import link_checks
from kitchen.stories import doc as text
from kitchen.stories.checks.models import StoryLink
from kitchen.stories.checks.report import DeadLink
from kitchen.stories.events import LinksWanted, StorySaved
from kitchen.stories.models import Story

WORTH = timedelta(days=14)
"""How long after the last save an address is looked at."""
_ENOUGH = timedelta(days=13)
LONGEST = 500


def links_of(story: Story) -> list[str]:
    """Every address that a story leads to: in its text, and of its sources."""
    return [*text.links(story.doc), *filter(None, (it.get("url") for it in story.sources))]


def note(session: Session, event: StorySaved) -> None:
    """Have the addresses of a saved story looked at."""
    story = session.get(Story, event.story_id)
    urls = _to_look_at(links_of(story)) if story is not None else []
    if not urls:
        return
    now = clock.now(session)
    known = {it.url: it for it in session.scalars(select(StoryLink).where(StoryLink.url.in_(urls)))}
    for url in urls:
        if url not in known:
            session.add(StoryLink(url=url, wanted_until=now + WORTH))
        elif known[url].wanted_until < now + _ENOUGH:
            known[url].wanted_until = now + WORTH
    session.flush()
    if len(known) < len(urls):
        bus.emit(session, LinksWanted())


def wanted(session: Session) -> set[str]:
    """The addresses that are worth looking at now."""
    now = clock.now(session)
    return set(session.scalars(select(StoryLink.url).where(StoryLink.wanted_until > now)))


def dead(session: Session, urls: Sequence[str]) -> list[DeadLink]:
    """Those of the addresses that did not answer at the last look."""
    asked = _to_look_at(urls)
    if not asked:
        return []
    found = link_checks(session, asked)
    return [
        DeadLink(url, found[url].status, f"{clock.local(looked_at):%m-%d %H:%M}")
        for url in asked
        if url in found and found[url].failures and (looked_at := found[url].checked_at)
    ]


def _to_look_at(urls: Sequence[str]) -> list[str]:
    return [
        url
        for url in dict.fromkeys(urls)
        if url.startswith(("http://", "https://")) and len(url) <= LONGEST
    ]
