"""Reads of the patrol: findings, samples, what the rules did on the latest days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core import clock
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.matrix.models import Account
from kitchen.patrols.models import Finding, PatrolDay, Sample, SampleLook, Snapshot
from kitchen.patrols.rules import May, State

_WITH = (joinedload(Finding.account).joinedload(Account.unit), joinedload(Finding.found_by))
LATE = "late"
"""Asked for like a state: what was to be mended by yesterday."""


def the_finding(session: Session, uid: str) -> Finding:
    """One finding with its account and evidence. Raises :class:`NotFound`."""
    evidence = selectinload(Finding.evidence).joinedload(Snapshot.seen_by)
    found = session.scalar(select(Finding).where(Finding.uid == uid).options(*_WITH, evidence))
    if found is None:
        raise NotFound
    return found


def page_of_findings(
    session: Session,
    *,
    state: str | None = None,
    kind: str | None = None,
    account: str | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Finding]:
    """Findings, newest first; ``account`` is a uid, ``q`` looks in the names of accounts."""
    query = select(Finding).options(*_WITH)
    if state == LATE:
        late = Finding.due_on < clock.today(session)
        query = query.where(Finding.state == State.MENDING, late)
    elif state:
        query = query.where(Finding.state == state)
    if kind:
        query = query.where(Finding.kind == kind)
    if q or account:
        query = query.join(Account, Account.id == Finding.account_id)
    if q:
        query = query.where(Account.name.contains(q, autoescape=True))
    if account:
        query = query.where(Account.uid == account)
    return newest_first(session, query, Finding.id, limit=limit, cursor=cursor)


def counts(session: Session) -> dict[str, int]:
    """How many findings are in each state that is not settled, and how many are late."""
    rows = session.execute(
        select(Finding.state, func.count())
        .where(Finding.state.in_([State.OPEN, State.MENDING, State.MENDED]))
        .group_by(Finding.state)
    )
    late = select(func.count()).where(
        Finding.state == State.MENDING, Finding.due_on < clock.today(session)
    )
    return {**{row[0]: row[1] for row in rows}, LATE: session.scalar(late) or 0}


_WAITS: Mapping[str, Sequence[State]] = {
    May.INSPECT: (State.OPEN, State.MENDED),
    May.ANSWER: (State.MENDING,),
}


def waiting(session: Session, actor: Actor) -> int:
    """How many findings wait for this person: to be judged or looked at again, or to be mended."""
    mine = [
        Finding.state.in_(states) & over(Finding.unit_id, actor.grants[permission])
        for permission, states in _WAITS.items()
        if actor.may(permission)
    ]
    return (session.scalar(select(func.count()).where(or_(*mine))) or 0) if mine else 0


def over(unit_id: Any, scope: frozenset[int]) -> ColumnElement[bool]:
    """Whether a row's unit lies within the scope of a permission."""
    found: ColumnElement[bool] = true() if scope == EVERYWHERE else unit_id.in_(scope)
    return found


def the_sample(session: Session, uid: str) -> Sample:
    """One sample with its accounts and what was seen. Raises :class:`NotFound`."""
    look = selectinload(Sample.looks)
    found = session.scalar(
        select(Sample)
        .where(Sample.uid == uid)
        .options(
            joinedload(Sample.drawn_by),
            look.joinedload(SampleLook.account).joinedload(Account.unit),
            look.joinedload(SampleLook.looked_by),
            look.joinedload(SampleLook.finding),
        )
    )
    if found is None:
        raise NotFound
    return found


def the_look(sample: Sample, account: str) -> SampleLook:
    """The look at one account (by uid) of a sample. Raises :class:`NotFound`."""
    found = next((each for each in sample.looks if each.account.uid == account), None)
    if found is None:
        raise NotFound
    return found


def page_of_samples(
    session: Session, *, limit: int = 50, cursor: str | None = None
) -> Page[Sample]:
    """Samples, newest first, with how far each is."""
    query = select(Sample).options(joinedload(Sample.drawn_by), selectinload(Sample.looks))
    return newest_first(session, query, Sample.id, limit=limit, cursor=cursor)


def latest_days(session: Session, count: int = 7) -> Sequence[PatrolDay]:
    """What the rules did on the latest days, the newest first."""
    return session.scalars(select(PatrolDay).order_by(PatrolDay.day.desc()).limit(count)).all()
