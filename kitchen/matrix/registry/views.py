"""Pages of the registry: accounts entered, sheets in and out, brands, rules, days, proofs."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.core.calendar import special_days
from kitchen.core.errors import N_, Invalid
from kitchen.matrix import labels, service
from kitchen.matrix import queries as matrix
from kitchen.matrix.registry import (
    figures,
    importing,
    library,
    parameters,
    queries,
    sheets,
    working_days,
)
from kitchen.matrix.registry.keepers import is_keeper
from kitchen.matrix.registry.rules import Figures
from kitchen.matrix.registry.schemas import DayIn, EntryIn, FiguresIn, ParameterIn, RegulationIn
from kitchen.matrix.rules import May
from kitchen.people.queries import all_units
from kitchen.web import sheets as uploads
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read

bp = Blueprint("registry", __name__, url_prefix="/matrix")


@bp.route("/accounts/enter", methods=["GET", "POST"])
@guard(May.FILE)
def enter() -> Any:
    """Put an account on the register that its unit runs by itself."""
    form = Form(EntryIn)
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            if given["channel"] not in labels.platforms():
                raise Invalid(fields={"channel": N_("没有这个平台，请从给出的选项里选。")})
            unit = matrix.the_unit(g.session, given.pop("unit"))
            account = service.enter_account(g.session, g.actor, unit=unit, **given)
            flash(gettext("已列入台账。四个责任位填齐后可以办理备案。"), "ok")
            return redirect(url_for("matrix.show", uid=account.uid))
    units = [it for it in all_units(g.session) if is_keeper(g.actor, it.id)]
    return form.page(
        "registry/enter.html", units=units, platforms=labels.platforms(), labels=labels
    )


@bp.post("/accounts/<uid>/figures")
@guard(May.FILE)
def note_figures(uid: str) -> Any:
    """Note what was collected about an account."""
    account = matrix.the_account(g.session, uid)
    given = read(FiguresIn).model_dump()
    last = given["last_post_at"]
    if last is not None and last.tzinfo is None:
        given["last_post_at"] = last.replace(tzinfo=clock.CENTRE)
    changed = figures.note(g.session, g.actor, account, Figures(**given), "declared")
    flash(gettext("数据已更新。") if changed else gettext("没有变化。"), "ok")
    return redirect(url_for("matrix.show", uid=uid))


@bp.route("/import", methods=["GET", "POST"])
@guard(May.FILE)
def take_in() -> Any:
    """A sheet into the registry; what was good is kept, the rest is told row by row."""
    return uploads.intake(
        partial(importing.take_in, g.session, g.actor),
        sheets.BYTES_MOST,
        form="registry/import.html",
        told="registry/taken_in.html",
        heads=sheets.HEADS.values(),
    )


@bp.get("/register.<kind>")
@guard(May.READ)
def register(kind: str) -> Response:
    """The whole registry as a sheet; ``?empty=1`` is the form to fill in."""
    accounts = [] if request.args.get("empty") else queries.whole_register(g.session)
    return uploads.sent(partial(sheets.written, accounts), kind, "accounts")


@bp.get("/brands")
@guard(May.READ)
def brands() -> Any:
    """Every brand, the most read first (S42)."""
    return render_template("registry/brands.html", lines=queries.brands(g.session))


@bp.get("/library")
@guard(May.READ)
def regulations() -> Any:
    """Every edition of every regulation (S15)."""
    return render_template("registry/library.html", regulations=queries.regulations(g.session))


@bp.route("/library/new", methods=["GET", "POST"])
@guard(May.REGISTER)
def publish_regulation() -> Any:
    """Put a regulation, or the next edition of one, in force."""
    former = request.args.get("of", "")
    start = {"title": former, "in_force_from": clock.today(g.session).isoformat()}
    form = Form(RegulationIn, start)
    if form.posted:
        with form.attempt():
            made = library.publish(g.session, g.actor, **form.read().model_dump())
            flash(gettext("已生效，共 %(n)s 条。", n=len(made.clauses)), "ok")
            return redirect(url_for("registry.regulation", uid=made.uid))
    return form.page("registry/regulation_new.html")


@bp.get("/library/<uid>")
@guard(May.READ)
def regulation(uid: str) -> Any:
    """One edition with its clauses, each with an address of its own."""
    found = queries.the_regulation(g.session, uid)
    return render_template("registry/regulation.html", regulation=found, citation=library.citation)


@bp.route("/calendar", methods=["GET", "POST"])
@guard(May.READ)
def calendar() -> Any:
    """Holidays and days worked for them: deadlines in working days count by these."""
    form = Form(DayIn)
    if form.posted:
        with form.attempt():
            given = form.read()
            if given.kind == "usual":
                working_days.forget_day(g.session, g.actor, given.day)
            else:
                working = given.kind == "working"
                working_days.set_day(
                    g.session, g.actor, given.day, working=working, name=given.name
                )
            flash(gettext("日历已更新，之后定的期限按它算。"), "ok")
            return redirect(url_for("registry.calendar"))
    today = clock.today(g.session)
    span = timedelta(days=400)
    return form.page(
        "registry/calendar.html", days=special_days(g.session, today - span, today + span)
    )


@bp.get("/settings")
@guard(May.READ)
def settings() -> Any:
    """The numbers that the district sets for itself."""
    return _settings(None)


@bp.post("/settings/<key>")
@guard(May.REGISTER)
def set_parameter(key: str) -> Any:
    """Set one of them."""
    form = Form(ParameterIn)
    with form.attempt():
        try:
            parameters.change(g.session, g.actor, key, form.read().value)
        except Invalid as refused:
            raise Invalid(fields={key: next(iter(refused.fields.values()))}) from refused
        flash(gettext("已保存，从现在起生效。"), "ok")
        return redirect(url_for("registry.settings"))
    return _settings(form, key)


def _settings(form: Form[ParameterIn] | None, key: str = "") -> Any:
    context = {
        "parameters": parameters.PARAMETERS.values(),
        "values": parameters.values(g.session),
        "typed": {key: form.values.get("value", "")} if form else {},
        "errors": form.errors if form else {},
    }
    if form is not None:
        return form.page("registry/settings.html", **context)
    return render_template("registry/settings.html", **context)
