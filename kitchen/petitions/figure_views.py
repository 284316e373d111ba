"""Pages of a week's figures, its digest as a document, and the desk's terms and calendar."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, send_file, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.core.errors import NotFound
from kitchen.papers import WORD, as_docx
from kitchen.petitions import digest, figures, labels, service, timing
from kitchen.petitions.rules import NAMES, May, bounds_of
from kitchen.petitions.schemas import ParametersIn
from kitchen.web.forms import Form
from kitchen.web.guard import guard

bp = Blueprint("petition_figures", __name__, url_prefix="/petitions")


@bp.get("/weeks")
@guard(May.READ)
def this_week() -> Any:
    """The week that runs."""
    today = clock.today(g.session).isoformat()
    return redirect(url_for("petition_figures.week", day=today))


@bp.get("/weeks/<day>")
@guard(May.READ)
def week(day: str) -> Any:
    """The week in which a day lies: figures, topics, units."""
    found = figures.figures_of(g.session, g.actor, figures.week_of(_day(day)))
    begins = clock.local(found.span.begins).date()
    return render_template(
        "petitions/week.html",
        figures=found,
        begins=begins,
        before=begins - timedelta(days=7),
        after=begins + timedelta(days=7),
        labels=labels,
    )


@bp.get("/weeks/<day>/digest.docx")
@guard(May.READ)
def document(day: str) -> Any:
    """The week's digest as a Word document."""
    found = figures.figures_of(g.session, g.actor, figures.week_of(_day(day)))
    begins = clock.local(found.span.begins).date()
    return send_file(
        BytesIO(as_docx(digest.paper(found, gettext))),
        mimetype=WORD,
        as_attachment=True,
        download_name=f"petitions-{begins.isoformat()}.docx",
    )


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise NotFound from error


@bp.route("/terms", methods=["GET", "POST"])
@guard(May.SET)
def terms() -> Any:
    """Every term and limit."""
    now = timing.parameters(g.session)
    form = Form(ParametersIn, {name: getattr(now, name) for name in NAMES})
    if form.posted:
        with form.attempt():
            service.set_parameters(g.session, g.actor, form.read().model_dump())
            flash(gettext("已保存。正在走的期限不变。"), "ok")
            return redirect(url_for("petition_figures.terms"))
    return form.page("petitions/terms.html", labels=labels, bounds_of=bounds_of)
