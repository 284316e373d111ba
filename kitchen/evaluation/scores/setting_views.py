"""Pages of what is set: the formula with a look at last month, and the quotas."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores import labels, pay, queries, versions
from kitchen.evaluation.scores.formula import PARAMETERS, hundredths
from kitchen.evaluation.scores.preview import Preview, preview
from kitchen.evaluation.scores.rules import first_of, month_after, name_of
from kitchen.evaluation.scores.schemas import FormulaForm, QuotaIn
from kitchen.people import queries as people
from kitchen.people.labels import ROLES
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("performance_settings", __name__, url_prefix="/performance")


@bp.route("/formula", methods=["GET", "POST"])
@guard(May.READ)
def formula() -> Any:
    """The formula in force, its versions, and a new one from a month on."""
    form = _formula_form()
    if form.posted:
        with form.attempt():
            given = form.read()
            versions.change(g.session, g.actor, given.valid_from, _weights(given), note=given.note)
            since = name_of(given.valid_from)
            flash(gettext("新公式已保存，从 %(month)s 起算。", month=since), "ok")
            return redirect(url_for("performance_settings.formula"))
    return _formula_page(form)


@bp.post("/formula/preview")
@guard(May.DEFINE)
def look() -> Any:
    """What these numbers would have made of last month; nothing is saved."""
    form = _formula_form()
    found = None
    with form.attempt():
        found = preview(g.session, g.actor, _weights(form.read()))
    return _formula_page(form, found)


def _formula_form() -> Form[Any]:
    month = first_of(clock.today(g.session))
    weights = versions.weights_for(g.session, month)
    start = {name: f"{weights[name].normalize():f}" for name in PARAMETERS}
    return Form(FormulaForm, {**start, "valid_from": name_of(month_after(month)), "note": ""})


def _weights(given: Any) -> dict[str, Decimal]:
    return {name: getattr(given, name) for name in PARAMETERS}


def _formula_page(form: Form[Any], found: Preview | None = None) -> Any:
    query = read_query(PageQuery)
    return form.page(
        "performance/formula.html",
        preview=found,
        page=versions.page_of_versions(g.session, limit=query.limit, cursor=query.cursor),
        groups=[(label, _named(prefixes)) for label, prefixes in labels.GROUPS],
        labels=labels,
        name_of=name_of,
        name=queries.latest_name(g.session),
    )


def _named(prefixes: str | tuple[str, ...]) -> list[str]:
    return [name for name in PARAMETERS if name.startswith(prefixes)]


@bp.route("/quotas", methods=["GET", "POST"])
@guard(May.DEFINE)
def quotas() -> Any:
    """What roles and people owe a month, and setting it anew from a month on."""
    form = Form(QuotaIn, {"valid_from": name_of(first_of(clock.today(g.session))), "fixed": "0"})
    if form.posted:
        with form.attempt():
            given = form.read()
            pay.set_quota(
                g.session,
                g.actor,
                role=given.role,
                person=queries.person_named(g.session, given.person) if given.person else None,
                valid_from=given.valid_from,
                quota=hundredths(given.quota),
                fixed=hundredths(given.fixed),
                note=given.note,
            )
            flash(gettext("定额已保存。"), "ok")
            return redirect(url_for("performance_settings.quotas"))
    query = read_query(PageQuery)
    return form.page(
        "performance/quotas.html",
        page=queries.page_of_quotas(g.session, limit=query.limit, cursor=query.cursor),
        staff=[(it.uid, it.name) for it in people.all_staff(g.session)],
        roles=ROLES,
        name_of=name_of,
        name=queries.latest_name(g.session),
    )
