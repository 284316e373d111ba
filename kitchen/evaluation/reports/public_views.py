"""The open figures, for everybody: as JSON with its schema, and as CSV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, g, jsonify, request

from kitchen.evaluation.reports import open_data, queries
from kitchen.evaluation.reports.models import OpenDataSetting
from kitchen.outlet.readers import blueprint
from kitchen.web.guard import anyone

bp = blueprint("open_figures", __name__)


@bp.get("/open/figures.json")
@anyone
def as_json() -> Any:
    """Settled months by channel."""
    return _told(lambda _setting, document: jsonify(document))


@bp.get("/open/figures.csv")
@anyone
def as_csv() -> Any:
    """The same as lines; the licence goes in a header, encoded where it is not plain ASCII."""
    return _told(_lines)


def _lines(setting: OpenDataSetting, document: dict[str, Any]) -> Response:
    response = Response(open_data.as_csv(document), mimetype="text/csv")
    response.headers["X-Licence"] = open_data.in_a_header(setting.licence)
    return response


def _told(write: Callable[[OpenDataSetting, dict[str, Any]], Response]) -> Response:
    """What is open; to whoever has it already nothing, and no figures are read for that.

    The blueprint makes a 304 of an answer whose tag was asked for.
    """
    setting = open_data.demand_open(g.session)
    months = queries.settled_months(g.session)
    tag = open_data.tag_of(setting, months)
    known = request.if_none_match.contains_weak(tag)
    response = (
        Response() if known else write(setting, open_data.document(g.session, setting, months))
    )
    response.set_etag(tag)
    return response


@bp.get("/open/schema.json")
@anyone
def schema() -> Any:
    """What the figures look like, as JSON Schema."""
    open_data.demand_open(g.session)
    return jsonify(open_data.SCHEMA)
