"""Pages of the bench beside the plain verdicts: remarks, proofs, mending, the emergency lane."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core.access import Actor
from kitchen.review import amending, labels, lane, queries, remarks, service
from kitchen.review.api import step_of
from kitchen.review.bench_schemas import Back, RefuseForm, RemarkIn, ReplyForm
from kitchen.review.models import Remark
from kitchen.review.rules import LOOK_BACK, May
from kitchen.review.schemas import AmendIn, ProofIn, ReleaseIn
from kitchen.review.views import onward, page_of
from kitchen.stories import queries as stories
from kitchen.stories import readings
from kitchen.stories.models import Story
from kitchen.stories.retyping import lines_of
from kitchen.stories.rules import OPEN, TITLE_MAX
from kitchen.stories.rules import May as Stories
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read

bp = Blueprint("bench", __name__, url_prefix="/review")


@bp.post("/<uid>/read")
@guard(May.READ)
def read_it(uid: str) -> Any:
    """The open page says that its reader had time to read."""
    readings.note(g.session, g.actor, queries.the_round(g.session, uid).story_version)
    return "", 204


@bp.route("/<uid>/amend", methods=["GET", "POST"])
@guard(May.REVIEW)
def amend(uid: str) -> Any:
    """Mend the text and pass this level with it; somebody else goes on."""
    round_ = queries.the_round(g.session, uid)
    version = round_.story_version
    start = {"step": request.args.get("step", ""), "title": version.title}
    form = Form(AmendIn, {**start, "lines": lines_of(version.doc)})
    if form.posted:
        with form.attempt():
            given = form.read()
            step = step_of(round_, given.step)
            text = given.title, given.lines
            amending.amend_and_pass(g.session, g.actor, step, *text, given.opinion, given.seen_hash)
            return onward(_next_round(round_.story), gettext("已改后通过，下一级会看到改了什么。"))
        round_ = queries.the_round(g.session, uid)
    step = step_of(round_, str(form.values["step"]))
    return form.page(
        "review/amend.html",
        round=round_,
        step=step,
        seen_hash=service.shown_hash(g.session, round_.version_id),
        told=amending.obstacle_to(g.actor, round_, step),
        title_max=TITLE_MAX,
    )


def _next_round(story: Story) -> str:
    """The uid of the story's latest round."""
    return queries.trail_of(g.session, story)[-1].uid


@bp.route("/<uid>/release", methods=["GET", "POST"])
@guard(May.RELEASE_EARLY)
def release(uid: str) -> Any:
    """The emergency lane: out now, with a reason, and looked at afterwards."""
    round_ = queries.the_round(g.session, uid)
    form = Form(ReleaseIn)
    if form.posted:
        with form.attempt():
            given = form.read()
            lane.release_early(g.session, g.actor, round_, given.reason, given.seen_hash)
            flash(gettext("已由绿色通道签发，正在发布。其余各级在限时内后审。"), "ok")
            return redirect(url_for("review.show", uid=uid))
        round_ = queries.the_round(g.session, uid)
    fault = lane.fault_of(g.session, g.actor, round_)
    return form.page(
        "review/release.html",
        round=round_,
        seen_hash=service.shown_hash(g.session, round_.version_id),
        told=lane.FAULTS[fault][1] if fault else None,
        hours=int(LOOK_BACK.total_seconds() // 3600),
    )


@bp.post("/<uid>/proof")
@guard(May.PROOFREAD)
def proof(uid: str) -> Any:
    """Sign the first, second or third proof."""
    form = Form(ProofIn)
    with form.attempt():
        given = form.read()
        round_ = queries.the_round(g.session, uid)
        service.sign_proof(g.session, g.actor, round_, given.number, given.note, given.seen_hash)
        flash(gettext("%(proof)s已签。", proof=gettext(labels.PROOFS[given.number])), "ok")
        return redirect(url_for("review.show", uid=uid))
    return page_of(queries.the_round(g.session, uid), form)


@bp.route("/<uid>/remark", methods=["GET", "POST"])
@guard(May.READ)
def remark(uid: str) -> Any:
    """Write about words of the version under review, or suggest other ones."""
    round_ = queries.the_round(g.session, uid)
    start = {"quote": request.args.get("quote", ""), "kind": "remark", "nth": 0}
    form = Form(RemarkIn, start)
    if form.posted:
        with form.attempt():
            given = form.read()
            remarks.make(
                g.session,
                g.actor,
                round_,
                given.words,
                quote=given.quote,
                nth=given.nth,
                replacement=given.suggested,
            )
            flash(gettext("批注已加上，作者会收到。"), "ok")
            return redirect(url_for("review.show", uid=uid, _anchor="remarks"))
        round_ = queries.the_round(g.session, uid)
    return form.page("review/remark.html", round=round_)


@bp.get("/stories/<uid>/remarks")
@guard(May.READ)
def of_story(uid: str) -> Any:
    """Every remark on a story, placed in its text as it stands; the writing room takes the part."""
    story = stories.the_story(g.session, uid)
    part = "HX-Request" in request.headers
    return render_template(
        "review/_remarks.html" if part else "review/remarks.html",
        **_remarks(g.actor, story),
        back="room" if part else "list",
    )


def _remarks(actor: Actor, story: Story) -> dict[str, Any]:
    return {
        "story": story,
        "placed": remarks.placed(g.session, actor, story, story),
        "takes_part": remarks.takes_part(g.session, actor, story),
        "story_open": story.state in OPEN,
        "labels": labels,
    }


@bp.post("/remarks/<uid>/reply")
@guard(May.READ)
def reply(uid: str) -> Any:
    """Answer a remark."""
    found = remarks.the_remark(g.session, uid)
    form = Form(ReplyForm)
    with form.attempt():
        given = form.read()
        remarks.reply(g.session, g.actor, found, given.words)
        return _back(found, given, gettext("已回复。"))
    return form.page("review/reply.html", remark=remarks.the_remark(g.session, uid))


@bp.post("/remarks/<uid>/resolve")
@guard(May.READ)
def resolve(uid: str) -> Any:
    """Nothing is left to do about it."""
    found = remarks.the_remark(g.session, uid)
    remarks.resolve(g.session, g.actor, found)
    return _back(found, read(Back), gettext("已标为解决。"))


@bp.post("/remarks/<uid>/reopen")
@guard(May.READ)
def reopen(uid: str) -> Any:
    """There is something left to do after all."""
    found = remarks.the_remark(g.session, uid)
    remarks.reopen(g.session, g.actor, found)
    return _back(found, read(Back), gettext("已重新打开。"))


@bp.post("/remarks/<uid>/accept")
@guard(Stories.WRITE)
def accept(uid: str) -> Any:
    """Put the suggested words into the draft."""
    found = remarks.the_remark(g.session, uid)
    remarks.accept(g.session, g.actor, found)
    return _back(found, read(Back), gettext("已采纳，正文已替换。"))


@bp.post("/remarks/<uid>/refuse")
@guard(Stories.WRITE)
def refuse(uid: str) -> Any:
    """Leave the words as they are."""
    found = remarks.the_remark(g.session, uid)
    given = read(RefuseForm)
    remarks.refuse(g.session, g.actor, found, given.note)
    return _back(found, given, gettext("没有采纳，原话不变。"))


def _back(remark: Remark, given: Back, told: str) -> Any:
    story = g.session.get_one(Story, remark.story_id)
    flash(told, "ok")
    if given.back == "room":
        return redirect(url_for("writing.edit", uid=story.uid))
    if given.back == "review" and (trail := queries.trail_of(g.session, story)):
        return redirect(url_for("review.show", uid=trail[-1].uid, _anchor="remarks"))
    return redirect(url_for("bench.of_story", uid=story.uid))
