"""The hub's door: programs ask here to be told of changes, and are believed later."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request

from kitchen.outlet import hub
from kitchen.outlet.schemas import HubIn
from kitchen.web.guard import anyone
from kitchen.web.schema import check

bp = Blueprint("hub", __name__)


@bp.post("/hub")
@anyone
def ask() -> Any:
    """Take note of the wish (202); the callback is asked for its own word before it comes true."""
    given = {name: value for name, value in request.form.items() if name in HubIn.names()}
    asked = check(HubIn, given)
    hub.ask(g.session, asked.mode, asked.topic, asked.callback, asked.lease, asked.secret)
    return Response("accepted\n", 202, mimetype="text/plain")
