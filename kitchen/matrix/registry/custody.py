"""Handing an account over to another unit with its credentials (S47), which nobody sees on the way.

Who hands over types them in; they are sealed under the transfer, and sealed anew under the account
when the other side receives it. Afterwards the transfer holds nothing secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Duplicate, Forbidden, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.matrix import service
from kitchen.matrix.events import RegistryChanged
from kitchen.matrix.fields import parted
from kitchen.matrix.labels import REGISTERED_ONLY
from kitchen.matrix.models import Account
from kitchen.matrix.registry.keepers import demand_keeper
from kitchen.matrix.registry.models import Custody
from kitchen.matrix.registry.rules import GONE, Handing
from kitchen.people.models import Unit

UNDER_WAY = (Handing.PROPOSED, Handing.HANDED)


def propose(
    session: Session, actor: Actor, account: Account, to_unit: Unit, note: str = ""
) -> Custody:
    """Agree on a transfer. Raises :class:`Forbidden`, :class:`Duplicate` while one is under way."""
    demand_keeper(actor, account)
    if account.state in GONE:
        raise WrongState(N_("账号已经关停或并入，不能再移交。"))
    if to_unit.id == account.unit_id:
        raise Invalid(fields={"to_unit": N_("账号已经在这个单位名下，请选另一个单位。")})
    known = select(Custody.id).where(Custody.account_id == account.id, Custody.state.in_(UNDER_WAY))
    if session.scalar(known.limit(1)) is not None:
        raise Duplicate(N_("这个账号已有一份移交在办。"))
    custody = Custody(
        account_id=account.id,
        account=account,
        unit_id=account.unit_id,
        from_unit_id=account.unit_id,
        to_unit_id=to_unit.id,
        note=note,
    )
    session.add(custody)
    session.flush()
    after = {"account": account.name, "to": to_unit.name}
    audit.record(session, actor, "propose_custody", custody, after=after, note=note)
    bus.emit(session, RegistryChanged())
    return custody


def hand_over(
    session: Session, actor: Actor, custody: Custody, settings: Mapping[str, Any]
) -> None:
    """Hand the credentials over, sealed. An account that the house holds takes its own along.

    Raises :class:`Invalid` for a setting that is missing, named by its field.
    """
    account = custody.account
    plain: dict[str, Any] = {}
    secrets: dict[str, Any] = {}
    if not account.held and account.channel not in REGISTERED_ONLY:
        plain, secrets = parted(account.channel, settings, inside=False)
    sealer = ports.of(session).sealer
    changes = {
        "unit_id": custody.to_unit_id,
        "handed_by_id": actor.id,
        "handed_at": clock.now(session),
    }
    carry_out(session, custody, "hand_over", actor, changes=changes)
    custody.settings = plain
    custody.secrets_sealed = sealer.seal(custody.uid, secrets) if secrets else ""
    session.flush()
    bus.emit(session, RegistryChanged())


def receive(session: Session, actor: Actor, custody: Custody) -> None:
    """Take an account over, by another person than who handed it over: it is now held here."""
    if actor.id == custody.handed_by_id:
        raise Forbidden(N_("交出的人不能自己接收，请接收单位的人来办。"))
    changes = {"received_by_id": actor.id, "received_at": clock.now(session)}
    carry_out(session, custody, "receive", actor, changes=changes)
    account = custody.account
    given = {**custody.settings, **_opened(session, custody)}
    custody.settings, custody.secrets_sealed = {}, ""
    service.move_account(session, actor, account, custody.to_unit, custody.uid)
    if not account.held and account.channel not in REGISTERED_ONLY:
        service.hold_account(session, actor, account, given)
    session.flush()
    bus.emit(session, RegistryChanged())


def send_back(session: Session, actor: Actor, custody: Custody, note: str) -> None:
    """Refuse what was handed over, and say why; its credentials are forgotten."""
    changes = {"unit_id": custody.from_unit_id, "handed_by_id": None, "handed_at": None}
    carry_out(session, custody, "send_back", actor, note=note, changes=changes)
    custody.settings, custody.secrets_sealed = {}, ""
    session.flush()
    bus.emit(session, RegistryChanged())


def call_off(session: Session, actor: Actor, custody: Custody, note: str) -> None:
    """Leave the account where it is."""
    carry_out(session, custody, "call_off", actor, note=note)
    bus.emit(session, RegistryChanged())


def _opened(session: Session, custody: Custody) -> dict[str, Any]:
    return ports.of(session).sealer.open(custody.uid, custody.secrets_sealed)
