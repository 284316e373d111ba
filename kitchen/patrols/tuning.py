"""The parameters in force: what the house may set, and who set it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.patrols.models import PatrolParameter
from kitchen.patrols.rules import AS_SHIPPED, PARAMETERS, May, Tuning

OUT_OF_BOUNDS = N_("请填 %(least)s 到 %(most)s 之间的整数。")


def in_force(session: Session) -> Tuning:
    """Every parameter as it stands; one query."""
    given = {each.name: each.value for each in session.scalars(select(PatrolParameter))}
    return {**AS_SHIPPED, **{name: given[name] for name in given if name in PARAMETERS}}


def change(session: Session, actor: Actor, values: Mapping[str, int]) -> None:
    """Set some parameters. Raises :class:`Forbidden`, :class:`Invalid` out of bounds."""
    authorize(actor, May.TUNE)
    before = in_force(session)
    after = {**before, **values}
    if faults := _faults(after):
        raise Invalid(fields=faults)
    changed = [name for name in after if after[name] != before[name]]
    for name in changed:
        session.merge(PatrolParameter(name=name, value=after[name]))
    session.flush()
    if changed:
        was, told = ({name: one[name] for name in changed} for one in (before, after))
        audit.record(session, actor, "tune_patrol", "patrol", before=was, after=told)


def _faults(values: Mapping[str, int]) -> dict[str, Sentence]:
    faults = {
        name: Sentence(OUT_OF_BOUNDS, {"least": each.least, "most": each.most})
        for name, each in PARAMETERS.items()
        if not each.least <= values[name] <= each.most
    }
    steps = [values[f"stale_{step}_days"] for step in ("warn", "fail", "veto")]
    if steps != sorted(steps):
        faults.setdefault("stale_warn_days", Sentence(N_("三个天数要一个比一个大。")))
    return faults
