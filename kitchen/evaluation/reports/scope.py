"""What a report is about: a period, and the whole house or some units; pieces that fall into it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, true
from sqlalchemy.orm import Session

from kitchen.core.clock import CENTRE
from kitchen.evaluation.pieces import first_live
from kitchen.evaluation.reports.rules import Period
from kitchen.people.queries import unit_and_below
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind
from kitchen.stories.models import Story


@dataclass(frozen=True, slots=True)
class Scope:
    """The moments and the units of a report; ``units`` is ``None`` for the whole house."""

    period: Period
    units: Collection[int] | None = None

    @property
    def begins(self) -> datetime:
        return self.period.moments(CENTRE)[0]

    @property
    def ends(self) -> datetime:
        return self.period.moments(CENTRE)[1]

    def holds(self, moment: Any) -> ColumnElement[bool]:
        """Whether a moment of the database lies in the period."""
        return and_(moment >= self.begins, moment < self.ends)

    def over(self, unit_id: Any) -> ColumnElement[bool]:
        """Whether a row belongs to the units that are told of."""
        return true() if self.units is None else unit_id.in_(sorted(self.units))


def scope_of(session: Session, period: Period, unit_id: int | None) -> Scope:
    """The scope of a unit's report, with all that lies below it: former units as well."""
    units = None if unit_id is None else unit_and_below(session, unit_id)
    return Scope(period, units)


def went_out(scope: Scope, kind: Kind = Kind.PUBLISH) -> Select[Any]:
    """Publications of the scope's stories that went out within the period.

    Callers choose the columns; :class:`Story` is joined.
    """
    live = first_live(scope.begins, scope.ends)
    return (
        select()
        .select_from(Publication)
        .join(Story, Story.id == Publication.story_id)
        .where(Publication.id.in_(live), Publication.kind == kind, scope.over(Story.unit_id))
    )
