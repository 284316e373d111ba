"""The wall of the command centre (S43), for who may read here and for screens that have a key."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from pydantic import Field
from werkzeug import wrappers

from channels.registry import channel_classes
from kitchen import ports
from kitchen.core.db import Database
from kitchen.core.errors import N_, Forbidden, NotFound, NotSignedIn
from kitchen.opinion import labels, room_queries
from kitchen.opinion.room_models import IncidentRoom
from kitchen.opinion.rules import May
from kitchen.screens import command, wall_keys
from kitchen.screens.command import SCENES, Shared
from kitchen.screens.wall_schemas import WallKeyIn
from kitchen.web.face import g_face, unit
from kitchen.web.forms import Form
from kitchen.web.guard import Guard, anyone, guard, mark
from kitchen.web.i18n import COOKIE as LANGUAGE
from kitchen.web.i18n import LOCALES, language
from kitchen.web.schema import Schema, read_query

bp = Blueprint("wall", __name__, url_prefix="/command/wall")
COOKIE = "kitchen_wall"
"""Where a screen keeps its key; sent to the wall only."""
KEPT = 400 * 86_400
"""Seconds, the longest that browsers keep a cookie."""
_SHARED: WeakKeyDictionary[Database, Shared] = WeakKeyDictionary()
"""What was made for each database that this process serves; one, outside of tests."""


class WallQuery(Schema):
    scene: str = Field("ops", max_length=8)
    event: str = Field("", max_length=22)
    kiosk: str = Field("", max_length=8)
    """Anything: nobody stands before it, and scenes change by themselves."""


class KeyQuery(Schema):
    key: str = Field("", max_length=64)


@bp.get("")
@anyone(by_hand=True)
def show() -> Any:
    """The wall: one scene, or all in turn."""
    token = _admit()
    query = _query()
    page = make_response(render_template("command/wall.html", query=query, region=_region(query)))
    if token:
        _keep(page, COOKIE, token, str(bp.url_prefix))
    return page


@bp.get("/part")
@anyone(by_hand=True)
def part() -> Any:
    """What stands on the wall, made once for everybody who looks."""
    _admit()
    return _region(_query())


@bp.get("/open")
@anyone(by_hand=True)
def open_() -> Any:
    """Where a screen begins: it keeps the key, and its address is clean from then on."""
    query = read_query(KeyQuery)
    with unit(write=False) as session:
        key = wall_keys.fitting(session, query.key)
        if key is None:
            raise NotFound(N_("这把大屏钥匙不对或已收回，请向给您地址的人再要一个。"))
        lang = key.lang
    response = redirect(url_for("wall.show", kiosk=1))
    _keep(response, COOKIE, query.key, str(bp.url_prefix))
    _keep(response, LANGUAGE, lang, "/")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _keep(response: wrappers.Response, name: str, value: str, path: str) -> None:
    """Let the screen keep it; the nightly reload begins its time anew."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(
        name, value, max_age=KEPT, path=path, httponly=True, samesite="Lax", secure=secure
    )


def _admit() -> str:
    """Let in who may read here, and a screen that has a key; answers the key.

    Raises :class:`NotSignedIn`, :class:`Forbidden`.
    """
    with unit(write=False) as session:
        g_face().see_who_comes(session)
    if g.actor is not None and g.actor.may(May.READ):
        return ""
    token = request.cookies.get(COOKIE, "")
    if wall_keys.opens(g_face().database, token):
        return token
    raise NotSignedIn if g.actor is None else Forbidden(permission=May.READ)


@bp.route("/keys", methods=["GET", "POST"])
@mark(Guard(permission=May.SET, secret=True))
def keys() -> Any:
    """The keys of walls, and one more."""
    form = Form(WallKeyIn, {"lang": language()})
    if form.posted:
        with form.attempt():
            key, token = wall_keys.give(g.session, g.actor, **form.read().model_dump())
            return render_template("command/key_once.html", key=key, url=address_of(token))
    return form.page("command/keys.html", keys=wall_keys.all_keys(g.session), langs=LOCALES)


def address_of(token: str) -> str:
    """Where a screen with this token begins."""
    return f"{ports.of(g.session).desk_url}{url_for('wall.open_', key=token)}"


@bp.post("/keys/<uid>/take_back")
@guard(May.SET)
def take_back(uid: str) -> Any:
    """Let a screen show nothing from its next look on."""
    wall_keys.take_back(g.session, g.actor, wall_keys.the_key(g.session, uid))
    flash(gettext("钥匙已收回，那块屏不再更新。"), "ok")
    return redirect(url_for("wall.keys"))


def _query() -> WallQuery:
    query = read_query(WallQuery)
    if query.scene not in SCENES:
        raise NotFound
    return query


def _region(query: WallQuery) -> str:
    """The region, the same for all who ask for the same scene in the same language."""
    event = query.event if query.scene == "event" else ""
    key = (query.scene, event, bool(query.kiosk), language())
    shared = _SHARED.setdefault(g_face().database, Shared())
    return shared.get(key, lambda: _made(query))


def _made(query: WallQuery) -> str:
    with unit(write=False) as session:
        board = command.board(session)
        return render_template(
            "command/_wall.html",
            board=board,
            query=query,
            scenes=SCENES,
            pinned=_pinned(board.incidents, query.event),
            written=_lines(session, query),
            channels=channel_classes(),
            labels=labels,
        )


def _pinned(incidents: Any, event: str) -> IncidentRoom | None:
    """The incident that is asked for, else the gravest."""
    named = next((each for each in incidents if each.uid == event), None)
    return named or next(iter(incidents), None)


def _lines(session: Any, query: WallQuery) -> list[Any]:
    """The latest of the incident's timeline, on its own scene."""
    if query.scene != "event":
        return []
    pinned = _pinned(room_queries.running(session), query.event)
    return list(room_queries.timeline(session, pinned, limit=5)) if pinned else []
