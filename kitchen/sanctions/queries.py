"""Reads of measures: one, a list, what was taken before, the figures of a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core.access import Actor
from kitchen.core.clock import CENTRE
from kitchen.core.errors import N_, Invalid, NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.matrix.models import Account
from kitchen.matrix.registry import queries as registry
from kitchen.matrix.registry.models import Clause
from kitchen.patrols.models import Finding, PatrolDay, SampleLook
from kitchen.patrols.queries import over
from kitchen.people.models import Unit
from kitchen.sanctions.models import Sanction
from kitchen.sanctions.rules import COUNTED, OPEN, May, State

_ACCOUNT = joinedload(Sanction.account).joinedload(Account.unit)
_PEOPLE = (
    joinedload(Sanction.proposed_by),
    joinedload(Sanction.agreed_by),
    joinedload(Sanction.decided_by),
    joinedload(Sanction.received_by),
    joinedload(Sanction.ruled_by),
    joinedload(Sanction.cited).joinedload(Clause.regulation),
)


def the_sanction(session: Session, uid: str) -> Sanction:
    """One measure with its account, people and findings. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Sanction)
        .where(Sanction.uid == uid)
        .options(_ACCOUNT, *_PEOPLE, selectinload(Sanction.findings))
    )
    if found is None:
        raise NotFound
    return found


def the_clause_to_cite(session: Session, uid: str) -> Clause:
    """A clause of the library. Raises :class:`Invalid` for one that is not there."""
    try:
        return registry.the_clause(session, uid)
    except NotFound as error:
        raise Invalid(fields={"clause": N_("制度库里没有这一条，请从给出的选项里选。")}) from error


def page_of_sanctions(
    session: Session,
    *,
    state: str | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Sanction]:
    """Measures, newest first; ``q`` looks in the names of accounts."""
    query = select(Sanction).options(_ACCOUNT, joinedload(Sanction.cited))
    if state:
        query = query.where(Sanction.state == state)
    if q:
        named = Account.name.contains(q, autoescape=True)
        query = query.join(Account, Account.id == Sanction.account_id).where(named)
    return newest_first(session, query, Sanction.id, limit=limit, cursor=cursor)


def open_sanction(session: Session, account: Account) -> Sanction | None:
    """The measure that is under way against an account."""
    under_way = Sanction.state.in_(sorted(OPEN))
    return session.scalar(select(Sanction).where(Sanction.account_id == account.id, under_way))


def former_measures(session: Session, account: Account, since: datetime) -> Sequence[str]:
    """The measures that took force against an account since then."""
    return session.scalars(
        select(Sanction.measure).where(
            Sanction.account_id == account.id,
            Sanction.state.in_(sorted(COUNTED)),
            Sanction.in_force_at >= since,
        )
    ).all()


_WAITS: Mapping[str, Sequence[State]] = {
    May.DECIDE: (State.PROPOSED, State.AGREED, State.APPEALED),
    May.PROPOSE: (State.DECIDED, State.IN_FORCE),
    May.ANSWER: (State.SERVED, State.RECEIVED),
}


def waiting(session: Session, actor: Actor) -> int:
    """How many measures wait for this person to decide, to serve, to answer."""
    mine = [
        Sanction.state.in_(states) & over(Sanction.unit_id, actor.grants[permission])
        for permission, states in _WAITS.items()
        if actor.may(permission)
    ]
    return (session.scalar(select(func.count()).where(or_(*mine))) or 0) if mine else 0


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a report, both included."""

    since: date
    until: date

    def holds(self, moment: Any) -> ColumnElement[bool]:
        """Whether a column's moment lies within it, by the newsroom's clock."""
        begin = datetime.combine(self.since, time(), CENTRE)
        end = datetime.combine(self.until + timedelta(days=1), time(), CENTRE)
        held: ColumnElement[bool] = (moment >= begin) & (moment < end)
        return held


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, found and done within a period; every figure is counted."""

    period: Period
    looks: int
    sampled: int
    by_kind: Mapping[str, int]
    by_state: Mapping[str, int]
    """How the findings of the period stand now."""
    by_unit: Sequence[tuple[str, int]]
    """The ten units with the most findings."""
    by_measure: Mapping[str, int]
    """Measures that took force within the period."""
    by_cause: Mapping[str, int]
    sanctions: Sequence[Sanction]
    """These measures, the oldest first."""


def report(session: Session, period: Period) -> Report:
    """The figures of a period; the number of queries does not depend on its length."""
    found = period.holds(Finding.seen_at)
    in_force = period.holds(Sanction.in_force_at)
    looks = select(func.coalesce(func.sum(PatrolDay.looked), 0)).where(
        PatrolDay.day >= period.since, PatrolDay.day <= period.until
    )
    sampled = select(func.count()).where(period.holds(SampleLook.looked_at))
    by_unit = (
        select(Unit.name, func.count())
        .join(Finding, Finding.unit_id == Unit.id)
        .where(found)
        .group_by(Unit.id, Unit.name)
        .order_by(func.count().desc(), Unit.id)
        .limit(10)
    )
    taken = select(Sanction).where(in_force).options(_ACCOUNT).order_by(Sanction.in_force_at)
    return Report(
        period,
        looks=int(session.scalar(looks) or 0),
        sampled=session.scalar(sampled) or 0,
        by_kind=_counted(session, _by(Finding.kind, found)),
        by_state=_counted(session, _by(Finding.state, found)),
        by_unit=[(name, count) for name, count in session.execute(by_unit)],
        by_measure=_counted(session, _by(Sanction.measure, in_force)),
        by_cause=_counted(session, _by(Sanction.cause, in_force)),
        sanctions=session.scalars(taken).all(),
    )


def _by(column: Any, condition: ColumnElement[bool]) -> Select[Any]:
    return select(column, func.count()).where(condition).group_by(column)


def _counted(session: Session, query: Select[Any]) -> Mapping[str, int]:
    return {str(row[0]): row[1] for row in session.execute(query)}
