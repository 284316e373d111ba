"""The patrol: walks along our accounts, often while something there is new, else once a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from channels.abilities import Lists
from channels.base import ChannelError, Listing
from channels.listing import GRACE
from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.matrix import service as matrix
from kitchen.matrix.models import Account
from kitchen.publishing.addresses import Address
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import PIECES, State
from kitchen.watch import errands
from kitchen.watch.compare import Passed, compare
from kitchen.watch.models import Walk
from kitchen.watch.rules import KEPT_FOR, walk_due

log = structlog.get_logger(__name__)

BELL = "patrol"
LONGEST = 2000
"""Posts that one walk comes past; a longer list counts as broken off."""


def ring_if_due(database: Database) -> None:
    """Ring if some account is to be walked along."""
    with database.unit(write=False) as session:
        if _due(session, 1):
            ports.of(session).bell.ring(BELL, 0)


def walk_all_due(database: Database, _subject_id: int = 0) -> None:
    """Walk along the accounts whose turn has come."""
    errands.run(database, claim)


def claim(session: Session, most: int) -> Sequence[Walking]:
    """Set out along the accounts whose turn has come."""
    now = clock.now(session)
    due = _due(session, most)
    for account in due:
        session.merge(Walk(account_id=account.id, walked_at=now, complete=False, words=""))
    found = [_errand(session, account, now) for account in due]
    return [errand for errand in found if errand is not None]


def _due(session: Session, most: int) -> list[Account]:
    newest = (
        select(Publication.account_id, func.max(Publication.since).label("since"))
        .where(Publication.kind.in_(sorted(PIECES)), Publication.state == State.LIVE)
        .group_by(Publication.account_id)
        .subquery()
    )
    found = session.execute(
        select(Account, Walk, newest.c.since)
        .outerjoin(Walk, Walk.account_id == Account.id)
        .outerjoin(newest, newest.c.account_id == Account.id)
        .where(Account.enabled)
        .order_by(Walk.walked_at.asc().nulls_first(), Account.id)
    )
    now = clock.now(session)
    due = (
        account
        for account, walk, since in found
        if walk_due(
            now,
            walk.walked_at if walk else None,
            complete=walk is not None and walk.complete,
            newest=since,
        )
    )
    return list(islice(due, most))


def _errand(session: Session, account: Account, now: datetime) -> Walking | None:
    settings = matrix.readable_settings(session, account)
    if settings is None:
        return None
    open_channel = ports.of(session).open_channel
    address = Address(open_channel, account.channel, settings, account.uid)
    since = max(account.created_at, now - KEPT_FOR)
    return Walking(account.id, address, since, now)


@dataclass(frozen=True, slots=True)
class Walking:
    """A walk along one account, back to ``since``."""

    account_id: int
    address: Address
    since: datetime
    began_at: datetime

    def go(self) -> Passed:
        passed = Passed(self.since, self.began_at)
        try:
            channel = self.address.open()
            if not isinstance(channel, Lists):
                return passed
            passed.settle_window = channel.abilities.settle_window
            passed.authoritative = channel.abilities.listing is Listing.AUTHORITATIVE
            for seen in islice(channel.listed(self.since - GRACE), LONGEST):
                passed.seen.append(seen)
            passed.complete = len(passed.seen) < LONGEST
        except ChannelError as error:
            passed.words = error.words or error.code
        except Exception as error:
            log.exception("walk_surprise", account=self.address.account_uid)
            passed.words = type(error).__name__
        return passed

    def end(self, session: Session, found: Passed) -> None:
        compare(session, self.account_id, found)
        session.execute(
            update(Walk)
            .where(Walk.account_id == self.account_id, Walk.walked_at == self.began_at)
            .values(complete=not found.words, words=found.words[:500])
        )
