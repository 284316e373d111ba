"""Pages of the crew: the lanes of a day or a week, kit and vehicles, people's time, calendars."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen import ports
from kitchen.assignments import booking, claims, clashes, crews, feeds, labels, queries, service
from kitchen.assignments.lanes import lanes_of
from kitchen.assignments.rules import May
from kitchen.assignments.schemas import (
    ClaimIn,
    GearIn,
    LanesQuery,
    Reason,
    ReplanIn,
    SettingIn,
)
from kitchen.core import clock
from kitchen.core.workflow import open_moves
from kitchen.people.queries import all_units, the_staff
from kitchen.web.forms import Form
from kitchen.web.guard import anyone, guard
from kitchen.web.i18n import clock as on_the_clock
from kitchen.web.i18n import day as in_words
from kitchen.web.schema import read, read_query

bp = Blueprint("crew", __name__, url_prefix="/crew")
calendars = Blueprint("calendars", __name__)


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """Who is where with what."""
    return render_template("assignments/crew.html", form=None, **_lanes())


@bp.get("/part")
@guard(May.READ)
def part() -> Any:
    """The lanes alone, for a live page that heard of a change."""
    return render_template("assignments/_lanes.html", **_lanes())


def _lanes() -> dict[str, Any]:
    asked = read_query(LanesQuery)
    day = asked.day or clock.today(g.session)
    return {
        "it": lanes_of(g.session, g.actor, day, by_week=asked.span == "week"),
        "labels": labels,
    }


@bp.post("/<uid>/replan")
@guard(May.DISPATCH)
def replan(uid: str) -> Any:
    """Another time or another person, however it was chosen: dragged to, typed or by keys."""
    form = Form(ReplanIn)
    with form.attempt():
        given = form.read()
        assignment = queries.the_assignment(g.session, uid)
        service.replan(
            g.session,
            g.actor,
            assignment,
            starts_at=given.not_before,
            swap=crews.swap(g.session, assignment, given.leaves, given.person),
            seen=given.version,
        )
        assert assignment.starts_at is not None
        when = f"{in_words(assignment.starts_at)} {on_the_clock(assignment.starts_at)}"
        who = gettext("、").join(member.staff.name for member in assignment.crew)
        flash(gettext("已改到 %(when)s，%(who)s。", when=when, who=who), "ok")
        for clash in clashes.of_assignment(g.session, assignment):
            why = gettext(labels.CLASHES[clash.kind])
            flash(gettext("%(what)s：%(why)s。", what=clash.what, why=why), "warn")
        return redirect(_here())
    return form.page("assignments/crew.html", **_lanes())


def _here() -> str:
    asked = read_query(LanesQuery)
    return url_for("crew.index", day=asked.day, span=asked.span)


@bp.route("/gear", methods=["GET", "POST"])
@guard(May.READ)
def gear() -> Any:
    """Kit and vehicles, unit by unit; who dispatches adds to the list."""
    form = Form(GearIn)
    if form.posted:
        with form.attempt():
            given = form.read()
            booking.keep(
                g.session,
                g.actor,
                name=given.name,
                kind=given.kind,
                unit=crews.unit_of(g.session, g.actor, given.unit),
                note=given.note,
            )
            flash(gettext("已加入清单。"), "ok")
            return redirect(url_for("crew.gear"))
    rows = queries.gear_in_use(g.session, [unit.id for unit in all_units(g.session, closed=True)])
    return form.page(
        "assignments/gear.html",
        rows=rows,
        moves={row.uid: open_moves(row, g.actor) for row in rows},
        units=crews.units(g.session, g.actor),
        setting=queries.setting(g.session),
        labels=labels,
    )


@bp.post("/gear/<uid>/<move>")
@guard(May.DISPATCH)
def tend(uid: str, move: str) -> Any:
    """Send gear to repair, take it from there, or out of use."""
    (row,) = queries.gear_by_uid(g.session, [uid])
    booking.tend(g.session, g.actor, row, move, read(Reason).note)
    flash(gettext("已记录。"), "ok")
    return redirect(url_for("crew.gear"))


@bp.post("/setting")
@guard(May.DISPATCH)
def setting() -> Any:
    """What the way between two places takes, and how late is too late."""
    given = read(SettingIn)
    claims.set_setting(g.session, g.actor, given.travel_minutes, given.late_minutes)
    flash(gettext("已保存。"), "ok")
    return redirect(url_for("crew.gear"))


@bp.route("/time", methods=["GET", "POST"])
@guard(May.READ)
def time() -> Any:
    """Leave, sickness and duty of the people whose lanes one sees."""
    form = Form(ClaimIn)
    if form.posted:
        with form.attempt():
            given = form.read()
            staff = (
                crews.anyone(g.session, given.person)
                if given.person
                else the_staff(g.session, g.actor.uid)
            )
            plain = given.model_dump(exclude={"person"})
            claims.enter(g.session, g.actor, staff, **plain)
            flash(gettext("已登记。"), "ok")
            return redirect(url_for("crew.time"))
    now = clock.now(g.session)
    people = crews.visible(g.session, g.actor)
    rows = queries.claims_between(g.session, [it.id for it in people], now, now + feeds.SHOWN)
    return form.page(
        "assignments/time.html",
        rows=rows,
        people=crews.available(g.session, g.actor),
        reach={it.id for it in crews.available(g.session, g.actor)} | {g.actor.id},
        labels=labels,
    )


@bp.post("/time/<uid>/remove")
@guard(May.READ)
def remove_claim(uid: str) -> Any:
    """They are free after all."""
    claims.remove(g.session, g.actor, queries.the_claim(g.session, uid))
    flash(gettext("已删除。"), "ok")
    return redirect(url_for("crew.time"))


@bp.get("/calendar")
@guard(May.READ)
def calendar() -> Any:
    """One's own tasks in one's own calendar: the private address."""
    token = feeds.address_token(g.session, g.actor)
    desk = ports.of(g.session).desk_url
    address = f"{desk}{url_for('calendars.feed', token=token)}" if token else ""
    return render_template("assignments/calendar.html", address=address)


@bp.post("/calendar/renew")
@guard(May.READ)
def renew() -> Any:
    """A new private address; the one before leads nowhere from now on."""
    feeds.renew(g.session, g.actor)
    flash(gettext("新地址已生成，旧地址已失效。"), "ok")
    return redirect(url_for("crew.calendar"))


@calendars.get("/calendar/<token>.ics")
@anyone
def feed(token: str) -> Any:
    """The tasks behind a private address, for a calendar that cannot sign in."""
    return _ics(feeds.feed_of(g.session, token), "tasks.ics")


@calendars.get("/assignments/<uid>.ics")
@guard(May.READ)
def single(uid: str) -> Any:
    """One task as a calendar file."""
    assignment = queries.the_assignment(g.session, uid)
    return _ics(feeds.single(g.session, g.actor, assignment), f"{assignment.uid}.ics")


def _ics(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type="text/calendar; charset=utf-8", headers=headers)
