"""我的工作台: one list of what I must do, by when. And the style guide."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template

from kitchen.screens import workbench
from kitchen.web.guard import anyone, signed_in

bp = Blueprint("screens", __name__)


@bp.get("/", endpoint="workbench")
@signed_in
def show_workbench() -> Any:
    """What waits for this person, in the order in which it is due."""
    return render_template("screens/workbench.html", bench=workbench.bench_of(g.session, g.actor))


@bp.get("/styleguide")
@anyone
def styleguide() -> Any:
    """Every component in every state."""
    return render_template("styleguide/index.html")
