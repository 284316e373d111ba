"""The API of what spans the stations: search."""

from __future__ import annotations

from typing import Any

from flask import g, jsonify
from pydantic import Field

from kitchen.core.errors import Forbidden
from kitchen.screens import searching
from kitchen.screens.searching import Kind
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
