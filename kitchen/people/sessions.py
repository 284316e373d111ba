"""Server-side sessions: the cookie holds a random token, everything else stays with us.

A new token is given at sign-in (nothing set beforehand survives it), an idle session ends after
half an hour and any session after twelve (ASVS 5.0, 7.3); signing out ends it on our side too.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.people.models import SignInSession
from kitchen.people.rules import IDLE_LIMIT, PASSER_BY_LIMIT, SESSION_LIMIT
from kitchen.people.service import hash_of

COOKIE = "kitchen"
SEEN_EVERY = timedelta(minutes=1)
"""How often "last seen" is written; not at every click."""
BY_ITSELF = "/live"
"""What a page asks for again and again without its reader, who may have gone home."""
USER = "_user_id"
"""Where Flask-Login keeps who is signed in."""


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """The session's data and its token; ``token`` is empty until there is something to keep.

    ``stale`` says that "last seen" should be written again; ``passing`` that nothing is kept of
    it: what answers for a file that is not there must not take the page's session away, and a
    page that is left open does not keep its reader signed in.
    """

    def __init__(
        self, data: dict[str, Any], token: str = "", *, stale: bool = False, passing: bool = False
    ):
        super().__init__(data, on_update=lambda this: setattr(this, "modified", True))
        self.token = token
        self.stale = stale
        self.passing = passing
        self.modified = False
        self.new = not token
        self.owner = data.get(USER)


class DatabaseSessions(SessionInterface):
    """Keeps sessions in the table ``sign_in_session``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        token = request.cookies.get(COOKIE, "")
        if request.path.startswith("/static/"):
            return ServerSession({}, passing=True)
        if not token:
            return ServerSession({})
        with self._database.unit(write=False) as unit:
            row = unit.get(SignInSession, hash_of(token))
            moment = clock.now(unit)
            if row is None or not _alive(row, moment):
                return ServerSession({})
            return ServerSession(
                dict(row.data),
                token,
                stale=moment - row.seen_at >= SEEN_EVERY,
                passing=request.path == BY_ITSELF,
            )

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, ServerSession)
        if session.passing:
            return
        signed_in_anew = session.get(USER) != session.owner
        if session.modified and (session.token or session):
            self._write(session, renew=signed_in_anew)
            self._set_cookie(app, session, response)
        elif session.stale:
            self._touch(session)

    def _write(self, session: ServerSession, *, renew: bool) -> None:
        with self._database.unit() as unit:
            moment = clock.now(unit)
            row = unit.get(SignInSession, hash_of(session.token)) if session.token else None
            if row is not None and renew:
                unit.delete(row)
                row = None
            ended_elsewhere = bool(session.token) and row is None and not renew
            if not session or ended_elsewhere:
                session.token = ""
                return
            if row is None:
                session.token = secrets.token_urlsafe(32)
                row = SignInSession(token_hash=hash_of(session.token), created_at=moment)
                unit.add(row)
            row.data, row.seen_at, row.staff_uid = dict(session), moment, session.get(USER)

    def _touch(self, session: ServerSession) -> None:
        with self._database.unit() as unit:
            row = unit.get(SignInSession, hash_of(session.token))
            if row is not None:
                row.seen_at = clock.now(unit)

    def _set_cookie(self, app: Flask, session: ServerSession, response: Response) -> None:
        if not session.token:
            response.delete_cookie(COOKIE, path="/")
            return
        response.set_cookie(
            COOKIE,
            session.token,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=bool(app.config["SESSION_COOKIE_SECURE"]),
        )


def _alive(row: SignInSession, moment: datetime) -> bool:
    idle = IDLE_LIMIT if row.staff_uid else PASSER_BY_LIMIT
    return row.seen_at > moment - idle and row.created_at > moment - SESSION_LIMIT
