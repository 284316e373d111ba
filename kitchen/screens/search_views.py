"""Pages of search: the finds, the questions one keeps, the palette's lines."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core.errors import Invalid
from kitchen.outlet import queries as outlet
from kitchen.people import queries as people
from kitchen.screens import palette, searching
from kitchen.search import queries, service
from kitchen.search.rules import LONGEST, Kind
from kitchen.search.schemas import Asked, KeepIn
from kitchen.search.sources import sources_of
from kitchen.web.guard import signed_in
from kitchen.web.i18n import say
from kitchen.web.schema import read, read_query

bp = Blueprint("search", __name__, url_prefix="/search")


@bp.get("")
@signed_in
def index() -> Any:
    """Everything in which these words stand, kind by kind; one kind with its filters and pages."""
    asked = read_query(Asked)
    return render_template(
        "search/index.html",
        asked=asked,
        address=asked.as_address(),
        results=searching.look_for(g.session, g.actor, asked),
        sources=sources_of(g.session),
        saved=queries.saved_of(g.session, g.actor.id),
        **_choices(asked),
    )


def _choices(asked: Asked) -> dict[str, Any]:
    """What the filters of one kind offer: (value, label)."""
    if asked.kind is None or asked.kind is Kind.PEOPLE:
        return {}
    return {
        "staff": [(person.uid, person.name) for person in people.all_staff(g.session)],
        "units": [(unit.uid, unit.name) for unit in people.all_units(g.session, closed=True)],
        "columns": _columns(asked.column) if asked.kind is Kind.STORIES else [],
    }


def _columns(asked: str | None) -> list[tuple[str, str]]:
    """The app's columns, retired ones too, and an older name where the address has it."""
    names = [column.name for column in outlet.all_columns(g.session)]
    return [(name, name) for name in [*names, *({asked or ""} - {"", *names})]]


@bp.get("/palette")
@signed_in
def options() -> Any:
    """The palette's lines for what was typed so far."""
    q = request.args.get("q", "")[:LONGEST]
    return render_template("search/_options.html", groups=palette.groups(g.session, g.actor, q))


@bp.post("/kept")
@signed_in
def keep() -> Any:
    """Keep a question under a name."""
    given = read(KeepIn)
    try:
        service.keep(g.session, g.actor, given.name, given.as_address())
    except Invalid as refusal:
        for told in refusal.fields.values():
            flash(say(told), "danger")
    else:
        flash(gettext("已保存，在搜索页和快速前往（Ctrl K）里都能找到。"), "ok")
    return redirect(url_for("search.index", **given.as_address()))


@bp.post("/kept/<uid>/drop")
@signed_in
def let_go(uid: str) -> Any:
    """Let a kept question go."""
    service.let_go(g.session, g.actor, queries.the_saved(g.session, g.actor.id, uid))
    flash(gettext("已删除这条保存的搜索。"), "ok")
    return redirect(url_for("search.index"))
