"""Pages of groups of accounts: who leads, who follows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core.errors import Stale
from kitchen.matrix import grouping, labels, queries
from kitchen.matrix.group_api import given
from kitchen.matrix.group_schemas import GroupIn
from kitchen.matrix.rules import May
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("groups", __name__, url_prefix="/matrix/groups")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The groups, newest first."""
    query = read_query(PageQuery)
    page = grouping.page_of_groups(g.session, limit=query.limit, cursor=query.cursor)
    return render_template("matrix/groups.html", page=page, channels=labels.channels())


@bp.route("/new", methods=["GET", "POST"])
@guard(May.MANAGE)
def new() -> Any:
    """Put accounts together."""
    form = Form(GroupIn, {"followers": []})
    if form.posted:
        with form.attempt():
            group = grouping.form_group(g.session, g.actor, **given(form.read()))
            flash(gettext("分组已建立。"), "ok")
            return redirect(url_for("groups.show", uid=group.uid))
    return form.page("matrix/group.html", group=None, may_manage=True, **_choices())


@bp.route("/<uid>", methods=["GET", "POST"])
@guard(May.READ)
def show(uid: str) -> Any:
    """One group: who leads, who follows."""
    group = grouping.the_group(g.session, uid)
    start = {
        "name": group.name,
        "note": group.note,
        "lead": group.lead.uid,
        "followers": [each.uid for each in group.accounts[1:]],
        "version": group.version,
    }
    form = Form(GroupIn, start)
    if form.posted:
        with form.attempt():
            body = form.read()
            grouping.change_group(g.session, g.actor, group, body.version, **given(body))
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("groups.show", uid=uid))
        group = grouping.the_group(g.session, uid)
        if isinstance(form.refusal, Stale):
            form.values["version"] = group.version
    may_manage = g.actor.may(May.MANAGE, group.unit_id)
    return form.page("matrix/group.html", group=group, may_manage=may_manage, **_choices())


def _choices() -> dict[str, Any]:
    names = labels.channels()
    accounts = [
        (
            each.uid,
            each.name,
            f"{gettext(names.get(each.channel, each.channel))} · {each.unit.name}",
        )
        for each in queries.accounts(g.session)
    ]
    return {"accounts": accounts, "channels": names}
