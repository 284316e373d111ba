"""Beside the meeting: what became of the last one's decisions, and what is covered where."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from flask import Blueprint, g, render_template

from kitchen.core import clock
from kitchen.matrix.labels import channels
from kitchen.screens import looking_back
from kitchen.topics import coverage, labels
from kitchen.topics.rules import May
from kitchen.web.guard import guard
from kitchen.web.schema import Schema, read_query

bp = Blueprint("results", __name__)


class CoverageQuery(Schema):
    day: date | None = None
    span: Literal["day", "week"] = "day"


@bp.app_context_processor
def around() -> dict[str, Any]:
    """What ``screens/_yesterday.html`` needs, so that a meeting's page may include it."""
    return {"results_before": _results_before, "result_labels": labels, "channel_names": channels}


def _results_before(day: date) -> looking_back.Results | None:
    return looking_back.results_before(g.session, day)


def covered(query: CoverageQuery) -> coverage.Grid:
    """The grid that was asked for, planned and published."""
    day = query.day or clock.today(g.session)
    first, last = coverage.span_of(day, week=query.span == "week")
    counts = coverage.planned(g.session, first, last)
    whole = looking_back.with_published(g.session, first, last, counts)
    return coverage.grid(g.session, first, last, whole)


@bp.get("/coverage")
@guard(May.READ)
def grid() -> Any:
    """Columns by platforms for a day or its week: planned, waiting, out, and the gaps."""
    query = read_query(CoverageQuery)
    return render_template(
        "screens/coverage.html",
        grid=covered(query),
        query=query,
        day=query.day or clock.today(g.session),
    )
