"""The list of one's notices."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for

from kitchen.notifications import queries, service
from kitchen.web.guard import signed_in
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("notifications", __name__, url_prefix="/notifications")


@bp.get("")
@signed_in
def index() -> Any:
    """One's notices, newest first."""
    cursor = read_query(PageQuery).cursor
    page = queries.page_of_notices(g.session, g.actor.id, cursor=cursor)
    return render_template("notifications/index.html", page=page)


@bp.post("/read")
@signed_in
def read_all() -> Any:
    """Mark all as read."""
    service.read_all(g.session, g.actor)
    return redirect(url_for("notifications.index"))
