"""Reads of the registry: the accounts of a channel, one account."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core.errors import N_, Invalid, NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.matrix.models import Account
from kitchen.matrix.registry.figures import is_in
from kitchen.matrix.registry.rules import GONE, Health
from kitchen.people.models import Unit


def the_account(session: Session, uid: str) -> Account:
    """One account with its unit. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Account).where(Account.uid == uid).options(joinedload(Account.unit))
    )
    if found is None:
        raise NotFound
    return found


def accounts(
    session: Session, channel: str | None = None, enabled: bool | None = True
) -> Sequence[Account]:
    """Accounts with their units, by channel and age; ``enabled=None`` includes retired ones."""
    query = select(Account).options(joinedload(Account.unit))
    if channel:
        query = query.where(Account.channel == channel)
    if enabled is not None:
        query = query.where(Account.enabled == enabled)
    return session.scalars(query.order_by(Account.channel, Account.id)).all()


def page_of_accounts(
    session: Session,
    *,
    channel: str | None = None,
    q: str | None = None,
    state: str | None = None,
    health: Health | None = None,
    unit: Unit | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Account]:
    """Accounts, retired ones included, newest first; ``q`` looks in name, handle and brand."""
    query = select(Account).options(joinedload(Account.unit))
    if unit is not None:
        query = query.where(Account.unit_id == unit.id)
    if channel:
        query = query.where(Account.channel == channel)
    if q:
        named = Account.name.contains(q, autoescape=True)
        query = query.where(
            named | Account.handle.contains(q, autoescape=True) | (Account.brand == q)
        )
    if state:
        query = query.where(Account.state == state)
    if health is not None:
        query = query.where(is_in(session, health))
    return newest_first(session, query, Account.id, limit=limit, cursor=cursor)


def the_unit(session: Session, uid: str) -> Unit:
    """The unit that shall answer for an account. Raises :class:`Invalid`."""
    found = session.scalar(select(Unit).where(Unit.uid == uid, Unit.closed_at.is_(None)))
    if found is None:
        raise Invalid(fields={"unit": N_("没有这个单位，请从给出的选项里选。")})
    return found


def accounts_by_unit(session: Session) -> dict[int, int]:
    """How many accounts each unit answers for itself, by id; those that are gone left out."""
    rows = session.execute(
        select(Account.unit_id, func.count())
        .where(Account.state.not_in(sorted(GONE)))
        .group_by(Account.unit_id)
    )
    return {row[0]: row[1] for row in rows}


def counts(session: Session) -> dict[str, int]:
    """How many accounts each channel has, retired ones included."""
    rows = session.execute(select(Account.channel, func.count()).group_by(Account.channel))
    return {row[0]: row[1] for row in rows}


def taken(session: Session, channel: str, handle: str, but: int | None = None) -> bool:
    """Whether this account of the platform is registered, other than as the row ``but``."""
    found = session.scalar(
        select(Account.id).where(Account.channel == channel, Account.handle == handle)
    )
    return found is not None and found != but
