"""Server-side sessions: the cookie holds a random token, everything else stays with us.

A new token is given at sign-in (nothing set beforehand survives it), an idle session ends after
half an hour and any session after twelve (ASVS 5.0, 7.3); signing out ends it on our side too.

It is read when somebody first asks for it, in the request's own unit of work where one is open:
a transaction for it alone would cost as much as many an answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response, g
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.people.models import SignInSession, Staff
from kitchen.people.queries import with_posts
from kitchen.people.rules import IDLE_LIMIT, PASSER_BY_LIMIT, SESSION_LIMIT
from kitchen.people.service import hash_of

COOKIE = "kitchen"
SEEN_EVERY = timedelta(minutes=1)
"""How often "last seen" is written; not at every click."""
BY_ITSELF = "/live"
"""What a page asks for again and again without its reader, who may have gone home."""
USER = "_user_id"
"""Where Flask-Login keeps who is signed in."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What we kept of a session; ``stale`` says that "last seen" should be written again."""

    data: dict[str, Any]
    stale: bool
    person: Sequence[Any] = ()
    """Whose it is, as :func:`kitchen.people.queries.actor_in` takes it."""


class ServerSession(SessionMixin):
    """The session's data and its token; ``token`` is empty until there is something to keep.

    ``passing`` says that nothing is kept of it: what answers for a file that is not there must not
    take the page's session away, and a page that is left open does not keep its reader signed in.
    """

    modified = False
    stale = False
    owner: str | None = None
    person: Sequence[Any] = ()

    def __init__(
        self, token: str, read: Callable[[str], Kept | None], *, passing: bool = False
    ) -> None:
        self.token = token
        self.passing = passing
        self._read = read
        self._data: dict[str, Any] | None = None

    @property
    def touched(self) -> bool:
        """Whether anybody asked for it."""
        return self._data is not None

    @property
    def data(self) -> dict[str, Any]:
        if self._data is None:
            kept = self._read(self.token) if self.token else None
            if kept is None:
                self.token = ""
                kept = Kept({}, stale=False)
            self._data, self.stale, self.owner = kept.data, kept.stale, kept.data.get(USER)
            self.person = kept.person
        return self._data

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.data[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self.data[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


def _kept() -> Select[*tuple[Any, ...]]:
    """A session, the time, and whose it is: asked at every request, so in one statement."""
    this = SignInSession.token_hash == bindparam("token_hash")
    session = select(
        SignInSession.data,
        SignInSession.staff_uid,
        SignInSession.created_at,
        SignInSession.seen_at,
        clock.Instant().label("told"),
    ).outerjoin(Staff, Staff.uid == SignInSession.staff_uid)
    whose = select(SignInSession.staff_uid).where(this).scalar_subquery()
    return with_posts(session.where(this), whose)


_KEPT = _kept()


class DatabaseSessions(SessionInterface):
    """Keeps sessions in the table ``sign_in_session``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        if request.path.startswith("/static/"):
            return ServerSession("", self._kept, passing=True)
        token = request.cookies.get(COOKIE, "")
        return ServerSession(token, self._kept, passing=request.path == BY_ITSELF)

    def _kept(self, token: str) -> Kept | None:
        """What is kept under the token, if the session still lives."""
        if "session" in g:
            return _living(g.session, token)
        with self._database.unit(write=False) as unit:
            return _living(unit, token)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, ServerSession)
        if session.passing or not session.touched:
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
            row.data, row.seen_at, row.staff_uid = session.data, moment, session.get(USER)

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


def _living(unit: Session, token: str) -> Kept | None:
    rows = unit.execute(_KEPT, {"token_hash": hash_of(token)}).all()
    if not rows:
        return None
    row = rows[0]
    moment = clock.standing(unit, row.told)
    if not unit.info.get("write"):  # nobody waits for a lock there: this is its moment
        unit.info.setdefault("moment", moment)
    idle = IDLE_LIMIT if row.staff_uid else PASSER_BY_LIMIT
    if row.seen_at <= moment - idle or row.created_at <= moment - SESSION_LIMIT:
        return None
    return Kept(row.data, moment - row.seen_at >= SEEN_EVERY, rows if row.uid else ())
