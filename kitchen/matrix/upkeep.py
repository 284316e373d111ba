"""What the house finds out about an account's access by itself, written down and told.

These notes change no column that people edit and leave the row's version alone: a check in the
background must not cost anybody what they are typing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE
from kitchen.matrix.events import AccessEnding, AccessRefused
from kitchen.matrix.models import Account
from kitchen.matrix.probing import Outcome
from kitchen.matrix.rules import Check, same_access, step_of, to_tell

REFUSING = frozenset({Check.NEEDS_REAUTH, Check.MISCONFIGURED})


def note_trial(session: Session, account: Account, seen: int, outcome: Outcome) -> bool:
    """Write down what came of trying the access of an account as it stood at version ``seen``.

    Says whether it was written: what was found out about former credentials is not. A refusal is
    told once, when it is new; the audit has each change and not each trial.
    """
    former = account.check
    words = outcome.words[:500]
    if not _write(
        session,
        account,
        seen,
        check=outcome.check,
        check_words=words,
        checked_at=clock.now(session),
    ):
        return False
    if outcome.check != former:
        audit.record(session, HOUSE, "check_account", account, after={"check": outcome.check})
        if outcome.check in REFUSING:
            bus.emit(session, AccessRefused(account.id, words))
    note_end_of_access(session, account, outcome.until)
    return True


def note_end_of_access(session: Session, account: Account, until: datetime | None) -> None:
    """Keep when the access ends, and tell each step on the way once; ``None`` keeps what is known.

    A later end is another access, and its countdown begins anew.
    """
    until = until or account.access_until
    renewed = not same_access(until, account.access_until)
    told = None if renewed else account.access_told
    step = step_of(until, clock.now(session))
    if step is not None and to_tell(step, told):
        bus.emit(session, AccessEnding(account.id, step))
        told = step
    if renewed or told != account.access_told:
        _write(session, account, account.version, access_until=until, access_told=told)


def _write(session: Session, account: Account, seen: int, **values: Any) -> bool:
    """Write columns of the row if it still is at version ``seen``; the version stays."""
    session.flush()
    done = session.execute(
        update(Account)
        .where(Account.id == account.id, Account.version == seen)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if int(done.rowcount) != 1:  # type: ignore[attr-defined]
        return False
    session.refresh(account, list(values))
    return True
