"""The desk's pages about the app: its columns, and the services that it leads to."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.core.errors import Stale
from kitchen.outlet import catalogue, clicks, columns, queries
from kitchen.outlet.models import OutletService
from kitchen.outlet.rules import LATELY, May, is_broken
from kitchen.outlet.schemas import (
    ColumnChangeIn,
    ColumnIn,
    HandledIn,
    ServiceChangeIn,
    ServiceIn,
)
from kitchen.web.forms import Form
from kitchen.web.guard import guard

bp = Blueprint("app_desk", __name__, url_prefix="/outlet")


@bp.get("/columns")
@guard(May.ARRANGE)
def index() -> Any:
    """The tree of columns, retired ones included."""
    return render_template(
        "outlet/desk/columns.html", blocks=queries.blocks(g.session, retired=True)
    )


@bp.route("/columns/new", methods=["GET", "POST"])
@guard(May.ARRANGE)
def new_column() -> Any:
    """Open a column, or a block."""
    form = Form(ColumnIn)
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            parent = queries.the_block(g.session, given.pop("parent"))
            columns.open_column(g.session, g.actor, parent=parent, **given)
            flash(gettext("栏目已建立。"), "ok")
            return redirect(url_for("app_desk.index"))
    return form.page("outlet/desk/column.html", column=None, parents=_parents())


@bp.route("/columns/<uid>", methods=["GET", "POST"])
@guard(May.ARRANGE)
def column(uid: str) -> Any:
    """Rename, move, retire or revive a column."""
    found = queries.column_by_uid(g.session, uid)
    form = Form(ColumnChangeIn, {**columns.shown(found), "version": found.version})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            seen = given.pop("version")
            parent = queries.the_block(g.session, given.pop("parent"))
            columns.change_column(g.session, g.actor, found, seen, parent=parent, **given)
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("app_desk.index"))
        found = queries.column_by_uid(g.session, uid)
        if isinstance(form.refusal, Stale):
            form.values["version"] = found.version
    return form.page("outlet/desk/column.html", column=found, parents=_parents())


def _parents() -> list[tuple[str, str]]:
    """The blocks to choose from."""
    return [(each.column.uid, each.column.name) for each in queries.blocks(g.session)]


@bp.get("/services")
@guard(May.ARRANGE)
def services() -> Any:
    """The catalogue of services: how each address answered last, how often it is taken."""
    entries = queries.catalogue(g.session, retired=True)
    return render_template(
        "outlet/desk/services.html",
        entries=entries,
        is_broken=is_broken,
        taken=clicks.totals(g.session, clock.today(g.session) - LATELY),
        handled=queries.handled(g.session),
    )


@bp.route("/services/new", methods=["GET", "POST"])
@guard(May.ARRANGE)
def new_service() -> Any:
    """Enter a service."""
    form = Form(ServiceIn)
    if form.posted:
        with form.attempt():
            catalogue.enter_service(g.session, g.actor, **form.read().model_dump())
            flash(gettext("服务已登记。"), "ok")
            return redirect(url_for("app_desk.services"))
    return form.page("outlet/desk/service.html", service=None)


@bp.route("/services/<uid>", methods=["GET", "POST"])
@guard(May.ARRANGE)
def service(uid: str) -> Any:
    """Change, retire or revive a service."""
    found = queries.service_by_uid(g.session, uid)
    form = Form(ServiceChangeIn, {**catalogue.shown(found), "version": found.version})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            catalogue.change_service(g.session, g.actor, found, given.pop("version"), **given)
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("app_desk.services"))
        found = queries.service_by_uid(g.session, uid)
        if isinstance(form.refusal, Stale):
            form.values["version"] = found.version
    return form.page("outlet/desk/service.html", service=found, **_handled(found))


def _handled(service: OutletService) -> dict[str, Any]:
    return {"handled": queries.handled(g.session).get(service.id)}


@bp.post("/services/<uid>/handled")
@guard(May.ARRANGE)
def tell_handled(uid: str) -> Any:
    """Enter how many matters a service handled in a month, as its provider told."""
    found = queries.service_by_uid(g.session, uid)
    form = Form(HandledIn)
    with form.attempt():
        given = form.read()
        catalogue.tell_handled(g.session, g.actor, found, given.month, given.handled, given.source)
        flash(gettext("办件量已登记。"), "ok")
        return redirect(url_for("app_desk.service", uid=uid))
    form.values = {**catalogue.shown(found), "version": found.version, **form.values}
    return form.page("outlet/desk/service.html", service=found, **_handled(found))
