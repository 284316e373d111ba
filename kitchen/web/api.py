"""The JSON API's grammar: a route says what it takes and gives, and OpenAPI is drawn from that.

A view gets its body (or query) already checked, and answers with a row, a schema or a page.
``ETag`` and ``If-Match`` carry the version counter; refusals are told by
:mod:`kitchen.web.errors`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request
from pydantic import BaseModel

from kitchen.core.errors import N_, Invalid
from kitchen.core.paging import Page
from kitchen.web.guard import Guard, View, mark
from kitchen.web.schema import read, read_query

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of the API, as the OpenAPI document shows it."""

    method: str
    path: str
    summary: str
    guard: Guard
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: type[BaseModel] | None
    many: bool
    status: int
    tag: str


class Api(Blueprint):
    """The API of one feature; mounted under ``/api/v1`` with the feature's name as its tag."""

    def __init__(self, feature: str) -> None:
        super().__init__(f"{feature}_api", __name__, url_prefix=PREFIX)
        self.feature = feature
        self.endpoints: list[Endpoint] = []

    def operation(
        self,
        method: str,
        path: str,
        may: str | None,
        *,
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        answer: type[BaseModel] | None = None,
        many: bool = False,
        status: int = 200,
        public: bool = False,
        secret: bool = False,
        by_hand: bool = False,
    ) -> Callable[[View], View]:
        """Register a view. It is called with ``body=`` or ``query=`` where these are declared.

        ``may`` is the permission demanded (``None``: any signed-in person); ``many`` says that the
        view answers a :class:`Page` of ``answer``; ``secret`` and ``by_hand`` are
        those of :class:`Guard`.
        """

        def register(view: View) -> View:
            serve = wraps(view)(_serving(view, body, query, answer, many, status))
            rule = Guard(permission=may, sign_in=not public, secret=secret, by_hand=by_hand)
            mark(rule)(serve)
            self.add_url_rule(path, view.__name__, serve, methods=[method])
            summary = (view.__doc__ or "").strip().split("\n")[0]
            self.endpoints.append(
                Endpoint(
                    method, path, summary, rule, body, query, answer, many, status, self.feature
                )
            )
            return view

        return register


def _serving(
    view: View,
    body: type[BaseModel] | None,
    query: type[BaseModel] | None,
    answer: type[BaseModel] | None,
    many: bool,
    status: int,
) -> View:
    def serve(**path: Any) -> Response:
        given = dict(path)
        if body is not None:
            given["body"] = read(body)
        if query is not None:
            given["query"] = read_query(query)
        return _respond(view(**given), answer, many, status)

    return serve


def _respond(result: Any, answer: type[BaseModel] | None, many: bool, status: int) -> Response:
    if isinstance(result, Response):
        return result
    if answer is None:
        return make_response("", 204)
    if many:
        assert isinstance(result, Page)
        items = [_shown(item, answer) for item in result.items]
        return make_response(jsonify({"items": items, "next": result.next}), status)
    shown = _shown(result, answer)
    response = make_response(jsonify(shown), status)
    if isinstance(shown.get("version"), int):
        response.set_etag(str(shown["version"]))
    return response


def _shown(item: Any, answer: type[BaseModel]) -> dict[str, Any]:
    model = item if isinstance(item, answer) else answer.model_validate(item)
    return model.model_dump(mode="json")


def seen_version() -> int | None:
    """The version the caller saw, by ``If-Match``; ``None`` if it did not say."""
    header = request.headers.get("If-Match", "").strip()
    if not header or header == "*":
        return None
    found = re.fullmatch(r'(?:W/)?"?(\d{1,18})"?', header)
    if found is None:
        raise Invalid(fields={"If-Match": N_("请用上次读到的 ETag。")})
    return int(found[1])
