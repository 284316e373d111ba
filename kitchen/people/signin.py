"""Sign-in on the desk: Flask-Login over our sessions, bearer tokens for programs, form tokens."""

from __future__ import annotations

from typing import cast

from flask import g, request, session
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.people import queries, service
from kitchen.people.queries import RolePermissions
from kitchen.people.sessions import COOKIE, DatabaseSessions, ServerSession
from kitchen.web.face import Face


class Visitor(UserMixin):  # type: ignore[misc]
    """Who comes, as Flask-Login keeps them for the length of a request."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        return self.actor.uid


def init_app(face: Face, roles: RolePermissions) -> None:
    """Teach the face who comes: by session, or by ``Authorization: Bearer``."""
    face.session_interface = DatabaseSessions(face.database)
    face.config["SESSION_COOKIE_SECURE"] = face.settings.desk_url.startswith("https:")
    face.config["WTF_CSRF_CHECK_DEFAULT"] = False
    face.config["WTF_CSRF_TIME_LIMIT"] = None
    face.config["WTF_CSRF_SSL_STRICT"] = False
    csrf = CSRFProtect(face)
    manager = LoginManager()
    manager.init_app(face, add_context_processor=False)  # pages know the actor, not the row
    manager.session_protection = None  # our sessions are rows; theirs is a hash of the browser

    @manager.user_loader
    def load(uid: str) -> Visitor | None:
        found = queries.actor_in(cast(ServerSession, session).person, roles)
        if found is None or found.uid != uid:  # who signed in a moment ago is not in it yet
            found = queries.acting(g.session_for_sign_in, uid, roles)
        return Visitor(found) if found else None

    @manager.request_loader
    def load_by_token(_request: object) -> Visitor | None:
        token = _bearer()
        uid = service.owner_of_token(g.session_for_sign_in, token) if token else None
        return load(uid) if uid else None

    def identify(unit: Session) -> Actor | None:
        g.session_for_sign_in = unit
        return current_user.actor if current_user.is_authenticated else None

    def protect() -> None:
        if not _bearer() and not _program_without_session():
            csrf.protect()

    face.identify = identify
    face.protect = protect


def _program_without_session() -> bool:
    """A call to the API without our cookie carries no one's rights that could be abused."""
    return request.path.startswith("/api/") and COOKIE not in request.cookies


def _bearer() -> str:
    """A bearer token is proof enough against forged requests: no browser adds it by itself."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
