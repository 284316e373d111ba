"""The staff register (S18): who gathers and edits for government accounts, and their vetting."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Duplicate, Invalid, WrongState
from kitchen.core.workflow import carry_out, expect_version
from kitchen.matrix.events import RegistryChanged
from kitchen.matrix.models import Account
from kitchen.matrix.registry.keepers import demand_keeper
from kitchen.matrix.registry.models import AccountWorker, Worker
from kitchen.matrix.registry.rules import Establishment, Vetting, may_edit
from kitchen.people.models import Unit


def enrol(
    session: Session,
    actor: Actor,
    unit: Unit,
    *,
    name: str,
    establishment: Establishment,
    phone: str = "",
) -> Worker:
    """Put a person on the register. Raises :class:`Forbidden`, :class:`Duplicate`."""
    worker = Worker(unit_id=unit.id, unit=unit, name=name, phone=phone, establishment=establishment)
    demand_keeper(actor, worker)
    known = select(Worker.id).where(
        Worker.unit_id == unit.id, Worker.name == name, Worker.phone == phone
    )
    if session.scalar(known) is not None:
        raise Duplicate(N_("“%(name)s”已经在这个单位的名册上。"), name=name)
    session.add(worker)
    session.flush()
    after = {"name": name, "unit": unit.name, "establishment": establishment}
    audit.record(session, actor, "enrol_worker", worker, after=after)
    bus.emit(session, RegistryChanged())
    return worker


def change(session: Session, actor: Actor, worker: Worker, seen: int | None, **plain: Any) -> None:
    """Change what is said of a person: ``name``, ``phone``, ``establishment``, ``left``."""
    demand_keeper(actor, worker)
    before = _plain(worker)
    expect_version(worker, seen, before)
    for field, value in plain.items():
        setattr(worker, field, value)
    if worker.left:
        for account in list(worker.accounts):
            dismiss(session, actor, account, worker)
    session.flush()
    after = _plain(worker)
    if after != before:
        audit.record(session, actor, "change_worker", worker, before=before, after=after)


def _plain(worker: Worker) -> dict[str, Any]:
    return {name: getattr(worker, name) for name in ("name", "phone", "establishment", "left")}


def ask_vetting(session: Session, actor: Actor, worker: Worker) -> None:
    """Send a person to be vetted, for the first time or anew."""
    carry_out(session, worker, "ask_vetting", actor)
    bus.emit(session, RegistryChanged())


def pass_vetting(
    session: Session,
    actor: Actor,
    worker: Worker,
    *,
    vetted_by: str,
    vetted_on: date,
    expires_on: date | None = None,
) -> None:
    """Write down that a person passed, who vetted, and until when it holds."""
    if not vetted_by.strip():
        raise Invalid(fields={"vetted_by": N_("请写明政审单位。")})
    if vetted_on > clock.today(session):
        raise Invalid(fields={"vetted_on": N_("政审日期还没有到，请核对。")})
    if expires_on is not None and expires_on <= vetted_on:
        raise Invalid(fields={"expires_on": N_("有效期要晚于政审日期。")})
    changes = {"vetted_by": vetted_by, "vetted_on": vetted_on, "expires_on": expires_on}
    carry_out(session, worker, "pass_vetting", actor, changes=changes)
    bus.emit(session, RegistryChanged())


def fail_vetting(session: Session, actor: Actor, worker: Worker, note: str) -> None:
    """Write down that a person did not pass; from now on they edit for no account."""
    carry_out(session, worker, "fail_vetting", actor, note=note)
    for account in list(worker.accounts):
        _take_off(session, actor, account, worker)
    bus.emit(session, RegistryChanged())


def is_entitled(session: Session, worker: Worker) -> bool:
    """Whether a person may gather and edit today."""
    return not worker.left and may_edit(
        Establishment(worker.establishment),
        Vetting(worker.state),
        worker.expires_on,
        clock.today(session),
    )


def assign(session: Session, actor: Actor, account: Account, worker: Worker) -> None:
    """Let a person gather and edit for an account; again does nothing.

    Raises :class:`Forbidden`, and :class:`WrongState` for the hired without a valid vetting.
    """
    demand_keeper(actor, account)
    if not is_entitled(session, worker):
        raise WrongState(
            N_("“%(name)s”没有采编权：聘用人员要政审通过且在有效期内。请先送政审。"),
            code="not_vetted",
            name=worker.name,
        )
    if session.get(AccountWorker, (account.id, worker.id)) is not None:
        return
    session.add(AccountWorker(account_id=account.id, worker_id=worker.id))
    session.flush()
    session.expire(worker, ["accounts"])
    audit.record(session, actor, "assign_worker", account, after={"worker": worker.name})


def dismiss(session: Session, actor: Actor, account: Account, worker: Worker) -> None:
    """Take a person off an account; again does nothing."""
    demand_keeper(actor, account)
    _take_off(session, actor, account, worker)


def _take_off(session: Session, actor: Actor, account: Account, worker: Worker) -> None:
    link = session.get(AccountWorker, (account.id, worker.id))
    if link is None:
        return
    session.delete(link)
    session.flush()
    session.expire(worker, ["accounts"])
    audit.record(session, actor, "dismiss_worker", account, before={"worker": worker.name})
