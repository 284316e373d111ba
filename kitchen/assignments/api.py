"""The API of assignments."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.assignments import booking, crews, field, queries, service
from kitchen.assignments.rules import May
from kitchen.assignments.schemas import (
    ArrivedIn,
    AssignmentOut,
    DispatchIn,
    HandOutIn,
    MessageIn,
    MessageOut,
    Reason,
    ReplanIn,
    assignment_out,
    message_out,
)
from kitchen.core.errors import N_, Invalid
from kitchen.core.paging import Page
from kitchen.media import queries as media
from kitchen.web.api import Api, seen_version
from kitchen.web.paging import PageQuery

api = Api("assignments")


@api.operation("GET", "/assignments", May.READ, query=PageQuery, answer=AssignmentOut, many=True)
def index(query: PageQuery) -> Any:
    """Tasks, newest first."""
    page = queries.page_of_assignments(g.session, **query.model_dump())
    return Page([assignment_out(each, g.actor) for each in page.items], page.next)


@api.operation("GET", "/assignments/<uid>", May.READ, answer=AssignmentOut)
def show(uid: str) -> Any:
    """One task."""
    return assignment_out(queries.the_assignment(g.session, uid), g.actor)


@api.operation(
    "POST", "/assignments/<uid>/dispatch", May.DISPATCH, body=DispatchIn, answer=AssignmentOut
)
def dispatch(uid: str, body: DispatchIn) -> Any:
    """Send people out."""
    assignment = queries.the_assignment(g.session, uid)
    service.dispatch(
        g.session,
        g.actor,
        assignment,
        crew=crews.named(g.session, g.actor, body.crew()),
        starts_at=body.starts_at,
        due_at=body.due_at,
        kit=body.kit_list(),
        gear=queries.gear_by_uid(g.session, body.gear),
        brief=body.brief,
        **body.where(),
    )
    return assignment_out(assignment, g.actor)


@api.operation("POST", "/assignments/<uid>/accept", May.TAKE_PART, answer=AssignmentOut)
def accept(uid: str) -> Any:
    """Say yes."""
    assignment = queries.the_assignment(g.session, uid)
    service.accept(g.session, g.actor, assignment)
    return assignment_out(assignment, g.actor)


@api.operation(
    "POST", "/assignments/<uid>/decline", May.TAKE_PART, body=Reason, answer=AssignmentOut
)
def decline(uid: str, body: Reason) -> Any:
    """Say no, and why."""
    assignment = queries.the_assignment(g.session, uid)
    service.decline(g.session, g.actor, assignment, body.note)
    return assignment_out(assignment, g.actor)


@api.operation("POST", "/assignments/<uid>/begin", May.TAKE_PART, answer=AssignmentOut)
def begin(uid: str) -> Any:
    """On the way."""
    assignment = queries.the_assignment(g.session, uid)
    field.set_out(g.session, g.actor, assignment)
    return assignment_out(assignment, g.actor)


@api.operation(
    "POST", "/assignments/<uid>/arrive", May.TAKE_PART, body=ArrivedIn, answer=AssignmentOut
)
def arrive(uid: str, body: ArrivedIn) -> Any:
    """There."""
    assignment = queries.the_assignment(g.session, uid)
    field.arrive(g.session, g.actor, assignment, body.note)
    return assignment_out(assignment, g.actor)


@api.operation("POST", "/assignments/<uid>/send_in", May.TAKE_PART, answer=AssignmentOut)
def send_in(uid: str) -> Any:
    """The material is with the desk."""
    assignment = queries.the_assignment(g.session, uid)
    field.send_in(g.session, g.actor, assignment)
    return assignment_out(assignment, g.actor)


@api.operation(
    "POST", "/assignments/<uid>/replan", May.DISPATCH, body=ReplanIn, answer=AssignmentOut
)
def replan(uid: str, body: ReplanIn) -> Any:
    """Begin at another time, or send another person."""
    assignment = queries.the_assignment(g.session, uid)
    service.replan(
        g.session,
        g.actor,
        assignment,
        starts_at=body.not_before,
        swap=crews.swap(g.session, assignment, body.leaves, body.person),
        seen=seen_version() or body.version,
    )
    return assignment_out(assignment, g.actor)


@api.operation(
    "POST",
    "/assignments/<uid>/gear/<gear_uid>/hand_out",
    May.DISPATCH,
    body=HandOutIn,
    answer=AssignmentOut,
)
def hand_out(uid: str, gear_uid: str, body: HandOutIn) -> Any:
    """Give booked gear to somebody of the crew."""
    assignment = queries.the_assignment(g.session, uid)
    booked = queries.the_booking(assignment, gear_uid)
    booking.hand_out(g.session, g.actor, booked, crews.on_crew(assignment, body.to))
    return assignment_out(assignment, g.actor)


@api.operation(
    "POST", "/assignments/<uid>/gear/<gear_uid>/take_back", May.DISPATCH, answer=AssignmentOut
)
def take_back(uid: str, gear_uid: str) -> Any:
    """It is back."""
    assignment = queries.the_assignment(g.session, uid)
    booking.take_back(g.session, g.actor, queries.the_booking(assignment, gear_uid))
    return assignment_out(assignment, g.actor)


@api.operation("POST", "/assignments/<uid>/finish", May.TAKE_PART, answer=AssignmentOut)
def finish(uid: str) -> Any:
    """The reporting is done."""
    assignment = queries.the_assignment(g.session, uid)
    service.finish(g.session, g.actor, assignment)
    return assignment_out(assignment, g.actor)


@api.operation("POST", "/assignments/<uid>/cancel", May.DISPATCH, body=Reason, answer=AssignmentOut)
def cancel(uid: str, body: Reason) -> Any:
    """Call it off, and say why."""
    assignment = queries.the_assignment(g.session, uid)
    service.cancel(g.session, g.actor, assignment, body.note)
    return assignment_out(assignment, g.actor)


@api.operation("GET", "/assignments/<uid>/messages", May.READ, answer=MessageOut, many=True)
def messages(uid: str) -> Any:
    """The thread, oldest first."""
    assignment = queries.the_assignment(g.session, uid)
    return Page([message_out(each) for each in queries.thread_of(g.session, assignment)])


@api.operation(
    "POST", "/assignments/<uid>/messages", May.READ, body=MessageIn, answer=MessageOut, status=201
)
def say(uid: str, body: MessageIn) -> Any:
    """Add to the thread; ``assets`` are uids from the catalogue."""
    found = media.assets_by_uid(g.session, body.assets)
    if len(found) < len(set(body.assets)):
        raise Invalid(fields={"assets": N_("有的素材没有找到。")})
    assets = [found[uid] for uid in body.assets]
    assignment = queries.the_assignment(g.session, uid)
    return message_out(
        service.say(g.session, g.actor, assignment, body.text, kind=body.kind, assets=assets)
    )
