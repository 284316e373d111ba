"""The page on which everything is called back that shows a withdrawn asset."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext

from kitchen.core import audit
from kitchen.core.access import authorize
from kitchen.media import queries
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May, State
from kitchen.screens import recalling
from kitchen.screens.recalling import Recalled
from kitchen.screens.recalling_schemas import RecallIn
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.i18n import say

bp = Blueprint("recalling", __name__, url_prefix="/assets")


@bp.route("/<uid>/recall", methods=["GET", "POST"])
@guard(May.WITHDRAW)
def page(uid: str) -> Any:
    """Which stories will be called back, by whom the others must be, and why."""
    asset = queries.the_asset(g.session, uid)
    authorize(g.actor, May.WITHDRAW, asset)
    form = Form(RecallIn, {"note": _reason(asset)})
    if form.posted:
        with form.attempt():
            _tell(recalling.recall(g.session, g.actor, asset, form.read().note))
            return redirect(url_for("media.show", uid=uid) + "#uses")
        asset = queries.the_asset(g.session, uid)
    stories = recalling.to_call_back(g.session, asset)
    beyond = recalling.beyond(g.actor, stories)
    return form.page("screens/recall.html", item=asset, stories=stories, beyond=beyond)


def _reason(asset: MediaAsset) -> str:
    """Why it was withdrawn: most often the reason to call back as well."""
    if asset.state == State.AVAILABLE:
        return ""
    acts = audit.history(g.session, asset)
    return next((entry.note for entry in acts if entry.action == "withdraw"), "")


def _tell(recalled: Recalled) -> None:
    if recalled.called_back:
        told = gettext("%(n)s 篇稿件的签发已撤销，发出去的正在逐个平台撤回。")
        flash(told % {"n": len(recalled.called_back)}, "ok")
    for each in recalled.left:
        told = gettext("“%(title)s”没有收回：%(why)s")
        flash(told % {"title": each.story.title, "why": say(each.why)}, "warn")
