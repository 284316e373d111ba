"""The page of one-tap links to every account of the matrix (S33), and its state on the desk."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from flask import Blueprint, g, render_template
from flask_babel import gettext

from kitchen.matrix.labels import channels
from kitchen.outlet.readers import blueprint, page
from kitchen.outlet.rules import May
from kitchen.screens import destinations
from kitchen.screens.destinations import Door
from kitchen.web.guard import anyone, guard

bp = blueprint("links", __name__)
desk = Blueprint("doors", __name__, url_prefix="/outlet")


@bp.get("/links")
@anyone
def index() -> Any:
    """Every account in use that readers can visit, by platform; broken addresses are left out."""
    found = [door for door in destinations.doors(g.session) if not door.broken]
    return page("outlet/links.html", platforms=_by_platform(found))


@desk.get("/links")
@guard(May.ARRANGE)
def links() -> Any:
    """The same for the desk: how each address answered last."""
    return render_template("outlet/desk/links.html", doors=destinations.doors(g.session))


def _by_platform(doors: Iterable[Door]) -> list[tuple[str, list[Door]]]:
    names = channels()
    by_channel = groupby(doors, key=lambda door: door.account.channel)
    return [(gettext(names.get(channel, channel)), list(those)) for channel, those in by_channel]
