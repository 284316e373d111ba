"""The API of pick-ups."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.evaluation.pickups import queries, service
from kitchen.evaluation.pickups.schemas import (
    OutletIn,
    OutletOut,
    PickUpIn,
    PickUpOut,
    PickUpQuery,
    pickup_out,
)
from kitchen.evaluation.rules import May
from kitchen.stories import queries as stories
from kitchen.web.api import Api, seen_version
from kitchen.web.paging import PageQuery

api = Api("pickups")


@api.operation("GET", "/pickups", May.READ, query=PickUpQuery, answer=PickUpOut, many=True)
def index(query: PickUpQuery) -> Any:
    """Who took our stories up, the latest noted first; guesses are `state=proposed`."""
    page = queries.page_of_pickups(g.session, **query.model_dump())
    return Page([pickup_out(each, g.actor) for each in page.items], page.next)


@api.operation("POST", "/pickups", May.ENTER, body=PickUpIn, answer=PickUpOut, status=201)
def enter(body: PickUpIn) -> Any:
    """Note a pick-up that somebody saw."""
    story = stories.story_without_text(g.session, body.story)
    given = body.model_dump(exclude={"story"})
    return pickup_out(service.enter(g.session, g.actor, story, **given), g.actor)


@api.operation("POST", "/pickups/<uid>/confirm", May.ENTER, answer=PickUpOut)
def confirm(uid: str) -> Any:
    """It is a pick-up."""
    pickup = queries.the_pickup(g.session, uid)
    service.confirm(g.session, g.actor, pickup, seen_version())
    return pickup_out(queries.the_pickup(g.session, uid), g.actor)


@api.operation("POST", "/pickups/<uid>/refuse", May.ENTER, answer=PickUpOut)
def refuse(uid: str) -> Any:
    """It is none."""
    pickup = queries.the_pickup(g.session, uid)
    service.refuse(g.session, g.actor, pickup, seen_version())
    return pickup_out(queries.the_pickup(g.session, uid), g.actor)


@api.operation("GET", "/pickup_outlets", May.READ, query=PageQuery, answer=OutletOut, many=True)
def outlets(query: PageQuery) -> Any:
    """The outlets that are watched, the latest listed first."""
    return queries.page_of_outlets(g.session, limit=query.limit, cursor=query.cursor)


@api.operation("POST", "/pickup_outlets", May.ENTER, body=OutletIn, answer=OutletOut, status=201)
def add_outlet(body: OutletIn) -> Any:
    """List an outlet."""
    return service.add_outlet(g.session, g.actor, **body.model_dump())


@api.operation("PUT", "/pickup_outlets/<uid>", May.ENTER, body=OutletIn, answer=OutletOut)
def change_outlet(uid: str, body: OutletIn) -> Any:
    """Change an outlet; its pick-ups count by its present tier."""
    row = queries.the_outlet(g.session, uid)
    service.change_outlet(g.session, g.actor, row, seen_version(), **body.model_dump())
    return row
