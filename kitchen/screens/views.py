"""我的工作台: one list of what I must do, by when. And search, my settings, the style guide."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import logout_user

from kitchen.leads.rules import May as Leads
from kitchen.people import service as people
from kitchen.people.labels import ROLES
from kitchen.screens import searching, workbench
from kitchen.screens.searching import PLACES
from kitchen.web.guard import anyone, signed_in

bp = Blueprint("screens", __name__)

SHOWN = 8
"""Finds of each kind on the page of everything."""
LONGEST_QUESTION = 100


@bp.get("/", endpoint="workbench")
@signed_in
def show_workbench() -> Any:
    """What waits for this person, in the order in which it is due; correspondents have a portal."""
    if g.actor.may(Leads.CONTRIBUTE) and not g.actor.may(Leads.READ):
        return redirect(url_for("portal.index"))
    return render_template("screens/workbench.html", bench=workbench.bench_of(g.session, g.actor))


@bp.get("/search")
@signed_in
def search() -> Any:
    """Everything that bears these words, kind by kind."""
    q = request.args.get("q", "").strip()[:LONGEST_QUESTION]
    kinds = searching.kinds_for(g.actor)
    found = {
        kind: searching.find(g.session, kind, q, limit=SHOWN).items if q else () for kind in kinds
    }
    return render_template("screens/search.html", q=q, found=found, places=PLACES)


@bp.get("/me")
@signed_in
def me() -> Any:
    """One's posts, language and sessions."""
    return render_template("screens/me.html", staff=g.staff, roles=ROLES)


@bp.post("/me/sessions/end")
@signed_in
def end_sessions() -> Any:
    """Sign out on every device, this one included."""
    people.end_sessions(g.session, g.staff)
    logout_user()
    session.clear()
    flash(gettext("已在所有设备上退出，请重新登录。"), "ok")
    return redirect(url_for("people.sign_in"))


@bp.get("/styleguide")
@anyone
def styleguide() -> Any:
    """Every component in every state."""
    return render_template("styleguide/index.html")
