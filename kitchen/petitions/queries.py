"""Reads of petitions for the desk and the units: each sees its own and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core import clock
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.counting import Count, sum_of, told
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.leads.rules import ALIKE, likeness, shingles
from kitchen.people.models import Unit
from kitchen.people.rules import Level
from kitchen.petitions.models import Entry, Petition, PublicAnswer, Transfer
from kitchen.petitions.rules import (
    AT_THE_UNIT,
    FOR_THE_PETITIONER,
    MACHINE,
    SETTLED,
    TARGETS,
    Handling,
    May,
    State,
)

COMPARED_AT_MOST = 400
"""Newest petitions that one is compared with."""
SHOWN_ALIKE = 5
WAITING_FOR_THE_DESK = (State.RECEIVED, State.ACCEPTED)
Scope = frozenset[int] | None
"""Over which units somebody holds a permission, if they hold it."""
RUNNING = tuple(sorted(frozenset(State) - SETTLED))


def reads_whole(actor: Actor, petition: Petition) -> bool:
    """Whether somebody sees all of it, and not what a unit sees."""
    return actor.may(May.READ, petition.unit_id)


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Of the petitions those that this person may see."""
    return _seen_over(actor.grants.get(May.READ), actor.grants.get(May.REPLY))


def _seen_over(desk: Scope, units: Scope) -> ColumnElement[bool]:
    if desk == EVERYWHERE:
        return true()
    seen: list[ColumnElement[bool]] = [false()]
    if desk:
        seen += [Petition.unit_id.in_(sorted(desk)), Petition.unit_id.is_(None)]
    if units:
        at_them = select(Transfer.petition_id).where(Transfer.state.in_(sorted(AT_THE_UNIT)))
        if units != EVERYWHERE:
            at_them = at_them.where(Transfer.unit_id.in_(sorted(units)))
        seen.append(Petition.id.in_(at_them))
    return or_(*seen)


def the_petition(session: Session, actor: Actor, uid: str) -> Petition:
    """One petition with all that belongs to it. Raises :class:`NotFound`, also for what this
    person may not see.
    """
    found: Petition | None = session.scalar(_whole().where(Petition.uid == uid, seen_by(actor)))
    if found is None:
        raise NotFound
    return found


def shown_as(session: Session, actor: Actor, uid: str) -> Petition:
    """The petition of what readers see under this uid. Raises :class:`NotFound`, also for what
    this person may not see.
    """
    query = select(Petition).join(PublicAnswer, PublicAnswer.petition_id == Petition.id)
    found = session.scalar(query.where(PublicAnswer.uid == uid, seen_by(actor)))
    if found is None:
        raise NotFound
    return found


def _whole() -> Select[Any]:
    return select(Petition).options(
        joinedload(Petition.from_lead),
        joinedload(Petition.lead),
        joinedload(Petition.merged_into),
        selectinload(Petition.merged),
        selectinload(Petition.transfers).options(
            joinedload(Transfer.unit),
            joinedload(Transfer.replied_by),
            joinedload(Transfer.extension),
        ),
    )


def page_of_petitions(
    session: Session,
    actor: Actor,
    *,
    states: Collection[str] = (),
    category: str | None = None,
    unit: int | None = None,
    late: bool = False,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Petition]:
    """Petitions that this person may see, newest first; ``q`` looks in titles, ``unit`` is the one
    that has it now.
    """
    query = select(Petition).where(seen_by(actor))
    query = query.options(selectinload(Petition.transfers).joinedload(Transfer.unit))
    if states:
        query = query.where(Petition.state.in_(sorted(states)))
    if category:
        query = query.where(Petition.category == category)
    if unit:
        here = select(Transfer.petition_id).where(
            Transfer.unit_id == unit, Transfer.state.in_(sorted(AT_THE_UNIT))
        )
        query = query.where(Petition.id.in_(here))
    if late:
        query = query.where(Petition.due_at < clock.now(session))
    if q:
        query = query.where(Petition.title.contains(q, autoescape=True))
    return newest_first(session, query, Petition.id, limit=limit, cursor=cursor)


def the_transfer(petition: Petition) -> Transfer:
    """What is handed out now. Raises :class:`NotFound` where nothing ever was."""
    if petition.transfer is None:
        raise NotFound
    return petition.transfer


def own_transfer(petition: Petition, actor: Actor) -> Transfer | None:
    """What is handed to a unit for which this person answers, if it is still there."""
    now = petition.transfer
    theirs = now is not None and actor.may(May.REPLY, now.unit_id) and now.state in AT_THE_UNIT
    return now if theirs else None


def steps_of(session: Session, petition: Petition, actor: Actor) -> Sequence[Entry]:
    """The steps of its way, oldest first: for a unit the public ones and its own."""
    query = select(Entry).where(Entry.petition_id == petition.id).options(joinedload(Entry.staff))
    if not reads_whole(actor, petition):
        units = actor.grants.get(May.REPLY, frozenset())
        own = true() if units == EVERYWHERE else Entry.unit_id.in_(sorted(units))
        query = query.where(or_(Entry.step.in_(sorted(FOR_THE_PETITIONER)), own))
    return session.scalars(query.order_by(Entry.id)).all()


def resembling(session: Session, petition: Petition) -> list[tuple[Petition, float]]:
    """Petitions of the same desk that probably ask the same, likest first."""
    candidates = session.scalars(
        select(Petition)
        .where(
            Petition.id != petition.id,
            Petition.state.in_(sorted(TARGETS)),
            Petition.unit_id == petition.unit_id,
        )
        .order_by(Petition.id.desc())
        .limit(COMPARED_AT_MOST)
    )
    own = shingles(petition.title, petition.body)
    scored = [(each, likeness(own, shingles(each.title, each.body))) for each in candidates]
    alike = [pair for pair in scored if pair[1] >= ALIKE]
    return sorted(alike, key=lambda pair: (-pair[1], -pair[0].id))[:SHOWN_ALIKE]


def departments(session: Session) -> Sequence[Unit]:
    """The units to which a petition may be handed, by name."""
    asked = (Level.DEPARTMENT, Level.TOWN, Level.MEDIA_CENTRE)
    return session.scalars(
        select(Unit).where(Unit.level.in_(asked), Unit.closed_at.is_(None)).order_by(Unit.name)
    ).all()


def the_department(session: Session, uid: str) -> Unit:
    """One of them. Raises :class:`NotFound`."""
    asked = (Level.DEPARTMENT, Level.TOWN, Level.MEDIA_CENTRE)
    named = (Unit.uid == uid, Unit.level.in_(asked), Unit.closed_at.is_(None))
    found = session.scalar(select(Unit).where(*named))
    if found is None:
        raise NotFound
    return found


def waiting_for(session: Session, actor: Actor) -> int:
    """How many petitions wait for this person: to be sorted, reviewed, answered."""
    return told(session, [waiting_count(actor)], {})[0]


def waiting_count(actor: Actor) -> Count:
    """The same as a question; nought for whom nothing waits."""
    states: list[str] = []
    if actor.may(May.SORT):
        states += WAITING_FOR_THE_DESK
    if actor.may(May.REVIEW):
        states.append(State.REVIEWING)
    desk, units = actor.grants.get(May.READ), actor.grants.get(May.REPLY)
    return _counted(tuple(states), desk, units) if states or units else 0


@lru_cache(maxsize=512)
def _counted(states: tuple[str, ...], desk: Scope, units: Scope) -> Select[int]:
    """Every page of the desk counts; building the statement costs more than running it."""
    asked = []
    if states:
        seen = Petition.state.in_(states), _seen_over(desk, units)
        asked.append(select(func.count(Petition.id)).where(*seen))
    if units:
        open_ones = select(func.count(Transfer.id)).where(Transfer.state == Handling.OPEN)
        if units != EVERYWHERE:
            open_ones = open_ones.where(Transfer.unit_id.in_(sorted(units)))
        asked.append(open_ones)
    return sum_of(asked)


def of_lead(session: Session, lead_id: int) -> Petition | None:
    """The petition that a lead became."""
    found: Petition | None = session.scalar(_whole().where(Petition.from_lead_id == lead_id))
    return found


def whose_lead(session: Session, lead_ids: Collection[int]) -> Sequence[Petition]:
    """The petitions of which these leads were made."""
    query = select(Petition).where(Petition.lead_id.in_(sorted(lead_ids)))
    return session.scalars(query.order_by(Petition.id)).all()


def leads_to(session: Session, petition: Petition, url: str) -> bool:
    """Whether some step of its way leads to this address."""
    this = Entry.petition_id == petition.id, Entry.link == url
    return session.scalar(select(Entry.id).where(*this).limit(1)) is not None


def by_code(session: Session, code_hash: str) -> Petition | None:
    """What a petitioner's code leads to."""
    found: Petition | None = session.scalar(_whole().where(Petition.code_hash == code_hash))
    return found


def states_shown() -> dict[str, tuple[str, ...]]:
    """The lists of the desk, by name."""
    return {
        "running": RUNNING,
        **{state: (state,) for state in map(str, MACHINE.states)},
        "all": (),
    }
