"""Pages of delivery: the console, one delivery with what people can do about it, hand-overs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core import audit
from kitchen.matrix import queries as matrix
from kitchen.publishing import (
    approvals,
    circuits,
    evidence,
    hand,
    labels,
    material,
    outcomes,
    queries,
    quiet,
    resolve,
    schedule,
    standstill,
)
from kitchen.publishing.addresses import address_of
from kitchen.publishing.calendar import typed
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import May, State
from kitchen.publishing.schemas import AddressIn, LookIn, ReasonIn
from kitchen.publishing.steps import steps_of
from kitchen.publishing.verbs import actions_of
from kitchen.stories import queries as stories
from kitchen.stories.models import Story
from kitchen.web.face import unit
from kitchen.web.forms import Form
from kitchen.web.guard import guard

bp = Blueprint("publishing", __name__, url_prefix="/publish")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The console: what asks for people first, then what moves, waits and is done."""
    return render_template("publishing/index.html", **_console())


@bp.get("/board")
@guard(May.READ)
def board() -> Any:
    """The console's lists alone, for a live page that heard of a change."""
    return render_template("publishing/_board.html", **_console())


def _console() -> dict[str, Any]:
    console = queries.console(g.session)
    under_way = {row.story_id: row.story for row in console.moving}
    progress = outcomes.progress_of(g.session, under_way)
    return {
        "console": console,
        "stops": standstill.standing(g.session),
        "progress": [(under_way[key], known) for key, known in progress.items()],
        "labels": labels,
    }


@bp.get("/cases")
@guard(May.READ)
def cases() -> Any:
    """Every open question to people, the oldest first."""
    return render_template("publishing/cases.html", **_cases())


@bp.get("/cases/part")
@guard(May.READ)
def cases_part() -> Any:
    """The open questions alone, for a live page that heard of a change."""
    return render_template("publishing/_cases.html", **_cases())


def _cases() -> dict[str, Any]:
    return {
        "cases": queries.open_cases(g.session),
        "question_of": evidence.question_of,
        "witnesses_needed": resolve.WITNESSES,
        "labels": labels,
    }


@bp.app_context_processor
def around() -> dict[str, Any]:
    """What ``publishing/_deliveries.html`` needs, so that any page may include it."""
    return {
        "deliveries_of": _deliveries_of,
        "delivery_labels": labels,
        "count_cases": lambda: queries.count_cases(g.session),
    }


def _deliveries_of(story: Story) -> Sequence[Publication]:
    return queries.publications_of_story(g.session, story.id)


@bp.get("/story/<uid>")
@guard(May.READ)
def story(uid: str) -> Any:
    """Everywhere a story went, as a part of other pages."""
    found = stories.the_story(g.session, uid)
    return render_template("publishing/_deliveries.html", story=found)


@bp.get("/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One delivery: how it stands, what was tried, what the platform said, what can be done."""
    publication = queries.the_publication(g.session, uid)
    return render_template("publishing/show.html", form=None, **shown(publication))


def shown(publication: Publication) -> dict[str, Any]:
    """What the page of one delivery is made of."""
    record = queries.record_of(g.session, publication)
    waits = publication.state == State.AWAITING_HAND
    asked = publication.state == State.NEEDS_HUMAN
    history = audit.history(g.session, publication)
    operates = g.actor.may(May.OPERATE, publication.unit_id)
    return {
        "publication": publication,
        "record": record,
        "steps": steps_of(publication, record),
        "moves": {move.name for move in actions_of(publication, g.actor)},
        "movable": schedule.movable(publication, g.actor),
        "slot": typed(publication.not_before),
        "objections": material.objections_to(g.session, publication),
        "passable": quiet.passable(publication) and operates,
        "quiet_pass": record.quiet_pass,
        "checklist": hand.checklist(g.session, publication) if waits else [],
        "scannable": waits and hand.scannable(publication) and operates,
        "question": evidence.question_of(publication) if asked else "",
        "witnesses": [it for it in record.statements if it.said_at >= publication.since],
        "witnesses_needed": resolve.WITNESSES,
        "facts_told": evidence.account_of(record, history),
        "labels": labels,
    }


@bp.get("/<uid>/part")
@guard(May.READ)
def part(uid: str) -> Any:
    """How one delivery stands, for a live page that heard of a change."""
    publication = queries.the_publication(g.session, uid)
    return render_template("publishing/_standing.html", **shown(publication))


@bp.get("/<uid>/package")
@guard(May.READ, by_hand=True)
def package(uid: str) -> Any:
    """The package for publishing by hand, as a zip."""
    with unit(write=False) as session:
        publication = queries.the_publication(session, uid)
        approvals.demand(session, publication)
        material.demand(session, publication)
        address = address_of(session, publication)
        post, name = publication.frozen_post.post, f"{publication.channel}-{publication.uid}.zip"
    answer = Response(hand.pack(address, post), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/<uid>/finish_by_hand")
@guard(May.OPERATE)
def finish_by_hand(uid: str) -> Any:
    """Published by hand: here is the address."""
    form = Form(AddressIn)
    with form.attempt():
        hand.finish(g.session, g.actor, _the(uid), form.read().url)
        return _back(uid, gettext("已登记为已发布。"))
    return form.page("publishing/show.html", **shown(_the(uid)))


@bp.post("/<uid>/leave_unpublished")
@guard(May.OPERATE)
def leave_unpublished(uid: str) -> Any:
    """Not published by hand, and why."""
    form = Form(ReasonIn)
    with form.attempt():
        hand.leave(g.session, g.actor, _the(uid), form.read().note)
        return _back(uid, gettext("已登记为不在这个渠道发布，编辑会看到理由。"))
    return form.page("publishing/show.html", **shown(_the(uid)))


@bp.post("/<uid>/confirm")
@guard(May.OPERATE)
def confirm(uid: str) -> Any:
    """It is there: here is the address."""
    form = Form(AddressIn)
    with form.attempt():
        resolve.confirm(g.session, g.actor, _the(uid), form.read().url)
        return _back(uid, gettext("已登记为已发布。"))
    return form.page("publishing/show.html", **shown(_the(uid)))


@bp.post("/<uid>/confirm_removed")
@guard(May.OPERATE)
def confirm_removed(uid: str) -> Any:
    """It was taken down by hand."""
    form = Form(ReasonIn)
    with form.attempt():
        resolve.confirm_removed(g.session, g.actor, _the(uid), form.read().note)
        return _back(uid, gettext("已登记为已撤下。"))
    return form.page("publishing/show.html", **shown(_the(uid)))


@bp.post("/<uid>/send_again")
@guard(May.OPERATE)
def send_again(uid: str) -> Any:
    """I looked, and it is not there; the second such word sends it again."""
    form = Form(LookIn)
    with form.attempt():
        if resolve.say_not_there(g.session, g.actor, _the(uid), form.read().looked_at):
            return _back(uid, gettext("两人都已确认没有发出，正在重新发送。"))
        return _back(uid, gettext("已记录。还需要另一位同事也去账号里看一遍，才会重新发送。"))
    return form.page("publishing/show.html", **shown(_the(uid)))


@bp.post("/<uid>/try_again")
@guard(May.OPERATE)
def try_again(uid: str) -> Any:
    """Send once more what the platform refused."""
    resolve.try_again(g.session, g.actor, _the(uid))
    return _back(uid, gettext("正在重新发送。"))


@bp.post("/<uid>/pass_quiet_hours")
@guard(May.OPERATE)
def pass_quiet_hours(uid: str) -> Any:
    """It may leave in the night, and why; the second such word lets it go."""
    form = Form(ReasonIn)
    with form.attempt():
        if quiet.let_pass(g.session, g.actor, _the(uid), form.read().note):
            return _back(uid, gettext("两人都已同意，夜间也会发出。"))
        return _back(uid, gettext("已申请夜间放行。还需要另一位同事同意。"))
    return form.page("publishing/show.html", **shown(_the(uid)))


@bp.post("/accounts/<uid>/resume")
@guard(May.OPERATE)
def resume(uid: str) -> Any:
    """Send to an account again, its trouble being mended."""
    circuits.close(g.session, g.actor, matrix.the_account(g.session, uid))
    flash(gettext("已恢复发送，暂缓的内容会自动发出。"), "ok")
    return redirect(url_for("publishing.index"))


def _the(uid: str) -> Publication:
    return queries.the_publication(g.session, uid)


def _back(uid: str, told: str) -> Any:
    flash(told, "ok")
    return redirect(url_for("publishing.show", uid=uid))
