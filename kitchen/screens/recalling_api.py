"""The API of what shows an asset, and of calling all of it back."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.media import queries
from kitchen.media.rules import May
from kitchen.screens import recalling
from kitchen.screens.asset_uses import uses_of
from kitchen.screens.recalling_schemas import RecalledOut, RecallIn, UseOut, recalled_out, use_out
from kitchen.web.api import Api

api = Api("asset_uses")


@api.operation("GET", "/assets/<uid>/uses", May.READ, answer=UseOut, many=True)
def uses(uid: str) -> Any:
    """The stories that show an asset, with every delivery that does, and whether it stands."""
    found = uses_of(g.session, queries.the_asset(g.session, uid))
    return Page([use_out(each) for each in found])


@api.operation("POST", "/assets/<uid>/recall", May.WITHDRAW, body=RecallIn, answer=RecalledOut)
def recall(uid: str, body: RecallIn) -> Any:
    """Call back every story that shows a withdrawn asset, and say why."""
    asset = queries.the_asset(g.session, uid)
    return recalled_out(recalling.recall(g.session, g.actor, asset, body.note))
