"""The command centre at the desk (S43)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template

from channels.registry import channel_classes
from kitchen.opinion import labels
from kitchen.opinion.rules import May
from kitchen.screens import command
from kitchen.web.guard import guard

bp = Blueprint("command", __name__, url_prefix="/command")


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
