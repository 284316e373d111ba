"""Pages of the lists of others: places entered by hand, by a sheet, and taken out again."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from flask_babel import gettext

from kitchen.evaluation.indices import queries, ranks
from kitchen.evaluation.indices.schemas import RankIn, RankQuery
from kitchen.evaluation.rules import May
from kitchen.matrix import queries as matrix
from kitchen.matrix.labels import platforms
from kitchen.matrix.registry import sheets
from kitchen.web import sheets as uploads
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read_query

bp = Blueprint("official_ranks", __name__, url_prefix="/insight/ranks")


@bp.route("", methods=["GET", "POST"])
@guard(May.READ)
def index() -> Any:
    """The places, the latest entered first, and the form to enter one."""
    form = Form(RankIn, {"account": request.args.get("account", "")})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            account = queries.the_account_asked_for(g.session, given.pop("account"))
            ranks.enter(g.session, g.actor, account, **given)
            flash(gettext("已记下名次。"), "ok")
            return redirect(url_for("official_ranks.index"))
    return form.page("indices/ranks.html", **_listed())


def _listed() -> dict[str, Any]:
    query = read_query(RankQuery)
    chosen = matrix.the_account(g.session, query.account) if query.account else None
    may_enter = g.actor.may(May.ENTER)
    return {
        "query": query,
        "page": queries.page_of_ranks(
            g.session, account=chosen, **query.model_dump(exclude={"account"})
        ),
        "accounts": _options() if may_enter else [],
        "channels": platforms(),
        "may_enter": may_enter,
    }


def _options() -> list[tuple[str, str]]:
    names = platforms()
    return [
        (it.uid, f"{gettext(names.get(it.channel, it.channel))} {it.name}")
        for it in matrix.accounts(g.session, enabled=None)
        if g.actor.may(May.ENTER, it.unit_id)
    ]


@bp.route("/import", methods=["GET", "POST"])
@guard(May.ENTER)
def take_in() -> Any:
    """A sheet of places; what was good is kept, the rest is told row by row."""
    return uploads.intake(
        partial(ranks.take_in, g.session, g.actor),
        sheets.BYTES_MOST,
        form="indices/ranks_import.html",
        told="indices/ranks_taken_in.html",
        heads=ranks.HEADS.values(),
    )


@bp.get("/empty.<kind>")
@guard(May.ENTER)
def empty(kind: str) -> Response:
    """The sheet to fill in."""
    return uploads.sent(ranks.empty_sheet, kind, "ranks")


@bp.post("/<uid>/drop")
@guard(May.ENTER)
def drop(uid: str) -> Any:
    """Take out what was entered by mistake."""
    ranks.drop(g.session, g.actor, queries.the_rank(g.session, uid))
    flash(gettext("已删除这条名次。"), "ok")
    return redirect(url_for("official_ranks.index"))
