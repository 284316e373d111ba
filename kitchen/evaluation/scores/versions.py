"""The versions of the formula: which one holds for a month, and setting a new one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.core.paging import Page, newest_first
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores.formula import AS_SHIPPED, PARAMETERS, Weights, weights_from
from kitchen.evaluation.scores.models import ScoreFormula, ScoreMonth
from kitchen.evaluation.scores.rules import SEEN, Role, first_of

OUT_OF_BOUNDS = N_("请填 0 到 %(most)s 之间的数，最多四位小数。")


def version_for(session: Session, month: date) -> ScoreFormula | None:
    """The version that holds for a month; ``None``: nobody has set one, it is as shipped."""
    return session.scalar(
        select(ScoreFormula)
        .where(ScoreFormula.valid_from <= month)
        .order_by(ScoreFormula.valid_from.desc(), ScoreFormula.id.desc())
        .limit(1)
    )


def weights_for(session: Session, month: date) -> Weights:
    """The weights in force for a month that has not been published."""
    version = version_for(session, month)
    return weights_from(version.weights) if version else AS_SHIPPED


def weights_of(session: Session, month: ScoreMonth) -> Weights:
    """The weights by which a month is counted: once published, for good those of that day."""
    if month.state in SEEN:
        return weights_from(month.formula.weights) if month.formula else AS_SHIPPED
    return weights_for(session, month.month)


def page_of_versions(
    session: Session, *, limit: int = 50, cursor: str | None = None
) -> Page[ScoreFormula]:
    """The versions, newest first."""
    query = select(ScoreFormula).options(joinedload(ScoreFormula.staff))
    return newest_first(session, query, ScoreFormula.id, limit=limit, cursor=cursor)


def change(
    session: Session,
    actor: Actor,
    valid_from: date,
    weights: Mapping[str, Decimal],
    note: str = "",
) -> ScoreFormula:
    """Set a new version from a month on. What is not given stays as it is in that month.

    Raises :class:`Forbidden`; :class:`Invalid` for a month that is over or already published, and
    out of bounds.
    """
    authorize(actor, May.DEFINE)
    before = weights_for(session, valid_from)
    after = checked({**before, **weights})
    _demand_to_come(session, valid_from)
    version = ScoreFormula(
        valid_from=valid_from,
        weights={name: str(after[name]) for name in PARAMETERS},
        note=note.strip(),
        staff_id=actor.id,
    )
    session.add(version)
    session.flush()
    changed = [name for name in PARAMETERS if after[name] != before[name]]
    was, told = ({name: str(one[name]) for name in changed} for one in (before, after))
    audit.record(session, actor, "set_formula", version, before=was, after=told, note=note)
    return version


def _demand_to_come(session: Session, valid_from: date) -> None:
    if valid_from < first_of(clock.today(session)):
        raise Invalid(fields={"valid_from": N_("过去的月份照原来的公式算，请从本月或以后开始。")})
    published = select(ScoreMonth.id).where(
        ScoreMonth.month >= valid_from, ScoreMonth.state.in_(sorted(SEEN))
    )
    if session.scalar(published.limit(1)) is not None:
        raise Invalid(fields={"valid_from": N_("这个月已经公布，请从下个月开始。")})


def checked(weights: Weights) -> Weights:
    """The weights, if they can be counted with. Raises :class:`Invalid`."""
    faults = {
        name: Sentence(OUT_OF_BOUNDS, {"most": each.most})
        for name, each in PARAMETERS.items()
        if not _within(weights[name], Decimal(each.most))
    }
    if not faults and not any(weights[f"share_{role}"] for role in Role):
        faults["share_writing"] = Sentence(N_("分摊权重不能全是 0。"))
    if not faults and weights["appeal_days"] != int(weights["appeal_days"]):
        faults["appeal_days"] = Sentence(N_("请填整数。"))
    faults |= dict.fromkeys(
        sorted(set(weights) - set(PARAMETERS)), Sentence(N_("公式里没有这一项，请去掉。"))
    )
    if faults:
        raise Invalid(fields=faults)
    return weights


def _within(number: Decimal, most: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -4 and 0 <= number <= most
