"""Pages of assignments: the list, the task with its crew and thread, the form that sends people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.assignments import booking, clashes, crews, field, labels, queries, service
from kitchen.assignments.models import Assignment
from kitchen.assignments.rules import Answer, Kind, May, Role
from kitchen.assignments.schemas import (
    ArrivedIn,
    DispatchIn,
    HandOutIn,
    MessageIn,
    Reason,
    StartQuery,
)
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
        "material": media.of_each(g.session, messages),
        "own": own,
        "open_steps": field.open_steps(own, assignment) if own else [],
        "may_speak": own is not None or g.actor.may(May.DISPATCH, assignment.unit_id),
        "moves": {move.name for move in open_moves(assignment, g.actor)},
        "clashes": clashes.of_assignment(g.session, assignment),
        "labels": labels,
    }


@bp.route("/<uid>/dispatch", methods=["GET", "POST"])
@guard(May.DISPATCH)
def dispatch(uid: str) -> Any:
    """Send people out; who is wanted elsewhere at that time is shown before and after."""
    assignment = queries.the_assignment(g.session, uid)
    form = Form(DispatchIn, _start(assignment))
    found: list[clashes.Clash] | None = None
    if form.posted:
        with form.attempt():
            given = form.read()
            found = _clashes(assignment, given)
            if given.only != "check":
                _send_out(assignment, given)
                return _sent(uid, found)
    return form.page(
        "assignments/dispatch.html",
        assignment=queries.the_assignment(g.session, uid),
        people=crews.available(g.session, g.actor),
        gear=queries.gear_in_use(g.session, [unit.id for unit in crews.units(g.session, g.actor)]),
        clashes=found,
        labels=labels,
    )


def _sent(uid: str, found: list[clashes.Clash]) -> Any:
    flash(gettext("任务已派发，相关人员已收到通知。"), "ok")
    if found:
        who = gettext("、").join(dict.fromkeys(clash.what for clash in found))
        flash(gettext("注意冲突：%(who)s。详见任务页。", who=who), "warn")
    return redirect(url_for("assignments.show", uid=uid))


def _clashes(assignment: Assignment, given: DispatchIn) -> list[clashes.Clash]:
    crew = crews.named(g.session, g.actor, given.crew())
    return clashes.clashes(
        g.session,
        given.span(),
        [staff.id for staff, _ in crew],
        vehicle=given.vehicle,
        gear_ids=[each.id for each in queries.gear_by_uid(g.session, given.gear)],
        besides=assignment.id,
    )


def _start(assignment: Assignment) -> dict[str, Any]:
    """What the form begins with: what stands, and what was chosen in the lanes."""
    start: dict[str, Any] = {
        name: getattr(assignment, name)
        for name in ("place", "meeting_point", "contact", "risk", "vehicle", "brief")
    }
    start["kit"] = "，".join(assignment.kit)
    start["gear"] = [each.gear.uid for each in assignment.bookings]
    for name in ("starts_at", "due_at"):
        start[name] = _typed(getattr(assignment, name))
    for member in assignment.crew:
        if member.answer != Answer.DECLINED:
            start.setdefault(member.role, []).append(member.staff.username)
    chosen = read_query(StartQuery)
    if chosen.person:
        start.setdefault(Role.TEXT, []).append(chosen.person)
    if chosen.not_before:
        start["starts_at"] = _typed(chosen.not_before)
    return start


def _typed(moment: datetime | None) -> str:
    return f"{local(moment):%Y-%m-%dT%H:%M}" if moment else ""


def _send_out(assignment: Assignment, given: DispatchIn) -> None:
    service.dispatch(
        g.session,
        g.actor,
        assignment,
        crew=crews.named(g.session, g.actor, given.crew()),
        starts_at=given.starts_at,
        due_at=given.due_at,
        kit=given.kit_list(),
        gear=queries.gear_by_uid(g.session, given.gear),
        brief=given.brief,
        **given.where(),
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
    field.set_out(g.session, g.actor, queries.the_assignment(g.session, uid))
    return _back(uid, gettext("已记录出发。"))


@bp.post("/<uid>/arrive")
@guard(May.TAKE_PART)
def arrive(uid: str) -> Any:
    """There, and where exactly if one wants to say it."""
    assignment = queries.the_assignment(g.session, uid)
    field.arrive(g.session, g.actor, assignment, read(ArrivedIn).note)
    return _back(uid, gettext("已记录到场。"))


@bp.post("/<uid>/send_in")
@guard(May.TAKE_PART)
def send_in(uid: str) -> Any:
    """The material is with the desk."""
    field.send_in(g.session, g.actor, queries.the_assignment(g.session, uid))
    return _back(uid, gettext("已记录回传。"))


@bp.post("/<uid>/gear/<gear_uid>/hand_out")
@guard(May.DISPATCH)
def hand_out(uid: str, gear_uid: str) -> Any:
    """Give booked gear to somebody of the crew."""
    assignment = queries.the_assignment(g.session, uid)
    booked = queries.the_booking(assignment, gear_uid)
    taker = crews.on_crew(assignment, read(HandOutIn).to)
    booking.hand_out(g.session, g.actor, booked, taker)
    return _back(uid, gettext("已领出。"))


@bp.post("/<uid>/gear/<gear_uid>/take_back")
@guard(May.DISPATCH)
def take_back(uid: str, gear_uid: str) -> Any:
    """It is back."""
    booked = queries.the_booking(queries.the_assignment(g.session, uid), gear_uid)
    booking.take_back(g.session, g.actor, booked)
    return _back(uid, gettext("已归还。"))


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
