"""The open figures, for everybody: as JSON with its schema, and as CSV."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify

from kitchen.evaluation.reports import open_data
from kitchen.outlet.readers import blueprint
from kitchen.web.guard import anyone

bp = blueprint("open_figures", __name__)


@bp.get("/open/figures.json")
@anyone
def as_json() -> Any:
    """Settled months by channel."""
    setting = open_data.demand_open(g.session)
    return jsonify(open_data.document(g.session, setting))


@bp.get("/open/figures.csv")
@anyone
def as_csv() -> Any:
    """The same as lines; the licence goes in a header."""
    setting = open_data.demand_open(g.session)
    response = Response(
        open_data.as_csv(open_data.document(g.session, setting)), mimetype="text/csv"
    )
    response.headers["X-Licence"] = setting.licence
    return response


@bp.get("/open/schema.json")
@anyone
def schema() -> Any:
    """What the figures look like, as JSON Schema."""
    open_data.demand_open(g.session)
    return jsonify(open_data.SCHEMA)
