"""Into which account another is merged, also when that one is merged or closed itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.matrix.campaigns.models import AccountClosing, Cleanup, CleanupItem
from kitchen.matrix.campaigns.rules import UNDER_WAY, Closing, Proposal, Step, Verdict
from kitchen.matrix.models import Account
from kitchen.matrix.registry.rules import GONE, Standing


def demand_target(
    session: Session, item: CleanupItem, proposal: Proposal, target: Account | None
) -> int | None:
    """The account that takes an item in; ``None`` unless it is to be merged.

    What the target is itself merged into is followed to its end. Raises :class:`Invalid` without
    a target, for the account itself, for one that is or will be closed, and for a ring.
    """
    if proposal != Proposal.MERGE:
        return None
    if target is None:
        raise Invalid(fields={"target": N_("请选择并入哪个账号。")})
    end = _end_of(session, item, target)
    if end.id == item.account_id:
        raise Invalid(fields={"target": N_("不能并入自己，绕一圈回到自己也不行，请另选。")})
    if end.state in {*GONE, Standing.CLOSING} or _is_to_close(session, item, end):
        raise Invalid(fields={"target": N_("要并入的账号自己也要关停，请另选一个保留的账号。")})
    return end.id


def _end_of(session: Session, item: CleanupItem, target: Account) -> Account:
    """Where a chain of mergings ends that begins with ``target``."""
    seen = {target.id}
    while True:
        onward = session.scalar(
            select(CleanupItem).where(
                CleanupItem.cleanup_id == item.cleanup_id,
                CleanupItem.account_id == target.id,
                CleanupItem.state == Verdict.MERGED,
            )
        )
        following = (onward.target_id if onward else None) or _merging_into(session, target)
        if following is None or following in seen:
            return target
        seen.add(following)
        target = session.get_one(Account, following)


def _merging_into(session: Session, account: Account) -> int | None:
    return session.scalar(
        select(AccountClosing.target_id).where(
            AccountClosing.account_id == account.id,
            AccountClosing.target_id.is_not(None),
            AccountClosing.state.in_([*sorted(UNDER_WAY), Closing.FILED]),
        )
    )


def _is_to_close(session: Session, item: CleanupItem, account: Account) -> bool:
    found = select(CleanupItem.id).where(
        CleanupItem.cleanup_id == item.cleanup_id,
        CleanupItem.account_id == account.id,
        CleanupItem.state == Verdict.CLOSED,
    )
    return session.scalar(found) is not None


def leave_no_orphans(
    session: Session, actor: Actor, account: Account, onward: Account | None
) -> None:
    """Before ``account`` goes: whatever was to be merged into it goes on to ``onward``.

    Raises :class:`WrongState` naming those that would be left without a target.
    """
    items = session.scalars(
        select(CleanupItem)
        .join(Cleanup, Cleanup.id == CleanupItem.cleanup_id)
        .where(
            CleanupItem.target_id == account.id,
            CleanupItem.state == Verdict.MERGED,
            Cleanup.state == Step.DECIDING,
        )
    ).all()
    closings = session.scalars(
        select(AccountClosing).where(
            AccountClosing.target_id == account.id, AccountClosing.state.in_(sorted(UNDER_WAY))
        )
    ).all()
    if not items and not closings:
        return
    if onward is None:
        waiting: list[CleanupItem | AccountClosing] = [*items, *closings]
        names = "、".join(sorted({it.account.name for it in waiting})[:5])
        raise WrongState(
            N_("还有账号要并入它（%(names)s），请先给它们另定去向。"),
            code="merged_into",
            names=names,
        )
    _redirect(session, actor, items, account, onward)
    _redirect(session, actor, closings, account, onward)
    session.flush()


def _redirect(
    session: Session,
    actor: Actor,
    rows: Sequence[CleanupItem | AccountClosing],
    account: Account,
    onward: Account,
) -> None:
    for row in rows:
        if row.account_id == onward.id:
            raise WrongState(
                N_("“%(name)s”正要并入它，两边不能互相并入，请另定去向。"), name=row.account.name
            )
        row.target_id, row.target = onward.id, onward
        before, after = {"target": account.name}, {"target": onward.name}
        audit.record(session, actor, "redirect_merger", row, before=before, after=after)
