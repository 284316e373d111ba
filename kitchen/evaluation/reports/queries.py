"""Reads of reports: editions, schedules, what was sent, whether the figures are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, defer, joinedload

from kitchen.core.access import Actor
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.evaluation.reports import rights
from kitchen.evaluation.reports.models import (
    OpenDataSetting,
    Report,
    ReportLetter,
    ReportSchedule,
)
from kitchen.evaluation.reports.rules import Kind, Period
from kitchen.people.models import Unit
from kitchen.people.queries import the_unit

_NAMES = (joinedload(Report.unit), joinedload(Report.made_by))
_LIGHT = (defer(Report.figures), defer(Report.changes))
"""What only the page of one report shows."""


def whose(session: Session, uid: str) -> Unit | None:
    """The unit of this uid; ``None``, the whole house, without one. Raises :class:`NotFound`."""
    return the_unit(session, uid) if uid else None


def the_report(session: Session, uid: str) -> Report:
    """One edition with its figures. Raises :class:`NotFound`."""
    found = session.scalar(select(Report).where(Report.uid == uid).options(*_NAMES))
    if found is None:
        raise NotFound
    return found


def editions_of(session: Session, period: Period, unit: Unit | None) -> Sequence[Report]:
    """Every edition of one report without its figures, the latest first."""
    query = (
        select(Report).where(*is_of(period, unit.id if unit else None)).options(*_NAMES, *_LIGHT)
    )
    return session.scalars(query.order_by(Report.edition.desc())).all()


def latest(session: Session, period: Period, unit_id: int | None) -> Report | None:
    """The latest edition with its figures, if there is any."""
    query = select(Report).where(*is_of(period, unit_id)).order_by(Report.edition.desc())
    return session.scalar(query.options(*_NAMES).limit(1))


def the_edition(session: Session, period: Period, unit: Unit | None, edition: int) -> Report:
    """One edition by its number. Raises :class:`NotFound`."""
    query = select(Report).where(
        *is_of(period, unit.id if unit else None), Report.edition == edition
    )
    found = session.scalar(query.options(*_NAMES))
    if found is None:
        raise NotFound
    return found


def is_of(period: Period, unit_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """Whether an edition is one of this report."""
    whose = Report.unit_id.is_(None) if unit_id is None else Report.unit_id == unit_id
    return Report.kind == period.kind, Report.first_day == period.first, whose


def spoilt(session: Session) -> list[Report]:
    """Editions that are no longer what their hash was made of; all are read, some at a time."""
    query = select(Report).order_by(Report.id).options(joinedload(Report.unit))
    query = query.execution_options(yield_per=50)
    return [each for each in session.scalars(query) if not each.whole]


def page_of_reports(
    session: Session, *, kind: Kind | None = None, limit: int = 50, cursor: str | None = None
) -> Page[Report]:
    """Editions without their figures, the latest made first."""
    query = select(Report).options(*_NAMES, *_LIGHT)
    if kind:
        query = query.where(Report.kind == kind)
    return newest_first(session, query, Report.id, limit=limit, cursor=cursor)


def page_of_schedules(
    session: Session, actor: Actor, *, limit: int = 50, cursor: str | None = None
) -> Page[ReportSchedule]:
    """To whom reports go on which this person may report, the latest schedule first."""
    query = (
        select(ReportSchedule)
        .where(rights.within(session, actor, ReportSchedule.unit_id))
        .options(joinedload(ReportSchedule.unit))
    )
    return newest_first(session, query, ReportSchedule.id, limit=limit, cursor=cursor)


def the_schedule(session: Session, actor: Actor, uid: str) -> ReportSchedule:
    """One schedule. Raises :class:`NotFound`, and :class:`Forbidden` for that of another unit."""
    query = select(ReportSchedule).where(ReportSchedule.uid == uid)
    found = session.scalar(query.options(joinedload(ReportSchedule.unit)))
    if found is None:
        raise NotFound
    rights.demand(session, actor, found.unit_id)
    return found


def letters_of(session: Session, actor: Actor, report: Report) -> Sequence[ReportLetter]:
    """What became of the letters of an edition. Raises :class:`Forbidden` for another unit's."""
    rights.demand(session, actor, report.unit_id)
    query = select(ReportLetter).where(ReportLetter.report_id == report.id)
    return session.scalars(query.order_by(ReportLetter.id).limit(200)).all()


def open_data(session: Session) -> OpenDataSetting | None:
    """The setting of open data; ``None``: nobody ever opened them."""
    return session.get(OpenDataSetting, 1)


@dataclass(frozen=True, slots=True)
class Settled:
    """The latest edition of a month of the whole house, without what it tells."""

    report_id: int
    first_day: date
    edition: int
    sha256: str


def settled_months(session: Session) -> list[Settled]:
    """Every month of the whole house that has an edition, the oldest first."""
    of_house = (Report.kind == Kind.MONTH, Report.unit_id.is_(None))
    latest = (
        select(Report.first_day, func.max(Report.edition).label("edition"))
        .where(*of_house)
        .group_by(Report.first_day)
        .subquery()
    )
    rows = session.execute(
        select(Report.id, Report.first_day, Report.edition, Report.sha256)
        .join(
            latest,
            and_(
                Report.first_day == latest.c.first_day,
                Report.edition == latest.c.edition,
            ),
        )
        .where(*of_house)
        .order_by(Report.first_day)
    )
    return [Settled(*row) for row in rows]


def figures_of(session: Session, months: Sequence[Settled]) -> dict[int, Mapping[str, Any]]:
    """The frozen data of these editions, by report."""
    ids = [each.report_id for each in months]
    rows = session.execute(select(Report.id, Report.figures).where(Report.id.in_(ids)))
    return {row.id: row.figures for row in rows}
