"""Pages of the calendar: a day by hours, and the two verbs on a slot."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.publishing import labels, queries, schedule
from kitchen.publishing.calendar import day_of, typed
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import May
from kitchen.publishing.schemas import DayQuery, FormerSlot, SlotIn
from kitchen.publishing.views import shown
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.i18n import clock as on_the_clock
from kitchen.web.i18n import day as in_words
from kitchen.web.schema import read_query

bp = Blueprint("calendar", __name__, url_prefix="/publish")


@bp.get("/calendar")
@guard(May.READ)
def index() -> Any:
    """One day of every account by hours, with a tray of what has no hour."""
    return render_template("publishing/calendar.html", form=None, **_calendar(_day()))


@bp.get("/calendar/part")
@guard(May.READ)
def part() -> Any:
    """The day alone, for a live page that heard of a change."""
    return render_template("publishing/_calendar.html", form=None, **_calendar(_day()))


@bp.post("/<uid>/reschedule")
@guard(May.OPERATE)
def reschedule(uid: str) -> Any:
    """Another slot, however it was chosen: dragged to, typed or walked to by keys."""
    form = Form(SlotIn)
    publication = queries.the_publication(g.session, uid)
    former = publication.not_before
    with form.attempt():
        schedule.reschedule(g.session, g.actor, publication, form.read().not_before)
        told = gettext("已改到 %(when)s。", when=_when(publication))
        undoable = former is not None and former > clock.now(g.session)
        flash(told, f"undo:{_back_to(uid, typed(former))}" if undoable else "ok")
        if schedule.in_quiet_hours(publication):
            flash(gettext("这时账号静默，静默过后才会发出。"), "warn")
        return redirect(_here(uid))
    if "day" in request.args:
        return form.page("publishing/calendar.html", **_calendar(_day()))
    return form.page("publishing/show.html", **shown(_the(uid)))


@bp.post("/<uid>/put_back")
@guard(May.OPERATE)
def put_back(uid: str) -> Any:
    """Take a move back: the slot is what it was."""
    publication, slot = _the(uid), read_query(FormerSlot).slot
    schedule.reschedule(g.session, g.actor, publication, slot)
    flash(gettext("已撤销，仍是 %(when)s。", when=_when(publication)), "ok")
    return redirect(_here(uid))


@bp.post("/<uid>/send_now")
@guard(May.OPERATE)
def send_now(uid: str) -> Any:
    """Wait for no slot any longer."""
    hold = schedule.send_now(g.session, g.actor, _the(uid))
    if hold is None:
        flash(gettext("不再等时间，正在发送。"), "ok")
    else:
        flash(gettext("不再等时间。%(why)s。", why=gettext(labels.HOLDS[hold])), "warn")
    return redirect(_here(uid))


def _the(uid: str) -> Publication:
    return queries.the_publication(g.session, uid)


def _day() -> date:
    return read_query(DayQuery).day or clock.today(g.session)


def _calendar(day: date) -> dict[str, Any]:
    return {"it": day_of(g.session, day), "labels": labels, "movable": schedule.movable}


def _here(uid: str) -> str:
    """Back to where the verb was used: the day of the calendar, else the delivery."""
    day = request.args.get("day")
    if day:
        return url_for("calendar.index", day=day)
    return url_for("publishing.show", uid=uid)


def _back_to(uid: str, slot: str) -> str:
    return url_for("calendar.put_back", uid=uid, slot=slot, day=request.args.get("day"))


def _when(publication: Publication) -> str:
    when = publication.not_before
    return f"{in_words(when)} {on_the_clock(when)}" if when else ""
