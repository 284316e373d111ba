"""The indices of the period, each with its place in the whole matrix (S66)."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.evaluation.indices import queries
from kitchen.evaluation.indices.models import IndexDefinition, IndexScore
from kitchen.evaluation.reports.rules import Section, Table
from kitchen.evaluation.reports.scope import Scope
from kitchen.matrix.models import Account

SCORES_MOST = 200


def indices(session: Session, scope: Scope) -> Section:
    """Each account's scores by the formulas of the time, the best first.

    The place is that among all accounts, also in the report of a unit; ``unknown`` are pieces whose
    figures were not told, so that the score may still rise.
    """
    period = scope.period
    formulas = queries.in_force(queries.definitions(session), period.first)
    place = func.rank().over(
        partition_by=IndexScore.definition_id, order_by=IndexScore.value.desc()
    )
    placed = (
        select(
            *(IndexScore.account_id, IndexScore.definition_id),
            *(IndexScore.value, IndexScore.unknown),
            place.label("place"),
        )
        .where(
            IndexScore.kind == str(period.kind),
            IndexScore.first_day == period.first,
            IndexScore.definition_id.in_([each.id for each in formulas]),
        )
        .subquery()
    )
    rows = session.execute(
        select(
            *(Account.name, IndexDefinition.title, placed.c.value),
            *(placed.c.place, placed.c.unknown),
        )
        .join(Account, Account.id == placed.c.account_id)
        .join(IndexDefinition, IndexDefinition.id == placed.c.definition_id)
        .where(scope.over(Account.unit_id))
        .order_by(IndexDefinition.title, placed.c.place, Account.id)
        .limit(SCORES_MOST)
    )
    listed = [[name, title, round(value, 2), *rest] for name, title, value, *rest in rows]
    columns = ("account", "formula", "score", "place", "untold")
    return Section("indices", [Table("scores", columns, listed, named=2)])
