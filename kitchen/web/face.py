"""A face of the house: a Flask application that wraps each request in one unit of work.

The order of a request: open the unit (writing ones only for unsafe methods), learn who comes,
check the guard, answer a repeated request as the first time, call the view, and commit — unless
the answer is a refusal, which undoes everything.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, make_response, request
from flask.templating import Environment
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from kitchen.config import Settings
from kitchen.core.access import Actor
from kitchen.core.db import Database
from kitchen.core.errors import Forbidden, NotSignedIn
from kitchen.ports import Ports
from kitchen.web.guard import Guard, anyone, guard_of
from kitchen.web.idempotency import answer_once

ROOT = Path(__file__).resolve().parents[2]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class _Undo(Exception):
    """Carries a refusing answer out of the unit of work that it undoes."""

    def __init__(self, response: Response) -> None:
        self.response = response


class _Templates(Environment):
    """Templates whose global names are the face's own, and not a chain of two tables.

    A page makes dozens of contexts, and each copies all of these names or compares them: with a
    chain that is a tenth of the page. Nobody gives a single template names of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class Face(Flask):
    """Desk or public: the same machinery, different routes.

    ``identify`` answers who comes (set by ``people``); ``protect`` checks the form token.
    """

    jinja_environment = _Templates
    identify: Callable[[Session], Actor | None]
    protect: Callable[[], object]

    def __init__(self, name: str, settings: Settings, database: Database, ports: Ports) -> None:
        super().__init__(
            name,
            template_folder=str(ROOT / "templates"),
            static_folder=str(ROOT / "static"),
        )
        if proxies := settings.trusted_proxies:
            self.wsgi_app = ProxyFix(self.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
        self.settings = settings
        self.database = database
        self.ports = ports
        self.identify = lambda session: None
        self.protect = lambda: None
        anyone(self.view_functions["static"], by_hand=True)

    def dispatch_request(self) -> Any:
        """Serve one request inside its unit of work."""
        g.request_id = request.headers.get("X-Request-Id", "")[:64] or secrets.token_hex(8)
        if request.routing_exception is not None:
            return super().dispatch_request()
        assert request.endpoint is not None
        guard = guard_of(self, request.endpoint)
        if guard.secret and not guard.sign_in:  # another's number for it may lead to who came
            g.request_id = secrets.token_hex(8)
        if guard.by_hand:
            return self._serve_by_hand(guard)
        if request.method not in SAFE_METHODS:
            request.get_data(parse_form_data=True)  # a slow sender holds no writing unit open
        admit = partial(self._admit, guard=guard)
        response = in_one_unit(super().dispatch_request, admit, once=not guard.secret)
        if guard.secret:
            response.headers["Cache-Control"] = "no-store"
        return response

    def _serve_by_hand(self, guard: Guard) -> Any:
        """For streams and uploads, which must not hold a transaction while bytes flow."""
        if request.method not in SAFE_METHODS:
            self.protect()
        if guard.sign_in:
            with unit(write=False) as session:
                self._demand(session, guard)
        return super().dispatch_request()

    def _admit(self, session: Session, guard: Guard) -> None:
        if request.method not in SAFE_METHODS:
            self.protect()
        self._demand(session, guard)

    def see_who_comes(self, session: Session) -> None:
        """Note who the visitor is, for a by-hand view that anyone may enter."""
        g.actor = self.identify(session)

    def _demand(self, session: Session, guard: Guard) -> None:
        self.see_who_comes(session)
        if not guard.sign_in:
            return
        if g.actor is None:
            raise NotSignedIn
        if guard.permission is not None and not g.actor.may(guard.permission):
            raise Forbidden(permission=guard.permission)


def in_one_unit(
    view: Callable[[], ResponseReturnValue],
    admit: Callable[[Session], object] = lambda session: None,
    *,
    once: bool = True,
) -> Response:
    """Answer by ``view`` in one unit of work, ``g.session``; undone by a refusal.

    ``once``: a request with a key is carried out once, and its answer is kept. A by-hand view
    calls it for its database part, when its bytes are in.
    """
    try:
        with unit(write=request.method not in SAFE_METHODS) as session:
            g.session = session
            admit(session)
            answer = partial(_answered_by, view)
            response = answer_once(session, g.actor, answer) if once else answer()
            if response.status_code >= 400:
                raise _Undo(response)
            return response
    except _Undo as undo:
        return undo.response
    finally:
        g.pop("session", None)


def _answered_by(view: Callable[[], ResponseReturnValue]) -> Response:
    return make_response(view())


@contextmanager
def unit(*, write: bool = True) -> Iterator[Session]:
    """A unit of work of the running face, knowing the request's id."""
    with g_face().database.unit(write=write) as session:
        session.info["request_id"] = g.request_id
        yield session


def g_face() -> Face:
    """The face that serves the current request."""
    face = current_app._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(face, Face)
    return face
