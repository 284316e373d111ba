"""The API of what spans the stations: search, and the questions that people keep."""

from __future__ import annotations

from typing import Any

from flask import g, jsonify

from kitchen.core.errors import N_, Invalid
from kitchen.core.paging import Page
from kitchen.screens import searching
from kitchen.search import queries, service
from kitchen.search.queries import Found
from kitchen.search.rules import words_of
from kitchen.search.schemas import AskedByProgram, KeepIn, SavedOut
from kitchen.web.api import Api

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
