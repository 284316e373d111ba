"""Pages of rumours (S28): the list, one rumour with its sources, verdict, statement and spread."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from channels.registry import channel_classes
from kitchen.core import audit
from kitchen.core.workflow import open_moves
from kitchen.opinion import (
    labels,
    queries,
    room_queries,
    room_work,
    rumours,
    statements,
)
from kitchen.opinion.models import RumourCase
from kitchen.opinion.rules import May
from kitchen.opinion.schemas import MeasureIn, Reason, RumourIn, SourceIn, VerdictIn
from kitchen.planning import queries as planning
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read, read_query

bp = Blueprint("rumours", __name__, url_prefix="/opinion/rumours")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """Rumours, newest first; open ones unless another list is asked for."""
    query = read_query(PageQuery)
    state = query.state if query.state in {*labels.RUMOURS, "all"} else "open"
    states = {"open": queries.OPEN_RUMOURS, "all": ()}.get(state, (state,))
    page = queries.page_of_rumours(
        g.session, states=states, q=query.q, limit=query.limit, cursor=query.cursor
    )
    return render_template(
        "opinion/rumours.html", page=page, query=query, state=state, labels=labels
    )


@bp.route("/new", methods=["GET", "POST"])
@guard(May.HANDLE)
def new() -> Any:
    """Enter a rumour; of an item that was gathered, or in an incident, if one is named."""
    item = request.values.get("item", "")
    found = queries.the_item(g.session, item) if item else None
    start = {"incident": request.values.get("incident", "")}
    form = Form(RumourIn, {**start, "text": found.text, "item": item} if found else start)
    if form.posted:
        with form.attempt():
            rumour = enter(form.read())
            flash(gettext("已登记，请开始核实。"), "ok")
            return redirect(url_for("rumours.show", uid=rumour.uid))
    return form.page("opinion/rumour_new.html")


def enter(given: RumourIn) -> RumourCase:
    """Enter what was given."""
    item = queries.the_item(g.session, given.item) if given.item else None
    incident = room_queries.the_room(g.session, g.actor, given.incident) if given.incident else None
    words = {"text": given.text, "link": given.link, "place": given.place}
    return rumours.enter(g.session, g.actor, item=item, incident=incident, **words)


@bp.get("/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One rumour."""
    return _page(_the(uid), Form(VerdictIn))


def _the(uid: str) -> RumourCase:
    return queries.the_rumour(g.session, uid)


def _page(rumour: RumourCase, form: Form[Any]) -> Response:
    story = rumour.story
    return form.page(
        "opinion/rumour.html",
        rumour=rumour,
        actions=[move.name for move in open_moves(rumour, g.actor)],
        steps=queries.steps_of(g.session, rumour=rumour.id),
        items=queries.items_of(g.session, rumour=rumour.id),
        measures=queries.measures_of(g.session, rumour=rumour.id),
        statement=planning.statement_of(g.session, story) if story else None,
        deliveries=room_queries.deliveries_of(g.session, rumour.story_id) if story else [],
        room=room_queries.uid_of(g.session, rumour.incident_id),
        history=audit.history(g.session, rumour),
        channels=channel_classes(),
        labels=labels,
    )


@bp.post("/<uid>/check")
@guard(May.HANDLE)
def check(uid: str) -> Any:
    """Begin to check the facts."""
    rumours.check(g.session, g.actor, _the(uid))
    return _back(uid, gettext("开始核实：写下谁证实、谁否认。"))


@bp.post("/<uid>/sources")
@guard(May.HANDLE)
def add_source(uid: str) -> Any:
    """What a source says. What was typed stays where it is refused."""
    form = Form(SourceIn)
    with form.attempt():
        rumours.add_source(g.session, g.actor, _the(uid), **form.read().model_dump())
        return _back(uid, gettext("来源已记下。"))
    return _page(_the(uid), form)


@bp.post("/<uid>/judge")
@guard(May.DECIDE)
def judge(uid: str) -> Any:
    """Say whether it is true."""
    form = Form(VerdictIn)
    with form.attempt():
        given = form.read()
        rumour = _the(uid)
        rumours.judge(g.session, g.actor, rumour, given.verdict, given.finding, given.version)
        return _back(uid, gettext("结论已记下。"))
    return _page(_the(uid), form)


@bp.post("/<uid>/check_again")
@guard(May.DECIDE)
def check_again(uid: str) -> Any:
    """The verdict does not hold."""
    rumours.check_again(g.session, g.actor, _the(uid), read(Reason).note)
    return _back(uid, gettext("已回到核实。"))


@bp.post("/<uid>/answer")
@guard(May.HANDLE)
def answer(uid: str) -> Any:
    """Draft the statement: a story that goes the way of all stories."""
    story = statements.draft_clarification(g.session, g.actor, _the(uid))
    flash(gettext("澄清稿已起草，发到全矩阵。请改好送审。"), "ok")
    return redirect(url_for("stories.show", uid=story.uid))


@bp.post("/<uid>/measure")
@guard(May.HANDLE)
def measure(uid: str) -> Any:
    """How far it has spread."""
    form = Form(MeasureIn)
    with form.attempt():
        room_work.measure(g.session, g.actor, _the(uid), **form.read().model_dump())
        return _back(uid, gettext("传播量已记下。"))
    return _page(_the(uid), form)


@bp.post("/<uid>/close")
@guard(May.HANDLE)
def close(uid: str) -> Any:
    """It is over."""
    rumours.close(g.session, g.actor, _the(uid), read(Reason).note)
    return _back(uid, gettext("已办结。"))


@bp.post("/<uid>/reopen")
@guard(May.HANDLE)
def reopen(uid: str) -> Any:
    """It goes round again."""
    rumours.reopen(g.session, g.actor, _the(uid), read(Reason).note)
    return _back(uid, gettext("已重新打开。"))


def _back(uid: str, words: str) -> Any:
    flash(words, "ok")
    return redirect(url_for("rumours.show", uid=uid))
