"""Pages of the daily meeting: the day's agenda, the wall, the remote, the ballot, the minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.core.errors import NotFound
from kitchen.papers import FORMS
from kitchen.people.queries import staff_with_role
from kitchen.topics import (
    appeals,
    coverage,
    hosting,
    labels,
    meeting,
    minutes,
    queries,
    voting,
)
from kitchen.topics.models import Meeting
from kitchen.topics.rules import TOPIC_SECONDS, May
from kitchen.topics.schemas import DecisionIn, Roll, Secrecy, Turn, UndoIn, VoteIn
from kitchen.topics.views import channel_labels
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read

bp = Blueprint("meetings", __name__, url_prefix="/meetings")


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
        "appeal_of": appeals.heard,
        "quorate": len(found.attendance) >= found.quorum,
        "labels": labels,
        "channels": channel_labels(),
    }


@bp.post("/<day>/attend")
@guard(May.DECIDE)
def attend(day: str) -> Any:
    """Note that one is present."""
    return _done(day, lambda found: meeting.attend(g.session, g.actor, found))


@bp.post("/<day>/leave")
@guard(May.DECIDE)
def leave(day: str) -> Any:
    """Note that one has gone."""
    return _done(day, lambda found: meeting.leave(g.session, g.actor, found))


@bp.post("/<day>/roll")
@guard(May.CONVENE)
def roll(day: str) -> Any:
    """The chair notes who is in the room."""
    given = read(Roll)
    lists = given.present, given.shown
    return _done(day, lambda found: meeting.call_the_roll(g.session, g.actor, found, *lists))


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
    """Take back what the page showed as the latest decision; a page that is behind says so."""
    form = Form(UndoIn)
    with form.attempt():
        given = form.read()
        taken = given.topic, given.decided_at
        return _done(day, lambda found: meeting.undo_last(g.session, g.actor, found, *taken))
    page = "remote" if request.args.get("back") == "remote" else "present"
    return form.page(f"meetings/{page}.html", **_on_the_wall(day, follow=True))


BACK = {"wall": "meetings.present", "remote": "meetings.remote"}
"""Where a button's page is found again; the agenda for all others."""


def _done(day: str, act: Callable[[Meeting], object]) -> Any:
    act(queries.the_meeting(g.session, _the_day(day)))
    return redirect(url_for(BACK.get(request.args.get("back", ""), "meetings.show"), day=day))


@bp.route("/<day>/present", methods=["GET", "POST"])
@guard(May.READ)
def present(day: str) -> Any:
    """One topic a screen, for the wall; keys decide. It follows the chair, unless ``?topic=``."""
    return _deciding("meetings.present", "meetings/present.html", day)


@bp.get("/<day>/wall")
@guard(May.READ)
def wall(day: str) -> Any:
    """What is on the wall now, for a wall that heard of a change."""
    return render_template("meetings/_wall.html", form=Form(DecisionIn), **_on_the_wall(day))


@bp.route("/<day>/remote", methods=["GET", "POST"])
@guard(May.CONVENE)
def remote(day: str) -> Any:
    """The chair's phone: turn the pages, decide, take back, restart the clock."""
    hosting.demand_host(g.actor, queries.the_meeting(g.session, _the_day(day)))
    return _deciding("meetings.remote", "meetings/remote.html", day)


@bp.get("/<day>/remote/part")
@guard(May.CONVENE)
def remote_part(day: str) -> Any:
    """The remote's buttons, when the wall has moved on."""
    hosting.demand_host(g.actor, queries.the_meeting(g.session, _the_day(day)))
    return render_template("meetings/_remote.html", form=Form(DecisionIn), **_on_the_wall(day))


@bp.get("/<day>/remote.svg")
@guard(May.CONVENE)
def remote_code(day: str) -> Any:
    """The remote's address as a code for the chair's phone; whoever opens it signs in first."""
    hosting.demand_host(g.actor, queries.the_meeting(g.session, _the_day(day)))
    drawing = BytesIO()
    link = url_for("meetings.remote", day=day, _external=True)
    segno.make(link, error="m", micro=False).save(
        drawing, kind="svg", scale=6, border=4, light="white", xmldecl=False
    )
    answer = Response(drawing.getvalue(), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _deciding(endpoint: str, template: str, day: str) -> Any:
    form = Form(DecisionIn)
    if form.posted:
        with form.attempt():
            _decide(queries.the_meeting(g.session, _the_day(day)), form.read())
            return redirect(url_for(endpoint, day=day))
    return form.page(template, **_on_the_wall(day))


def _on_the_wall(day: str, *, follow: bool = False) -> dict[str, Any]:
    seen = _seen(_the_day(day))
    found, asked = seen["meeting"], "" if follow else request.values.get("topic", "")
    pinned = next((item for item in found.items if item.topic.uid == asked), None)
    item = pinned or queries.shown_item(found)
    counts = coverage.planned(g.session, found.day, found.day)
    return seen | {
        "item": item,
        "latest": queries.last_decided(found),
        "pinned": pinned,
        "at": found.items.index(item) if item else len(found.items),
        "mergeable": queries.mergeable(g.session, item.topic) if item else [],
        "votes": voting.tally_of(g.session, item) if item else None,
        "host": hosting.is_host(g.actor, found),
        "grid": coverage.grid(g.session, found.day, found.day, counts),
        "topic_seconds": TOPIC_SECONDS,
        "moment": clock.now(g.session),
    }


@bp.post("/<day>/turn")
@guard(May.CONVENE)
def turn(day: str) -> Any:
    """Turn the wall's pages, or restart the topic's clock."""
    act = read(Turn).act
    return _done(day, lambda found: hosting.turn(g.session, g.actor, found, act))


@bp.post("/<day>/chair")
@guard(May.CONVENE)
def chair(day: str) -> Any:
    """Preside from now on."""
    return _done(day, lambda found: hosting.take_chair(g.session, g.actor, found))


@bp.post("/<day>/secrecy")
@guard(May.CONVENE)
def secrecy(day: str) -> Any:
    """Whether votes are secret, until somebody has voted."""
    secret = read(Secrecy).secret
    return _done(day, lambda found: voting.set_secrecy(g.session, g.actor, found, secret=secret))


@bp.get("/<day>/ballot")
@guard(May.DECIDE)
def ballot(day: str) -> Any:
    """A member's ballot: it follows the wall."""
    return render_template("meetings/ballot.html", **_ballot(day))


@bp.get("/<day>/ballot/part")
@guard(May.DECIDE)
def ballot_part(day: str) -> Any:
    """The ballot's buttons, when the wall has moved on."""
    return render_template("meetings/_ballot.html", **_ballot(day))


def _ballot(day: str) -> dict[str, Any]:
    context = _on_the_wall(day)
    item = context["item"]
    own = next((vote for vote in item.votes if vote.staff_id == g.actor.id), None) if item else None
    return context | {"own": own}


@bp.post("/<day>/votes")
@guard(May.DECIDE)
def vote(day: str) -> Any:
    """Cast one's vote, or change it."""
    given = read(VoteIn)
    topic = queries.the_topic(g.session, given.topic)
    voting.vote(
        g.session, g.actor, queries.the_meeting(g.session, _the_day(day)), topic, given.choice
    )
    flash(
        gettext("已投：%(choice)s。定之前可以改。", choice=gettext(labels.CHOICES[given.choice])),
        "ok",
    )
    return redirect(url_for("meetings.ballot", day=day))


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
    """The minutes, as ``docx``, ``pdf`` or ``md``."""
    found = queries.the_meeting(g.session, _the_day(day))
    yesterday = queries.yesterday_of(g.session, found.day)
    body: str | bytes
    if kind == "md":
        body, mimetype = minutes.as_text(found, yesterday, gettext), "text/markdown"
    elif kind in FORMS:
        draw, mimetype = FORMS[kind]
        body = draw(minutes.paper(found, yesterday, gettext))
    else:
        raise NotFound
    name = f"minutes-{found.day.isoformat()}.{kind}"
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _the_day(text: str) -> date:
    return queries.day_of(text)
