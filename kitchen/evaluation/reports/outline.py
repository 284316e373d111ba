"""What stands in a report, in its order. A section of another station is one more builder."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from kitchen.evaluation.reports import captures, conduct, output, ranking, reach
from kitchen.evaluation.reports.rules import Figures, Section
from kitchen.evaluation.reports.scope import Scope

Builder = Callable[[Session, Scope], Section]

SECTIONS: tuple[Builder, ...] = (
    output.published,
    output.reads,
    output.best,
    output.accounts,
    ranking.indices,
    reach.pickups,
    captures.lineage,
    output.mended,
    conduct.review,
    conduct.duty,
    conduct.answers,
    conduct.petitions,
)


def compiled(session: Session, scope: Scope) -> Figures:
    """The figures of a period as they stand now; a fixed number of queries, whatever its size."""
    return [build(session, scope) for build in SECTIONS]
