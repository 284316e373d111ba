"""Pages of what is set: the formula with a look at last month, and the quotas."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.core.access import authorize
from kitchen.core.errors import N_, Stale
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores import labels, pay, queries, versions
from kitchen.evaluation.scores.formula import PARAMETERS, hundredths
from kitchen.evaluation.scores.preview import Preview, preview
from kitchen.evaluation.scores.rules import first_of, month_after, month_named, name_of
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
            _demand_seen(given)
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
    """The form begins with what holds for the month that it proposes: a version that is entered
    for that month already would otherwise be written over.
    """
    month = month_after(first_of(clock.today(g.session)))
    told = {"valid_from": name_of(month), "seen": _version_uid(month), "note": ""}
    return Form(FormulaForm, {**_numbers(month), **told})


def _numbers(month: date) -> dict[str, str]:
    """What holds for a month, as a field shows it."""
    weights = versions.weights_for(g.session, month)
    return {name: f"{weights[name].normalize():f}" for name in PARAMETERS}


def _version_uid(month: date) -> str:
    version = versions.version_for(g.session, month)
    return version.uid if version else ""


def _demand_seen(given: Any) -> None:
    """Raise :class:`Stale` where the month has another version than the form began with: the page
    sends every number, also those that nobody touched. Raises :class:`Forbidden`.
    """
    authorize(g.actor, May.DEFINE)
    if given.seen != _version_uid(given.valid_from):
        raise Stale(
            N_("%(month)s 用的不是表里这一版公式。不同的几项旁边写着那个月的数，核对后再保存。"),
            month=name_of(given.valid_from),
        )


def _weights(given: Any) -> dict[str, Decimal]:
    return {name: getattr(given, name) for name in PARAMETERS}


def _formula_page(form: Form[Any], found: Preview | None = None) -> Any:
    query = read_query(PageQuery)
    this = first_of(clock.today(g.session))
    typed = month_named(str(form.values["valid_from"])) if form.posted else None
    beside = typed or this
    if isinstance(form.refusal, Stale):
        form.values["seen"] = _version_uid(beside)  # its numbers are beside the fields now
    return form.page(
        "performance/formula.html",
        preview=found,
        page=versions.page_of_versions(g.session, limit=query.limit, cursor=query.cursor),
        groups=[(label, _named(prefixes)) for label, prefixes in labels.GROUPS],
        in_force=_numbers(this),
        beside=name_of(beside),
        others=_others(form.values, _numbers(beside)),
        labels=labels,
        name_of=name_of,
        name=queries.latest_name(g.session),
    )


def _others(shown: Mapping[str, Any], numbers: Mapping[str, str]) -> dict[str, str]:
    """Those numbers of a month that are not what the fields show."""
    return {name: number for name, number in numbers.items() if number != shown[name]}


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
