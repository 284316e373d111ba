"""Verbs on rights: write one down, change it, strike it; take an asset out of use and back.

What all rights of an asset come to stands in the asset itself (``rights``, ``rights_until``), where
publishing reads it. It is kept in step here, by :func:`keep_in_step`, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.db import Database
from kitchen.core.errors import N_, Invalid, Stale, WrongState
from kitchen.core.workflow import carry_out
from kitchen.media import lineage
from kitchen.media import rights_queries as queries
from kitchen.media import rights_rules as rules
from kitchen.media.events import AssetRestored, AssetWithdrawn, RightsEnding
from kitchen.media.models import MediaAsset
from kitchen.media.rights_models import ExpiryTold, MediaRight
from kitchen.media.rules import May, Rights, State

WRITTEN = (
    *("basis", "licence", "holder", "consent", "consent_note", "channels", "territory"),
    *("valid_from", "valid_until"),
)
"""What is written down of a right."""
RIGHTS_AT_MOST = 20
BATCH = 200
"""Assets of which an alarm is told in one unit."""


def write(
    session: Session,
    actor: Actor,
    asset: MediaAsset,
    right: MediaRight | None,
    seen: int | None,
    wanted: Mapping[str, Any],
) -> MediaRight:
    """Write a right down, or change one; ``wanted`` are fields of :data:`WRITTEN`.

    The first one that is written takes the place of what the asset says in short. Raises
    :class:`Forbidden`, :class:`Stale`, :class:`Invalid`, :class:`WrongState` for what is withdrawn.
    """
    authorize(actor, May.EDIT_RIGHTS, asset)
    _demand_in_use(asset)
    _demand_sense(wanted)
    if right is None:
        if len(queries.rights_of(session, asset)) >= RIGHTS_AT_MOST:
            raise Invalid(N_("这件素材的权利已经很多，请先删掉过期的。"))
        right = MediaRight(asset_id=asset.id, **wanted)
        session.add(right)
        before = {}
    else:
        before = written(right)
        if seen is not None and seen != right.version:
            raise Stale(theirs=before, version=right.version)
        for name, value in wanted.items():
            setattr(right, name, value)
    session.flush()
    audit.record(session, actor, "write_right", asset, before=before, after=written(right))
    keep_in_step(session, asset)
    return right


def strike(session: Session, actor: Actor, asset: MediaAsset, right: MediaRight) -> None:
    """Strike a right. Without any other the asset counts as of unknown right."""
    authorize(actor, May.EDIT_RIGHTS, asset)
    _demand_in_use(asset)
    audit.record(session, actor, "strike_right", asset, before=written(right))
    session.delete(right)
    session.flush()
    if queries.rights_of(session, asset):
        keep_in_step(session, asset)
    else:
        asset.rights, asset.rights_until = Rights.UNKNOWN, None


def written(right: MediaRight) -> dict[str, Any]:
    """What is written down of a right, as plain values."""
    return {name: _plain(getattr(right, name)) for name in WRITTEN}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date | str) else value


def _demand_in_use(asset: MediaAsset) -> None:
    if asset.state != State.AVAILABLE:
        raise WrongState(N_("素材已经撤下，恢复使用以后才能改权利。"))


def _demand_sense(wanted: Mapping[str, Any]) -> None:
    begin, end = wanted.get("valid_from"), wanted.get("valid_until")
    if begin is not None and end is not None and end < begin:
        raise Invalid(fields={"valid_until": N_("截止日在起始日之前，请检查。")})


def keep_in_step(session: Session, asset: MediaAsset) -> None:
    """Let the asset say what its rights come to; what is withdrawn has none."""
    if asset.state != State.AVAILABLE:
        asset.rights, asset.rights_until = Rights.UNKNOWN, None
    elif found := [right.grant for right in queries.rights_of(session, asset)]:
        asset.rights, asset.rights_until = rules.summary(found, clock.today(session))


def say_in_short(session: Session, asset: MediaAsset, basis: Rights, until: date | None) -> None:
    """Say in short by what right an asset is shown and until when.

    Where a right is written down this changes it; where there are several it says nothing of which,
    and nothing may change. Raises :class:`Invalid`, :class:`WrongState`.
    """
    if (asset.rights, asset.rights_until) == (basis, until):
        return
    _demand_in_use(asset)
    rights: Sequence[MediaRight] = queries.rights_of(session, asset)
    if len(rights) > 1:
        sentence = N_("这件素材登记了几项权利，请到“权利”里改其中一项。")
        raise Invalid(fields={"rights": sentence})
    if not rights:
        asset.rights, asset.rights_until = basis, until
        return
    (right,), today = rights, clock.today(session)
    right.basis, right.valid_until = basis, until
    asset.rights, asset.rights_until = rules.summary([right.grant], today)


def withdraw(session: Session, actor: Actor, asset: MediaAsset, reason: str) -> None:
    """Take an asset out of use, and all that was made of it: nobody can pick, publish or share it
    any more.

    What shows it already is called back by whoever hears :class:`AssetWithdrawn`. Raises
    :class:`Forbidden`, :class:`WrongState`, :class:`Invalid` without a reason.
    """
    authorize(actor, May.WITHDRAW, asset)
    _take_out_of_use(session, actor, asset, reason)
    for made_of_it in lineage.descendants_of(session, asset):
        if made_of_it.state == State.AVAILABLE:
            _take_out_of_use(session, HOUSE, made_of_it, reason)


def _take_out_of_use(session: Session, actor: Actor, asset: MediaAsset, reason: str) -> None:
    """Write down what was said in short, so that it can be said again."""
    if asset.state == State.AVAILABLE and reason.strip() and not queries.rights_of(session, asset):
        said = queries.said_of(asset)
        session.add(
            MediaRight(
                asset_id=asset.id,
                basis=said.basis,
                holder=said.holder[:120],
                valid_until=said.valid_until,
            )
        )
    told = AssetWithdrawn(asset.id, actor.id, reason)
    nothing = {"rights": Rights.UNKNOWN, "rights_until": None}
    carry_out(session, asset, "withdraw", actor, note=reason, changes=nothing, event=told)


def restore(session: Session, actor: Actor, asset: MediaAsset) -> None:
    """Let an asset be used again, by the rights that it had, unless something was called back.

    What was made of it is restored piece by piece, because other reasons may stand against that.
    """
    if asset.state == State.SETTLED:
        raise WrongState(N_("用过它的稿件已经开始收回，不能再恢复；需要时请重新上传。"))
    carry_out(session, asset, "restore", actor, event=AssetRestored(asset.id))
    keep_in_step(session, asset)


def settle(session: Session, asset: MediaAsset) -> None:
    """Something that showed a withdrawn asset is being called back: from now on there is no way
    back. The house does this, once; again it does nothing.
    """
    if asset.state == State.WITHDRAWN:
        carry_out(session, asset, "settle", HOUSE)


def tell_of_endings(database: Database) -> None:
    """Tell which rights end in 30, 7 and 1 days, each once, and count in what has begun.

    Of several alarms that are due the latest alone is told. Of two timetables at once one can write
    the row that says so, and the other's unit is undone.
    """
    with database.unit(write=False) as session:
        today = clock.today(session)
        due = any(queries.to_be_told(session, today, days, 1) for days in rules.ALARM_DAYS)
        if not due and not queries.begun_unnoticed(session, today, 1):
            return
    with database.unit() as session:
        for asset in queries.begun_unnoticed(session, today, BATCH):
            keep_in_step(session, asset)
        session.flush()
        for days in sorted(rules.ALARM_DAYS):
            for asset in queries.to_be_told(session, today, days, BATCH):
                assert asset.rights_until is not None
                session.add(ExpiryTold(asset_id=asset.id, until=asset.rights_until, days=days))
                session.flush()
                bus.emit(session, RightsEnding(asset.id, (asset.rights_until - today).days))
