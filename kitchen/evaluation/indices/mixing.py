"""Mixtures ranked by unit: of each index, a unit's highest account of the channel stands for it.

A mixture is worked out when it is looked at, from scores that are stored: there is nothing to
keep that could differ from them. A unit without an account of a channel has nought there, as on
the lists that mix indices; a unit without any account of these channels is not ranked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen.core.paging import Page, key_of
from kitchen.evaluation.indices.formulas import Working, work_out
from kitchen.evaluation.indices.models import IndexDefinition, IndexScore
from kitchen.evaluation.indices.queries import page_by_place
from kitchen.evaluation.indices.windows import Window
from kitchen.matrix.models import Account
from kitchen.people.models import Unit


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in a ranking by a mixture, and the scores of which it is mixed, by index."""

    place: int
    rank: int
    former: int | None
    unit: Unit
    working: Working
    scores: Mapping[str, IndexScore]

    @property
    def value(self) -> float:
        return self.working.value

    @property
    def provisional(self) -> bool:
        return any(score.provisional for score in self.scores.values())

    @property
    def rise(self) -> int | None:
        """By how many ranks it rose; less than nought: it fell."""
        return None if self.former is None else self.former - self.rank


@dataclass(frozen=True, slots=True)
class _Mixed:
    unit: Unit
    working: Working
    scores: Mapping[str, IndexScore]


def ranking(
    session: Session,
    definition: IndexDefinition,
    window: Window,
    *,
    unit_ids: Collection[int] | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[UnitLine]:
    """Units of a window, the highest first; ranks are those of all units."""
    before = {
        one.unit.id: rank for rank, one in _ranked(_mixed(session, definition, window.former))
    }
    lines = [
        UnitLine(place, rank, before.get(one.unit.id), one.unit, one.working, one.scores)
        for place, (rank, one) in enumerate(_ranked(_mixed(session, definition, window)), 1)
        if unit_ids is None or one.unit.id in unit_ids
    ]
    after = key_of(cursor) if cursor else 0
    return page_by_place([line for line in lines if line.place > after], limit)


def _mixed(session: Session, definition: IndexDefinition, window: Window) -> list[_Mixed]:
    formula = definition.formula
    rows = session.execute(
        select(IndexScore, IndexDefinition.name)
        .join(IndexDefinition, IndexDefinition.id == IndexScore.definition_id)
        .where(
            IndexDefinition.name.in_(formula.inputs),
            IndexScore.kind == window.kind,
            IndexScore.first_day == window.first,
            IndexScore.last_day == window.last,
        )
        .options(joinedload(IndexScore.account).joinedload(Account.unit))
        .order_by(IndexScore.value.desc(), IndexScore.id)
    )
    highest: dict[Unit, dict[str, IndexScore]] = {}
    for score, name in rows:
        highest.setdefault(score.account.unit, {}).setdefault(name, score)
    nought = dict.fromkeys(formula.inputs, 0.0)
    return [
        _Mixed(unit, work_out(formula, {**nought, **_values(scores)}), scores)
        for unit, scores in highest.items()
    ]


def _values(scores: Mapping[str, IndexScore]) -> dict[str, float]:
    return {name: score.value for name, score in scores.items()}


def _ranked(mixed: Sequence[_Mixed]) -> list[tuple[int, _Mixed]]:
    """With ranks: who is level shares one, and the next counts on."""
    ordered = sorted(mixed, key=lambda one: (-one.working.value, one.unit.id))
    ranks: dict[float, int] = {}
    for place, one in enumerate(ordered, 1):
        ranks.setdefault(one.working.value, place)
    return [(ranks[one.working.value], one) for one in ordered]
