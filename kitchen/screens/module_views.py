"""The page of the five modules (S50): how each stands, and the lists behind the figures."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template

from kitchen.leads.rules import May
from kitchen.screens import modules
from kitchen.web.guard import guard

bp = Blueprint("modules", __name__, url_prefix="/modules")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The five with their figures as they stand now."""
    return render_template("screens/modules.html", modules=modules.overview(g.session, g.actor))
