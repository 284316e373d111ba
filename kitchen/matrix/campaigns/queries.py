"""Reads of campaigns: lists, one account's page, the dashboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.matrix.campaigns.models import AccountClosing, Cleanup, CleanupItem, UnitReview
from kitchen.matrix.campaigns.rules import (
    Closing,
    Standpoint,
    Tally,
    retained_departments,
    tallies,
    tally,
)
from kitchen.matrix.models import Account
from kitchen.matrix.registry.rules import GONE, Standing
from kitchen.people.models import Unit


def the_cleanup(session: Session, uid: str) -> Cleanup:
    """One campaign. Raises :class:`NotFound`."""
    found = session.scalar(select(Cleanup).where(Cleanup.uid == uid))
    if found is None:
        raise NotFound
    return found


def page_of_cleanups(
    session: Session, *, limit: int = 50, cursor: str | None = None
) -> Page[Cleanup]:
    """Campaigns, newest first."""
    return newest_first(session, select(Cleanup), Cleanup.id, limit=limit, cursor=cursor)


def the_item(session: Session, uid: str) -> CleanupItem:
    """One account of a campaign, with all that its page shows. Raises :class:`NotFound`."""
    found = session.scalar(
        select(CleanupItem)
        .where(CleanupItem.uid == uid)
        .options(
            joinedload(CleanupItem.cleanup),
            joinedload(CleanupItem.account).joinedload(Account.unit),
            joinedload(CleanupItem.target),
            joinedload(CleanupItem.checked_by),
            joinedload(CleanupItem.opined_by),
        )
    )
    if found is None:
        raise NotFound
    return found


def page_of_items(
    session: Session,
    cleanup: Cleanup,
    *,
    state: str | None = None,
    channel: str | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[CleanupItem]:
    """Its accounts, newest first; ``q`` looks in names of accounts and units."""
    query = (
        select(CleanupItem)
        .join(Account, Account.id == CleanupItem.account_id)
        .where(CleanupItem.cleanup_id == cleanup.id)
        .options(
            joinedload(CleanupItem.account).joinedload(Account.unit),
            joinedload(CleanupItem.target),
        )
    )
    if state:
        query = query.where(CleanupItem.state == state)
    if channel:
        query = query.where(Account.channel == channel)
    if q:
        named = Unit.name.contains(q, autoescape=True)
        query = query.join(Unit, Unit.id == Account.unit_id)
        query = query.where(named | Account.name.contains(q, autoescape=True))
    return newest_first(session, query, CleanupItem.id, limit=limit, cursor=cursor)


def possible_targets(session: Session, account: Account) -> Sequence[Account]:
    """Into which accounts this one may be merged: those of its platform first."""
    return session.scalars(
        select(Account)
        .where(Account.id != account.id, Account.state.not_in([*GONE, Standing.CLOSING]))
        .options(joinedload(Account.unit))
        .order_by((Account.channel == account.channel).desc(), Account.followers.desc(), Account.id)
        .limit(200)
    ).all()


def left_out(session: Session, cleanup: Cleanup) -> Sequence[Account]:
    """Accounts in being that the campaign does not look at, the latest first."""
    known = select(CleanupItem.account_id).where(CleanupItem.cleanup_id == cleanup.id)
    return session.scalars(
        select(Account)
        .where(Account.id.not_in(known), Account.state.not_in([*GONE, Standing.CLOSING]))
        .options(joinedload(Account.unit))
        .order_by(Account.id.desc())
        .limit(100)
    ).all()


def units_of(session: Session, cleanup: Cleanup) -> Sequence[Unit]:
    """The units whose accounts the campaign looks at, as they stand now."""
    concerned = (
        select(Account.unit_id)
        .join(CleanupItem, CleanupItem.account_id == Account.id)
        .where(CleanupItem.cleanup_id == cleanup.id)
    )
    return session.scalars(select(Unit).where(Unit.id.in_(concerned)).order_by(Unit.id)).all()


def unit_reviews(session: Session, cleanup: Cleanup) -> Mapping[int, UnitReview]:
    """What was found out about units, by their ids."""
    found = session.scalars(
        select(UnitReview)
        .where(UnitReview.cleanup_id == cleanup.id)
        .options(joinedload(UnitReview.unit))
    )
    return {it.unit_id: it for it in found}


def the_closing(session: Session, uid: str) -> AccountClosing:
    """One closing, with all that its page shows. Raises :class:`NotFound`."""
    found = session.scalar(
        select(AccountClosing).where(AccountClosing.uid == uid).options(*_CLOSING)
    )
    if found is None:
        raise NotFound
    return found


_CLOSING = (
    joinedload(AccountClosing.account).joinedload(Account.unit),
    joinedload(AccountClosing.target),
    joinedload(AccountClosing.item).joinedload(CleanupItem.cleanup),
)


def page_of_closings(
    session: Session, *, state: str | None = None, limit: int = 50, cursor: str | None = None
) -> Page[AccountClosing]:
    """Closings, newest first."""
    query = select(AccountClosing).options(*_CLOSING)
    if state:
        query = query.where(AccountClosing.state == state)
    return newest_first(session, query, AccountClosing.id, limit=limit, cursor=cursor)


def closing_of(session: Session, item: CleanupItem) -> AccountClosing | None:
    """The closing that follows from a decision."""
    return session.scalar(
        select(AccountClosing)
        .where(AccountClosing.item_id == item.id)
        .order_by(AccountClosing.id.desc())
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A campaign in figures, all of them computed from its accounts."""

    total: Tally
    by_platform: Mapping[str, Tally]
    by_batch: Mapping[str, Tally]
    by_level: Mapping[str, Tally]
    retained: Sequence[str]
    """The departments that keep an account."""


def dashboard(points: Sequence[Standpoint]) -> Dashboard:
    """The counts over these accounts."""
    return Dashboard(
        total=tally(points),
        by_platform=tallies(points, "platform"),
        by_batch=tallies(points, "batch"),
        by_level=tallies(points, "level"),
        retained=retained_departments(points),
    )


def standpoints(session: Session, *cleanups: Cleanup) -> list[Standpoint]:
    """Every account of these campaigns as it is counted, in one query."""
    closing = aliased(AccountClosing)
    rows = session.execute(
        select(
            Account.channel,
            Cleanup.batch,
            Unit.name,
            Unit.level,
            CleanupItem.state,
            closing.state,
        )
        .join(CleanupItem, CleanupItem.account_id == Account.id)
        .join(Cleanup, Cleanup.id == CleanupItem.cleanup_id)
        .join(Unit, Unit.id == Account.unit_id)
        .outerjoin(
            closing, (closing.item_id == CleanupItem.id) & (closing.state != Closing.CALLED_OFF)
        )
        .where(CleanupItem.cleanup_id.in_([it.id for it in cleanups]))
        .order_by(CleanupItem.id)
    )
    return [Standpoint(*(None if it is None else str(it) for it in row)) for row in rows]  # type: ignore[arg-type]
