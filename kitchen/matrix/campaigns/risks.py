"""The dictionary of risks (S14): what may be wrong with how an account speaks.

The words of the source are shipped; the office adds its own, renames, and puts out of use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid
from kitchen.matrix.campaigns.models import RiskType
from kitchen.matrix.registry.rules import REGISTER


@dataclass(frozen=True, slots=True)
class Risk:
    """A kind of risk; ``shipped`` ones have their name in the catalogue."""

    key: str
    name: str
    note: str = ""
    active: bool = True
    shipped: bool = False


SHIPPED: Mapping[str, Risk] = {
    key: Risk(key, name, note, shipped=True)
    for key, name, note in (
        ("slow", N_("慢发声"), N_("该说的时候没有说。")),
        ("reckless", N_("乱发声"), N_("未经审核，或者说了不该说的。")),
        ("overstepping", N_("越权抢发"), N_("抢在有权发布的单位之前。")),
        ("borderline", N_("打擦边球"), N_("借公家的账号做别的。")),
        ("careless", N_("错误百出"), N_("错字、错名、错事实。")),
        ("to_itself", N_("自发自看"), N_("没有人看，也没有互动。")),
    )
}
_KEY = re.compile(r"[a-z][a-z_]{1,23}")


def dictionary(session: Session) -> dict[str, Risk]:
    """Every kind by its key, those out of use included."""
    known = dict(SHIPPED)
    for row in session.scalars(select(RiskType).order_by(RiskType.id)):
        known[row.key] = Risk(row.key, row.name, row.note, row.active)
    return known


def define(
    session: Session, actor: Actor, key: str, *, name: str, note: str = "", active: bool = True
) -> None:
    """Add a kind, or say of one that is known what it is called from now on."""
    authorize(actor, REGISTER)
    if not _KEY.fullmatch(key):
        raise Invalid(fields={"key": N_("代号用小写英文字母和下划线，2 到 24 个字符。")})
    if not name.strip():
        raise Invalid(fields={"name": N_("请填写这一项。")})
    row = session.scalar(select(RiskType).where(RiskType.key == key))
    if row is None:
        row = RiskType(key=key)
        session.add(row)
    row.name, row.note, row.active = name.strip(), note, active
    session.flush()
    after = {"name": row.name, "note": note, "active": active}
    audit.record(session, actor, "define_risk", row, after=after)
