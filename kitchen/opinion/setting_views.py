"""The page of terms, limits and the chain."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext

from kitchen.opinion import labels, settings
from kitchen.opinion.rules import CHAIN_MOST, NAMES, May, bounds_of
from kitchen.opinion.schemas import ParametersIn
from kitchen.people.labels import ROLES
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import Schema

bp = Blueprint("opinion_settings", __name__, url_prefix="/opinion/settings")


@bp.route("", methods=["GET", "POST"])
@guard(May.SET)
def index() -> Any:
    """Read and change them. What was typed stays where it is refused."""
    held, chain = settings.parameters(g.session), settings.chain(g.session)
    start: dict[str, Any] = {name: getattr(held, name) for name in NAMES}
    start |= {f"chain_{at}": list(step) for at, step in enumerate(chain)}
    form = Form(ParametersIn, start)
    if form.posted:
        with form.attempt():
            save(form.read())
            flash(gettext("已保存，以后开始的时限照它算。"), "ok")
            return redirect(url_for("opinion_settings.index"))
    return form.page(
        "opinion/settings.html",
        labels=labels,
        bounds_of=bounds_of,
        roles=[(key, gettext(label)) for key, label in ROLES.items()],
        most=CHAIN_MOST,
    )


def save(given: Schema) -> None:
    """Set everything as was given."""
    fields = given.model_dump()
    steps = [",".join(fields.pop(f"chain_{at}")) for at in range(CHAIN_MOST)]
    settings.set_parameters(g.session, g.actor, fields, [it for it in steps if it], ROLES)
