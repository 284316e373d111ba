"""Pages of early signs (S26): the list, the report, one sign and what one may do about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import audit
from kitchen.core.workflow import open_moves
from kitchen.opinion import labels, queries, room_queries, signs
from kitchen.opinion.models import EarlySign
from kitchen.opinion.rules import May
from kitchen.opinion.schemas import Reason, SignIn
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read, read_query

bp = Blueprint("signs", __name__, url_prefix="/opinion/signs")


@bp.get("")
@guard(May.FOLLOW)
def index() -> Any:
    """Signs, newest first; open ones unless another list is asked for."""
    query = read_query(PageQuery)
    state = query.state if query.state in {*labels.SIGNS, "all"} else "open"
    states = {"open": queries.OPEN_SIGNS, "all": ()}.get(state, (state,))
    page = queries.page_of_signs(
        g.session, g.actor, states=states, q=query.q, limit=query.limit, cursor=query.cursor
    )
    return render_template("opinion/signs.html", page=page, query=query, state=state, labels=labels)


@bp.route("/new", methods=["GET", "POST"])
@guard(May.REPORT)
def new() -> Any:
    """Report a sign; of an item that was gathered, if one is named."""
    item = _item(request.values.get("item", ""))
    form = Form(
        SignIn, {"grade": "routine", **({"body": item.text, "item": item.uid} if item else {})}
    )
    if form.posted:
        with form.attempt():
            sign = report(form.read())
            flash(gettext("已上报，有人签收后会告诉您。"), "ok")
            return redirect(url_for("signs.show", uid=sign.uid))
    return form.page("opinion/sign_new.html", labels=labels)


def _item(uid: str) -> Any:
    return queries.the_item(g.session, uid) if uid and g.actor.may(May.READ) else None


def report(given: SignIn) -> EarlySign:
    """Report what was given."""
    fields = given.model_dump()
    item = _item(fields.pop("item") or "")
    return signs.report(g.session, g.actor, item=item, **fields)


@bp.get("/<uid>")
@guard(May.FOLLOW)
def show(uid: str) -> Any:
    """One sign: what was seen, the chain, what was done."""
    sign = queries.the_sign(g.session, g.actor, uid)
    return render_template(
        "opinion/sign.html",
        sign=sign,
        actions=[move.name for move in open_moves(sign, g.actor)],
        steps=queries.steps_of(g.session, sign=sign.id),
        items=queries.items_of(g.session, sign=sign.id),
        room=room_queries.uid_of(g.session, sign.incident_id),
        history=audit.history(g.session, sign),
        labels=labels,
    )


@bp.post("/<uid>/acknowledge")
@guard(May.HANDLE)
def acknowledge(uid: str) -> Any:
    """Take it up."""
    signs.acknowledge(g.session, g.actor, queries.the_sign(g.session, g.actor, uid))
    return _back(uid, gettext("已签收，报送人会收到通知。"))


@bp.post("/<uid>/act")
@guard(May.HANDLE)
def act(uid: str) -> Any:
    """Say what is done about it."""
    words = read(Reason).note
    signs.act(g.session, g.actor, queries.the_sign(g.session, g.actor, uid), words)
    return _back(uid, gettext("处置已记录。"))


@bp.post("/<uid>/close")
@guard(May.HANDLE)
def close(uid: str) -> Any:
    """It is over."""
    words = read(Reason).note
    signs.close(g.session, g.actor, queries.the_sign(g.session, g.actor, uid), words)
    return _back(uid, gettext("已办结。"))


@bp.post("/<uid>/reopen")
@guard(May.HANDLE)
def reopen(uid: str) -> Any:
    """It was closed too early."""
    words = read(Reason).note
    signs.reopen(g.session, g.actor, queries.the_sign(g.session, g.actor, uid), words)
    return _back(uid, gettext("已重新打开。"))


def _back(uid: str, words: str) -> Any:
    flash(words, "ok")
    return redirect(url_for("signs.show", uid=uid))
