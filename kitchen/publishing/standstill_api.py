"""The API of standstills."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.publishing import standstill
from kitchen.publishing.rules import May
from kitchen.publishing.standstill_schemas import LiftIn, StandstillOut, StopIn, standstill_out
from kitchen.web.api import Api

api = Api("standstills")


@api.operation("GET", "/standstills", May.READ, answer=StandstillOut, many=True)
def standstills() -> Any:
    """What sends nothing now."""
    return Page([standstill_out(each) for each in standstill.standing(g.session)], None)


@api.operation("POST", "/standstills", May.STOP, body=StopIn, answer=StandstillOut, status=201)
def stop(body: StopIn) -> Any:
    """Stop the house (``house``) or a channel (``channel:<key>``)."""
    return standstill_out(standstill.stop(g.session, g.actor, body.scope, body.reason))


@api.operation("POST", "/standstills/lift", May.STOP, body=LiftIn)
def lift(body: LiftIn) -> Any:
    """Send again; after a restore it takes two persons."""
    standstill.lift(g.session, g.actor, body.scope)
