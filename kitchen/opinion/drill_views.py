"""Pages of drills (S45): begin, pause, go on, reset."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext

from kitchen.opinion import drills, labels, room_queries
from kitchen.opinion.room_models import Drill
from kitchen.opinion.room_schemas import DrillIn
from kitchen.opinion.rules import SPEEDS, May
from kitchen.opinion.scenarios import SCENARIOS
from kitchen.web.forms import Form
from kitchen.web.guard import guard

bp = Blueprint("drills", __name__, url_prefix="/drills")


@bp.route("", methods=["GET", "POST"])
@guard(May.HANDLE)
def index() -> Any:
    """What can be played and what was; or play one from its beginning."""
    form = Form(DrillIn, {"speed": 60})
    if form.posted:
        with form.attempt():
            given = form.read()
            drill = drills.begin(g.session, g.actor, given.scenario, given.speed)
            flash(gettext("演练开始。房间里的一切都是演练，什么都不会发到平台。"), "ok")
            return redirect(url_for("events.show", uid=drill.incident.uid))
    return form.page(
        "events/drills.html",
        scenarios=SCENARIOS,
        played=room_queries.drills(g.session),
        speeds=SPEEDS,
        labels=labels,
    )


@bp.post("/<uid>/pause")
@guard(May.HANDLE)
def pause(uid: str) -> Any:
    """Stand still."""
    drill = room_queries.the_drill(g.session, uid)
    drills.pause(g.session, g.actor, drill)
    return _back(drill, gettext("演练已暂停。"))


@bp.post("/<uid>/go_on")
@guard(May.HANDLE)
def go_on(uid: str) -> Any:
    """Go on."""
    drill = room_queries.the_drill(g.session, uid)
    drills.go_on(g.session, g.actor, drill)
    return _back(drill, gettext("演练继续。"))


@bp.post("/<uid>/reset")
@guard(May.HANDLE)
def reset(uid: str) -> Any:
    """End this playing."""
    drills.reset(g.session, g.actor, room_queries.the_drill(g.session, uid))
    flash(gettext("演练已重置，可以从头再来。"), "ok")
    return redirect(url_for("drills.index"))


def _back(drill: Drill, words: str) -> Any:
    flash(words, "ok")
    return redirect(url_for("events.show", uid=drill.incident.uid))
