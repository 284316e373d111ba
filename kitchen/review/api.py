"""The API of review."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from kitchen.core.paging import Page
from kitchen.review import approving, queries, reading, routing, service
from kitchen.review.models import Round, Step
from kitchen.review.rules import May, StepState, Stop
from kitchen.review.schemas import (
    ClaimIn,
    JointIn,
    PassIn,
    ReturnIn,
    ReviewItemOut,
    ReviewOut,
    ReviewQuery,
    RevokeIn,
    RouteChange,
    RouteOut,
    item_out,
    round_out,
    route_out,
)
from kitchen.stories import queries as stories
from kitchen.web.api import Api

api = Api("review")


@api.operation("GET", "/reviews", May.READ, query=ReviewQuery, answer=ReviewOut, many=True)
def index(query: ReviewQuery) -> Any:
    """Rounds of review, newest first; with ``mine`` those that wait for the caller."""
    if query.mine:
        steps = queries.to_decide(g.session, g.actor)[: query.limit]
        waiting = queries.filled_in(g.session, [step.round for step in steps])
        return Page([round_out(round_) for round_ in waiting])
    page = queries.page_of_rounds(g.session, **query.model_dump(exclude={"mine"}))
    return Page([round_out(round_) for round_ in page.items], page.next)


@api.operation("GET", "/reviews/<uid>", May.READ, answer=ReviewItemOut)
def show(uid: str) -> Any:
    """One round, with the hash that a verdict on it must carry."""
    return item(queries.round_to_tell(g.session, uid))


@api.operation("POST", "/reviews/<uid>/claim", May.REVIEW, body=ClaimIn, answer=ReviewItemOut)
def claim(uid: str, body: ClaimIn) -> Any:
    """Say that one is reading this now."""
    step = step_of(queries.round_to_judge(g.session, uid), body.step)
    service.claim(g.session, g.actor, step)
    return item(step.round)


@api.operation("POST", "/reviews/<uid>/pass", May.REVIEW, body=PassIn, answer=ReviewItemOut)
def pass_(uid: str, body: PassIn) -> Any:
    """Pass one level."""
    step = step_of(queries.round_to_judge(g.session, uid), body.step)
    service.pass_(g.session, g.actor, step, body.opinion, body.seen_hash)
    return item(step.round)


@api.operation("POST", "/reviews/<uid>/return", May.REVIEW, body=ReturnIn, answer=ReviewItemOut)
def return_(uid: str, body: ReturnIn) -> Any:
    """Send it back to the author, or to an earlier level, with a reason."""
    step = step_of(queries.round_to_judge(g.session, uid), body.step)
    service.return_(g.session, g.actor, step, body.note, body.to, body.reasons)
    return item(step.round)


@api.operation("POST", "/reviews/<uid>/joint", May.REVIEW, body=JointIn, answer=ReviewItemOut)
def joint(uid: str, body: JointIn) -> Any:
    """Invite other units to judge beside the level that is open."""
    round_ = queries.the_round(g.session, uid)
    units = queries.units_named(g.session, body.units)
    service.add_joint(g.session, g.actor, round_, units)
    return item(round_)


@api.operation("POST", "/stories/<uid>/revoke", May.REVOKE, body=RevokeIn)
def revoke(uid: str, body: RevokeIn) -> Any:
    """Take the approval of a story back, with a reason."""
    approving.revoke(g.session, g.actor, stories.the_story(g.session, uid), body.note)


@api.operation("GET", "/review-routes", May.READ, answer=RouteOut, many=True)
def routes() -> Any:
    """Which levels a piece of each risk class climbs."""
    found = routing.routes(g.session)
    return Page([route_out(risk, stops) for risk, stops in found.items()])


@api.operation("PUT", "/review-routes/<risk>", May.EDIT_ROUTES, body=RouteChange, answer=RouteOut)
def change_route(risk: str, body: RouteChange) -> Any:
    """Set the levels of a risk class; rounds that are under way keep theirs."""
    named = routing.risk_of(risk)
    stops = [Stop(**stop.model_dump()) for stop in body.stops]
    routing.change_route(g.session, g.actor, named, stops, body.mark)
    return route_out(named, stops)


def step_of(round_: Round, uid: str) -> Step:
    """The step that a verdict names; without a name the caller's own, else the one that is open."""
    if uid:
        return queries.the_step(round_, uid)
    still = [step for step in round_.steps if step.state == StepState.OPEN] or round_.steps[-1:]
    if len(still) == 1:
        return still[0]
    mine, _ = reading.turn_of(g.session, g.actor, round_)
    return mine or still[0]


def item(round_: Round) -> ReviewItemOut:
    """The round as it stands now, for who asks."""
    posts = stories.posts_of(g.session, round_.version_id, whole=False)
    return item_out(round_, posts, *reading.turn_of(g.session, g.actor, round_))


def address(uid: str, preset: str) -> str:
    """Where the desk shows a file."""
    return url_for("media.file", uid=uid, preset=preset)
