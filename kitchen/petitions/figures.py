"""The figures of a time, all computed: what came, what became of it, by category and by unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.clock import CENTRE
from kitchen.leads.models import Lead
from kitchen.leads.rules import Source
from kitchen.people.models import Unit
from kitchen.people.rules import Level
from kitchen.petitions import clusters, timing
from kitchen.petitions.clusters import Text, Topic
from kitchen.petitions.models import Entry, Petition, Rating, Transfer
from kitchen.petitions.queries import seen_by
from kitchen.petitions.rules import Handling, Step

WEEK = timedelta(days=7)
MOST_TEXTS = 2000
"""Of each kind, newest first, that are looked through for topics."""
_COUNTED = (
    Step.ACCEPTED,
    Step.REFUSED,
    Step.MERGED,
    Step.HANDED,
    Step.RETURNED,
    Step.ANSWERED,
    Step.ASKED_AGAIN,
    Step.SHOWN,
    Step.LATE,
    Step.TO_LEAD,
    Step.REPORTED,
)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first moment to the last, which is not in it."""

    begins: datetime
    ends: datetime

    def holds(self, moment: Any) -> ColumnElement[bool]:
        """Whether a moment of the database lies in it."""
        return and_(moment >= self.begins, moment < self.ends)

    @property
    def before(self) -> Span:
        """The time as long that ends where this begins."""
        return Span(self.begins - (self.ends - self.begins), self.begins)

    @property
    def last_day(self) -> date:
        return clock.local(self.ends - timedelta(microseconds=1)).date()


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What a unit was handed and what it made of it; ``mean`` is of ``rated`` scores of 1 to 5."""

    unit: str
    handed: int = 0
    answered: int = 0
    on_time: int = 0
    late: int = 0
    returned: int = 0
    rated: int = 0
    mean: float | None = None

    @property
    def share_on_time(self) -> float | None:
        """Of what was answered, how much in time, 0 to 1; ``None`` of nothing."""
        return self.on_time / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class Figures:
    """A time in figures. ``steps`` counts what was done in it, whenever it was asked."""

    span: Span
    received: int
    received_before: int
    steps: Mapping[str, int]
    categories: Sequence[tuple[str | None, int]]
    units: Sequence[UnitFigures]
    rated: int
    mean: float | None
    topics: Sequence[Topic] = field(default=())


def week_of(day: date) -> Span:
    """The newsroom's week, Monday to Sunday, in which a day lies."""
    monday = day - timedelta(days=day.weekday())
    begins = datetime.combine(monday, time(), CENTRE)
    return Span(begins, begins + WEEK)


def figures_of(session: Session, actor: Actor, span: Span) -> Figures:
    """The figures of what this person may see; in a fixed number of queries."""
    rated, total = session.execute(
        select(func.count(Rating.score), func.sum(Rating.score))
        .join(Petition, Petition.id == Rating.petition_id)
        .where(span.holds(Rating.at), seen_by(actor))
    ).one()
    return Figures(
        span,
        _received(session, actor, span),
        _received(session, actor, span.before),
        _steps(session, actor, span),
        _categories(session, actor, span),
        _units(session, actor, span),
        rated,
        total / rated if rated else None,
        topics_of(session, actor, span),
    )


def _received(session: Session, actor: Actor, span: Span) -> int:
    query = select(func.count(Petition.id)).where(span.holds(Petition.created_at), seen_by(actor))
    return session.scalar(query) or 0


def _steps(session: Session, actor: Actor, span: Span) -> dict[str, int]:
    found = session.execute(
        select(Entry.step, func.count(Entry.id))
        .join(Petition, Petition.id == Entry.petition_id)
        .where(Entry.step.in_(_COUNTED), span.holds(Entry.at), seen_by(actor))
        .group_by(Entry.step)
    )
    counted = {str(row[0]): row[1] for row in found}
    return {str(step): counted.get(step, 0) for step in _COUNTED}


def _categories(session: Session, actor: Actor, span: Span) -> list[tuple[str | None, int]]:
    found = session.execute(
        select(Petition.category, func.count(Petition.id))
        .where(span.holds(Petition.created_at), seen_by(actor))
        .group_by(Petition.category)
    )
    pairs = [(category, count) for category, count in found]
    return sorted(pairs, key=lambda pair: (-pair[1], str(pair[0] or "~")))


def _units(session: Session, actor: Actor, span: Span) -> list[UnitFigures]:
    """By name of the unit. Late is what was answered after its term, or is open past it."""
    until = min(span.ends, clock.now(session))
    answered = span.holds(Transfer.done_at)
    in_time = Transfer.replied_at <= Transfer.due_at
    open_late = (Transfer.state == Handling.OPEN) & (Transfer.due_at < until)
    handed = span.holds(Transfer.created_at)
    rows = session.execute(
        select(
            Transfer.unit_id,
            _count(handed),
            _count(answered),
            _count(answered & in_time),
            _count((answered & ~in_time) | open_late),
            _count(handed & (Transfer.state == Handling.RETURNED)),
        )
        .join(Petition, Petition.id == Transfer.petition_id)
        .where(or_(handed, answered, Transfer.state == Handling.OPEN), seen_by(actor))
        .group_by(Transfer.unit_id)
    )
    ratings = session.execute(
        select(Rating.unit_id, func.count(Rating.score), func.sum(Rating.score))
        .join(Petition, Petition.id == Rating.petition_id)
        .where(span.holds(Rating.at), seen_by(actor))
        .group_by(Rating.unit_id)
    )
    counts = {unit_id: tuple(map(int, rest)) for unit_id, *rest in rows}
    scores = {unit_id: (rated, total / rated) for unit_id, rated, total in ratings}
    ids = sorted({*counts, *scores})
    named = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids)))
    names = {row[0]: row[1] for row in named}
    found = [
        UnitFigures(names[each], *counts.get(each, (0, 0, 0, 0, 0)), *scores.get(each, (0, None)))
        for each in ids
    ]
    told = [it for it in found if it.handed or it.answered or it.late or it.rated]
    return sorted(told, key=lambda it: it.unit)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def topics_of(session: Session, actor: Actor, span: Span) -> list[Topic]:
    """What petitions and people's leads of a time are about, and how it was the time before."""
    unsaid = set(session.scalars(select(Unit.name).where(Unit.level == Level.DISTRICT)))
    return clusters.topics_of(
        _texts(session, actor, span),
        timing.parameters(session).cluster_least,
        _texts(session, actor, span.before),
        unsaid,
    )


def _texts(session: Session, actor: Actor, span: Span) -> list[Text]:
    asked = session.execute(
        select(Petition.uid, Petition.title, Petition.body)
        .where(span.holds(Petition.created_at), seen_by(actor), Petition.from_lead_id.is_(None))
        .order_by(Petition.id.desc())
        .limit(MOST_TEXTS)
    )
    told = session.execute(
        select(Lead.uid, Lead.title, Lead.body)
        .where(span.holds(Lead.created_at), Lead.source.in_([Source.PUBLIC, Source.HOTLINE]))
        .order_by(Lead.id.desc())
        .limit(MOST_TEXTS)
    )
    both = (("petitions", asked), ("leads", told))
    return [Text(*row, source) for source, rows in both for row in rows]
