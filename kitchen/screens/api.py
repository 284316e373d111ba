"""The API of what spans the stations: search, coverage, what became of the last meeting."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import g, jsonify
from pydantic import Field

from kitchen.core.errors import Forbidden
from kitchen.screens import looking_back, results, searching
from kitchen.screens.results import CoverageQuery
from kitchen.screens.searching import Kind
from kitchen.topics import queries as topics
from kitchen.topics.rules import May as Topics
from kitchen.web.api import Api
from kitchen.web.schema import Schema

api = Api("search")


class SearchQuery(Schema):
    q: str = Field(min_length=1, max_length=100)
    kind: Kind = Kind.STORIES
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = None


@api.operation("GET", "/search", None, query=SearchQuery)
def search(query: SearchQuery) -> Any:
    """Look for something by words in its title; people also by initials."""
    if query.kind not in searching.kinds_for(g.actor):
        raise Forbidden
    page = searching.find(g.session, query.kind, query.q, limit=query.limit, cursor=query.cursor)
    items = [{"kind": each.kind, "uid": each.uid, "title": each.title} for each in page.items]
    total = searching.count(g.session, query.kind, query.q)
    return jsonify({"items": items, "next": page.next, "total": total})


@api.operation("GET", "/coverage", Topics.READ, query=CoverageQuery)
def coverage(query: CoverageQuery) -> Any:
    """Columns by platforms: planned, waiting and published, for a day or its week."""
    grid = results.covered(query)
    rows = [
        {"column": column, "channel": channel, **asdict(cell)}
        for column, cells in grid.rows
        for channel, cell in zip(grid.channels, cells, strict=True)
    ]
    span = {"first": grid.first.isoformat(), "last": grid.last.isoformat()}
    return jsonify({**span, "gaps": grid.gaps, "cells": rows})


@api.operation("GET", "/meetings/<day>/results", Topics.READ)
def results_before(day: str) -> Any:
    """What became of the decisions of the last meeting before a day."""
    found = looking_back.results_before(g.session, topics.day_of(day))
    items = [
        {
            "topic": each.item.topic.uid,
            "title": each.item.topic.title,
            "decision": each.item.decision,
            "stories": each.stories,
            "live": list(each.live),
            "withdrawn": list(each.withdrawn),
            "waiting": each.waiting,
        }
        for each in (found.results if found else ())
    ]
    return jsonify({"day": found.day.isoformat() if found else None, "items": items})
