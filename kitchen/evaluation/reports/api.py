"""The API of reports."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.evaluation.reports import captures, queries, service
from kitchen.evaluation.reports.open_data import USUAL_LICENCE
from kitchen.evaluation.reports.outline import compiled
from kitchen.evaluation.reports.rules import packed, period_of
from kitchen.evaluation.reports.schemas import (
    CaptureOut,
    FiguresOut,
    LetterOut,
    OpenDataIn,
    OpenDataOut,
    PeriodQuery,
    ReportIn,
    ReportLine,
    ReportOut,
    ReportQuery,
    ScheduleChange,
    ScheduleIn,
    ScheduleOut,
    capture_out,
    letter_out,
    report_line,
    report_out,
    schedule_out,
)
from kitchen.evaluation.reports.scope import Scope, scope_of
from kitchen.evaluation.rules import May
from kitchen.web.api import Api, seen_version
from kitchen.web.paging import PageQuery

api = Api("reports")


@api.operation("GET", "/reports", May.READ, query=ReportQuery, answer=ReportLine, many=True)
def index(query: ReportQuery) -> Any:
    """Editions without their figures, the latest made first."""
    page = queries.page_of_reports(g.session, **query.model_dump())
    return Page([report_line(each) for each in page.items], page.next)


@api.operation("POST", "/reports", May.REPORT, body=ReportIn, answer=ReportOut, status=201)
def make(body: ReportIn) -> Any:
    """Freeze the figures of a finished period as its next edition."""
    period = period_of(body.kind, body.day)
    return report_out(service.make(g.session, g.actor, period, queries.whose(g.session, body.unit)))


@api.operation("GET", "/reports/<uid>", May.READ, answer=ReportOut)
def show(uid: str) -> Any:
    """One edition with its figures."""
    return report_out(queries.the_report(g.session, uid))


@api.operation("GET", "/reports/<uid>/letters", May.REPORT, answer=LetterOut, many=True)
def letters(uid: str) -> Any:
    """What became of the letters of an edition."""
    report = queries.the_report(g.session, uid)
    return Page([letter_out(each) for each in queries.letters_of(g.session, g.actor, report)])


@api.operation("GET", "/report_figures", May.READ, query=PeriodQuery, answer=FiguresOut)
def figures(query: PeriodQuery) -> Any:
    """The figures of a period as they stand now, frozen or not."""
    scope = _scope(query)
    return FiguresOut(
        kind=scope.period.kind,
        first_day=scope.period.first,
        last_day=scope.period.last,
        sections=packed(compiled(g.session, scope))["sections"],
    )


def _scope(query: PeriodQuery) -> Scope:
    unit = queries.whose(g.session, query.unit)
    return scope_of(g.session, period_of(query.kind, query.day), unit.id if unit else None)


@api.operation("GET", "/captures", May.READ, query=PeriodQuery, answer=CaptureOut, many=True)
def manifold(query: PeriodQuery) -> Any:
    """The captures of a period of which the most pieces were made."""
    found = captures.most_manifold(g.session, _scope(query))
    return Page([capture_out(each) for each in found])


@api.operation(
    "GET", "/report_schedules", May.REPORT, query=PageQuery, answer=ScheduleOut, many=True
)
def schedules(query: PageQuery) -> Any:
    """To whom the reports are sent on which you may report, the latest schedule first."""
    page = queries.page_of_schedules(g.session, g.actor, limit=query.limit, cursor=query.cursor)
    return Page([schedule_out(each) for each in page.items], page.next)


@api.operation(
    "POST", "/report_schedules", May.REPORT, body=ScheduleIn, answer=ScheduleOut, status=201
)
def add_schedule(body: ScheduleIn) -> Any:
    """Have a report sent from its next due moment on."""
    given = body.model_dump(exclude={"unit"})
    return schedule_out(
        service.schedule(g.session, g.actor, unit=queries.whose(g.session, body.unit), **given)
    )


@api.operation(
    "PUT", "/report_schedules/<uid>", May.REPORT, body=ScheduleChange, answer=ScheduleOut
)
def change_schedule(uid: str, body: ScheduleChange) -> Any:
    """Change when and to whom it goes, or let it rest."""
    row = queries.the_schedule(g.session, g.actor, uid)
    service.change_schedule(g.session, g.actor, row, seen_version(), **body.model_dump())
    return schedule_out(row)


@api.operation("GET", "/open_data", May.READ, answer=OpenDataOut)
def open_data() -> Any:
    """Whether the monthly figures are open to everybody."""
    setting = queries.open_data(g.session)
    return setting or OpenDataOut(open=False, licence=USUAL_LICENCE)


@api.operation("PUT", "/open_data", May.DEFINE, body=OpenDataIn, answer=OpenDataOut)
def set_open_data(body: OpenDataIn) -> Any:
    """Open the monthly figures to everybody, or close them."""
    service.set_open_data(g.session, g.actor, open_=body.open, licence=body.licence)
    return OpenDataOut(open=body.open, licence=body.licence)
