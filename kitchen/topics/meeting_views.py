"""Pages of the daily meeting: the day's agenda, the wall, the minutes."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.people.queries import staff_with_role
from kitchen.topics import labels, meeting, minutes, queries
from kitchen.topics.models import Meeting
from kitchen.topics.rules import May
from kitchen.topics.schemas import DecisionIn, Roll
from kitchen.topics.views import channel_labels
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read

bp = Blueprint("meetings", __name__, url_prefix="/meetings")

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The latest meetings, and today's."""
    today = clock.today(g.session)
    return render_template(
        "meetings/index.html",
        meetings=queries.recent_meetings(g.session),
        today=today,
        waiting=queries.to_decide(g.session),
        not_filed=queries.who_has_not_filed(g.session, today),
        cut_off=queries.cut_off_of(today),
        labels=labels,
    )


@bp.post("/convene")
@guard(May.CONVENE)
def convene() -> Any:
    """Convene today's meeting, or bring its agenda up to date."""
    today = clock.today(g.session)
    meeting.convene(g.session, g.actor, today)
    return redirect(url_for("meetings.show", day=today))


@bp.get("/<day>")
@guard(May.READ)
def show(day: str) -> Any:
    """The agenda with its decisions, who is present, and yesterday's figures."""
    return render_template("meetings/show.html", **_seen(_the_day(day)))


@bp.get("/<day>/agenda")
@guard(May.READ)
def agenda(day: str) -> Any:
    """The agenda alone, for a page that heard of a decision."""
    return render_template("meetings/_agenda.html", **_seen(_the_day(day)))


def _seen(day: date) -> dict[str, Any]:
    found = queries.the_meeting(g.session, day)
    return {
        "meeting": found,
        "present": {each.staff_id for each in found.attendance},
        "committee": staff_with_role(g.session, *meeting.COMMITTEE_ROLES),
        "yesterday": queries.yesterday_of(g.session, day),
        "not_filed": queries.who_has_not_filed(g.session, day),
        "tally": queries.tally(found),
        "quorate": len(found.attendance) >= found.quorum,
        "labels": labels,
        "channels": channel_labels(),
    }


@bp.post("/<day>/attend")
@guard(May.DECIDE)
def attend(day: str) -> Any:
    """Note that one is present."""
    return _done(day, lambda found: meeting.attend(g.session, g.actor, found))


@bp.post("/<day>/roll")
@guard(May.CONVENE)
def roll(day: str) -> Any:
    """The chair notes who is in the room."""
    given = read(Roll)
    return _done(day, lambda found: meeting.call_the_roll(g.session, g.actor, found, given.present))


@bp.post("/<day>/open")
@guard(May.CONVENE)
def open_meeting(day: str) -> Any:
    """Begin."""
    return _done(day, lambda found: meeting.open_meeting(g.session, g.actor, found))


@bp.post("/<day>/close")
@guard(May.CONVENE)
def close(day: str) -> Any:
    """End; what was not decided waits for the next meeting."""
    return _done(day, lambda found: meeting.close(g.session, g.actor, found))


@bp.post("/<day>/undo")
@guard(May.DECIDE)
def undo(day: str) -> Any:
    """Take the latest decision back."""
    return _done(day, lambda found: meeting.undo_last(g.session, g.actor, found), wall=True)


def _done(day: str, act: Any, *, wall: bool = False) -> Any:
    act(queries.the_meeting(g.session, _the_day(day)))
    back = "meetings.present" if wall and request.form.get("wall") else "meetings.show"
    return redirect(url_for(back, day=day))


@bp.route("/<day>/present", methods=["GET", "POST"])
@guard(May.READ)
def present(day: str) -> Any:
    """One topic a screen, for the wall; keys 1 to 5 decide."""
    found = queries.the_meeting(g.session, _the_day(day))
    form = Form(DecisionIn)
    item = _shown(found)
    if form.posted:
        with form.attempt():
            _decide(found, form.read())
            return redirect(url_for("meetings.present", day=day))
        found = queries.the_meeting(g.session, _the_day(day))
        item = _shown(found)
    return form.page(
        "meetings/present.html",
        item=item,
        mergeable=queries.mergeable(g.session, item.topic) if item else [],
        **_seen(_the_day(day)),
    )


def _shown(found: Meeting) -> Any:
    """The topic on the wall: the one asked for, else the first that is undecided."""
    asked = request.values.get("topic", "")
    chosen = next((item for item in found.items if item.topic.uid == asked), None)
    return chosen or queries.next_undecided(found)


def _decide(found: Meeting, given: DecisionIn) -> None:
    topic = queries.the_topic(g.session, given.topic)
    into = queries.the_topic(g.session, given.merge_into) if given.merge_into else None
    meeting.decide(
        g.session,
        g.actor,
        found,
        topic,
        given.decision,
        reason=given.reason,
        risk=given.risk,
        merge_into=into,
    )
    flash(gettext("已记录：%(title)s", title=topic.title), "ok")


@bp.get("/<day>/minutes.<kind>")
@guard(May.READ)
def export_minutes(day: str, kind: str) -> Any:
    """The minutes, as ``md`` or ``docx``."""
    found = queries.the_meeting(g.session, _the_day(day))
    yesterday = queries.yesterday_of(g.session, found.day)
    name = f"minutes-{found.day.isoformat()}.{kind}"
    if kind == "docx":
        body: bytes | str = minutes.as_docx(found, yesterday, gettext)
        response = Response(body, mimetype=WORD)
    else:
        response = Response(minutes.as_text(found, yesterday, gettext), mimetype="text/markdown")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _the_day(text: str) -> date:
    return queries.day_of(text)
