"""The API of what spans the stations: search, kept questions, coverage, the last meeting."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import g, jsonify

from kitchen.core.errors import N_, Invalid
from kitchen.core.paging import Page
from kitchen.leads.rules import May as Leads
from kitchen.screens import looking_back, results, searching
from kitchen.screens.modules import overview
from kitchen.screens.results import CoverageQuery
from kitchen.search import queries, service
from kitchen.search.queries import Found
from kitchen.search.rules import words_of
from kitchen.search.schemas import AskedByProgram, KeepIn, SavedOut
from kitchen.topics import queries as topics
from kitchen.topics.rules import May as Topics
from kitchen.web.api import Api
from kitchen.web.schema import Answer

api = Api("search")


@api.operation("GET", "/search", None, query=AskedByProgram)
def search(query: AskedByProgram) -> Any:
    """Look for something by any words in it; people also by pinyin and its initials."""
    if not words_of(query.q):
        raise Invalid(fields={"q": N_("请写下要找的字。")})
    found = searching.look_for(g.session, g.actor, query, limit=query.limit)
    page = found.pages[query.kind]
    items = [_shown(each) for each in page.items]
    return jsonify({"items": items, "next": page.next, "total": found.totals[query.kind]})


def _shown(found: Found) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "uid": found.uid,
        "title": found.name,
        "state": found.state,
        "created_at": found.born_at.isoformat(),
        "snippet": [{"text": words, "hit": hit} for words, hit in found.snippet],
    }


@api.operation("GET", "/searches", None, answer=SavedOut, many=True)
def saved() -> Any:
    """The questions that one keeps, by name."""
    return Page(queries.saved_of(g.session, g.actor.id))


@api.operation("POST", "/searches", None, body=KeepIn, answer=SavedOut, status=201)
def keep(body: KeepIn) -> Any:
    """Keep a question under a name."""
    return service.keep(g.session, g.actor, body.name, body.as_address())


@api.operation("DELETE", "/searches/<uid>", None)
def let_go(uid: str) -> Any:
    """Let a kept question go."""
    service.let_go(g.session, g.actor, queries.the_saved(g.session, g.actor.id, uid))


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


class FigureOut(Answer):
    label: str
    value: int | None


class ModuleOut(Answer):
    key: str
    label: str
    figures: list[FigureOut]


@api.operation("GET", "/modules", Leads.READ, answer=ModuleOut, many=True)
def modules() -> Any:
    """The five modules with their figures as they stand now."""
    return Page(overview(g.session, g.actor))
