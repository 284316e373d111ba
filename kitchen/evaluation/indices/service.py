"""What people do with indices: enter an edition, mix some, have a window worked out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, Sentence
from kitchen.evaluation.indices import queries, scoring
from kitchen.evaluation.indices.formulas import Formula, Part, as_json, flaws
from kitchen.evaluation.indices.models import IndexDefinition
from kitchen.evaluation.indices.windows import Window
from kitchen.evaluation.rules import COMPUTERS, May

TAKEN = N_("这个版本号已经用过。公式不能改，请换一个版本号另出一版。")


def revise(
    session: Session,
    actor: Actor,
    base: IndexDefinition,
    *,
    edition: str,
    weights: Sequence[float],
    factor: float,
    valid_from: date,
    source: str,
    experimental: bool = False,
) -> IndexDefinition:
    """Enter another edition of an index: the same shape with other weights, in their order.

    ``valid_from`` is the first day of the first window that it counts. Raises
    :class:`Forbidden`, :class:`Invalid` for weights that do not make 1, an edition that is known,
    or a day that is over or not after the latest edition's.
    """
    authorize(actor, May.DEFINE)
    shape = base.formula
    if len(weights) != len(shape.weights):
        told = Sentence(N_("一共要填 %(count)s 个权重。"), {"count": len(shape.weights)})
        raise Invalid(fields={"weights": told})
    given = shape.weighed(iter(weights))
    changed = Formula(given.parts, shape.power, factor, shape.sources)
    _demand_to_come(session, base.family, valid_from)
    return _enter(
        session,
        actor,
        IndexDefinition(
            name=f"{base.family}-{edition.lower()}",
            family=base.family,
            edition=edition,
            title=_titled(base, edition),
            channel=base.channel,
            source=source,
            valid_from=valid_from,
            experimental=experimental,
        ),
        changed,
    )


def _titled(base: IndexDefinition, edition: str) -> str:
    """The family's title with the edition, once."""
    bare = base.title.removesuffix(base.edition).strip()
    return f"{bare} {edition}"[:60]


def _demand_to_come(session: Session, family: str, day: date) -> None:
    """Windows that were counted keep their edition: a new one begins today or later, and after all
    that are there. What was in force before there was a house comes with it.
    """
    if day < clock.today(session):
        told = N_("启用日期不能早于今天：已经开始的时段照原来的版本算。")
        raise Invalid(fields={"valid_from": told})
    others = [it for it in queries.definitions(session) if it.family == family]
    latest = max((it.valid_from for it in others), default=date.min)
    if day <= latest:
        told = N_("启用日期要晚于这个指数的上一版（%(day)s）。")
        raise Invalid(fields={"valid_from": Sentence(told, {"day": latest.isoformat()})})


def compose(
    session: Session,
    actor: Actor,
    *,
    family: str,
    edition: str,
    title: str,
    shares: Mapping[str, float],
    valid_from: date,
    source: str,
) -> IndexDefinition:
    """Mix several indices into one by weight; ``shares`` maps their names to weights.

    Raises :class:`Forbidden`, :class:`Invalid` for weights that do not make 1, an index that is
    not known, mixed itself or not in force on that day, a day that is over, or a family that is
    something else.
    """
    authorize(actor, May.DEFINE)
    known = queries.definitions(session)
    _demand_simple(known, shares, valid_from)
    if any(it.family == family and it.channel for it in known):
        raise Invalid(fields={"family": N_("这个代号已经是单项指数，请换一个。")})
    _demand_to_come(session, family, valid_from)
    row = IndexDefinition(
        name=f"{family}-{edition.lower()}",
        family=family,
        edition=edition,
        title=title,
        source=source,
        valid_from=valid_from,
    )
    parts = tuple(Part(name, weight) for name, weight in shares.items())
    return _enter(session, actor, row, Formula(parts))


def _demand_simple(known: Sequence[IndexDefinition], names: Collection[str], day: date) -> None:
    """Only indices that are not mixed themselves are mixed, in the editions of the day."""
    simple = {it.name for it in known if it.channel}
    if strange := sorted(set(names) - simple):
        told = N_("这些不是可以合成的指数：%(names)s。")
        raise Invalid(fields={"shares": Sentence(told, {"names": "、".join(strange)})})
    now = {it.name for it in queries.in_force(known, day)}
    if out_of_force := sorted(set(names) - now):
        told = N_("这些版本在启用日期那天不是在用的：%(names)s。请选那天在用的版本。")
        raise Invalid(fields={"shares": Sentence(told, {"names": "、".join(out_of_force)})})


def _enter(
    session: Session, actor: Actor, row: IndexDefinition, formula: Formula
) -> IndexDefinition:
    if wrong := flaws(formula):
        where = "、".join(key or "∑" for key in wrong)
        told = Sentence(
            N_("每一组权重都不能是负数，加起来要等于 1。没有凑成 1 的：%(where)s。"),
            {"where": where},
        )
        raise Invalid(fields={"weights": told})
    if formula.factor <= 0:
        raise Invalid(fields={"factor": N_("系数要大于 0。")})
    row.body = as_json(formula)
    row.staff_id = actor.id
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid(fields={"edition": TAKEN}) from error
    told_of = {"name": row.name, "valid_from": row.valid_from.isoformat(), **row.body}
    audit.record(session, actor, "define_index", row, after=told_of, note=row.source)
    return row


def may_compute(actor: Actor) -> bool:
    """Whether somebody may have windows worked out."""
    return any(actor.may(it) for it in COMPUTERS)


def compute(session: Session, actor: Actor, definition: IndexDefinition, window: Window) -> int:
    """Have a window worked out that the daily round does not do; how many accounts it has.

    Raises :class:`Forbidden`, :class:`Invalid` for a window that is not over, or a mixture.
    """
    if not may_compute(actor):
        raise Forbidden(permission=May.ENTER)
    if not definition.channel:
        raise Invalid(fields={"definition": N_("综合指数由各项指数合成，请先算各项。")})
    if window.last >= clock.today(session):
        raise Invalid(fields={"day": N_("这段时间还没有过完，过完才能算。")})
    written = scoring.score_all(session, definition, window)
    told = {"first_day": window.first.isoformat(), "last_day": window.last.isoformat()}
    audit.record(session, actor, "compute_index", definition, after={**told, "scores": written})
    return written
