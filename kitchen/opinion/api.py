"""API of signs, rumours, watch lists, items and terms."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.opinion import (
    figures,
    queries,
    room_queries,
    room_work,
    rooms,
    rumour_views,
    rumours,
    settings,
    sign_views,
    signs,
    statements,
    watching,
)
from kitchen.opinion.models import EarlySign, RumourCase
from kitchen.opinion.rules import NAMES, May
from kitchen.opinion.schemas import (
    Attach,
    ItemIn,
    ItemOut,
    ItemQuery,
    MeasureIn,
    MeasureOut,
    ParametersIn,
    ParametersOut,
    Reason,
    RumourIn,
    RumourOut,
    SignIn,
    SignOut,
    SourceIn,
    TrendOut,
    TrendQuery,
    VerdictIn,
    WatchlistIn,
    WatchlistOut,
    item_out,
    rumour_out,
    sign_out,
    watchlist_out,
)
from kitchen.opinion.setting_views import save as save_settings
from kitchen.opinion.views import save_list
from kitchen.web.api import Api, seen_version
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Schema

api = Api("opinion")


@api.operation("GET", "/signs", May.FOLLOW, query=PageQuery, answer=SignOut, many=True)
def list_signs(query: PageQuery) -> Any:
    """Early signs that one sees, newest first."""
    page = queries.page_of_signs(
        g.session,
        g.actor,
        states=(query.state,) if query.state else (),
        q=query.q,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page([sign_out(each, g.actor) for each in page.items], page.next)


@api.operation("POST", "/signs", May.REPORT, body=SignIn, answer=SignOut, status=201)
def report(body: SignIn) -> Any:
    """Report an early sign."""
    sign = sign_views.report(body)
    return sign_out(queries.the_sign(g.session, g.actor, sign.uid), g.actor)


@api.operation("GET", "/signs/<uid>", May.FOLLOW, answer=SignOut)
def sign(uid: str) -> Any:
    """One early sign."""
    return sign_out(_sign(uid), g.actor)


def _sign(uid: str) -> EarlySign:
    return queries.the_sign(g.session, g.actor, uid)


@api.operation("POST", "/signs/<uid>/acknowledge", May.HANDLE, answer=SignOut)
def acknowledge(uid: str) -> Any:
    """Take a sign up."""
    found = _sign(uid)
    signs.acknowledge(g.session, g.actor, found)
    return sign_out(found, g.actor)


@api.operation("POST", "/signs/<uid>/act", May.HANDLE, body=Reason, answer=SignOut)
def act(uid: str, body: Reason) -> Any:
    """Say what is done about a sign."""
    found = _sign(uid)
    signs.act(g.session, g.actor, found, body.note)
    return sign_out(found, g.actor)


@api.operation("POST", "/signs/<uid>/close", May.HANDLE, body=Reason, answer=SignOut)
def close_sign(uid: str, body: Reason) -> Any:
    """Close a sign."""
    found = _sign(uid)
    signs.close(g.session, g.actor, found, body.note)
    return sign_out(found, g.actor)


@api.operation("POST", "/signs/<uid>/reopen", May.HANDLE, body=Reason, answer=SignOut)
def reopen_sign(uid: str, body: Reason) -> Any:
    """Open a sign again."""
    found = _sign(uid)
    signs.reopen(g.session, g.actor, found, body.note)
    return sign_out(found, g.actor)


@api.operation("GET", "/rumours", May.READ, query=PageQuery, answer=RumourOut, many=True)
def list_rumours(query: PageQuery) -> Any:
    """Rumours, newest first."""
    states = (query.state,) if query.state else ()
    page = queries.page_of_rumours(
        g.session, states=states, q=query.q, limit=query.limit, cursor=query.cursor
    )
    return Page([rumour_out(each, g.actor) for each in page.items], page.next)


@api.operation("POST", "/rumours", May.HANDLE, body=RumourIn, answer=RumourOut, status=201)
def enter_rumour(body: RumourIn) -> Any:
    """Enter what may be a rumour."""
    return rumour_out(_rumour(rumour_views.enter(body).uid), g.actor)


@api.operation("GET", "/rumours/<uid>", May.READ, answer=RumourOut)
def rumour(uid: str) -> Any:
    """One rumour with its sources."""
    return rumour_out(_rumour(uid), g.actor)


def _rumour(uid: str) -> RumourCase:
    return queries.the_rumour(g.session, uid)


@api.operation("POST", "/rumours/<uid>/check", May.HANDLE, answer=RumourOut)
def check(uid: str) -> Any:
    """Begin to check the facts."""
    found = _rumour(uid)
    rumours.check(g.session, g.actor, found)
    return rumour_out(found, g.actor)


@api.operation("POST", "/rumours/<uid>/sources", May.HANDLE, body=SourceIn, answer=RumourOut)
def add_source(uid: str, body: SourceIn) -> Any:
    """Write down what a source says."""
    found = _rumour(uid)
    rumours.add_source(g.session, g.actor, found, **body.model_dump())
    return rumour_out(found, g.actor)


@api.operation("POST", "/rumours/<uid>/judge", May.DECIDE, body=VerdictIn, answer=RumourOut)
def judge(uid: str, body: VerdictIn) -> Any:
    """Say whether it is true."""
    found = _rumour(uid)
    seen = body.version if body.version is not None else seen_version()
    rumours.judge(g.session, g.actor, found, body.verdict, body.finding, seen)
    return rumour_out(found, g.actor)


@api.operation("POST", "/rumours/<uid>/check_again", May.DECIDE, body=Reason, answer=RumourOut)
def check_again(uid: str, body: Reason) -> Any:
    """Go back to checking: the verdict does not hold."""
    found = _rumour(uid)
    rumours.check_again(g.session, g.actor, found, body.note)
    return rumour_out(found, g.actor)


@api.operation("POST", "/rumours/<uid>/answer", May.HANDLE, answer=RumourOut)
def answer(uid: str) -> Any:
    """Draft the statement, aimed at the whole matrix."""
    found = _rumour(uid)
    statements.draft_clarification(g.session, g.actor, found)
    return rumour_out(found, g.actor)


@api.operation("POST", "/rumours/<uid>/close", May.HANDLE, body=Reason, answer=RumourOut)
def close_rumour(uid: str, body: Reason) -> Any:
    """Close a rumour."""
    found = _rumour(uid)
    rumours.close(g.session, g.actor, found, body.note)
    return rumour_out(found, g.actor)


@api.operation("POST", "/rumours/<uid>/reopen", May.HANDLE, body=Reason, answer=RumourOut)
def reopen_rumour(uid: str, body: Reason) -> Any:
    """Open a rumour again."""
    found = _rumour(uid)
    rumours.reopen(g.session, g.actor, found, body.note)
    return rumour_out(found, g.actor)


@api.operation(
    "POST", "/rumours/<uid>/measures", May.HANDLE, body=MeasureIn, answer=MeasureOut, status=201
)
def measure_rumour(uid: str, body: MeasureIn) -> Any:
    """Write down how far it has spread."""
    return room_work.measure(g.session, g.actor, _rumour(uid), **body.model_dump())


@api.operation("GET", "/rumours/<uid>/measures", May.READ, answer=MeasureOut, many=True)
def measures(uid: str) -> Any:
    """How far it had spread when people looked, oldest first."""
    return Page(queries.measures_of(g.session, rumour=_rumour(uid).id))


@api.operation("GET", "/watchlists", May.READ, answer=WatchlistOut, many=True)
def watchlists() -> Any:
    """All watch lists."""
    return Page([watchlist_out(each) for each in queries.watchlists(g.session)])


@api.operation("POST", "/watchlists", May.KEEP, body=WatchlistIn, answer=WatchlistOut, status=201)
def new_watchlist(body: WatchlistIn) -> Any:
    """Make a watch list."""
    return watchlist_out(save_list(None, body))


@api.operation("PUT", "/watchlists/<uid>", May.KEEP, body=WatchlistIn, answer=WatchlistOut)
def change_watchlist(uid: str, body: WatchlistIn) -> Any:
    """Change a watch list."""
    if body.version is None:
        body.version = seen_version()
    return watchlist_out(save_list(queries.the_watchlist(g.session, uid), body))


@api.operation("GET", "/opinion-items", May.READ, query=ItemQuery, answer=ItemOut, many=True)
def list_items(query: ItemQuery) -> Any:
    """What was gathered, newest first."""
    chosen = queries.the_watchlist(g.session, query.watchlist) if query.watchlist else None
    incident = room_queries.the_room(g.session, g.actor, query.incident) if query.incident else None
    page = queries.page_of_items(
        g.session,
        watchlist=chosen,
        incident=incident,
        origin=query.origin,
        tone=query.sound,
        since=query.since,
        until=query.until,
        q=query.q,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page([item_out(each) for each in page.items], page.next)


@api.operation("POST", "/opinion-items", May.KEEP, body=ItemIn, answer=ItemOut, status=201)
def enter_item(body: ItemIn) -> Any:
    """Enter what somebody saw."""
    return item_out(watching.enter(g.session, g.actor, **body.model_dump()))


@api.operation("POST", "/opinion-items/<uid>/attach", May.HANDLE, body=Attach)
def attach_item(uid: str, body: Attach) -> Any:
    """Let an item belong to an incident."""
    room = room_queries.the_room(g.session, g.actor, body.incident)
    rooms.attach(g.session, g.actor, room, queries.the_item(g.session, uid))


@api.operation("GET", "/opinion-trend", May.READ, query=TrendQuery, answer=TrendOut)
def trend(query: TrendQuery) -> Any:
    """What the lists found, by day and platform."""
    chosen = queries.the_watchlist(g.session, query.watchlist) if query.watchlist else None
    return {"days": figures.trend(g.session, chosen)}


@api.operation("GET", "/opinion-terms", May.READ, answer=ParametersOut)
def terms() -> Any:
    """Every term and limit in force, and the chain."""
    held = settings.parameters(g.session)
    return ParametersOut(
        terms={name: getattr(held, name) for name in NAMES},
        chain=[list(step) for step in settings.chain(g.session)],
    )


@api.operation("PUT", "/opinion-terms", May.SET, body=ParametersIn, answer=ParametersOut)
def set_terms(body: Schema) -> Any:
    """Change terms, limits and the chain."""
    save_settings(body)
    return terms()
