"""Reads of watch lists, items, signs and rumours: each person sees what concerns them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core.access import Actor
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.feedback.rules import Tone
from kitchen.opinion.models import (
    EarlySign,
    Entry,
    Hit,
    Item,
    Measure,
    RumourCase,
    Watchlist,
)
from kitchen.opinion.room_models import IncidentRoom, Member
from kitchen.opinion.rules import May, Origin, Rumour, Sign

OPEN_SIGNS = frozenset(Sign) - {Sign.CLOSED}
OPEN_RUMOURS = frozenset(Rumour) - {Rumour.CLOSED}


def signs_seen_by(actor: Actor) -> ColumnElement[bool]:
    """All for those who read; one's own, and those of one's rooms, for others."""
    if actor.may(May.READ):
        return true()
    rooms = select(Member.incident_id).where(Member.staff_id == actor.id)
    return or_(EarlySign.reporter_id == actor.id, EarlySign.incident_id.in_(rooms))


def the_sign(session: Session, actor: Actor, uid: str) -> EarlySign:
    """One sign. Raises :class:`NotFound`, also for what this person may not see."""
    query = select(EarlySign).options(
        joinedload(EarlySign.reporter), joinedload(EarlySign.acknowledged_by)
    )
    found = session.scalar(query.where(EarlySign.uid == uid, signs_seen_by(actor)))
    if found is None:
        raise NotFound
    return found


def page_of_signs(
    session: Session,
    actor: Actor,
    *,
    states: Collection[str] = (),
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[EarlySign]:
    """Signs that this person sees, newest first; ``q`` looks in titles."""
    query = select(EarlySign).where(signs_seen_by(actor)).options(joinedload(EarlySign.reporter))
    query = _narrowed(query, EarlySign.state, states, EarlySign.title, q)
    return newest_first(session, query, EarlySign.id, limit=limit, cursor=cursor)


def _narrowed(
    query: Select[Any], state: Any, states: Collection[str], words: Any, q: str | None
) -> Select[Any]:
    if states:
        query = query.where(state.in_(sorted(states)))
    return query.where(words.contains(q, autoescape=True)) if q else query


def the_rumour(session: Session, uid: str) -> RumourCase:
    """One rumour with its sources. Raises :class:`NotFound`."""
    found: RumourCase | None = session.scalar(
        select(RumourCase)
        .where(RumourCase.uid == uid)
        .options(
            joinedload(RumourCase.found_by),
            joinedload(RumourCase.judged_by),
            joinedload(RumourCase.story),
            selectinload(RumourCase.sources),
        )
    )
    if found is None:
        raise NotFound
    return found


def page_of_rumours(
    session: Session,
    *,
    states: Collection[str] = (),
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[RumourCase]:
    """Rumours, newest first; ``q`` looks in what is said."""
    query = _narrowed(select(RumourCase), RumourCase.state, states, RumourCase.text, q)
    return newest_first(session, query, RumourCase.id, limit=limit, cursor=cursor)


def rumours_of(session: Session, incident_id: int) -> Sequence[RumourCase]:
    """The rumours that belong to an incident."""
    query = select(RumourCase).where(RumourCase.incident_id == incident_id)
    return session.scalars(query.order_by(RumourCase.id)).all()


def steps_of(
    session: Session, *, sign: int | None = None, rumour: int | None = None
) -> Sequence[Entry]:
    """What happened to a sign or a rumour, oldest first."""
    which = Entry.sign_id == sign if sign is not None else Entry.rumour_id == rumour
    query = select(Entry).where(which).options(joinedload(Entry.staff))
    return session.scalars(query.order_by(Entry.id)).all()


def measures_of(
    session: Session, *, rumour: int | None = None, incident: int | None = None
) -> Sequence[Measure]:
    """How far it had spread when people looked, oldest first."""
    which = Measure.rumour_id == rumour if rumour is not None else Measure.incident_id == incident
    query = select(Measure).where(which).options(joinedload(Measure.staff))
    return session.scalars(query.order_by(Measure.id)).all()


def watchlists(session: Session) -> Sequence[Watchlist]:
    """All lists, active ones first."""
    order = (Watchlist.active.desc(), Watchlist.id)
    query = select(Watchlist).options(joinedload(Watchlist.owner)).order_by(*order)
    return session.scalars(query).all()


def the_watchlist(session: Session, uid: str) -> Watchlist:
    """One list. Raises :class:`NotFound`."""
    query = select(Watchlist).options(joinedload(Watchlist.owner)).where(Watchlist.uid == uid)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def page_of_items(
    session: Session,
    *,
    watchlist: Watchlist | None = None,
    incident: IncidentRoom | None = None,
    origin: Origin | None = None,
    tone: Tone | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Item]:
    """What was gathered, newest first; nothing of drills. Of an ``incident`` what its volume is
    counted from.
    """
    query = select(Item).where(Item.origin != Origin.DRILL)
    query = query.options(selectinload(Item.hits).joinedload(Hit.watchlist))
    if watchlist is not None:
        found = select(Hit.item_id).where(Hit.watchlist_id == watchlist.id)
        query = query.where(Item.id.in_(found))
    if incident is not None:
        query = query.where(_counted_for(session, incident))
    if origin is not None:
        query = query.where(Item.origin == origin)
    if tone is not None:
        query = query.where(Item.tone == tone)
    if since is not None:
        query = query.where(Item.said_at >= since)
    if until is not None:
        query = query.where(Item.said_at < until)
    if q:
        query = query.where(Item.text.contains(q, autoescape=True))
    return newest_first(session, query, Item.id, limit=limit, cursor=cursor)


def _counted_for(session: Session, incident: IncidentRoom) -> ColumnElement[bool]:
    """What an incident's own lists found, or without lists what was put into its room."""
    lists = select(Watchlist.id).where(Watchlist.incident_id == incident.id)
    if session.scalar(lists.limit(1)) is None:
        return Item.incident_id == incident.id
    return Item.id.in_(select(Hit.item_id).where(Hit.watchlist_id.in_(lists)))


def the_item(session: Session, uid: str) -> Item:
    """One item. Raises :class:`NotFound`."""
    found = session.scalar(select(Item).where(Item.uid == uid))
    if found is None:
        raise NotFound
    return found


def items_of(
    session: Session,
    *,
    sign: int | None = None,
    rumour: int | None = None,
    incident: int | None = None,
    limit: int = 100,
) -> Sequence[Item]:
    """What belongs to a sign, a rumour or an incident, newest first."""
    columns = {Item.sign_id: sign, Item.rumour_id: rumour, Item.incident_id: incident}
    which = [column == value for column, value in columns.items() if value is not None]
    return session.scalars(select(Item).where(*which).order_by(Item.id.desc()).limit(limit)).all()


def counts(session: Session) -> Mapping[str, int]:
    """How many signs nobody has acknowledged, how many rumours are open."""
    rumours = select(func.count(RumourCase.id)).where(RumourCase.state.in_(sorted(OPEN_RUMOURS)))
    return {"signs": session.scalar(REPORTED) or 0, "rumours": session.scalar(rumours) or 0}


REPORTED = select(func.count(EarlySign.id)).where(EarlySign.state == Sign.REPORTED)


def waiting_for(session: Session, actor: Actor) -> int:
    """How many signs wait for this person to acknowledge them."""
    return session.scalar(REPORTED) or 0 if actor.may(May.HANDLE) else 0
