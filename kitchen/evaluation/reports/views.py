"""Pages of reports: the editions, one report, its papers, captures, schedules, open data."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, send_file, url_for
from flask_babel import gettext

from kitchen import ports
from kitchen.core import clock
from kitchen.core.errors import NotFound, Stale
from kitchen.evaluation.reports import captures, labels, queries, rights, service, wording
from kitchen.evaluation.reports.models import Report, ReportSchedule
from kitchen.evaluation.reports.open_data import USUAL_LICENCE
from kitchen.evaluation.reports.outline import compiled
from kitchen.evaluation.reports.papers import paper_of, sheet_of
from kitchen.evaluation.reports.rules import Figures, Kind, Period, period_of, unpacked
from kitchen.evaluation.reports.schemas import (
    EditionQuery,
    OpenDataIn,
    ReportQuery,
    ScheduleForm,
    WhoseForm,
)
from kitchen.evaluation.reports.scope import scope_of
from kitchen.evaluation.rules import May
from kitchen.papers import FORMS
from kitchen.people import queries as people
from kitchen.people.models import Unit
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("reports", __name__, url_prefix="/reports")

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The editions that were made, and the periods that run."""
    query = read_query(ReportQuery)
    today = clock.today(g.session)
    return render_template(
        "reports/index.html",
        page=queries.page_of_reports(g.session, **query.model_dump()),
        query=query,
        running=[period_of(kind, today) for kind in Kind],
        units=people.all_units(g.session),
        may_report=g.actor.may(May.REPORT),
        may_define=g.actor.may(May.DEFINE),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {"labels": labels, "wording": wording, "gettext": gettext}


def the_period(kind: str, first: str) -> Period:
    """The period of an address. Raises :class:`NotFound` for no kind, or no day of this age."""
    try:
        return period_of(Kind(kind), date.fromisoformat(first))
    except (ValueError, OverflowError) as error:
        raise NotFound from error


@bp.get("/<kind>/<first>")
@guard(May.READ)
def show(kind: str, first: str) -> Any:
    """One report: an edition, or the figures as they stand now while there is none."""
    period, query = the_period(kind, first), read_query(EditionQuery)
    return render_template("reports/show.html", form=None, **_shown(period, query))


def _shown(period: Period, query: EditionQuery) -> dict[str, Any]:
    unit = queries.whose(g.session, query.unit)
    report = _edition(period, unit, query.edition)
    if report is not None:
        figures: Figures = unpacked(report.figures)
    else:
        figures = compiled(g.session, scope_of(g.session, period, unit.id if unit else None))
    may_report = rights.may(g.session, g.actor, unit.id if unit else None)
    return {
        "period": period,
        "unit": unit,
        "report": report,
        "figures": figures,
        "editions": queries.editions_of(g.session, period, unit),
        "letters": queries.letters_of(g.session, g.actor, report) if report and may_report else [],
        "finished": period.after <= clock.today(g.session),
        "may_report": may_report,
        **_words(),
    }


def _edition(period: Period, unit: Unit | None, number: int | None) -> Report | None:
    if number is not None:
        return queries.the_edition(g.session, period, unit, number)
    return queries.latest(g.session, period, unit.id if unit else None)


@bp.post("/<kind>/<first>")
@guard(May.REPORT)
def make(kind: str, first: str) -> Any:
    """Freeze the figures as an edition."""
    period = the_period(kind, first)
    form = Form(WhoseForm)
    with form.attempt():
        report = service.make(
            g.session, g.actor, period, queries.whose(g.session, form.read().unit)
        )
        flash(gettext("已定稿，这一版的数字不会再变。"), "ok")
        return redirect(wording.address_of(report))
    query = EditionQuery(unit=form.values["unit"])
    return form.page("reports/show.html", **_shown(period, query))


@bp.get("/<kind>/<first>/report.<form>")
@guard(May.READ)
def paper(kind: str, first: str, form: str) -> Any:
    """An edition as a document, a print or a sheet."""
    period, query = the_period(kind, first), read_query(EditionQuery)
    report = _edition(period, queries.whose(g.session, query.unit), query.edition)
    if report is None or form not in ("xlsx", *FORMS):
        raise NotFound
    if form == "xlsx":
        body, mime = sheet_of(report, gettext), SHEET
    else:
        draw, mime = FORMS[form]
        body = draw(paper_of(report, gettext))
    name = f"report-{report.kind}-{report.first_day.isoformat()}-{report.edition}.{form}"
    return send_file(BytesIO(body), mimetype=mime, as_attachment=True, download_name=name)


@bp.get("/captures/<kind>/<first>")
@guard(May.READ)
def manifold(kind: str, first: str) -> Any:
    """What was made of each capture of a period, and of how many."""
    period, query = the_period(kind, first), read_query(EditionQuery)
    unit = queries.whose(g.session, query.unit)
    scope = scope_of(g.session, period, unit.id if unit else None)
    return render_template(
        "reports/captures.html",
        period=period,
        unit=unit,
        captures=captures.most_manifold(g.session, scope),
        section=captures.lineage(g.session, scope),
        **_words(),
    )


@bp.route("/schedules", methods=["GET", "POST"])
@guard(May.REPORT)
def schedules() -> Any:
    """To whom reports are sent, and asking for one more."""
    form = Form(ScheduleForm, {"kind": "week", "day": 1, "hour": 9, "active": True})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump(exclude={"version", "active"})
            unit = queries.whose(g.session, given.pop("unit"))
            service.schedule(g.session, g.actor, unit=unit, **given)
            flash(gettext("已保存，到点会定稿并寄出。"), "ok")
            return redirect(url_for("reports.schedules"))
    return _schedules_page(form)


@bp.route("/schedules/<uid>", methods=["GET", "POST"])
@guard(May.REPORT)
def schedule(uid: str) -> Any:
    """Change a schedule."""
    row = queries.the_schedule(g.session, g.actor, uid)
    plain = ("day", "hour", "recipients", "active", "version", "kind")
    form = Form(ScheduleForm, {name: getattr(row, name) for name in plain})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump(exclude={"kind", "unit"})
            service.change_schedule(g.session, g.actor, row, given.pop("version"), **given)
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("reports.schedules"))
        row = queries.the_schedule(g.session, g.actor, uid)
        if isinstance(form.refusal, Stale):
            form.values["version"] = row.version
    return _schedules_page(form, row)


def _schedules_page(form: Form[ScheduleForm], row: ReportSchedule | None = None) -> Any:
    query = read_query(PageQuery)
    return form.page(
        "reports/schedules.html",
        page=queries.page_of_schedules(g.session, g.actor, limit=query.limit, cursor=query.cursor),
        row=row,
        units=[it for it in people.all_units(g.session) if g.actor.may(May.REPORT, it.id)],
        mail_on=ports.of(g.session).mailer.on,
        **_words(),
    )


@bp.route("/open-data", methods=["GET", "POST"])
@guard(May.DEFINE)
def open_data() -> Any:
    """Open the monthly figures to everybody, or close them."""
    setting = queries.open_data(g.session)
    start = (
        {"open": setting.open, "licence": setting.licence}
        if setting
        else {"open": False, "licence": USUAL_LICENCE}
    )
    form = Form(OpenDataIn, start)
    if form.posted:
        with form.attempt():
            given = form.read()
            service.set_open_data(g.session, g.actor, open_=given.open, licence=given.licence)
            flash(gettext("已公开。") if given.open else gettext("已不公开。"), "ok")
            return redirect(url_for("reports.open_data"))
    return form.page("reports/open_data.html", root=ports.of(g.session).public_url)
