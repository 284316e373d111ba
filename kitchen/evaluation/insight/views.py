"""Pages of what worked: a period, a story's check-up, alarms, targets, figures from a sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.core.errors import NotFound
from kitchen.core.workflow import open_moves
from kitchen.evaluation.figures import labels, period, queries, service, sheets, targets
from kitchen.evaluation.figures.rules import FIELDS, Age, AlarmState, Measure, Scope
from kitchen.evaluation.insight.checkup import check_up
from kitchen.evaluation.insight.schemas import (
    AlarmQuery,
    EnterIn,
    PeriodQuery,
    ReasonIn,
    TargetEdit,
    TargetIn,
    the_period,
)
from kitchen.evaluation.response import labels as step_labels
from kitchen.evaluation.response.queries import response
from kitchen.evaluation.rules import May
from kitchen.matrix.labels import channels
from kitchen.matrix.registry.sheets import BYTES_MOST
from kitchen.stories import queries as stories
from kitchen.web import sheets as uploads
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read_query

bp = Blueprint("insight", __name__, url_prefix="/insight")

ALARMS_SHOWN = 5


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """What the pieces of a period had gathered, and how fast they came."""
    query = read_query(PeriodQuery)
    days = the_period(query, clock.today(g.session))
    figures = period.figures(g.session, days, query.age)
    return render_template(
        "insight/index.html",
        figures=figures,
        means=period.account_means(g.session, days.until),
        speed=response(g.session, days),
        alarms=queries.page_of_alarms(g.session, state=AlarmState.OPEN, limit=ALARMS_SHOWN),
        waiting=queries.open_alarms(g.session),
        channels=channels(),
        labels=labels,
        step_labels=step_labels,
    )


@bp.get("/stories/<uid>")
@guard(May.READ)
def story(uid: str) -> Any:
    """A story's check-up, and entering what no platform tells."""
    return render_template("insight/story.html", form=None, **_checked(uid))


@bp.post("/stories/<uid>/figures")
@guard(May.ENTER)
def enter(uid: str) -> Any:
    """Enter figures of one of its pieces."""
    form = Form(EnterIn)
    with form.attempt():
        given = form.read()
        piece = queries.the_piece(g.session, given.piece)
        service.enter(g.session, g.actor, piece, given.age, given.told)
        flash(gettext("已记下。"), "ok")
        return redirect(url_for("insight.story", uid=uid))
    return form.page("insight/story.html", **_checked(uid))


def _checked(uid: str) -> dict[str, Any]:
    found = check_up(g.session, stories.the_story(g.session, uid))
    return {
        "found": found,
        "ages": list(Age),
        "fields": FIELDS,
        "enterable": [
            piece for piece in found.pieces if g.actor.may(May.ENTER, piece.publication.unit_id)
        ],
        "moves": _moves,
        "now": clock.now(g.session),
        "channels": channels(),
        "labels": labels,
        "step_labels": step_labels,
    }


def _moves(alarm: Any) -> list[Any]:
    return open_moves(alarm, g.actor)


@bp.get("/alarms")
@guard(May.READ)
def alarms() -> Any:
    """Missed targets and doubted figures, newest first."""
    query = read_query(AlarmQuery)
    page = queries.page_of_alarms(g.session, **query.model_dump(exclude={"q"}))
    return render_template("insight/alarms.html", page=page, query=query, labels=labels)


@bp.get("/alarms/<uid>")
@guard(May.READ)
def alarm(uid: str) -> Any:
    """One alarm: what was seen, why it is odd, what may be said to it."""
    return render_template("insight/alarm.html", form=None, **_alarmed(uid))


def _alarmed(uid: str) -> dict[str, Any]:
    found = queries.the_alarm(g.session, uid)
    return {"alarm": found, "moves": _moves(found), "labels": labels}


VERBS: Mapping[str, Callable[..., None]] = {"dismiss": service.dismiss, "uphold": service.uphold}


@bp.post("/alarms/<uid>/<verb>")
@guard(May.ENTER)
def judge(uid: str, verb: str) -> Any:
    """Say what a look at it showed."""
    if verb not in VERBS:
        raise NotFound
    form = Form(ReasonIn)
    with form.attempt():
        VERBS[verb](g.session, g.actor, queries.the_alarm(g.session, uid), form.read().note)
        flash(gettext("已记下。"), "ok")
        return redirect(url_for("insight.alarm", uid=uid))
    return form.page("insight/alarm.html", **_alarmed(uid))


@bp.route("/targets", methods=["GET", "POST"])
@guard(May.READ)
def goals() -> Any:
    """The targets in force, and setting one."""
    form = Form(TargetIn)
    if form.posted:
        with form.attempt():
            targets.add(g.session, g.actor, **form.read().model_dump())
            flash(gettext("目标已定，从下一次统计起用。"), "ok")
            return redirect(url_for("insight.goals"))
    return form.page("insight/targets.html", **_targets())


@bp.post("/targets/<uid>")
@guard(May.DEFINE)
def change_goal(uid: str) -> Any:
    """Ask for more or less, sooner or later."""
    form = Form(TargetEdit)
    with form.attempt():
        given = form.read()
        target = targets.the_target(g.session, uid)
        targets.change(
            g.session, g.actor, target, age=given.age, reads=given.reads, seen=given.version
        )
        flash(gettext("目标已改，从下一次统计起用。"), "ok")
        return redirect(url_for("insight.goals"))
    return form.page("insight/targets.html", changed=uid, **_targets())


@bp.post("/targets/<uid>/drop")
@guard(May.DEFINE)
def drop_goal(uid: str) -> Any:
    """Take a target away."""
    targets.drop(g.session, g.actor, targets.the_target(g.session, uid))
    flash(gettext("目标已取消，改按范围更大的目标。"), "ok")
    return redirect(url_for("insight.goals"))


GENERAL = (
    (Scope.ALL, Measure.MEAN),
    (Scope.CAMPAIGN, Measure.ITEM),
    (Scope.ALL, Measure.ITEM),
)
"""Targets that name no subject: they are shown even where nobody set any."""


def _general_row(held: targets.Standing, scope: Scope, measure: Measure) -> Any:
    at = (scope, measure, "")
    return next((it for it in held.rows if (it.scope, it.measure, it.subject) == at), None)


def _targets() -> dict[str, Any]:
    held = targets.standing(g.session)
    return {
        "rows": held.rows,
        "general": [
            (scope, measure, held.general(scope, measure), _general_row(held, scope, measure))
            for scope, measure in GENERAL
        ],
        "names": targets.names_of(g.session, held.rows),
        "may_define": g.actor.may(May.DEFINE),
        "ages": list(Age),
        "labels": labels,
    }


@bp.route("/figures", methods=["GET", "POST"])
@guard(May.ENTER)
def take_in() -> Any:
    """A sheet of figures; what was good is kept, the rest is told row by row."""
    return uploads.intake(
        partial(sheets.take_in, g.session, g.actor),
        BYTES_MOST,
        form="insight/import.html",
        told="insight/taken_in.html",
        heads=sheets.HEADS.values(),
    )


@bp.get("/figures.<kind>")
@guard(May.ENTER)
def sheet(kind: str) -> Response:
    """The sheet to fill in: pieces whose reads are not known."""
    return uploads.sent(partial(sheets.form, g.session), kind, "figures")
