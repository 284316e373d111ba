"""Reads of pick-ups: the list, those of a story, the outlets, which addresses are our own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from kitchen import ports
from kitchen.core import clock
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.evaluation.pickups.models import PickUp, PickUpOutlet
from kitchen.evaluation.pickups.rules import Standing, Tier, endings_of, host_of
from kitchen.matrix.models import Account
from kitchen.publishing.models import Publication
from kitchen.stories.models import Story


def _shown() -> tuple[ORMOption, ...]:
    return (
        joinedload(PickUp.story).options(defer(Story.doc)),
        joinedload(PickUp.outlet),
        joinedload(PickUp.staff),
    )


def the_pickup(session: Session, uid: str) -> PickUp:
    """One pick-up. Raises :class:`NotFound`."""
    found = session.scalar(select(PickUp).where(PickUp.uid == uid).options(*_shown()))
    if found is None:
        raise NotFound
    return found


def page_of_pickups(
    session: Session,
    *,
    state: Standing | None = None,
    tier: Tier | None = None,
    days: int | None = None,
    story: str | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[PickUp]:
    """Pick-ups, the latest noted first; ``days`` back from today, ``q`` in titles of stories."""
    query = select(PickUp).join(PickUp.outlet).join(PickUp.story).options(*_shown())
    if state:
        query = query.where(PickUp.state == state)
    if tier:
        query = query.where(PickUpOutlet.tier == tier)
    if days:
        since: date = clock.today(session) - timedelta(days=days)
        query = query.where(PickUp.published_on >= since)
    if story:
        query = query.where(Story.uid == story)
    if q:
        query = query.where(Story.title.contains(q, autoescape=True))
    return newest_first(session, query, PickUp.id, limit=limit, cursor=cursor)


def counts(session: Session) -> Mapping[str, int]:
    """How many there are in each state."""
    rows = session.execute(select(PickUp.state, func.count(PickUp.id)).group_by(PickUp.state))
    found = {str(row[0]): row[1] for row in rows}
    return {str(state): found.get(state, 0) for state in Standing}


def waiting(session: Session) -> int:
    """How many somebody has to look at."""
    query = select(func.count(PickUp.id)).where(PickUp.state == Standing.PROPOSED)
    return session.scalar(query) or 0


def confirmed_of(session: Session, story: Story) -> Sequence[PickUp]:
    """Who took a story up, the highest tier first."""
    found = session.scalars(
        select(PickUp)
        .where(PickUp.story_id == story.id, PickUp.state == Standing.CONFIRMED)
        .options(joinedload(PickUp.outlet))
        .order_by(PickUp.published_on, PickUp.id)
        .limit(200)
    ).all()
    order = {tier: -at for at, tier in enumerate(Tier)}
    order[Tier.COMMERCIAL] = 1
    return sorted(found, key=lambda it: order[Tier(it.outlet.tier)])


def outlets(session: Session) -> Sequence[PickUpOutlet]:
    """Every outlet, those that are off last."""
    query = select(PickUpOutlet).order_by(PickUpOutlet.active.desc(), PickUpOutlet.id).limit(1000)
    return session.scalars(query).all()


def page_of_outlets(
    session: Session, *, limit: int = 50, cursor: str | None = None
) -> Page[PickUpOutlet]:
    """Outlets, the latest listed first."""
    return newest_first(session, select(PickUpOutlet), PickUpOutlet.id, limit=limit, cursor=cursor)


def the_outlet(session: Session, uid: str) -> PickUpOutlet:
    """One outlet. Raises :class:`NotFound`."""
    found = session.scalar(select(PickUpOutlet).where(PickUpOutlet.uid == uid))
    if found is None:
        raise NotFound
    return found


def outlets_by_domain(session: Session) -> Mapping[str, PickUpOutlet]:
    """Every outlet that is watched, by its domain."""
    rows = session.scalars(select(PickUpOutlet).where(PickUpOutlet.active))
    return {row.domain: row for row in rows if row.domain}


def outlet_among(listed: Mapping[str, PickUpOutlet], url: str) -> PickUpOutlet | None:
    """The outlet whose page an address is, by the longest domain that is listed."""
    return next((listed[it] for it in endings_of(host_of(url)) if it in listed), None)


def ours_among(session: Session, urls: Collection[str]) -> Collection[str]:
    """Which of these pages are our own: on our site, or below or at what our accounts published.

    Two queries for however many: what was published where is found by going through all of it.
    """
    homes = session.scalars(
        select(Account.public_url).where(Account.public_url != "").distinct()
    ).all()
    site = host_of(ports.of(session).public_url)
    ours = {url for url in urls if host_of(url) == site or _is_below(url, homes)}
    others = set(urls) - ours
    if others:
        pieces = select(Publication.remote_url).where(Publication.remote_url.in_(others))
        ours.update(session.scalars(pieces))
    return ours


def _is_below(url: str, homes: Iterable[str]) -> bool:
    return any(url == home or url.startswith(f"{home.rstrip('/')}/") for home in homes)
