"""The API of deliveries."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.publishing import hand, material, queries, quiet, resolve, retry, schedule
from kitchen.publishing.rules import May
from kitchen.publishing.schemas import (
    AddressIn,
    LookIn,
    ObjectionOut,
    PublicationOut,
    PublicationQuery,
    ReasonIn,
    RetriedOut,
    SlotIn,
    publication_out,
)
from kitchen.stories import queries as stories
from kitchen.web.api import Api
from kitchen.web.i18n import say

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


@api.operation("GET", "/publications/<uid>/objections", May.READ, answer=ObjectionOut, many=True)
def objections(uid: str) -> Any:
    """Which assets keep a delivery from leaving on the day of its slot, why, and what helps."""
    found = material.objections_to(g.session, queries.the_publication(g.session, uid))
    return Page([ObjectionOut(asset=it.asset.uid, sentence=say(it.told)) for it in found])


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


@api.operation(
    "POST", "/publications/<uid>/reschedule", May.OPERATE, body=SlotIn, answer=PublicationOut
)
def reschedule(uid: str, body: SlotIn) -> Any:
    """Let a delivery that has not left leave not before another moment."""
    publication = queries.the_publication(g.session, uid)
    schedule.reschedule(g.session, g.actor, publication, body.not_before)
    return publication_out(publication, g.actor)


@api.operation("POST", "/publications/<uid>/send_now", May.OPERATE, answer=PublicationOut)
def send_now(uid: str) -> Any:
    """Let a delivery that has not left wait for no slot any longer."""
    publication = queries.the_publication(g.session, uid)
    schedule.send_now(g.session, g.actor, publication)
    return publication_out(publication, g.actor)


@api.operation(
    "POST",
    "/publications/<uid>/pass_quiet_hours",
    May.OPERATE,
    body=ReasonIn,
    answer=PublicationOut,
)
def pass_quiet_hours(uid: str, body: ReasonIn) -> Any:
    """Say why a delivery may leave in quiet hours; the second person's word lets it go."""
    publication = queries.the_publication(g.session, uid)
    quiet.let_pass(g.session, g.actor, publication, body.note)
    return publication_out(publication, g.actor)


@api.operation("POST", "/stories/<uid>/retry", May.OPERATE, answer=RetriedOut)
def retry_unsuccessful(uid: str) -> Any:
    """Send a story once more to those accounts on which it failed or expired."""
    return retry.retry_unsuccessful(g.session, g.actor, stories.the_story(g.session, uid))
