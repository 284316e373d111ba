"""The API of deliveries."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.publishing import hand, queries, resolve
from kitchen.publishing.rules import May
from kitchen.publishing.schemas import (
    AddressIn,
    LookIn,
    PublicationOut,
    PublicationQuery,
    ReasonIn,
    publication_out,
)
from kitchen.web.api import Api

api = Api("publications")


@api.operation(
    "GET", "/publications", May.READ, query=PublicationQuery, answer=PublicationOut, many=True
)
def index(query: PublicationQuery) -> Any:
    """Deliveries, newest first."""
    page = queries.page_of_publications(g.session, **query.model_dump())
    return Page([publication_out(each, g.actor) for each in page.items], page.next)


@api.operation("GET", "/publications/<uid>", May.READ, answer=PublicationOut)
def show(uid: str) -> Any:
    """One delivery."""
    return publication_out(queries.the_publication(g.session, uid), g.actor)


@api.operation(
    "POST",
    "/publications/<uid>/finish_by_hand",
    May.OPERATE,
    body=AddressIn,
    answer=PublicationOut,
)
def finish_by_hand(uid: str, body: AddressIn) -> Any:
    """Say where a piece was published by hand."""
    publication = queries.the_publication(g.session, uid)
    hand.finish(g.session, g.actor, publication, body.url)
    return publication_out(publication, g.actor)


@api.operation(
    "POST",
    "/publications/<uid>/leave_unpublished",
    May.OPERATE,
    body=ReasonIn,
    answer=PublicationOut,
)
def leave_unpublished(uid: str, body: ReasonIn) -> Any:
    """Say why a piece is not published by hand."""
    publication = queries.the_publication(g.session, uid)
    hand.leave(g.session, g.actor, publication, body.note)
    return publication_out(publication, g.actor)


@api.operation(
    "POST", "/publications/<uid>/confirm", May.OPERATE, body=AddressIn, answer=PublicationOut
)
def confirm(uid: str, body: AddressIn) -> Any:
    """Testify that a delivery of unknown outcome is there."""
    publication = queries.the_publication(g.session, uid)
    resolve.confirm(g.session, g.actor, publication, body.url)
    return publication_out(publication, g.actor)


@api.operation(
    "POST",
    "/publications/<uid>/confirm_removed",
    May.OPERATE,
    body=ReasonIn,
    answer=PublicationOut,
)
def confirm_removed(uid: str, body: ReasonIn) -> Any:
    """Testify that a piece was taken down, and what remains visible."""
    publication = queries.the_publication(g.session, uid)
    resolve.confirm_removed(g.session, g.actor, publication, body.note)
    return publication_out(publication, g.actor)


@api.operation(
    "POST", "/publications/<uid>/send_again", May.OPERATE, body=LookIn, answer=PublicationOut
)
def send_again(uid: str, body: LookIn) -> Any:
    """Testify that it is not there; the second person's word sends it again."""
    publication = queries.the_publication(g.session, uid)
    resolve.say_not_there(g.session, g.actor, publication, body.looked_at)
    return publication_out(publication, g.actor)


@api.operation("POST", "/publications/<uid>/try_again", May.OPERATE, answer=PublicationOut)
def try_again(uid: str) -> Any:
    """Send once more what a platform refused, its cause being removed."""
    publication = queries.the_publication(g.session, uid)
    resolve.try_again(g.session, g.actor, publication)
    return publication_out(publication, g.actor)
