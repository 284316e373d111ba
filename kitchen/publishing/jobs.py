"""What the doorbells do: a bell rings for everything that is due, not for one thing."""

from __future__ import annotations

from kitchen.core.db import Database
from kitchen.publishing import announce, deliver, poll, reconcile, rounds


def carry_due(database: Database, _subject_id: int = 0) -> None:
    """Deliver whatever is due."""
    _carry(database, deliver.claim, alone=True)


def carry_recalls(database: Database, _subject_id: int = 0) -> None:
    """Deliver due withdrawals, on workers that wait for nothing else."""
    _carry(database, deliver.claim_recalls)


def look_at_unknown(database: Database, _subject_id: int = 0) -> None:
    """Look on the platforms for what nobody knows the outcome of."""
    _carry(database, reconcile.claim)


def ask_about_accepted(database: Database, _subject_id: int = 0) -> None:
    """Ask the platforms about what they have accepted."""
    _carry(database, poll.claim)


def _carry(database: Database, claim: rounds.Claim, *, alone: bool = False) -> None:
    if stories := rounds.carry(database, claim, alone=alone):
        announce.announce(database, stories)
