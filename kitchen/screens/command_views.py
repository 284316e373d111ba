"""The command centre at the desk, and on the wall (S43)."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from flask import Blueprint, g, render_template
from pydantic import Field

from channels.registry import channel_classes
from kitchen.core.db import Database
from kitchen.core.errors import NotFound
from kitchen.opinion import labels, room_queries
from kitchen.opinion.room_models import IncidentRoom
from kitchen.opinion.rules import May
from kitchen.screens import command
from kitchen.screens.command import SCENES, Shared
from kitchen.web.face import g_face, unit
from kitchen.web.guard import guard
from kitchen.web.i18n import language
from kitchen.web.schema import Schema, read_query

bp = Blueprint("command", __name__, url_prefix="/command")
_SHARED: WeakKeyDictionary[Database, Shared] = WeakKeyDictionary()
"""What was made for each database that this process serves; one, outside of tests."""


class WallQuery(Schema):
    scene: str = Field("ops", max_length=8)
    event: str = Field("", max_length=22)
    kiosk: str = Field("", max_length=8)
    """Anything: nobody stands before it, and scenes change by themselves."""


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The work in numbers, each with the list behind it."""
    return render_template(
        "command/index.html",
        board=command.board(g.session),
        channels=channel_classes(),
        labels=labels,
    )


@bp.get("/wall")
@guard(May.READ, by_hand=True)
def wall() -> Any:
    """The wall: one scene, or all in turn."""
    query = _query()
    return render_template("command/wall.html", query=query, region=_region(query))


@bp.get("/wall/part")
@guard(May.READ, by_hand=True)
def part() -> Any:
    """What stands on the wall, made once for everybody who looks."""
    return _region(_query())


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
