"""Pages of assignments: the list, the task with its crew and thread, the form that sends people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.assignments import crews, labels, queries, service
from kitchen.assignments.models import Assignment
from kitchen.assignments.rules import Kind, May
from kitchen.assignments.schemas import DispatchIn, MessageIn, Reason
from kitchen.core.clock import local
from kitchen.core.workflow import open_moves
from kitchen.media import queries as media
from kitchen.media import service as catalogue
from kitchen.media import uploads
from kitchen.web.face import in_one_unit
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read, read_query

bp = Blueprint("assignments", __name__, url_prefix="/assignments")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """Tasks: one's own first asked for, else all."""
    query = read_query(PageQuery)
    mine = query.state == "mine" or (query.state is None and not g.actor.may(May.DISPATCH))
    page = queries.page_of_assignments(
        g.session,
        state=None if query.state in {"mine", "all"} else query.state,
        q=query.q,
        staff_id=g.actor.id if mine else None,
        limit=query.limit,
        cursor=query.cursor,
    )
    state = query.state or ("mine" if mine else "all")
    return render_template("assignments/index.html", page=page, state=state, labels=labels)


@bp.get("/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One task: where, when, who, and what field and desk say to each other."""
    return render_template("assignments/show.html", **_seen(queries.the_assignment(g.session, uid)))


@bp.get("/<uid>/thread")
@guard(May.READ)
def thread(uid: str) -> Any:
    """The thread alone, for a page that heard of a new message."""
    assignment = queries.the_assignment(g.session, uid)
    return render_template("assignments/_thread.html", **_seen(assignment))


def _seen(assignment: Assignment) -> dict[str, Any]:
    messages = queries.thread_of(g.session, assignment)
    own = next((each for each in assignment.crew if each.staff_id == g.actor.id), None)
    return {
        "assignment": assignment,
        "messages": messages,
        "material": {each.uid: media.of_subject(g.session, each) for each in messages},
        "own": own,
        "may_speak": own is not None or g.actor.may(May.DISPATCH, assignment.unit_id),
        "moves": {move.name for move in open_moves(assignment, g.actor)},
        "clashes": queries.clashes(
            g.session,
            starts_at=assignment.starts_at,
            due_at=assignment.due_at,
            staff_ids=[each.staff_id for each in assignment.crew],
            vehicle=assignment.vehicle,
            besides=assignment.id,
        ),
        "labels": labels,
    }


@bp.route("/<uid>/dispatch", methods=["GET", "POST"])
@guard(May.DISPATCH)
def dispatch(uid: str) -> Any:
    """Send people out; who is wanted elsewhere at that time is shown before and after."""
    assignment = queries.the_assignment(g.session, uid)
    form = Form(DispatchIn, _start(assignment))
    if form.posted:
        with form.attempt():
            _send_out(assignment, form.read())
            flash(gettext("任务已派发，相关人员已收到通知。"), "ok")
            return redirect(url_for("assignments.show", uid=uid))
    return form.page(
        "assignments/dispatch.html",
        assignment=queries.the_assignment(g.session, uid),
        people=crews.available(g.session),
        labels=labels,
    )


def _start(assignment: Assignment) -> dict[str, Any]:
    start: dict[str, Any] = {
        "place": assignment.place,
        "vehicle": assignment.vehicle,
        "brief": assignment.brief,
        "kit": "，".join(assignment.kit),
    }
    for name in ("starts_at", "due_at"):
        moment = getattr(assignment, name)
        start[name] = f"{local(moment):%Y-%m-%dT%H:%M}" if moment else ""
    for member in assignment.crew:
        start.setdefault(member.role, []).append(member.staff.username)
    return start


def _send_out(assignment: Assignment, given: DispatchIn) -> None:
    service.dispatch(
        g.session,
        g.actor,
        assignment,
        crew=crews.named(g.session, given.crew()),
        starts_at=given.starts_at,
        due_at=given.due_at,
        place=given.place,
        kit=given.kit_list(),
        vehicle=given.vehicle,
        brief=given.brief,
    )


@bp.post("/<uid>/accept")
@guard(May.TAKE_PART)
def accept(uid: str) -> Any:
    """Say yes."""
    service.accept(g.session, g.actor, queries.the_assignment(g.session, uid))
    return _back(uid, gettext("已接受任务。"))


@bp.post("/<uid>/decline")
@guard(May.TAKE_PART)
def decline(uid: str) -> Any:
    """Say no, and why."""
    assignment = queries.the_assignment(g.session, uid)
    service.decline(g.session, g.actor, assignment, read(Reason).note)
    return _back(uid, gettext("已告知编辑您不能去。"))


@bp.post("/<uid>/begin")
@guard(May.TAKE_PART)
def begin(uid: str) -> Any:
    """On the way."""
    service.begin(g.session, g.actor, queries.the_assignment(g.session, uid))
    return _back(uid, gettext("已记录出发。"))


@bp.post("/<uid>/finish")
@guard(May.TAKE_PART)
def finish(uid: str) -> Any:
    """The reporting is done."""
    service.finish(g.session, g.actor, queries.the_assignment(g.session, uid))
    return _back(uid, gettext("任务已完成。"))


@bp.post("/<uid>/cancel")
@guard(May.DISPATCH)
def cancel(uid: str) -> Any:
    """Call it off, and say why."""
    assignment = queries.the_assignment(g.session, uid)
    service.cancel(g.session, g.actor, assignment, read(Reason).note)
    return _back(uid, gettext("任务已取消，相关人员已收到通知。"))


@bp.post("/<uid>/messages")
@guard(May.READ, by_hand=True)
def say(uid: str) -> Any:
    """A word, a request or material; files come with it."""
    received = uploads.receive(request.files.getlist("files"))
    received.tell()

    def add() -> Any:
        given = read(MessageIn)
        assets = [catalogue.catalogue(g.session, g.actor, taken) for taken in received.taken]
        assignment = queries.the_assignment(g.session, uid)
        kind = Kind.MATERIAL if assets else given.kind
        service.say(g.session, g.actor, assignment, given.text, kind=kind, assets=assets)
        return redirect(url_for("assignments.show", uid=uid) + "#thread")

    return in_one_unit(add)


def _back(uid: str, told: str) -> Any:
    flash(told, "ok")
    return redirect(url_for("assignments.show", uid=uid))
