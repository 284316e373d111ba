"""Pages of pick-ups: the list with what waits to be judged, a story's, the outlets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.core.errors import N_, Invalid, NotFound, Stale
from kitchen.core.workflow import open_moves
from kitchen.evaluation.pickups import labels, queries, service
from kitchen.evaluation.pickups.models import PickUpOutlet
from kitchen.evaluation.pickups.schemas import OutletForm, PickUpIn, PickUpQuery
from kitchen.evaluation.rules import May
from kitchen.stories import queries as stories
from kitchen.stories.models import Story
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read_query

bp = Blueprint("pickups", __name__, url_prefix="/insight/pickups")


@bp.app_context_processor
def on_story() -> dict[str, Any]:
    """What ``pickups/_on_story.html`` needs, so that any page of a story may include it."""
    return {
        "pickups_of": lambda story: queries.confirmed_of(g.session, story),
        "tier_labels": labels.TIERS,
    }


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """Who took our stories up, and what the house only guesses."""
    query = read_query(PickUpQuery)
    return render_template(
        "pickups/index.html",
        page=queries.page_of_pickups(g.session, **query.model_dump()),
        query=query,
        counts=queries.counts(g.session),
        moves_of=lambda pickup: {move.name: move for move in open_moves(pickup, g.actor)},
        may_enter=g.actor.may(May.ENTER),
        labels=labels,
    )


@bp.route("/new", methods=["GET", "POST"])
@guard(May.ENTER)
def new() -> Any:
    """Note a pick-up that somebody saw."""
    today = clock.today(g.session).isoformat()
    form = Form(PickUpIn, {"story": request.args.get("story", ""), "published_on": today})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            story = _story_to_enter(given.pop("story"))
            service.enter(g.session, g.actor, story, **given)
            flash(gettext("已登记。"), "ok")
            return redirect(url_for("pickups.of_story", uid=story.uid))
    return form.page("pickups/new.html")


def _story_to_enter(uid: str) -> Story:
    try:
        return stories.story_without_text(g.session, uid)
    except NotFound as error:
        told = N_("没有这篇稿件，请粘贴稿件页的网址。")
        raise Invalid(fields={"story": told}) from error


VERBS: Mapping[str, tuple[Callable[..., None], str]] = {
    "confirm": (service.confirm, N_("已确认，省级以上的已告诉作者。")),
    "refuse": (service.refuse, N_("已记下：不是转载。")),
}


@bp.post("/<uid>/<verb>")
@guard(May.ENTER)
def judge(uid: str, verb: str) -> Any:
    """Say whether it is one."""
    if verb not in VERBS:
        raise NotFound
    act, told = VERBS[verb]
    seen = request.form.get("version", type=int)
    act(g.session, g.actor, queries.the_pickup(g.session, uid), seen)
    flash(gettext(told), "ok")
    return redirect(url_for("pickups.index", state=request.form.get("state") or None))


@bp.get("/stories/<uid>")
@guard(May.READ)
def of_story(uid: str) -> Any:
    """Who took one story up, by outlet and tier."""
    story = stories.story_without_text(g.session, uid)
    return render_template(
        "pickups/story.html",
        story=story,
        pickups=queries.confirmed_of(g.session, story),
        may_enter=g.actor.may(May.ENTER, story.unit_id),
    )


@bp.route("/outlets", methods=["GET", "POST"])
@guard(May.READ)
def outlets() -> Any:
    """The outlets that are watched, and adding one."""
    form = Form(OutletForm, {"active": True})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump(exclude={"version"})
            service.add_outlet(g.session, g.actor, **given)
            flash(gettext("已登记，今后订阅源里它的报道都会比对。"), "ok")
            return redirect(url_for("pickups.outlets"))
    return _outlets_page(form)


@bp.route("/outlets/<uid>", methods=["GET", "POST"])
@guard(May.ENTER)
def outlet(uid: str) -> Any:
    """Change an outlet."""
    row = queries.the_outlet(g.session, uid)
    form = Form(OutletForm, {**service.shown(row), "version": row.version})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            service.change_outlet(g.session, g.actor, row, given.pop("version"), **given)
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("pickups.outlets"))
        row = queries.the_outlet(g.session, uid)
        if isinstance(form.refusal, Stale):
            form.values["version"] = row.version
    return _outlets_page(form, row)


def _outlets_page(form: Form[OutletForm], row: PickUpOutlet | None = None) -> Any:
    return form.page(
        "pickups/outlets.html",
        outlets=queries.outlets(g.session),
        row=row,
        may_enter=g.actor.may(May.ENTER),
        labels=labels,
    )
