"""我的工作台: one list of what I must do, by when. And my settings, the style guide."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, session, url_for
from flask_babel import gettext
from flask_login import logout_user

from kitchen.core import clock
from kitchen.leads.rules import May as Leads
from kitchen.people import queries as people
from kitchen.people.labels import ROLES
from kitchen.people.service import end_sessions as end_every_session
from kitchen.roster import labels as duty_labels
from kitchen.roster import queries as roster
from kitchen.screens import workbench
from kitchen.web.guard import anyone, signed_in

bp = Blueprint("screens", __name__)


@bp.get("/", endpoint="workbench")
@signed_in
def show_workbench() -> Any:
    """What waits for this person, in the order in which it is due; correspondents have a portal."""
    if g.actor.may(Leads.CONTRIBUTE) and not g.actor.may(Leads.READ):
        return redirect(url_for("portal.index"))
    return render_template(
        "screens/workbench.html",
        bench=workbench.bench_of(g.session, g.actor),
        running=roster.running(g.session, clock.now(g.session)),
        labels=duty_labels,
    )


@bp.get("/me")
@signed_in
def me() -> Any:
    """One's posts, language and sessions."""
    staff = people.the_staff(g.session, g.actor.uid)
    return render_template("screens/me.html", staff=staff, roles=ROLES)


@bp.post("/me/sessions/end")
@signed_in
def end_sessions() -> Any:
    """Sign out on every device, this one included."""
    end_every_session(g.session, people.the_staff(g.session, g.actor.uid))
    logout_user()
    session.clear()
    flash(gettext("已在所有设备上退出，请重新登录。"), "ok")
    return redirect(url_for("people.sign_in"))


@bp.get("/styleguide")
@anyone
def styleguide() -> Any:
    """Every component in every state."""
    return render_template("styleguide/index.html")
