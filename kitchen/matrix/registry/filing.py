"""Filing of openings, changes and closings (S19): the unit drafts, its head consents, the office
files. Without its four responsible slots no account is filed (S17).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Duplicate, Forbidden, Invalid, Sentence, WrongState
from kitchen.core.workflow import carry_out
from kitchen.matrix import labels, service
from kitchen.matrix.events import FilingMoved, RegistryChanged
from kitchen.matrix.models import Account
from kitchen.matrix.registry import parameters, working_days
from kitchen.matrix.registry.keepers import demand_keeper
from kitchen.matrix.registry.models import Filing
from kitchen.matrix.registry.rules import (
    ELIGIBILITY,
    GONE,
    Change,
    Eligibility,
    FilingState,
    Standing,
)
from kitchen.matrix.rules import SLOTS
from kitchen.people.models import Unit

CHANGEABLE = ("name", "certified_as", "positioning", "brand", "public_url", *SLOTS)
"""What a change may be filed of, besides the unit itself (``unit``: its uid)."""
OPEN = tuple(state for state in FilingState if state != FilingState.FILED)


def draft(
    session: Session,
    actor: Actor,
    account: Account,
    change: Change,
    *,
    happened_on: date,
    reason: str = "",
    exception_reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Filing:
    """Begin a filing. ``changes`` are the fields as they shall be, of a change.

    Raises :class:`Forbidden`, :class:`Invalid`, :class:`Duplicate` while another is under way,
    :class:`WrongState` for what the account's standing does not allow.
    """
    demand_keeper(actor, account)
    _demand_standing(account, change)
    open_one = select(Filing.id).where(Filing.account_id == account.id, Filing.state.in_(OPEN))
    if session.scalar(open_one.limit(1)) is not None:
        raise Duplicate(N_("这个账号还有一份备案没有办完，请先办完或撤回修改。"))
    eligibility = ELIGIBILITY[account.unit.level]
    if (
        change == Change.OPEN
        and eligibility == Eligibility.NOT_IN_PRINCIPLE
        and not exception_reason.strip()
    ):
        told = N_("这一级单位原则上不开设。确需开设，请写明理由。")
        raise Invalid(fields={"exception_reason": told})
    wanted = _wanted(account, changes or {}) if change == Change.CHANGE else {}
    days = parameters.values(session)["filing_days"]
    filing = Filing(
        account_id=account.id,
        account=account,
        unit_id=account.unit_id,
        unit=account.unit,
        change=change,
        happened_on=happened_on,
        due_at=working_days.due_after(session, happened_on, days),
        reason=reason,
        changes=wanted,
        eligibility=eligibility,
        exception_reason=exception_reason,
        drafted_by_id=actor.id,
    )
    session.add(filing)
    session.flush()
    after = {"account": account.name, "change": change, "happened_on": happened_on.isoformat()}
    audit.record(session, actor, "draft_filing", filing, after=after)
    bus.emit(session, RegistryChanged())
    return filing


def _demand_standing(account: Account, change: Change) -> None:
    if account.state in GONE:
        raise WrongState(N_("账号已经关停或并入，不能再备案。"))
    if change == Change.OPEN and account.state != Standing.SURVEYED:
        raise WrongState(N_("账号已经备案过。名称、单位或责任人有变化，请走变更备案。"))
    if account.state == Standing.CLOSING:
        raise WrongState(N_("账号正在关停，关停备案在关停办理里登记。"))


def _wanted(account: Account, changes: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(changes) - {*CHANGEABLE, "unit"}
    if unknown:
        raise Invalid(fields=dict.fromkeys(unknown, N_("不认识这个字段，请去掉。")))
    wanted = {
        name: str(value).strip()
        for name, value in changes.items()
        if name != "unit" and str(value).strip() != getattr(account, name)
    }
    if changes.get("unit") and changes["unit"] != account.unit.uid:
        wanted["unit"] = changes["unit"]
    if not wanted:
        raise Invalid(fields={"name": N_("没有一处与现在不同，请先改好要变更的内容。")})
    return wanted


def submit(session: Session, actor: Actor, filing: Filing) -> None:
    """Lay a filing before the unit's head. Raises :class:`Invalid` with an empty slot (S17)."""
    demand_slots(filing)
    changes = {"returned_because": ""}
    _move(session, actor, filing, "submit", changes=changes)


def demand_slots(filing: Filing) -> None:
    """Refuse a filing whose account would stand without one of its four responsible slots."""
    if filing.change == Change.CLOSE:
        return
    moved = "unit" in filing.changes
    empty = {
        slot: Sentence(
            N_("“%(slot)s”还空着。四个责任位填齐才能备案。"), {"slot": labels.SLOTS[slot]}
        )
        for slot in SLOTS
        if not str(filing.changes.get(slot, "" if moved else getattr(filing.account, slot))).strip()
    }
    if empty:
        raise Invalid(N_("责任位没有填齐，不能备案。"), fields=empty)


def withdraw(session: Session, actor: Actor, filing: Filing) -> None:
    """Take a filing back to change it."""
    _move(
        session, actor, filing, "withdraw", changes={"consented_by_id": None, "consented_at": None}
    )


def consent(session: Session, actor: Actor, filing: Filing, note: str = "") -> None:
    """The head's word, by another than who drafted it. Raises :class:`Forbidden`."""
    if actor.id == filing.drafted_by_id:
        raise Forbidden(N_("自己起草的备案由主要负责人本人同意，不能自己批自己。"))
    demand_slots(filing)
    changes = {"consented_by_id": actor.id, "consented_at": clock.now(session)}
    _move(session, actor, filing, "consent", note=note, changes=changes)


def refuse(session: Session, actor: Actor, filing: Filing, note: str) -> None:
    """The head says no, and why."""
    _move(session, actor, filing, "refuse", note=note, changes={"returned_because": note})


def accept(session: Session, actor: Actor, filing: Filing) -> None:
    """The office takes it in hand (受理)."""
    _move(session, actor, filing, "accept")


def send_back(session: Session, actor: Actor, filing: Filing, note: str) -> None:
    """The office returns it, and says what is to be mended."""
    _move(session, actor, filing, "return", note=note, changes={"returned_because": note})


def file(session: Session, actor: Actor, filing: Filing, number: str) -> None:
    """File it under a number; what was filed then holds.

    A filed closing opens the closing itself, see :mod:`kitchen.matrix.campaigns.closing`.
    Raises :class:`Duplicate` for a number that is taken, and what :func:`submit` raises.
    """
    if not number.strip():
        raise Invalid(fields={"number": N_("请填写备案号。")})
    demand_slots(filing)
    taken = select(Filing.id).where(Filing.number == number.strip(), Filing.id != filing.id)
    if session.scalar(taken.limit(1)) is not None:
        raise Duplicate(N_("备案号“%(number)s”已经用过，请换一个。"), number=number.strip())
    changes = {
        "number": number.strip(),
        "filed_by_id": actor.id,
        "filed_at": clock.now(session),
    }
    _move(session, actor, filing, "file", changes=changes)
    _carry_through(session, actor, filing)


def _carry_through(session: Session, actor: Actor, filing: Filing) -> None:
    account = filing.account
    if filing.change == Change.OPEN:
        carry_out(session, account, "file_account", actor, changes={"filing_no": filing.number})
    elif filing.change == Change.CHANGE:
        wanted = dict(filing.changes)
        unit_uid = wanted.pop("unit", "")
        if unit_uid:
            unit = session.scalar(select(Unit).where(Unit.uid == unit_uid))
            if unit is None:
                raise WrongState(N_("要变更到的单位已经不在，请退回重填。"))
            service.move_account(session, actor, account, unit, filing.number)
        service.update_entry(session, actor, account, **wanted)
        if account.state == Standing.SURVEYED:
            changes = {"filing_no": account.filing_no or filing.number}
            carry_out(session, account, "file_account", actor, changes=changes)


def _move(
    session: Session,
    actor: Actor,
    filing: Filing,
    name: str,
    *,
    note: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    event = FilingMoved(filing.id, name)
    carry_out(session, filing, name, actor, note=note, changes=changes, event=event)
    bus.emit(session, RegistryChanged())
