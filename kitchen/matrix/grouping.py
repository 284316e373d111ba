"""Groups of accounts (S31), and what an account offers: made, changed, read."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Duplicate, Invalid, NotFound, Stale
from kitchen.core.paging import Page, newest_first
from kitchen.matrix.group_models import AccountGroup, AccountOffer
from kitchen.matrix.models import Account
from kitchen.matrix.rules import May

_WITH = (
    joinedload(AccountGroup.lead).joinedload(Account.unit),
    selectinload(AccountGroup.followers).joinedload(Account.unit),
)
GROUP_AT_MOST = 500
"""Accounts of one group."""


def form_group(
    session: Session,
    actor: Actor,
    *,
    name: str,
    lead: Account,
    followers: Sequence[Account],
    note: str = "",
) -> AccountGroup:
    """Put accounts together under one that leads.

    Raises :class:`Forbidden` outside the actor's units, :class:`Duplicate` for a name that is
    taken, :class:`Invalid` for a retired account.
    """
    group = AccountGroup(unit_id=lead.unit_id)
    authorize(actor, May.MANAGE, group)
    _write(session, group, name, lead, followers, note)
    session.add(group)
    session.flush()
    audit.record(session, actor, "form_group", group, after=shown(group))
    return group


def change_group(
    session: Session,
    actor: Actor,
    group: AccountGroup,
    seen: int | None,
    *,
    name: str,
    lead: Account,
    followers: Sequence[Account],
    note: str = "",
) -> None:
    """Change a group. Raises :class:`Stale` if someone did after ``seen``, and what forming does.

    Whoever hands the lead to another unit's account must hold that unit as well.
    """
    authorize(actor, May.MANAGE, group)
    authorize(actor, May.MANAGE, lead)
    before = shown(group)
    if seen is not None and seen != group.version:
        raise Stale(theirs=before, version=group.version)
    _write(session, group, name, lead, followers, note)
    session.flush()
    audit.record(session, actor, "change_group", group, before=before, after=shown(group))


def shown(group: AccountGroup) -> dict[str, object]:
    """A group as plain values."""
    followers = [each.name for each in group.accounts[1:]]
    return {
        "name": group.name,
        "lead": group.lead.name,
        "followers": followers,
        "note": group.note,
    }


def _write(
    session: Session,
    group: AccountGroup,
    name: str,
    lead: Account,
    followers: Sequence[Account],
    note: str,
) -> None:
    with session.no_autoflush:
        other = session.scalar(select(AccountGroup).where(AccountGroup.name == name))
    if other is not None and other is not group:
        raise Duplicate(N_("已经有叫“%(name)s”的分组，请换一个名称。"), name=name)
    if retired := [each.name for each in (lead, *followers) if not each.enabled]:
        raise Invalid(N_("账号“%(name)s”已停用，请换一个。"), name=retired[0])
    if len(followers) > GROUP_AT_MOST:
        raise Invalid(fields={"followers": N_("一个分组最多 500 个账号。")})
    group.name, group.note = name, note
    group.lead, group.unit_id = lead, lead.unit_id
    group.followers = [each for each in dict.fromkeys(followers) if each is not lead]


def the_group(session: Session, uid: str) -> AccountGroup:
    """One group with its accounts. Raises :class:`NotFound`."""
    found = session.scalar(select(AccountGroup).where(AccountGroup.uid == uid).options(*_WITH))
    if found is None:
        raise NotFound
    return found


def page_of_groups(
    session: Session, *, limit: int = 50, cursor: str | None = None
) -> Page[AccountGroup]:
    """Groups, newest first, with their accounts."""
    query = select(AccountGroup).options(*_WITH)
    return newest_first(session, query, AccountGroup.id, limit=limit, cursor=cursor)


def the_accounts(session: Session, uids: Collection[str]) -> Sequence[Account]:
    """Accounts by uid, in the order of the registry. Raises :class:`Invalid` for one unknown."""
    found = session.scalars(
        select(Account)
        .where(Account.uid.in_(uids))
        .options(joinedload(Account.unit))
        .order_by(Account.id)
    ).all()
    if len(found) != len(set(uids)):
        raise Invalid(fields={"followers": N_("有账号已经不在登记册里，请重选。")})
    return found


def say_offer(session: Session, actor: Actor, account: Account, words: str) -> None:
    """Say to readers what an account offers them; nothing takes it back.

    Whoever may arrange the readers' pages may, which the edge asks.
    """
    known = session.get(AccountOffer, account.id)
    before = {"offers": known.words if known else ""}
    if words:
        session.merge(AccountOffer(account_id=account.id, words=words))
    elif known is not None:
        session.delete(known)
    session.flush()
    audit.record(session, actor, "say_offer", account, before=before, after={"offers": words})


def offers(session: Session, account_ids: Collection[int]) -> dict[int, str]:
    """What these accounts offer, by id."""
    query = select(AccountOffer).where(AccountOffer.account_id.in_(account_ids))
    return {each.account_id: each.words for each in session.scalars(query)}
