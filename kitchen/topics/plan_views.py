"""Pages of recurring plans: festivals, the two sessions, the flood season, as rows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask import render_template as render
from flask_babel import gettext

from kitchen.core import clock
from kitchen.topics import labels, plans, queries, quick_add
from kitchen.topics.rules import May
from kitchen.topics.schemas import PlanChange, PlanIn
from kitchen.topics.views import channel_labels
from kitchen.web.forms import Form
from kitchen.web.guard import guard

bp = Blueprint("plans", __name__, url_prefix="/topics/plans")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The plans, each with the date on which it comes next."""
    today = clock.today(g.session)
    rows = [(plan, plans.next_date(plan, today)) for plan in queries.plans(g.session)]
    return render("plans/index.html", rows=rows, labels=labels)


@bp.route("/new", methods=["GET", "POST"])
@guard(May.CONVENE)
def new() -> Any:
    """Lay down a plan."""
    start = {
        "forms": list(quick_add.FORMS),
        "channels": list(quick_add.CHANNELS),
        "rhythm": "yearly",
        "lead_days": 7,
        "month": 1,
        "day": 1,
    }
    form = Form(PlanIn, start)
    if form.posted:
        with form.attempt():
            plans.lay_down(g.session, g.actor, **form.read().model_dump())
            flash(gettext("计划已记下，到时候会自动备好选题草稿。"), "ok")
            return redirect(url_for("plans.index"))
    return _page("plans/new.html", form)


@bp.route("/<uid>", methods=["GET", "POST"])
@guard(May.CONVENE)
def edit(uid: str) -> Any:
    """Change a plan, or stop it."""
    plan = queries.the_plan(g.session, uid)
    form = Form(PlanChange, {name: getattr(plan, name) for name in PlanChange.model_fields})
    if form.posted:
        with form.attempt():
            given = form.read()
            changes = given.model_dump(exclude={"version"})
            plans.change(g.session, g.actor, plan, changes, given.version)
            flash(gettext("计划已修改。"), "ok")
            return redirect(url_for("plans.index"))
    return _page("plans/edit.html", form, plan=queries.the_plan(g.session, uid))


def _page(template: str, form: Form[Any], **context: Any) -> Any:
    return form.page(
        template,
        labels=labels,
        channels=channel_labels(),
        columns=queries.column_names(g.session),
        **context,
    )
