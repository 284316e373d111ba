"""Pages of incidents (S43, S46): the list, a room, and everything that is done in it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from channels.registry import channel_classes
from kitchen.core import clock
from kitchen.core.workflow import open_moves
from kitchen.opinion import (
    figures,
    labels,
    queries,
    room_queries,
    room_work,
    rooms,
    statements,
)
from kitchen.opinion.room_models import IncidentRoom
from kitchen.opinion.room_schemas import (
    AssessIn,
    GradeIn,
    LineIn,
    MemberIn,
    MemberOutIn,
    RoomIn,
    RoomQuery,
    StoryIn,
    TaskIn,
    WordsIn,
)
from kitchen.opinion.rules import RUNNING, Incident, May
from kitchen.opinion.schemas import MeasureIn, Reason
from kitchen.people.queries import all_staff, the_staff
from kitchen.stories import queries as stories
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read, read_query

bp = Blueprint("events", __name__, url_prefix="/events")


@bp.get("")
@guard(May.FOLLOW)
def index() -> Any:
    """Rooms that one may enter, newest first; running ones unless another list is asked for."""
    query = read_query(RoomQuery)
    state = query.state if query.state in {*labels.INCIDENTS, "all"} else "running"
    states = {"running": RUNNING, "all": ()}.get(state, (state,))
    page = room_queries.page_of_rooms(
        g.session,
        g.actor,
        states=states,
        drill=query.drill,
        q=query.q,
        limit=query.limit,
        cursor=query.cursor,
    )
    return render_template("events/index.html", page=page, query=query, state=state, labels=labels)


@bp.route("/new", methods=["GET", "POST"])
@guard(May.HANDLE)
def new() -> Any:
    """Open a room; from a sign, if one is named."""
    uid = request.values.get("sign", "")
    sign = queries.the_sign(g.session, g.actor, uid) if uid else None
    start = {"grade": "routine", "office": "centre"}
    if sign is not None:
        start |= {"title": sign.title, "body": sign.body, "place": sign.place}
        start |= {"grade": str(sign.grade), "sign": sign.uid}
    form = Form(RoomIn, start)
    if form.posted:
        with form.attempt():
            room = open_room(form.read())
            flash(gettext("房间已建好，时限从现在算起。请把各单位的人请进来。"), "ok")
            return redirect(url_for("events.show", uid=room.uid))
    return form.page("events/new.html", labels=labels)


def open_room(given: RoomIn) -> IncidentRoom:
    """Open a room as was given."""
    fields = given.model_dump()
    uid = fields.pop("sign")
    sign = queries.the_sign(g.session, g.actor, uid) if uid else None
    return rooms.open_room(g.session, g.actor, sign=sign, **fields)


@bp.get("/<uid>")
@guard(May.FOLLOW)
def show(uid: str) -> Any:
    """A room: clocks, who sits there, what each office says, the line, tasks, the timeline."""
    return _page(_the(uid), Form(LineIn))


def _the(uid: str) -> IncidentRoom:
    return room_queries.the_room(g.session, g.actor, uid)


def _page(room: IncidentRoom, form: Form[Any], template: str = "events/show.html") -> Response:
    runs = g.actor.may(May.HANDLE, room.unit_id)
    return form.page(
        template,
        room=room,
        runs=runs,
        decides=g.actor.may(May.DECIDE, room.unit_id),
        offices=room.offices_of(g.actor.id),
        running=Incident(room.state) in RUNNING,
        actions=[move.name for move in open_moves(room, g.actor)],
        written=room_queries.assessments(g.session, room),
        entries=room_queries.timeline(g.session, room),
        items=queries.items_of(g.session, incident=room.id),
        rumours=queries.rumours_of(g.session, room.id),
        statement=room_queries.statement_of(g.session, room),
        deliveries=room_queries.deliveries_of(g.session, room.story_id) if room.story_id else [],
        measures=queries.measures_of(g.session, incident=room.id),
        figures=figures.after_action(g.session, room),
        drill=room_queries.drill_of(g.session, room.id) if room.drill else None,
        staff=[(each.uid, each.name) for each in all_staff(g.session)] if runs else [],
        moment=clock.now(g.session),
        channels=channel_classes(),
        labels=labels,
    )


@bp.get("/<uid>/part")
@guard(May.FOLLOW)
def part(uid: str) -> Any:
    """What changes in a room while others work in it."""
    return _page(_the(uid), Form(LineIn), "events/_live.html")


@bp.post("/<uid>/grade")
@guard(May.HANDLE)
def grade(uid: str) -> Any:
    """Grade it anew."""
    given = read(GradeIn)
    rooms.set_grade(g.session, g.actor, _the(uid), given.grade, given.version, given.note)
    return _back(uid, gettext("级别已改，时限跟着变。"))


@bp.post("/<uid>/members")
@guard(May.HANDLE)
def invite(uid: str) -> Any:
    """Have somebody sit in the room."""
    given = read(MemberIn)
    rooms.invite(g.session, g.actor, _the(uid), the_staff(g.session, given.staff), given.office)
    return _back(uid, gettext("已请进房间。"))


@bp.post("/<uid>/members/remove")
@guard(May.HANDLE)
def dismiss(uid: str) -> Any:
    """Somebody leaves the room."""
    rooms.dismiss(g.session, g.actor, _the(uid), read(MemberOutIn).member)
    return _back(uid, gettext("已离开房间，写过的意见都还在。"))


@bp.post("/<uid>/assessments")
@guard(May.FOLLOW)
def assess(uid: str) -> Any:
    """How one's office sees it. What was typed stays where it is refused."""
    form = Form(AssessIn)
    with form.attempt():
        given = form.read()
        room = _the(uid)
        room_work.assess(g.session, g.actor, room, given.office, given.grade, given.words)
        return _back(uid, gettext("研判意见已写进房间。"))
    return _page(_the(uid), form)


@bp.post("/<uid>/lines")
@guard(May.FOLLOW)
def draft_line(uid: str) -> Any:
    """A further version of the agreed line."""
    form = Form(LineIn)
    with form.attempt():
        given = form.read()
        room_work.draft_line(g.session, g.actor, _the(uid), given.text, given.number)
        return _back(uid, gettext("口径已提交，等负责人审定。"))
    return _page(_the(uid), form)


@bp.post("/<uid>/lines/<int:number>/approve")
@guard(May.DECIDE)
def approve_line(uid: str, number: int) -> Any:
    """From now on this is what is said."""
    line = room_queries.the_line(_the(uid), number)
    room_work.approve_line(g.session, g.actor, line)
    return _back(uid, gettext("口径已审定，房间里的人都会收到。"))


@bp.post("/<uid>/lines/<int:number>/return")
@guard(May.DECIDE)
def return_line(uid: str, number: int) -> Any:
    """What is wrong with it."""
    line = room_queries.the_line(_the(uid), number)
    room_work.return_line(g.session, g.actor, line, read(Reason).note)
    return _back(uid, gettext("口径已退回。"))


@bp.post("/<uid>/tasks")
@guard(May.HANDLE)
def set_task(uid: str) -> Any:
    """Have a member do something."""
    form = Form(TaskIn)
    with form.attempt():
        given = form.read()
        owner = the_staff(g.session, given.owner)
        room = _the(uid)
        room_work.set_task(
            g.session, g.actor, room, words=given.words, owner=owner, due_at=given.due_at
        )
        return _back(uid, gettext("任务已派。"))
    return _page(_the(uid), form)


@bp.post("/<uid>/tasks/<task>/finish")
@guard(May.FOLLOW)
def finish_task(uid: str, task: str) -> Any:
    """It is done."""
    found = room_queries.the_task(_the(uid), task)
    room_work.finish_task(g.session, g.actor, found, read(Reason).note)
    return _back(uid, gettext("任务已完成。"))


@bp.post("/<uid>/tasks/<task>/drop")
@guard(May.HANDLE)
def drop_task(uid: str, task: str) -> Any:
    """It need not be done."""
    found = room_queries.the_task(_the(uid), task)
    room_work.drop_task(g.session, g.actor, found, read(Reason).note)
    return _back(uid, gettext("任务已取消。"))


@bp.post("/<uid>/notes")
@guard(May.FOLLOW)
def say(uid: str) -> Any:
    """Put something on the timeline."""
    rooms.say(g.session, g.actor, _the(uid), read(WordsIn).words)
    return _back(uid, gettext("已记到时间线。"))


@bp.post("/<uid>/press")
@guard(May.HANDLE)
def press(uid: str) -> Any:
    """The press was met."""
    rooms.hold_press(g.session, g.actor, _the(uid), read(WordsIn).words)
    return _back(uid, gettext("新闻发布会已记下。"))


@bp.post("/<uid>/statement")
@guard(May.HANDLE)
def draft_statement(uid: str) -> Any:
    """Draft the statement from the agreed line: a story that goes the way of all stories."""
    story = statements.draft_statement(g.session, g.actor, _the(uid))
    flash(gettext("声明已按口径起草，发到全矩阵。请改好送审。"), "ok")
    return redirect(url_for("stories.show", uid=story.uid))


@bp.post("/<uid>/story")
@guard(May.HANDLE)
def attach_story(uid: str) -> Any:
    """A story that is there already is the statement."""
    story = stories.the_story(g.session, read(StoryIn).story)
    statements.attach_story(g.session, g.actor, _the(uid), story)
    return _back(uid, gettext("已关联声明稿。"))


@bp.post("/<uid>/play")
@guard(May.HANDLE)
def play(uid: str) -> Any:
    """In a drill: the line counts as said, and nothing leaves the room."""
    statements.play(g.session, g.actor, _the(uid))
    return _back(uid, gettext("演练发声已记下：什么都没有发到平台。"))


@bp.post("/<uid>/measure")
@guard(May.HANDLE)
def measure(uid: str) -> Any:
    """How far it, or our statement, has spread."""
    form = Form(MeasureIn)
    with form.attempt():
        room_work.measure(g.session, g.actor, _the(uid), **form.read().model_dump())
        return _back(uid, gettext("传播量已记下。"))
    return _page(_the(uid), form)


@bp.post("/<uid>/close")
@guard(May.DECIDE)
def close(uid: str) -> Any:
    """The incident is over."""
    rooms.close(g.session, g.actor, _the(uid), read(Reason).note)
    return _back(uid, gettext("已归档，复盘数字在下面。"))


@bp.post("/<uid>/reopen")
@guard(May.DECIDE)
def reopen(uid: str) -> Any:
    """It flares up again."""
    rooms.reopen(g.session, g.actor, _the(uid), read(Reason).note)
    return _back(uid, gettext("已重新打开。"))


def _back(uid: str, words: str) -> Any:
    flash(words, "ok")
    return redirect(url_for("events.show", uid=uid))
