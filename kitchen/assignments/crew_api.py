"""The API of the crew: kit and vehicles, people's time, the private calendar."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask import g, url_for

from kitchen import ports
from kitchen.assignments import booking, claims, crews, feeds, queries
from kitchen.assignments.lanes import lanes_of
from kitchen.assignments.rules import May
from kitchen.assignments.schemas import (
    ClaimIn,
    ClaimOut,
    GearIn,
    GearOut,
    LaneOut,
    LanesQuery,
    Reason,
    SettingIn,
    SettingOut,
    claim_out,
    gear_out,
    lane_out,
)
from kitchen.core import clock
from kitchen.core.paging import Page
from kitchen.people.queries import all_units, the_staff
from kitchen.web.api import Api
from kitchen.web.schema import Answer

api = Api("crew")


class FeedOut(Answer):
    """The private address of one's calendar."""

    url: str


@api.operation("GET", "/crew", May.READ, query=LanesQuery, answer=LaneOut, many=True)
def lanes(query: LanesQuery) -> Any:
    """Who is where on a day or in its week, and what clashes; by ``replan`` tasks are moved."""
    day = query.day or clock.today(g.session)
    found = lanes_of(g.session, g.actor, day, by_week=query.span == "week")
    return Page([lane_out(each) for each in found.lanes])


@api.operation("GET", "/crew/setting", May.READ, answer=SettingOut)
def setting() -> Any:
    """What the way between two places takes, and how late is too late."""
    return SettingOut.model_validate(queries.setting(g.session))


@api.operation("PUT", "/crew/setting", May.DISPATCH, body=SettingIn, answer=SettingOut)
def set_setting(body: SettingIn) -> Any:
    """Set both."""
    claims.set_setting(g.session, g.actor, body.travel_minutes, body.late_minutes)
    return setting()


@api.operation("GET", "/gear", May.READ, answer=GearOut, many=True)
def gear() -> Any:
    """Kit and vehicles of every unit."""
    units = [unit.id for unit in all_units(g.session, closed=True)]
    return Page([gear_out(each) for each in queries.gear_in_use(g.session, units)])


@api.operation("POST", "/gear", May.DISPATCH, body=GearIn, answer=GearOut, status=201)
def keep(body: GearIn) -> Any:
    """Add a piece of gear to a unit's list; ``unit`` is a uid."""
    unit = crews.unit_of(g.session, g.actor, body.unit)
    kept = booking.keep(
        g.session, g.actor, name=body.name, kind=body.kind, unit=unit, note=body.note
    )
    return gear_out(kept)


@api.operation("POST", "/gear/<uid>/<move>", May.DISPATCH, body=Reason, answer=GearOut)
def tend(uid: str, move: str, body: Reason) -> Any:
    """Send gear to repair, take it from there, or out of use."""
    (row,) = queries.gear_by_uid(g.session, [uid])
    booking.tend(g.session, g.actor, row, move, body.note)
    return gear_out(row)


@api.operation("GET", "/time_claims", May.READ, query=LanesQuery, answer=ClaimOut, many=True)
def time_claims(query: LanesQuery) -> Any:
    """Leave, sickness and duty from a day on, of the people whose lanes one sees."""
    begin = clock.now(g.session)
    if query.day:
        begin = datetime.combine(query.day, time(), clock.CENTRE)
    people = [each.id for each in crews.visible(g.session, g.actor)]
    found = queries.claims_between(g.session, people, begin, begin + feeds.SHOWN)
    return Page([claim_out(each) for each in found])


@api.operation("POST", "/time_claims", May.READ, body=ClaimIn, answer=ClaimOut, status=201)
def enter(body: ClaimIn) -> Any:
    """Note that somebody is not free."""
    staff = (
        crews.anyone(g.session, body.person) if body.person else the_staff(g.session, g.actor.uid)
    )
    plain = body.model_dump(exclude={"person"})
    return claim_out(claims.enter(g.session, g.actor, staff, **plain))


@api.operation("DELETE", "/time_claims/<uid>", May.READ)
def remove(uid: str) -> Any:
    """They are free after all."""
    claims.remove(g.session, g.actor, queries.the_claim(g.session, uid))


@api.operation("POST", "/calendar", May.READ, answer=FeedOut, status=201, secret=True)
def renew() -> Any:
    """A new private address of one's calendar; the one before leads nowhere from now on."""
    token = feeds.renew(g.session, g.actor)
    return FeedOut(url=ports.of(g.session).desk_url + url_for("calendars.feed", token=token))
