"""Trying the access of accounts before it is needed: daily, and ahead of whatever is due.

A refusal opens the account's circuit, so that what is due is held and people are told, instead of
being learnt at the minute of release.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.matrix import probing, upkeep
from kitchen.matrix import service as matrix
from kitchen.matrix.models import Account
from kitchen.matrix.probing import Outcome
from kitchen.matrix.rules import CHECK_EVERY, Check
from kitchen.ports import OpenChannel
from kitchen.publishing import circuits
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import UNSENT, Hold
from kitchen.watch import errands
from kitchen.watch.rules import AHEAD, TRIED_LATELY

log = structlog.get_logger(__name__)

BELL = "try_access"


def ring_if_due(database: Database) -> None:
    """Ring if some account's turn has come; trying waits on platforms."""
    with database.unit(write=False) as session:
        if session.scalar(_due(clock.now(session)).limit(1)) is not None:
            ports.of(session).bell.ring(BELL, 0)


def try_due(database: Database, account_id: int = 0) -> None:
    """Try the access of accounts whose turn has come, or of the one that is named."""
    errands.run(database, lambda session, most: claim(session, most, account_id))


def claim(session: Session, most: int, account_id: int = 0) -> Sequence[Trying]:
    """The accounts to try now, the longest untried first."""
    query = _due(clock.now(session)) if account_id == 0 else _named(account_id)
    return [_errand(session, account) for account in session.scalars(query.limit(most))]


def _named(account_id: int) -> Select[Account]:
    return select(Account).where(Account.id == account_id, Account.enabled)


def _due(now: datetime) -> Select[Account]:
    """Accounts in use that were not tried for a day, or for an hour and something is due soon."""
    coming = exists().where(
        Publication.account_id == Account.id,
        Publication.state.in_(sorted(UNSENT)),
        or_(Publication.not_before.is_(None), Publication.not_before <= now + AHEAD),
    )
    turn = or_(
        Account.checked_at.is_(None),
        Account.checked_at <= now - CHECK_EVERY,
        and_(Account.checked_at <= now - TRIED_LATELY, coming),
    )
    oldest_first = Account.checked_at.asc().nulls_first()
    return select(Account).where(Account.enabled, turn).order_by(oldest_first, Account.id)


def _errand(session: Session, account: Account) -> Trying:
    return Trying(
        ports.of(session).open_channel,
        account.channel,
        matrix.readable_settings(session, account),
        account.uid,
        account.id,
        account.version,
    )


@dataclass(frozen=True, slots=True)
class Trying:
    """A trial of one account's access."""

    open_channel: OpenChannel
    channel: str
    settings: Mapping[str, Any] | None = field(repr=False)
    """``None``: they cannot be opened any more."""
    account_uid: str
    account_id: int
    seen: int

    def go(self) -> Outcome:
        if self.settings is None:
            return Outcome(Check.MISCONFIGURED)
        try:
            return probing.try_out(self.open_channel, self.channel, self.settings, self.account_uid)
        except Exception:
            log.exception("trial_surprise", account=self.account_uid)
            return Outcome(Check.UNAVAILABLE)

    def end(self, session: Session, found: Outcome) -> None:
        account = session.get_one(Account, self.account_id)
        noted = upkeep.note_trial(session, account, self.seen, found)
        if noted and found.check == Check.NEEDS_REAUTH:
            circuits.trip(session, account.id, Hold.AUTH, found.words)
