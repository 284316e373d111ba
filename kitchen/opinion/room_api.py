"""API of incidents and drills."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.opinion import (
    drills,
    figures,
    room_queries,
    room_views,
    room_work,
    rooms,
    statements,
)
from kitchen.opinion.room_models import IncidentRoom
from kitchen.opinion.room_schemas import (
    AssessIn,
    BriefOut,
    DrillIn,
    DrillOut,
    FiguresOut,
    GradeIn,
    LineIn,
    MemberIn,
    RoomIn,
    RoomOut,
    RoomQuery,
    StoryIn,
    TaskIn,
    TimelineOut,
    WordsIn,
    drill_out,
    entry_out,
    figures_out,
    room_out,
)
from kitchen.opinion.rules import May
from kitchen.opinion.schemas import MeasureIn, MeasureOut, Reason
from kitchen.people.queries import the_staff
from kitchen.stories import queries as stories
from kitchen.web.api import Api, seen_version

api = Api("incidents")


@api.operation("GET", "/incidents", May.FOLLOW, query=RoomQuery, answer=BriefOut, many=True)
def list_rooms(query: RoomQuery) -> Any:
    """Incidents whose room one may enter, newest first."""
    return room_queries.page_of_rooms(
        g.session,
        g.actor,
        states=(query.state,) if query.state else (),
        drill=query.drill,
        q=query.q,
        limit=query.limit,
        cursor=query.cursor,
    )


@api.operation("POST", "/incidents", May.HANDLE, body=RoomIn, answer=RoomOut, status=201)
def open_room(body: RoomIn) -> Any:
    """Open an incident's room; its clocks begin."""
    return _out(_the(room_views.open_room(body).uid))


@api.operation("GET", "/incidents/<uid>", May.FOLLOW, answer=RoomOut)
def room(uid: str) -> Any:
    """One incident with all that stands in its room."""
    return _out(_the(uid))


def _the(uid: str) -> IncidentRoom:
    return room_queries.the_room(g.session, g.actor, uid)


def _out(found: IncidentRoom) -> RoomOut:
    g.session.flush()
    for name in ("members", "lines", "tasks", "clocks"):
        g.session.expire(found, [name])
    return room_out(found, g.actor, room_queries.assessments(g.session, found))


@api.operation("GET", "/incidents/<uid>/timeline", May.FOLLOW, answer=TimelineOut)
def timeline(uid: str) -> Any:
    """What happened, newest first."""
    found = room_queries.timeline(g.session, _the(uid))
    return TimelineOut(entries=[entry_out(each) for each in found])


@api.operation("GET", "/incidents/<uid>/figures", May.FOLLOW, answer=FiguresOut)
def after_action(uid: str) -> Any:
    """What the incident took, counted from what happened."""
    return figures_out(figures.after_action(g.session, _the(uid)))


@api.operation("PUT", "/incidents/<uid>/grade", May.HANDLE, body=GradeIn, answer=RoomOut)
def grade(uid: str, body: GradeIn) -> Any:
    """Grade it anew; its clocks follow."""
    found = _the(uid)
    seen = body.version if body.version is not None else seen_version()
    rooms.set_grade(g.session, g.actor, found, body.grade, seen, body.note)
    return _out(found)


@api.operation("POST", "/incidents/<uid>/members", May.HANDLE, body=MemberIn, answer=RoomOut)
def invite(uid: str, body: MemberIn) -> Any:
    """Have somebody sit in the room."""
    found = _the(uid)
    rooms.invite(g.session, g.actor, found, the_staff(g.session, body.staff), body.office)
    return _out(found)


@api.operation("DELETE", "/incidents/<uid>/members/<int:member>", May.HANDLE, answer=RoomOut)
def dismiss(uid: str, member: int) -> Any:
    """Somebody leaves the room."""
    found = _the(uid)
    rooms.dismiss(g.session, g.actor, found, member)
    return _out(found)


@api.operation("POST", "/incidents/<uid>/assessments", May.FOLLOW, body=AssessIn, answer=RoomOut)
def assess(uid: str, body: AssessIn) -> Any:
    """Write how one's office sees it."""
    found = _the(uid)
    room_work.assess(g.session, g.actor, found, body.office, body.grade, body.words)
    return _out(found)


@api.operation("POST", "/incidents/<uid>/lines", May.FOLLOW, body=LineIn, answer=RoomOut)
def draft_line(uid: str, body: LineIn) -> Any:
    """Draft a further version of the agreed line; ``number`` is that from which it was written."""
    found = _the(uid)
    room_work.draft_line(g.session, g.actor, found, body.text, body.number)
    return _out(found)


@api.operation("POST", "/incidents/<uid>/lines/<int:number>/approve", May.DECIDE, answer=RoomOut)
def approve_line(uid: str, number: int) -> Any:
    """Let a version be what is said."""
    found = _the(uid)
    room_work.approve_line(g.session, g.actor, room_queries.the_line(found, number))
    return _out(found)


@api.operation(
    "POST", "/incidents/<uid>/lines/<int:number>/return", May.DECIDE, body=Reason, answer=RoomOut
)
def return_line(uid: str, number: int, body: Reason) -> Any:
    """Send a version back."""
    found = _the(uid)
    room_work.return_line(g.session, g.actor, room_queries.the_line(found, number), body.note)
    return _out(found)


@api.operation("POST", "/incidents/<uid>/tasks", May.HANDLE, body=TaskIn, answer=RoomOut)
def set_task(uid: str, body: TaskIn) -> Any:
    """Have a member do something."""
    found = _the(uid)
    owner = the_staff(g.session, body.owner)
    room_work.set_task(g.session, g.actor, found, words=body.words, owner=owner, due_at=body.due_at)
    return _out(found)


@api.operation(
    "POST", "/incidents/<uid>/tasks/<task>/finish", May.FOLLOW, body=Reason, answer=RoomOut
)
def finish_task(uid: str, task: str, body: Reason) -> Any:
    """Say that a task is done."""
    found = _the(uid)
    room_work.finish_task(g.session, g.actor, room_queries.the_task(found, task), body.note)
    return _out(found)


@api.operation(
    "POST", "/incidents/<uid>/tasks/<task>/drop", May.HANDLE, body=Reason, answer=RoomOut
)
def drop_task(uid: str, task: str, body: Reason) -> Any:
    """Say that a task need not be done."""
    found = _the(uid)
    room_work.drop_task(g.session, g.actor, room_queries.the_task(found, task), body.note)
    return _out(found)


@api.operation("POST", "/incidents/<uid>/notes", May.FOLLOW, body=WordsIn, answer=RoomOut)
def say(uid: str, body: WordsIn) -> Any:
    """Put something on the timeline."""
    found = _the(uid)
    rooms.say(g.session, g.actor, found, body.words)
    return _out(found)


@api.operation("POST", "/incidents/<uid>/press", May.HANDLE, body=WordsIn, answer=RoomOut)
def press(uid: str, body: WordsIn) -> Any:
    """Write down that the press was met."""
    found = _the(uid)
    rooms.hold_press(g.session, g.actor, found, body.words)
    return _out(found)


@api.operation("POST", "/incidents/<uid>/statement", May.HANDLE, answer=RoomOut)
def draft_statement(uid: str) -> Any:
    """Draft the statement from the agreed line; never of a drill."""
    found = _the(uid)
    statements.draft_statement(g.session, g.actor, found)
    return _out(found)


@api.operation("POST", "/incidents/<uid>/story", May.HANDLE, body=StoryIn, answer=RoomOut)
def attach_story(uid: str, body: StoryIn) -> Any:
    """Let a story that is there already be the statement; never of a drill."""
    found = _the(uid)
    story = stories.the_story(g.session, body.story)
    statements.attach_story(g.session, g.actor, found, story)
    return _out(found)


@api.operation("POST", "/incidents/<uid>/play", May.HANDLE, answer=RoomOut)
def play(uid: str) -> Any:
    """In a drill: let the agreed line count as said."""
    found = _the(uid)
    statements.play(g.session, g.actor, found)
    return _out(found)


@api.operation(
    "POST", "/incidents/<uid>/measures", May.HANDLE, body=MeasureIn, answer=MeasureOut, status=201
)
def measure(uid: str, body: MeasureIn) -> Any:
    """Write down how far it, or our statement, has spread."""
    return room_work.measure(g.session, g.actor, _the(uid), **body.model_dump())


@api.operation("POST", "/incidents/<uid>/close", May.DECIDE, body=Reason, answer=RoomOut)
def close(uid: str, body: Reason) -> Any:
    """Close the incident."""
    found = _the(uid)
    rooms.close(g.session, g.actor, found, body.note)
    return _out(found)


@api.operation("POST", "/incidents/<uid>/reopen", May.DECIDE, body=Reason, answer=RoomOut)
def reopen(uid: str, body: Reason) -> Any:
    """Open the incident again."""
    found = _the(uid)
    rooms.reopen(g.session, g.actor, found, body.note)
    return _out(found)


@api.operation("GET", "/drills", May.HANDLE, answer=DrillOut, many=True)
def list_drills() -> Any:
    """What was played, newest first."""
    return Page([drill_out(each) for each in room_queries.drills(g.session)])


@api.operation("POST", "/drills", May.HANDLE, body=DrillIn, answer=DrillOut, status=201)
def begin(body: DrillIn) -> Any:
    """Play a scenario (``funds``, ``fire``) from its beginning."""
    return drill_out(drills.begin(g.session, g.actor, body.scenario, body.speed))


@api.operation("POST", "/drills/<uid>/pause", May.HANDLE, answer=DrillOut)
def pause(uid: str) -> Any:
    """Let a drill stand still."""
    found = room_queries.the_drill(g.session, uid)
    drills.pause(g.session, g.actor, found)
    return drill_out(found)


@api.operation("POST", "/drills/<uid>/go_on", May.HANDLE, answer=DrillOut)
def go_on(uid: str) -> Any:
    """Let a drill go on."""
    found = room_queries.the_drill(g.session, uid)
    drills.go_on(g.session, g.actor, found)
    return drill_out(found)


@api.operation("POST", "/drills/<uid>/reset", May.HANDLE, answer=DrillOut)
def reset(uid: str) -> Any:
    """End this playing."""
    found = room_queries.the_drill(g.session, uid)
    drills.reset(g.session, g.actor, found)
    return drill_out(found)
