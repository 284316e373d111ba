"""How the house worked: how long review took, who stood on duty, what the public was answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Float, cast, func, or_, select, true
from sqlalchemy.orm import Session

from kitchen.core.spans import hours_between
from kitchen.evaluation.reports.rules import Section, Table
from kitchen.evaluation.reports.scope import Scope
from kitchen.feedback.models import Voice
from kitchen.feedback.rules import WAITING
from kitchen.people.models import Unit
from kitchen.petitions.models import Petition, Transfer
from kitchen.review.models import Round, Step
from kitchen.review.rules import Level
from kitchen.roster.models import DutyLine, DutyShift
from kitchen.roster.rules import COUNTS
from kitchen.roster.rules import State as Duty
from kitchen.stories.models import Story


def _when(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows it is true of."""
    return func.count().filter(condition)


def review(session: Session, scope: Scope) -> Section:
    """Decisions at each level, how many by their time, and the mean hours a piece waited there."""
    waited = hours_between(session, Step.due_at, Step.decided_at) + cast(Step.minutes, Float) / 60
    query = (
        select(Step.level, func.count(), _when(Step.decided_at <= Step.due_at), func.avg(waited))
        .join(Round, Round.id == Step.round_id)
        .join(Story, Story.id == Round.story_id)
        .where(scope.holds(Step.decided_at), ~Step.carried, scope.over(Story.unit_id))
        .group_by(Step.level)
    )
    found = {row[0]: row[1:] for row in session.execute(query)}
    rows = [
        (str(level), decided, in_time, None if mean is None else round(float(mean), 2))
        for level in Level
        if level in found
        for decided, in_time, mean in [found[level]]
    ]
    columns = ("level", "decided", "in_time", "mean_hours")
    return Section("review", [Table("by_level", columns, rows)])


def duty(session: Session, scope: Scope) -> Section:
    """Shifts that ended within the period, and what became of them."""
    stood = DutyShift.stand_id.is_not(None)
    query = (
        select(func.count(), _when(stood), _when(~stood), _when(DutyShift.state == Duty.HANDED))
        .select_from(DutyShift)
        .join(DutyLine, DutyLine.id == DutyShift.line_id)
        .where(
            scope.holds(DutyShift.ends_at),
            DutyShift.state.in_(sorted(COUNTS)),
            scope.over(DutyLine.unit_id),
        )
    )
    return Section("duty", [_measures(session, query, "shifts", "stood", "unstood", "handed")])


def answers(session: Session, scope: Scope) -> Section:
    """Messages that people wrote within the period; in time is by the house's clock (S25)."""
    replied = Voice.replied_at.is_not(None)
    query = select(
        func.count(),
        _when(replied),
        _when(replied & (Voice.replied_at <= Voice.due_at)),
        _when(Voice.state.in_(sorted(WAITING))),
    ).where(scope.holds(Voice.said_at), scope.over(Voice.unit_id))
    names = ("received", "answered", "answered_in_time", "open")
    return Section("answers", [_measures(session, query, *names)])


def _measures(session: Session, query: Any, *names: str) -> Table:
    row: tuple[int, ...] = tuple(session.execute(query).one())
    return Table("counts", ("measure", "count"), list(zip(names, row, strict=True)))


def petitions(session: Session, scope: Scope) -> Section:
    """Questions that came, and by unit what was handed out, answered, and answered in time."""
    of_units = Petition.id.in_(select(Transfer.petition_id).where(scope.over(Transfer.unit_id)))
    came = select(func.count()).where(
        scope.holds(Petition.created_at), true() if scope.units is None else of_units
    )
    handed, answered = scope.holds(Transfer.created_at), scope.holds(Transfer.done_at)
    in_time = Transfer.replied_at <= Transfer.due_at
    query = (
        select(Unit.name, _when(handed), _when(answered), _when(answered & in_time))
        .join(Unit, Unit.id == Transfer.unit_id)
        .where(or_(handed, answered), scope.over(Transfer.unit_id))
        .group_by(Unit.id, Unit.name)
        .order_by(Unit.id)
    )
    found: Iterable[Any] = session.execute(query)
    rows = [tuple(row) for row in found]
    columns = ("unit", "handed_out", "answered", "answered_in_time")
    return Section(
        "petitions", [_measures(session, came, "asked"), Table("by_unit", columns, rows)]
    )
