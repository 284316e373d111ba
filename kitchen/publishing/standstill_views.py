"""The page of standstills: stop the house or a channel, and lift it again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext

from channels.registry import channel_classes
from kitchen.core.errors import N_
from kitchen.publishing import labels, standstill
from kitchen.publishing.rules import May
from kitchen.publishing.standstill_schemas import LiftIn, StopIn
from kitchen.web.forms import Form
from kitchen.web.guard import guard

bp = Blueprint("standstills", __name__, url_prefix="/publish/stops")


@bp.route("", methods=["GET", "POST"])
@guard(May.STOP)
def index() -> Any:
    """What stands still, and the form that stops more."""
    form = Form(StopIn)
    if form.posted:
        with form.attempt():
            given = form.read()
            standstill.stop(g.session, g.actor, given.scope, given.reason)
            flash(gettext("已停发。正在发送的会走完，其余都停住。"), "ok")
            return redirect(url_for("standstills.index"))
    return form.page("publishing/stops.html", stops=standstill.standing(g.session), **_named())


@bp.post("/lift")
@guard(May.STOP)
def lift() -> Any:
    """Send again."""
    if standstill.lift(g.session, g.actor, Form(LiftIn).read().scope):
        flash(gettext("已恢复发送，停住的内容会自动发出。"), "ok")
    else:
        flash(gettext("已记录。还需要另一位同事确认，才会恢复发送。"), "ok")
    return redirect(url_for("standstills.index"))


def _named() -> dict[str, Any]:
    """Every scope that may be stopped, with its name."""
    channels = {standstill.channel_scope(key): it.label for key, it in channel_classes().items()}
    return {"scopes": {standstill.HOUSE_WIDE: N_("全部渠道"), **channels}, "labels": labels}
