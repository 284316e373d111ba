"""The list of one's notices, by what they are about."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.notifications import labels, queries, service
from kitchen.notifications.schemas import SeenIn
from kitchen.web.guard import signed_in
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read as read_body
from kitchen.web.schema import read_query

bp = Blueprint("notifications", __name__, url_prefix="/notifications")


@bp.get("")
@signed_in
def index() -> Any:
    """One's notices, the newest subject first."""
    cursor = read_query(PageQuery).cursor
    page = queries.page_of_notices(g.session, g.actor.id, cursor=cursor)
    return render_template(
        "notifications/index.html",
        page=page,
        subjects=queries.by_subject(page.items),
        first=cursor is None,
        seen=clock.now(g.session).isoformat(),
        failures=queries.failures_of(g.session, g.actor.id),
        labels=labels,
    )


@bp.post("/read")
@signed_in
def read_all() -> Any:
    """Mark as read what was shown; who has to answer something urgent does so one by one."""
    given = read_body(SeenIn)
    service.read_all(g.session, g.actor, given.newest, given.seen)
    if queries.unread(g.session, g.actor.id):
        flash(gettext("刚到的消息和没人答复的紧急消息没有标，请逐条看。"), "warn")
    return redirect(url_for("notifications.index"))


@bp.post("/<uid>/read")
@signed_in
def read(uid: str) -> Any:
    """Mark one as read; whoever stands next in its line is left alone."""
    service.read(g.session, g.actor, uid)
    return redirect(url_for("notifications.index"))


@bp.post("/<uid>/snooze")
@signed_in
def snooze(uid: str) -> Any:
    """Put one away for half an hour."""
    service.snooze(g.session, g.actor, uid)
    flash(gettext("半小时后再提醒您。"), "ok")
    return redirect(url_for("notifications.index"))
