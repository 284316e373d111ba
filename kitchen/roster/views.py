"""Pages of duty: who is on now, the coming days, one shift, the lines, the calendar, a month in."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import audit, calendar, clock
from kitchen.core.clock import CENTRE
from kitchen.core.errors import N_
from kitchen.matrix import queries as matrix
from kitchen.people import queries as people
from kitchen.roster import labels, queries, service, sheet, swapping
from kitchen.roster.given import kept, planned
from kitchen.roster.models import DutyLine
from kitchen.roster.rules import May, Seat
from kitchen.roster.schemas import (
    HandIn,
    LineIn,
    RosterQuery,
    SettingIn,
    ShiftIn,
    SwapIn,
    verbs_for,
)
from kitchen.web import sheets as uploads
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read_query

bp = Blueprint("roster", __name__, url_prefix="/roster")

SHOWN = timedelta(days=14)
"""What one page of the roster shows."""


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """Who is on duty now, my shifts, the coming days, and where nobody is written down."""
    now = clock.now(g.session)
    first = read_query(RosterQuery).day or clock.today(g.session)
    since = datetime.combine(first, time(), CENTRE)
    ahead = timedelta(days=queries.setting(g.session).ahead_days)
    return render_template(
        "roster/index.html",
        running=queries.running(g.session, now),
        mine=queries.coming_of(g.session, g.actor.id),
        swaps=queries.swaps_for(g.session, g.actor.id),
        shifts=queries.between(g.session, since, since + SHOWN),
        holes=queries.holes_ahead(g.session, now, ahead) if g.actor.may(May.ARRANGE) else [],
        said={it.day: it for it in calendar.special_days(g.session, first, first + SHOWN)},
        first=first,
        earlier=first - SHOWN,
        later=first + SHOWN,
        verbs=verbs_for,
        labels=labels,
    )


@bp.route("/shifts/new", methods=["GET", "POST"])
@guard(May.ARRANGE)
def plan() -> Any:
    """Write one shift down."""
    form = Form(ShiftIn, {"day": request.args.get("day", ""), "line": request.args.get("line", "")})
    if form.posted:
        with form.attempt():
            shift = service.plan_shift(g.session, g.actor, planned(g.session, form.read()))
            flash(gettext("已排班，到点会提醒签到。"), "ok")
            return redirect(url_for("roster.index", day=shift.day))
    staff = [(it.uid, it.name) for it in people.all_staff(g.session)]
    lines = [(it.uid, it.name) for it in queries.lines(g.session)]
    return form.page("roster/plan.html", staff=staff, lines=lines)


@bp.get("/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One shift: who, when, what the one before handed over, and the verbs."""
    return _shift_page(uid, Form(HandIn))


def _shift_page(uid: str, form: Form[Any]) -> Any:
    shift = queries.the_shift(g.session, uid)
    seated = shift.seat_of(g.actor.id) is not None
    free = service.is_free_now(shift, clock.now(g.session))
    return form.page(
        "roster/show.html",
        shift=shift,
        before=queries.before(g.session, shift),
        verbs=verbs_for(shift, g.actor),
        offers=_offers(shift, g.actor.id) if seated and free else [],
        history=audit.history(g.session, shift),
        labels=labels,
    )


def _offers(shift: Any, staff_id: int | None) -> list[tuple[str, str]]:
    """The seats of others that could be had in exchange."""
    found = queries.seats_to_swap(g.session, shift, staff_id)
    return [
        (f"{each.uid}.{seat}", _offer(each, seat, holder))
        for each in found
        for seat, holder in ((Seat.A, each.a), (Seat.B, each.b))
        if holder is not None
    ]


def _offer(shift: Any, seat: Seat, holder: Any) -> str:
    since = clock.local(shift.starts_at)
    return f"{since:%m-%d %H:%M} {shift.line.name} {gettext(labels.SEATS[seat])} {holder.name}"


TOLD = {
    "check_in": N_("已签到，现在由您值班。"),
    "take_over": N_("已接替，现在由您值班。"),
    "step_in": N_("已顶班，现在由您值班。"),
    "cancel": N_("已取消这一班，请补排。"),
}
ACTS = {
    "check_in": service.check_in,
    "take_over": service.take_over,
    "step_in": service.step_in,
    "cancel": service.cancel_shift,
}


@bp.post("/<uid>/<any(check_in, take_over, step_in, cancel):name>")
@guard(May.READ)
def act(uid: str, name: str) -> Any:
    """Check in, take over, step in, or take the shift off the roster."""
    ACTS[name](g.session, g.actor, queries.the_shift(g.session, uid))
    flash(gettext(TOLD[name]), "ok")
    return redirect(url_for("roster.show", uid=uid))


@bp.post("/<uid>/hand_over")
@guard(May.STAND)
def hand_over(uid: str) -> Any:
    """Hand over in writing."""
    form = Form(HandIn)
    with form.attempt():
        shift = queries.the_shift(g.session, uid)
        service.hand_over(g.session, g.actor, shift, form.read().note)
        flash(gettext("已交班，下一班会看到您的留言。"), "ok")
        return redirect(url_for("roster.index"))
    return _shift_page(uid, form)


@bp.post("/<uid>/swap")
@guard(May.STAND)
def swap(uid: str) -> Any:
    """Ask somebody to change seats."""
    form = Form(SwapIn)
    with form.attempt():
        given = form.read()
        other = queries.the_shift(g.session, given.shift)
        mine = queries.the_shift(g.session, uid)
        swapping.ask(g.session, g.actor, mine, other, given.seat, given.reason)
        flash(gettext("已提出换班，对方同意后生效。"), "ok")
        return redirect(url_for("roster.index"))
    return _shift_page(uid, form)


SWAPS = {"agree": swapping.agree, "refuse": swapping.refuse, "withdraw": swapping.withdraw}
SWAPPED = {
    "agree": N_("已换班，排班表已经改好。"),
    "refuse": N_("已回绝，排班不变。"),
    "withdraw": N_("已撤回，排班不变。"),
}


@bp.post("/swaps/<uid>/<any(agree, refuse, withdraw):name>")
@guard(May.STAND)
def answer_swap(uid: str, name: str) -> Any:
    """Agree, refuse, or take the question back."""
    SWAPS[name](g.session, g.actor, queries.the_swap(g.session, uid))
    flash(gettext(SWAPPED[name]), "ok")
    return redirect(url_for("roster.index"))


@bp.route("/lines/new", methods=["GET", "POST"])
@guard(May.ARRANGE)
def new_line() -> Any:
    """Say that somebody must stand somewhere."""
    form = Form(LineIn, {"begins": "08:30", "ends": "08:30", "active": True})
    if form.posted:
        with form.attempt():
            service.open_line(g.session, g.actor, kept(g.session, form.read()))
            flash(gettext("岗已设好，请给它排班。"), "ok")
            return redirect(url_for("roster.settings"))
    return _line_page(form, None)


@bp.route("/lines/<uid>", methods=["GET", "POST"])
@guard(May.ARRANGE)
def line(uid: str) -> Any:
    """Change a line, or no longer keep it."""
    found = queries.the_line(g.session, uid)
    form = Form(LineIn, _as_typed(found))
    if form.posted:
        with form.attempt():
            service.change_line(g.session, g.actor, found, kept(g.session, form.read()))
            flash(gettext("已保存，已排的班不变。"), "ok")
            return redirect(url_for("roster.settings"))
    return _line_page(form, uid)


def _as_typed(found: DutyLine) -> dict[str, Any]:
    return {
        "name": found.name,
        "unit": found.unit.uid,
        "account": found.account.uid if found.account else "",
        "begins": f"{found.begins:%H:%M}",
        "ends": f"{found.ends:%H:%M}",
        "days": found.days,
        "active": found.active,
    }


def _line_page(form: Form[LineIn], uid: str | None) -> Any:
    units = [it for it in people.all_units(g.session) if g.actor.may(May.ARRANGE, it.id)]
    return form.page(
        "roster/line.html",
        uid=uid,
        units=[(it.uid, it.name) for it in units],
        accounts=[(it.uid, it.name) for it in matrix.accounts(g.session)],
        labels=labels,
    )


@bp.route("/settings", methods=["GET", "POST"])
@guard(May.ARRANGE)
def settings() -> Any:
    """The lines, how long one may be silent, and the calendar's exceptions."""
    now = queries.setting(g.session)
    names = ("grace_a", "grace_b", "ahead_days")
    form = Form(SettingIn, {name: getattr(now, name) for name in names})
    if form.posted:
        with form.attempt():
            service.set_setting(g.session, g.actor, **form.read().model_dump())
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("roster.settings"))
    return form.page(
        "roster/settings.html",
        lines=queries.lines(g.session, all_of_them=True),
        labels=labels,
    )


@bp.get("/sheet.<any(csv, xlsx):kind>")
@guard(May.ARRANGE)
def example(kind: str) -> Response:
    """The sheet to fill in: its first line and one row that shows how."""
    names = [it.name for it in queries.lines(g.session)]
    row = (f"{clock.today(g.session)}", names[0] if names else "", g.actor.name, "", "", "")
    return uploads.sent(partial(sheet.written, [row]), kind, "roster")


@bp.route("/sheet", methods=["GET", "POST"])
@guard(May.ARRANGE)
def take_in() -> Any:
    """Plan a month from a sheet; what was wrong with a row is told, the others are planned."""
    form = Form(HandIn)
    found = None
    if form.posted:
        with form.attempt():
            found = sheet.take_in(g.session, g.actor, uploads.uploaded(sheet.BYTES_MOST))
    return form.page("roster/sheet.html", found=found, heads=sheet.HEADS)
