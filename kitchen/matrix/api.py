"""The API of the account registry."""

from __future__ import annotations

from typing import Any

from flask import g, jsonify

from kitchen.core.paging import Page
from kitchen.matrix import checking, queries, service
from kitchen.matrix.rules import May
from kitchen.matrix.schemas import (
    AccountOut,
    AccountQuery,
    ChangeIn,
    RegisterIn,
    SwitchIn,
    account_out,
)
from kitchen.web.api import Api, Endpoint, seen_version
from kitchen.web.guard import Guard, mark

api = Api("matrix")
_CHECKING = Guard(permission=May.MANAGE, by_hand=True)


@api.operation("GET", "/accounts", May.READ, query=AccountQuery, answer=AccountOut, many=True)
def index(query: AccountQuery) -> Any:
    """Accounts, newest first."""
    page = queries.page_of_accounts(g.session, **query.model_dump())
    return Page([account_out(each) for each in page.items], page.next)


@api.operation("POST", "/accounts", May.MANAGE, body=RegisterIn, answer=AccountOut, status=201)
def register(body: RegisterIn) -> Any:
    """Register an account; what is secret among its settings is sealed and never shown again."""
    given = body.model_dump()
    unit = queries.the_unit(g.session, given.pop("unit"))
    return account_out(service.register_account(g.session, g.actor, unit=unit, **given))


@api.operation("GET", "/accounts/<uid>", May.READ, answer=AccountOut)
def show(uid: str) -> Any:
    """One account."""
    return account_out(queries.the_account(g.session, uid))


@api.operation("PUT", "/accounts/<uid>", May.MANAGE, body=ChangeIn, answer=AccountOut)
def change(uid: str, body: ChangeIn) -> Any:
    """Change an account; `If-Match` or `version` is the one that was seen."""
    given = body.model_dump()
    stated = given.pop("version")
    seen = stated if stated is not None else seen_version()
    account = queries.the_account(g.session, uid)
    return account_out(service.change_account(g.session, g.actor, account, seen, **given))


@api.operation("POST", "/accounts/<uid>/sending", May.SWITCH, body=SwitchIn, answer=AccountOut)
def sending(uid: str, body: SwitchIn) -> Any:
    """The kill switch: stop or start all that the account sends, with a reason."""
    account = queries.the_account(g.session, uid)
    service.set_switch(g.session, g.actor, account, sending=body.on, reason=body.note)
    return account_out(account)


@api.operation("POST", "/accounts/<uid>/enabled", May.MANAGE, body=SwitchIn, answer=AccountOut)
def enabled(uid: str, body: SwitchIn) -> Any:
    """Retire an account or take it into use again, with a reason."""
    account = queries.the_account(g.session, uid)
    service.set_enabled(g.session, g.actor, account, enabled=body.on, reason=body.note)
    return account_out(account)


@api.post("/accounts/<uid>/check")
@mark(_CHECKING)
def check(uid: str) -> Any:
    """Ask the platform whether it accepts the account's credentials."""
    account, _ = checking.check_account(uid)
    return jsonify(account_out(account).model_dump(mode="json"))


api.endpoints.append(
    Endpoint(
        "POST",
        "/accounts/<uid>/check",
        "Ask the platform whether it accepts the account's credentials.",
        _CHECKING,
        None,
        None,
        AccountOut,
        False,
        200,
        "matrix",
    )
)
