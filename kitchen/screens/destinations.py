"""Where readers are led out of the app: to accounts (S33), to services (S38), by links in texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen.core.db import Database
from kitchen.core.errors import NotFound
from kitchen.matrix import grouping
from kitchen.matrix.models import Account
from kitchen.outlet import jobs, links
from kitchen.outlet import queries as outlet
from kitchen.outlet.models import OutletLinkCheck
from kitchen.outlet.rules import is_broken
from kitchen.ports import of as ports_of
from kitchen.stories.checks import links as links_of_stories

BELL = "links"


@dataclass(frozen=True, slots=True)
class Door:
    """An account that readers can visit, and how its address answered last."""

    account: Account
    check: OutletLinkCheck | None
    offers: str = ""
    """What readers are told that they find there."""

    @property
    def broken(self) -> bool:
        return self.check is not None and is_broken(self.check.failures)


def doors(session: Session) -> Sequence[Door]:
    """Every account in use that has a public address, by platform; three queries."""
    accounts = session.scalars(
        select(Account)
        .where(Account.in_use, Account.public_url != "")
        .options(joinedload(Account.unit))
        .order_by(Account.channel, Account.id)
    ).all()
    checks = outlet.link_checks(session, [account.public_url for account in accounts])
    offers = grouping.offers(session, [account.id for account in accounts])
    return [
        Door(account, checks.get(account.public_url), offers.get(account.id, ""))
        for account in accounts
    ]


def leads_to(session: Session, uid: str) -> str:
    """The address to which a link of this uid leads readers. Raises :class:`NotFound`."""
    account = select(Account.public_url).where(Account.uid == uid, Account.in_use)
    url = session.scalar(account)
    if not url:
        service = outlet.service_in_use(session, uid)
        url = service.url if service else ""
    if not url:
        raise NotFound
    return url


def addresses(session: Session) -> set[str]:
    """Every address outside that readers are sent to."""
    accounts = select(Account.public_url).where(Account.in_use, Account.public_url != "")
    services = {entry.service.url for entry in outlet.catalogue(session)}
    return services | set(session.scalars(accounts)) | links_of_stories.wanted(session)


def look(database: Database) -> None:
    """Look whether they still answer."""
    jobs.look_at_links(database, addresses)


def ring(database: Database) -> None:
    """Ring for addresses that were not looked at for a while."""
    with database.unit(write=False) as session:
        if links.is_due(session, addresses(session)):
            ports_of(session).bell.ring(BELL, 0)
