"""Pages of review: the queue beside one piece, the verdicts, the routes."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext

from channels.registry import channel_classes
from kitchen.review import (
    labels,
    lane,
    proofing,
    queries,
    reading,
    reasons,
    reviewers,
    routing,
    service,
)
from kitchen.review.api import address, step_of
from kitchen.review.models import Round, Step
from kitchen.review.rules import MINUTES, Level, May, StepState, Stop
from kitchen.review.schemas import (
    NO_ROLE,
    ClaimIn,
    DeskQuery,
    JointIn,
    PassIn,
    ReturnIn,
    RevokeIn,
    RouteForm,
)
from kitchen.stories import changes
from kitchen.stories import labels as story_labels
from kitchen.stories import queries as stories
from kitchen.stories.models import Story
from kitchen.topics.labels import RISKS
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read, read_query

bp = Blueprint("review", __name__, url_prefix="/review")

STAYS = "review-stays"
"""In the session of somebody who does not want the next piece to open by itself."""


@bp.app_context_processor
def for_other_pages() -> dict[str, Any]:
    """What other pages need to show of a review, so that they can include its parts by name."""
    return {
        "review_trail": lambda story: queries.trail_of(g.session, story),
        "review_labels": labels,
        "looked_back_at": _looked_back_at,
    }


def _looked_back_at(story_id: int) -> bool:
    """Whether a story is out and still to be judged by some level; asked once for each page."""
    if "look_backs" not in g:
        g.look_backs = lane.awaiting_look_back(g.session)
    return story_id in g.look_backs


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """What waits for one's verdict, earliest due first."""
    return render_template("review/index.html", **_listing(), item=None)


@bp.get("/rows")
@guard(May.READ)
def rows() -> Any:
    """The list alone, for a live page that heard of a move."""
    return render_template("review/_rows.html", **_listing(), item=None)


def _listing() -> dict[str, Any]:
    """The list that was asked for; a verdict's own page is asked without a query."""
    which = read_query(DeskQuery).list if request.method == "GET" else "mine"
    steps = {
        "mine": lambda: queries.to_decide(g.session, g.actor, joint=False),
        "joint": lambda: queries.to_decide(g.session, g.actor, joint=True),
        "others": lambda: queries.under_way(g.session, g.actor, others=True),
        "all": lambda: queries.under_way(g.session, g.actor),
        "after": lambda: queries.looking_back(g.session),
        "decided": lambda: queries.decided_by(g.session, g.actor),
    }[which]()
    stays = bool(session.get(STAYS))
    return {"steps": steps, "which": which, "labels": labels, "risks": RISKS, "stays": stays}


@bp.get("/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One round: who signed, the text, what changed, the hits, the accounts, the verdict."""
    return page_of(queries.the_round(g.session, uid), Form(PassIn))


def page_of(round_: Round, form: Form[Any]) -> Response:
    """The bench with one piece on it, and what a form on it was refused with."""
    asked = read_query(DeskQuery) if request.method == "GET" else DeskQuery()
    item = reading.item_of(g.session, g.actor, round_, address, asked.base)
    return form.page(
        "review/index.html",
        **_listing(),
        item=item,
        look=asked.look,
        changes=changes,
        reasons=reasons.reasons(g.session),
        may_invite=_may_invite(round_),
        units=queries.units_to_invite(g.session, round_),
        nobody=[step for step in _open(round_) if not _anyone(step)],
        story_labels=story_labels,
        channels={key: channel.label for key, channel in channel_classes().items()},
    )


def _open(round_: Round) -> list[Step]:
    return [step for step in round_.steps if step.state == StepState.OPEN]


def _anyone(step: Step) -> bool:
    return bool(reviewers.possible_reviewers(g.session, step))


def _may_invite(round_: Round) -> bool:
    over = g.actor.may(May.REVIEW, round_.story.unit_id)
    return bool(_open(round_)) and over and g.actor.id not in _writers(round_)


def _writers(round_: Round) -> frozenset[int]:
    return reviewers.writers_of(g.session, round_)


@bp.post("/<uid>/claim")
@guard(May.REVIEW)
def claim(uid: str) -> Any:
    """Say that one is reading this now."""
    step = step_of(queries.round_to_judge(g.session, uid), read(ClaimIn).step)
    service.claim(g.session, g.actor, step)
    flash(gettext("已标明您在审，半小时内别人不会同时审。"), "ok")
    return redirect(url_for("review.show", uid=uid))


@bp.post("/<uid>/pass")
@guard(May.REVIEW)
def pass_(uid: str) -> Any:
    """Pass one level, and go on to the next piece."""
    form = Form(PassIn)
    with form.attempt():
        given = form.read()
        step = step_of(queries.round_to_judge(g.session, uid), given.step)
        service.pass_(g.session, g.actor, step, given.opinion, given.seen_hash)
        return onward(uid, gettext("已通过。"))
    return page_of(queries.the_round(g.session, uid), form)


@bp.route("/<uid>/return", methods=["GET", "POST"])
@guard(May.REVIEW)
def return_(uid: str) -> Any:
    """Send it back with a reason, and go on to the next piece."""
    round_ = queries.the_round(g.session, uid)
    form = Form(ReturnIn, {"step": request.args.get("step", ""), "to": 0, "reasons": []})
    if form.posted:
        with form.attempt():
            given = form.read()
            step = step_of(round_, given.step)
            service.return_(g.session, g.actor, step, given.note, given.to, given.reasons)
            return onward(uid, gettext("已退回，理由已告诉对方。"))
        round_ = queries.the_round(g.session, uid)
    step = step_of(round_, str(form.values["step"]))
    offered = reasons.reasons(g.session)
    return form.page("review/return.html", round=round_, step=step, labels=labels, reasons=offered)


@bp.post("/<uid>/stay")
@guard(May.REVIEW)
def stay(uid: str) -> Any:
    """Have the next piece open by itself after a verdict, or not."""
    session[STAYS] = not session.get(STAYS)
    return redirect(url_for("review.show", uid=uid))


def onward(uid: str, told: str) -> Any:
    """The next piece opens by itself, unless the reviewer wants to stay with this one."""
    flash(told, "ok")
    if session.get(STAYS):
        return redirect(url_for("review.show", uid=uid))
    waiting = queries.to_decide(g.session, g.actor)
    if not waiting:
        return redirect(url_for("review.index"))
    return redirect(url_for("review.show", uid=waiting[0].round.uid))


@bp.post("/<uid>/joint")
@guard(May.REVIEW)
def joint(uid: str) -> Any:
    """Invite other units to judge as well."""
    form = Form(JointIn)
    with form.attempt():
        round_ = queries.the_round(g.session, uid)
        units = queries.units_named(g.session, form.read().units)
        service.add_joint(g.session, g.actor, round_, units)
        flash(gettext("已邀请联审，全部单位通过后才进入下一级。"), "ok")
        return redirect(url_for("review.show", uid=uid))
    return page_of(queries.the_round(g.session, uid), form)


@bp.route("/stories/<uid>/revoke", methods=["GET", "POST"])
@guard(May.REVOKE)
def revoke(uid: str) -> Any:
    """Take an approval back: what has not left stops, what has left is called back."""
    story = stories.the_story(g.session, uid)
    form = Form(RevokeIn)
    if form.posted:
        with form.attempt():
            service.revoke(g.session, g.actor, story, form.read().note)
            flash(gettext("签发已撤销。没发出的不再发，已发出的正在撤回。"), "ok")
            return redirect(_trail_address(story))
        story = stories.the_story(g.session, uid)
    trail = queries.trail_of(g.session, story)
    return form.page("review/revoke.html", story=story, trail=trail, labels=labels)


def _trail_address(story: Story) -> str:
    trail = queries.trail_of(g.session, story)
    return url_for("review.show", uid=trail[-1].uid) if trail else url_for("review.index")


@bp.route("/routes", methods=["GET", "POST"])
@guard(May.EDIT_ROUTES)
def routes() -> Any:
    """Which levels a piece of each risk class climbs."""
    form = Form(RouteForm)
    if form.posted:
        with form.attempt():
            given = form.read()
            routing.change_route(g.session, g.actor, given.risk, given.stops(), given.mark)
            flash(gettext("审核路线已保存，从下一篇送审的稿件起用。"), "ok")
            return redirect(url_for("review.routes"))
    found = routing.routes(g.session)
    return form.page(
        "review/routes.html",
        routes=found,
        marks={risk: routing.mark_of(stops) for risk, stops in found.items()},
        lines={risk: _lines(stops) for risk, stops in found.items()},
        proofs=proofing.policy(g.session),
        roles=_role_choices(),
        labels=labels,
        risks=RISKS,
    )


def _lines(stops: list[Stop]) -> list[Stop]:
    """Every level of the table, used or not, so that one can be added without a script."""
    used = {stop.level: stop for stop in stops}
    every = [level for level in Level if level is not Level.JOINT]
    return [used.get(level, Stop(level, NO_ROLE, MINUTES[level])) for level in every]


def _role_choices() -> list[tuple[str, str]]:
    named = [
        (role, gettext(labels.ROLES.get(role, role)))
        for role in reviewers.reviewing_roles(g.session)
    ]
    return [(NO_ROLE, gettext("不设这一级")), *named]
