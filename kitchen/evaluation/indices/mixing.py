"""Mixtures ranked by unit: of each index, a unit's highest account of the channel stands for it.

A mixture is worked out when it is looked at, from scores that are stored: there is nothing to
keep that could differ from them. It names editions, and takes of each index the one by which the
window was counted. A unit without an account of a channel has nought there, as on the lists that
mix indices; what one has that has an account and no score nobody knows, and the mixture is
provisional; a unit without any score is not ranked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core.paging import Page, key_of
from kitchen.evaluation.indices import queries
from kitchen.evaluation.indices.formulas import Formula, Working, work_out
from kitchen.evaluation.indices.models import IndexDefinition, IndexScore
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
    untold: AbstractSet[str]
    """Indices for which it has an account and no score; they were counted as nought."""

    @property
    def value(self) -> float:
        return self.working.value

    @property
    def provisional(self) -> bool:
        return bool(self.untold) or any(score.provisional for score in self.scores.values())

    @property
    def rise(self) -> int | None:
        """By how many ranks it rose; less than nought: it fell."""
        return None if self.former is None else self.former - self.rank


@dataclass(frozen=True, slots=True)
class _Mixed:
    unit: Unit
    working: Working
    scores: Mapping[str, IndexScore]
    untold: AbstractSet[str]


def in_force(known: Sequence[IndexDefinition], formula: Formula, day: date) -> Formula:
    """A mixture with each index in the edition by which windows from this day are counted.

    An index of which no edition was in force yet stays as it is named.
    """
    families = {it.name: it.family for it in known}
    editions = {it.family: it.name for it in queries.in_force(known, day)}
    parts = (
        replace(part, key=editions.get(families.get(part.key, ""), part.key))
        for part in formula.parts
    )
    return replace(formula, parts=tuple(parts))


def ranking(
    session: Session,
    definition: IndexDefinition,
    window: Window,
    *,
    unit_ids: Collection[int] | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[UnitLine]:
    """Units of a window, the highest first; ranks are those of all units.

    They are compared with the window before only where that was mixed of the same editions.
    """
    known = queries.definitions(session)
    channels = {it.name: it.channel for it in known}
    formula, former = (
        in_force(known, definition.formula, it.first) for it in (window, window.former)
    )
    earlier = _mixed(session, former, channels, window.former) if former == formula else []
    before = {one.unit.id: rank for rank, one in _ranked(earlier)}
    mixed = _ranked(_mixed(session, formula, channels, window))
    lines = [
        UnitLine(place, rank, before.get(it.unit.id), it.unit, it.working, it.scores, it.untold)
        for place, (rank, it) in enumerate(mixed, 1)
        if unit_ids is None or it.unit.id in unit_ids
    ]
    after = key_of(cursor) if cursor else 0
    return queries.page_by_place([line for line in lines if line.place > after], limit)


def _mixed(
    session: Session, formula: Formula, channels: Mapping[str, str], window: Window
) -> list[_Mixed]:
    """Units with the scores that they have, and the indices of which theirs is not known."""
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
    of_channel = {name: channels.get(name, "") for name in formula.inputs}
    speaking = _speaking(session, of_channel.values(), window)
    nought = dict.fromkeys(formula.inputs, 0.0)
    return [
        _Mixed(
            unit,
            work_out(formula, {**nought, **_values(scores)}),
            scores,
            {
                name
                for name, channel in of_channel.items()
                if name not in scores and (unit.id, channel) in speaking
            },
        )
        for unit, scores in highest.items()
    ]


def _speaking(
    session: Session, channels: Collection[str], window: Window
) -> AbstractSet[tuple[int, str]]:
    """Units with the channels on which they speak to readers, whoever runs the account; not by
    one that was opened only after the window.
    """
    rows = session.execute(
        select(Account.unit_id, Account.channel)
        .where(
            Account.channel.in_(set(channels)),
            Account.in_use,
            or_(Account.opened_on.is_(None), Account.opened_on <= window.last),
        )
        .distinct()
    )
    return {(unit_id, channel) for unit_id, channel in rows}


def _values(scores: Mapping[str, IndexScore]) -> dict[str, float]:
    return {name: score.value for name, score in scores.items()}


def _ranked(mixed: Sequence[_Mixed]) -> list[tuple[int, _Mixed]]:
    """With ranks: who is level shares one, and the next counts on."""
    ordered = sorted(mixed, key=lambda one: (-one.working.value, one.unit.id))
    ranks: dict[float, int] = {}
    for place, one in enumerate(ordered, 1):
        ranks.setdefault(one.working.value, place)
    return [(ranks[one.working.value], one) for one in ordered]
