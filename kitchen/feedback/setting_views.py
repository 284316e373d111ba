"""Pages around the inbox: the trend of what comes in, the clock, the saved replies."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.feedback import clocks, labels, monitor, queries, service
from kitchen.feedback.rules import May
from kitchen.feedback.schemas import ClockIn, SavedIn, TrendQuery
from kitchen.matrix import queries as matrix
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read_query

bp = Blueprint("inbox_settings", __name__, url_prefix="/inbox")


@bp.get("/trend")
@guard(May.READ)
def trend() -> Any:
    """What comes in by day and account, where it rises, where we hear nothing."""
    query = read_query(TrendQuery)
    account = matrix.the_account(g.session, query.account) if query.account else None
    days = monitor.trend(g.session, account)
    return render_template(
        "inbox/trend.html",
        account=account,
        days=days,
        most=max([it.count for it in days] + [1]),
        busiest=monitor.busiest(g.session),
        deaf=monitor.deaf(g.session),
    )


@bp.route("/clock", methods=["GET", "POST"])
@guard(May.ARRANGE)
def clock() -> Any:
    """How the rule of 24 hours is read."""
    now = clocks.clock_of(g.session)
    times = {name: f"{getattr(now, name):%H:%M}" for name in ("work_from", "work_until")}
    form = Form(ClockIn, {**asdict(now), **times})
    if form.posted:
        with form.attempt():
            clocks.set_clock(g.session, g.actor, form.read().clock)
            flash(gettext("已保存，从新来的留言起用。"), "ok")
            return redirect(url_for("inbox_settings.clock"))
    return form.page("inbox/clock.html", labels=labels)


@bp.route("/saved", methods=["GET", "POST"])
@guard(May.HANDLE)
def saved() -> Any:
    """Words that are often needed."""
    form = Form(SavedIn)
    if form.posted:
        with form.attempt():
            given = form.read()
            service.save_reply(g.session, g.actor, given.title, given.text)
            flash(gettext("常用回复已保存。"), "ok")
            return redirect(url_for("inbox_settings.saved"))
    return form.page("inbox/saved.html", saved=queries.saved_replies(g.session))


@bp.post("/saved/<uid>/drop")
@guard(May.HANDLE)
def drop_saved(uid: str) -> Any:
    """They are needed no more."""
    service.drop_saved(g.session, g.actor, queries.the_saved(g.session, uid))
    flash(gettext("已删掉这条常用回复。"), "ok")
    return redirect(url_for("inbox_settings.saved"))
