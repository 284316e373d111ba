"""Reads of the registry: filings, people, transfers, regulations, brands, the whole of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.matrix.models import Account
from kitchen.matrix.registry.models import Clause, Custody, Filing, Regulation, Worker
from kitchen.matrix.registry.rules import (
    CONSENT,
    GONE,
    REGISTER,
    FilingState,
)


def whole_register(session: Session) -> Sequence[Account]:
    """Every account with its unit, by unit and age: what goes out as a sheet."""
    return session.scalars(
        select(Account).options(joinedload(Account.unit)).order_by(Account.unit_id, Account.id)
    ).all()


def the_filing(session: Session, uid: str) -> Filing:
    """One filing with all that its page shows. Raises :class:`NotFound`."""
    found = session.scalar(select(Filing).where(Filing.uid == uid).options(*_FILING))
    if found is None:
        raise NotFound
    return found


_FILING = (
    joinedload(Filing.account).joinedload(Account.unit),
    joinedload(Filing.unit),
    joinedload(Filing.drafted_by),
    joinedload(Filing.consented_by),
    joinedload(Filing.filed_by),
)


def page_of_filings(
    session: Session, *, state: str | None = None, limit: int = 50, cursor: str | None = None
) -> Page[Filing]:
    """Filings, newest first."""
    query = select(Filing).options(*_FILING)
    if state:
        query = query.where(Filing.state == state)
    return newest_first(session, query, Filing.id, limit=limit, cursor=cursor)


def filings_of(session: Session, account: Account) -> Sequence[Filing]:
    """What was filed of an account, the latest first."""
    return session.scalars(
        select(Filing)
        .where(Filing.account_id == account.id)
        .options(*_FILING)
        .order_by(Filing.id.desc())
        .limit(50)
    ).all()


def filings_waiting(session: Session, actor: Actor) -> int:
    """How many filings wait for this person: for a head's consent, or for the office."""
    waiting = []
    scope = actor.grants.get(CONSENT)
    if scope is not None:
        mine = Filing.state == FilingState.SUBMITTED
        waiting.append(mine if scope == EVERYWHERE else mine & Filing.unit_id.in_(scope))
    if actor.may(REGISTER):
        waiting.append(Filing.state.in_([FilingState.CONSENTED, FilingState.ACCEPTED]))
    if not waiting:
        return 0
    return session.scalar(select(func.count(Filing.id)).where(or_(*waiting))) or 0


def the_worker(session: Session, uid: str) -> Worker:
    """One person of the register. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Worker)
        .where(Worker.uid == uid)
        .options(joinedload(Worker.unit), selectinload(Worker.accounts))
    )
    if found is None:
        raise NotFound
    return found


def page_of_workers(
    session: Session,
    *,
    state: str | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Worker]:
    """People of the register, newest first; ``q`` looks in names."""
    query = select(Worker).options(joinedload(Worker.unit), selectinload(Worker.accounts))
    if state:
        query = query.where(Worker.state == state)
    if q:
        query = query.where(Worker.name.contains(q, autoescape=True))
    return newest_first(session, query, Worker.id, limit=limit, cursor=cursor)


def workers_of(session: Session, account: Account) -> Sequence[Worker]:
    """Who gathers and edits for an account."""
    return session.scalars(
        select(Worker).where(Worker.accounts.any(Account.id == account.id)).order_by(Worker.id)
    ).all()


def workers_in(session: Session, unit_id: int) -> Sequence[Worker]:
    """The people of a unit who are still there."""
    return session.scalars(
        select(Worker)
        .where(Worker.unit_id == unit_id, Worker.left.is_(False))
        .order_by(Worker.id)
        .limit(200)
    ).all()


def the_custody(session: Session, uid: str) -> Custody:
    """One transfer. Raises :class:`NotFound`."""
    found = session.scalar(select(Custody).where(Custody.uid == uid).options(*_CUSTODY))
    if found is None:
        raise NotFound
    return found


_CUSTODY = (
    joinedload(Custody.account).joinedload(Account.unit),
    joinedload(Custody.from_unit),
    joinedload(Custody.to_unit),
    joinedload(Custody.handed_by),
    joinedload(Custody.received_by),
)


def page_of_custodies(
    session: Session, *, state: str | None = None, limit: int = 50, cursor: str | None = None
) -> Page[Custody]:
    """Transfers, newest first."""
    query = select(Custody).options(*_CUSTODY)
    if state:
        query = query.where(Custody.state == state)
    return newest_first(session, query, Custody.id, limit=limit, cursor=cursor)


def regulations(session: Session) -> Sequence[Regulation]:
    """Every edition, those in force first, with its clauses."""
    return session.scalars(
        select(Regulation)
        .options(selectinload(Regulation.clauses))
        .order_by(Regulation.ended_on.is_not(None), Regulation.title, Regulation.edition.desc())
        .limit(200)
    ).all()


def the_regulation(session: Session, uid: str) -> Regulation:
    """One edition with its clauses. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Regulation).where(Regulation.uid == uid).options(selectinload(Regulation.clauses))
    )
    if found is None:
        raise NotFound
    return found


def the_clause(session: Session, uid: str) -> Clause:
    """One clause with its regulation. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Clause).where(Clause.uid == uid).options(joinedload(Clause.regulation))
    )
    if found is None:
        raise NotFound
    return found


def clauses_in_force(session: Session) -> Sequence[Clause]:
    """Every clause that may be cited now, in the order of the regulations."""
    return session.scalars(
        select(Clause)
        .join(Regulation)
        .where(Regulation.ended_on.is_(None))
        .options(joinedload(Clause.regulation))
        .order_by(Regulation.title, Clause.position)
        .limit(1000)
    ).all()


def like_it(session: Session, account: Account) -> Sequence[Account]:
    """Accounts that would look the same: of the same unit and platform, or of the same brand."""
    same_place = (Account.unit_id == account.unit_id) & (Account.channel == account.channel)
    alike: list[ColumnElement[bool]] = [same_place]
    if account.brand:
        alike.append((Account.brand == account.brand) & (Account.channel == account.channel))
    if account.positioning:
        alike.append(Account.positioning == account.positioning)
    return session.scalars(
        select(Account)
        .where(Account.id != account.id, Account.state.not_in(GONE), or_(*alike))
        .options(joinedload(Account.unit))
        .order_by(Account.id)
        .limit(10)
    ).all()


@dataclass(frozen=True, slots=True)
class BrandLine:
    """A brand over all its accounts; figures that nobody collected are ``None``."""

    brand: str
    accounts: int
    followers: int | None
    per_day: float | None
    mean_reads: int | None


def brands(session: Session) -> list[BrandLine]:
    """Every brand with living accounts, the most read first (S42)."""
    known = case((Account.measured_at.is_not(None) | (Account.followers > 0), Account.followers))
    rows = session.execute(
        select(
            Account.brand,
            func.count(Account.id),
            func.sum(known),
            func.sum(Account.posts_30d),
            func.avg(Account.mean_reads),
        )
        .where(Account.brand != "", Account.state.not_in(GONE))
        .group_by(Account.brand)
    )
    lines = [
        BrandLine(
            brand,
            count,
            None if fans is None else int(fans),
            None if posts is None else float(posts) / 30,
            None if reads is None else round(float(reads)),
        )
        for brand, count, fans, posts, reads in rows
    ]
    return sorted(lines, key=lambda it: (-(it.mean_reads or -1), -(it.followers or -1), it.brand))
