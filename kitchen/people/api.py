"""The API of people: tokens, who am I, whom can I name."""

from __future__ import annotations

from typing import Any

from flask import g, request

from kitchen.core.errors import NotSignedIn
from kitchen.core.paging import Page
from kitchen.people import queries, service
from kitchen.people.schemas import Credentials, StaffOut, TokenOut
from kitchen.web.api import Api
from kitchen.web.face import g_face, unit

api = Api("people")


@api.operation(
    "POST",
    "/tokens",
    None,
    body=Credentials,
    answer=TokenOut,
    status=201,
    public=True,
    by_hand=True,
)
def issue_token(body: Credentials) -> Any:
    """Exchange a user name and a password for a bearer token."""
    address = request.remote_addr or ""
    trial = service.try_password(g_face().database, body.username, body.password, address)
    try:
        with unit() as session:
            staff = service.check_password(session, trial)
            token, expires_at = service.issue_token(session, staff)
    except NotSignedIn:
        with unit() as session:
            service.note_failure(session, trial)
        raise
    return TokenOut(token=token, expires_at=expires_at)


@api.operation("GET", "/me", None, answer=StaffOut)
def me() -> Any:
    """The person whose token this is."""
    return queries.the_staff(g.session, g.actor.uid)


@api.operation("GET", "/staff", None, answer=StaffOut, many=True)
def staff() -> Any:
    """Everyone who is active."""
    return Page(queries.all_staff(g.session))
