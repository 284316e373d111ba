"""The API of the correspondents' portal."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.leads import service
from kitchen.leads.rules import May
from kitchen.screens import portal
from kitchen.screens.portal_schemas import MonthOut, PieceIn, PieceOut, piece_out
from kitchen.web.api import Api
from kitchen.web.paging import PageQuery

api = Api("portal")


@api.operation("GET", "/portal/pieces", May.CONTRIBUTE, query=PageQuery, answer=PieceOut, many=True)
def index(query: PageQuery) -> Any:
    """One's own pieces, and those of one's unit for who heads its correspondents; newest first."""
    page = portal.page_of_pieces(g.session, g.actor, limit=query.limit, cursor=query.cursor)
    return Page([piece_out(piece) for piece in page.items], page.next)


@api.operation("POST", "/portal/pieces", May.CONTRIBUTE, body=PieceIn, answer=PieceOut, status=201)
def contribute(body: PieceIn) -> Any:
    """Send a piece."""
    lead = service.contribute(g.session, g.actor, **body.model_dump())
    return piece_out(portal.the_piece(g.session, g.actor, lead.uid))


@api.operation("GET", "/portal/pieces/<uid>", May.CONTRIBUTE, answer=PieceOut)
def show(uid: str) -> Any:
    """One piece, and what became of it."""
    return piece_out(portal.the_piece(g.session, g.actor, uid))


@api.operation("GET", "/portal/months", May.CONTRIBUTE, answer=MonthOut, many=True)
def months() -> Any:
    """How many pieces were sent, adopted and published, month by month."""
    return Page(portal.months_of(g.session, g.actor))
