"""Pages of what was gathered: items, watch lists and their trend."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from channels.registry import channel_classes
from kitchen.core.errors import NotFound
from kitchen.opinion import figures, labels, queries, room_queries, rooms, watching
from kitchen.opinion.models import Watchlist
from kitchen.opinion.rules import RUNNING, May
from kitchen.opinion.schemas import Attach, ItemIn, ItemQuery, WatchlistIn
from kitchen.opinion.watching import Terms
from kitchen.people.queries import all_staff, the_staff
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import check, read, read_query

bp = Blueprint("opinion", __name__, url_prefix="/opinion")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """What was gathered, newest first, with the trend."""
    return _index(Form(ItemIn))


def _index(form: Form[ItemIn]) -> Any:
    query = check(ItemQuery, {}) if form.posted else read_query(ItemQuery)
    chosen = queries.the_watchlist(g.session, query.watchlist) if query.watchlist else None
    incident = room_queries.the_room(g.session, g.actor, query.incident) if query.incident else None
    page = queries.page_of_items(
        g.session,
        watchlist=chosen,
        incident=incident,
        origin=query.origin,
        tone=query.sound,
        since=query.since,
        until=query.until,
        q=query.q,
        limit=query.limit,
        cursor=query.cursor,
    )
    return form.page(
        "opinion/index.html",
        page=page,
        query=query,
        chosen=chosen,
        incident=incident,
        asked=query.model_dump(mode="json", exclude_none=True, exclude={"cursor", "limit"}),
        trend=figures.trend(g.session, chosen),
        lists=queries.watchlists(g.session),
        rooms=room_queries.page_of_rooms(g.session, g.actor, states=RUNNING, drill=False).items,
        channels=channel_classes(),
        labels=labels,
    )


@bp.post("")
@guard(May.KEEP)
def enter() -> Any:
    """Enter what somebody saw. What was typed stays where it is refused."""
    form = Form(ItemIn)
    with form.attempt():
        watching.enter(g.session, g.actor, **form.read().model_dump())
        flash(gettext("已录入。"), "ok")
        return redirect(url_for("opinion.index"))
    return _index(form)


@bp.post("/items/<uid>/attach")
@guard(May.HANDLE)
def attach(uid: str) -> Any:
    """Let an item belong to an incident."""
    room = room_queries.the_room(g.session, g.actor, read(Attach).incident)
    rooms.attach(g.session, g.actor, room, queries.the_item(g.session, uid))
    flash(gettext("已放进事件房间。"), "ok")
    return redirect(url_for("events.show", uid=room.uid))


@bp.get("/lists")
@guard(May.READ)
def lists() -> Any:
    """All watch lists, with what they found on the latest days."""
    found = queries.watchlists(g.session)
    counted = watching.by_day(g.session, [each.id for each in found], watching.USUAL_DAYS)
    return render_template(
        "opinion/lists.html",
        lists=found,
        sums={key: sum(days.values()) for key, days in counted.items()},
        days=watching.USUAL_DAYS,
        labels=labels,
    )


@bp.route("/lists/new", methods=["GET", "POST"])
@guard(May.KEEP)
def new_list() -> Any:
    """Make a list."""
    return _editing(None)


@bp.route("/lists/<uid>", methods=["GET", "POST"])
@guard(May.KEEP)
def edit_list(uid: str) -> Any:
    """Change a list."""
    return _editing(queries.the_watchlist(g.session, uid))


def _editing(watchlist: Watchlist | None) -> Any:
    form = Form(WatchlistIn, _as_typed(watchlist))
    if form.posted:
        with form.attempt():
            save_list(watchlist, form.read())
            flash(gettext("监测词已保存。"), "ok")
            return redirect(url_for("opinion.lists"))
    return form.page(
        "opinion/list_edit.html",
        watchlist=watchlist,
        staff=[(each.uid, each.name) for each in all_staff(g.session)],
        rooms=room_queries.page_of_rooms(g.session, g.actor, states=RUNNING, drill=False).items,
        labels=labels,
    )


def save_list(watchlist: Watchlist | None, given: WatchlistIn) -> Watchlist:
    """Make or change a list by what was given; without an owner it is whoever saves it."""
    incident = room_queries.the_room(g.session, g.actor, given.incident) if given.incident else None
    if incident is not None and incident.drill:
        raise NotFound
    return watching.keep(
        g.session,
        g.actor,
        watchlist,
        name=given.name,
        terms=Terms(given.names, given.words, given.places),
        owner=the_staff(g.session, given.owner or g.actor.uid),
        sensitivity=given.sensitivity,
        active=given.active,
        incident=incident,
        seen=given.version,
    )


def _as_typed(watchlist: Watchlist | None) -> dict[str, Any]:
    if watchlist is None:
        return {"active": True, "sensitivity": "rise", "owner": g.actor.uid}
    names = ("name", "names", "words", "places", "sensitivity", "active", "version")
    return {
        "owner": watchlist.owner.uid,
        "incident": room_queries.uid_of(g.session, watchlist.incident_id),
        **{name: getattr(watchlist, name) for name in names},
    }
