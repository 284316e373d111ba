"""The burden ledger (S13): what accounts cost their units, before a campaign and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import audit, bus
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid
from kitchen.matrix.campaigns.models import AccountClosing, Burden, Cleanup, CleanupItem
from kitchen.matrix.campaigns.rules import Closing, Phase
from kitchen.matrix.events import RegistryChanged
from kitchen.matrix.models import Account
from kitchen.matrix.registry.keepers import demand_keeper

RELIEVED = frozenset({Closing.ANNOUNCED, Closing.CANCELLED, Closing.FILED})
"""From here on an account costs its unit nothing, whether it says so or not."""


def declare(
    session: Session,
    actor: Actor,
    cleanup: Cleanup,
    account: Account,
    phase: Phase,
    *,
    people: int,
    minutes: int,
    cost: int | None = None,
    mean_reads: int | None = None,
) -> Burden:
    """A unit says what an account costs it: people, minutes of each a day, yuan a month.

    Said again, the latest word stands. Raises :class:`Forbidden`, :class:`Invalid`.
    """
    demand_keeper(actor, account)
    if not 0 <= minutes <= 24 * 60:
        raise Invalid(fields={"minutes": N_("每人每天最多 1440 分钟，请核对。")})
    burden = session.scalar(
        select(Burden).where(
            Burden.cleanup_id == cleanup.id,
            Burden.account_id == account.id,
            Burden.phase == phase,
        )
    )
    if burden is None:
        burden = Burden(cleanup_id=cleanup.id, account_id=account.id, phase=phase)
        session.add(burden)
    burden.people, burden.minutes, burden.by_id = people, minutes, actor.id or 0
    burden.cost, burden.mean_reads = cost, mean_reads
    session.flush()
    after = {"phase": phase, "people": people, "minutes": minutes, "cost": cost}
    audit.record(session, actor, "declare_burden", account, after=after)
    bus.emit(session, RegistryChanged())
    return burden


@dataclass(frozen=True, slots=True)
class Line:
    """An account in the ledger; minutes are of all its people, a day."""

    account: Account
    before: Burden
    minutes_before: int
    minutes_after: int | None
    cost_before: int | None
    cost_after: int | None

    @property
    def saved(self) -> int | None:
        """Minutes a day that are free now; ``None`` while nobody knows."""
        return None if self.minutes_after is None else self.minutes_before - self.minutes_after


@dataclass(frozen=True, slots=True)
class Ledger:
    """All lines, and their sums over what is known."""

    lines: Sequence[Line]

    @property
    def minutes_before(self) -> int:
        return sum(line.minutes_before for line in self.lines)

    @property
    def minutes_saved(self) -> int:
        return sum(line.saved or 0 for line in self.lines)

    @property
    def cost_saved(self) -> int:
        return sum(
            line.cost_before - line.cost_after
            for line in self.lines
            if line.cost_before is not None and line.cost_after is not None
        )


def ledger(session: Session, cleanup: Cleanup) -> Ledger:
    """What was declared before, beside what was declared after or follows from a closing."""
    burdens = session.scalars(
        select(Burden)
        .where(Burden.cleanup_id == cleanup.id)
        .options(joinedload(Burden.account).joinedload(Account.unit))
        .order_by(Burden.id)
    ).all()
    closed = set(
        session.scalars(
            select(AccountClosing.account_id)
            .join(CleanupItem, CleanupItem.id == AccountClosing.item_id)
            .where(CleanupItem.cleanup_id == cleanup.id, AccountClosing.state.in_(sorted(RELIEVED)))
        )
    )
    later = {it.account_id: it for it in burdens if it.phase == Phase.AFTER}
    return Ledger(
        [
            _line(it, later.get(it.account_id), gone=it.account_id in closed)
            for it in burdens
            if it.phase == Phase.BEFORE
        ]
    )


def _line(before: Burden, after: Burden | None, *, gone: bool) -> Line:
    minutes: int | None = 0
    cost: int | None = 0
    if not gone:
        minutes = after.people * after.minutes if after else None
        cost = after.cost if after else None
    return Line(before.account, before, before.people * before.minutes, minutes, before.cost, cost)
