"""Pages of campaigns: the list, the dashboard, steps, papers, the ledger, kinds of risk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core import audit
from kitchen.core.errors import N_, Invalid, NotFound
from kitchen.core.workflow import open_moves
from kitchen.matrix import labels as words
from kitchen.matrix.campaigns import (
    burdens,
    closing,
    deciding,
    judging,
    labels,
    papers,
    queries,
    risks,
    service,
)
from kitchen.matrix.campaigns.models import Cleanup
from kitchen.matrix.campaigns.schemas import (
    CleanupIn,
    ItemQuery,
    JoinIn,
    MeetingIn,
    RiskIn,
    StepIn,
    UnitReviewIn,
)
from kitchen.matrix.queries import the_account, the_unit
from kitchen.matrix.registry import labels as registry_labels
from kitchen.matrix.rules import May
from kitchen.papers import FORMS
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read, read_query

bp = Blueprint("cleanups", __name__, url_prefix="/matrix")


@bp.get("/cleanups")
@guard(May.READ)
def index() -> Any:
    """Campaigns, newest first, and the closings that are late."""
    query = read_query(PageQuery)
    page = queries.page_of_cleanups(g.session, limit=query.limit, cursor=query.cursor)
    late = closing.overdue(g.session)
    return render_template("cleanups/index.html", page=page, labels=labels, late=late)


@bp.route("/cleanups/new", methods=["GET", "POST"])
@guard(May.CONDUCT)
def new() -> Any:
    """Open a campaign; the deadlines are proposed from the settings."""
    check, opinion, decision = service.deadlines(g.session)
    start = {"check_due": check, "opinion_due": opinion, "decision_due": decision}
    form = Form(CleanupIn, {**start, "batch": gettext("首批")})
    if form.posted:
        with form.attempt():
            made = service.open_campaign(g.session, g.actor, **form.read().model_dump())
            flash(gettext("清理整顿已开始，各单位已收到自查通知。"), "ok")
            return redirect(url_for("cleanups.show", uid=made.uid))
    return form.page("cleanups/new.html")


@bp.get("/cleanups/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """The dashboard: counts by platform, batch and level, steps, what to do next."""
    return render_template("cleanups/show.html", form=None, **_seen(uid))


@bp.get("/cleanups/<uid>/figures")
@guard(May.READ)
def figures(uid: str) -> Any:
    """The figures alone, for a page that heard of a change."""
    return render_template("cleanups/_figures.html", **_seen(uid))


def _seen(uid: str) -> dict[str, Any]:
    cleanup = queries.the_cleanup(g.session, uid)
    return {
        "cleanup": cleanup,
        "board": queries.dashboard(queries.standpoints(g.session, cleanup)),
        "moves": {move.name: move for move in open_moves(cleanup, g.actor)},
        "history": audit.history(g.session, cleanup, 20),
        "labels": labels,
        "levels": registry_labels.LEVELS,
        "platforms": words.platforms(),
    }


def steps() -> Mapping[str, Callable[[Cleanup, StepIn], None]]:
    """Every step of a campaign, by its name."""
    session, actor = g.session, g.actor
    return {
        "call_experts": lambda it, _given: service.call_experts(session, actor, it),
        "check_again": _check_again,
        "lay_before": lambda it, _given: service.lay_before(session, actor, it),
        "take_back": lambda it, given: service.take_back(session, actor, it, given.note),
        "issue_notice": lambda it, given: deciding.issue_notice(
            session, actor, it, given.notice_no
        ),
        "finish": lambda it, _given: deciding.finish(session, actor, it),
    }


def _check_again(cleanup: Cleanup, given: StepIn) -> None:
    if given.until is None:
        raise Invalid(fields={"until": N_("请填写这一项。")})
    service.check_again(g.session, g.actor, cleanup, given.until, given.note)


@bp.post("/cleanups/<uid>/steps/<move>")
@guard(May.CONDUCT)
def step(uid: str, move: str) -> Any:
    """Take a campaign to another step."""
    known = steps()
    if move not in known:
        raise NotFound
    form = Form(StepIn)
    with form.attempt():
        known[move](queries.the_cleanup(g.session, uid), form.read())
        flash(gettext(labels.MOVED[move]), "ok")
        return redirect(url_for("cleanups.show", uid=uid))
    return form.page("cleanups/show.html", **_seen(uid))


@bp.post("/cleanups/<uid>/meeting")
@guard(May.CONDUCT)
def meeting(uid: str) -> Any:
    """Which meeting decided, when, under which document."""
    form = Form(MeetingIn)
    with form.attempt():
        given = form.read().model_dump()
        deciding.record_meeting(g.session, g.actor, queries.the_cleanup(g.session, uid), **given)
        flash(gettext("会议已登记。"), "ok")
        return redirect(url_for("cleanups.show", uid=uid))
    return form.page("cleanups/show.html", **_seen(uid))


@bp.get("/cleanups/<uid>/items")
@guard(May.READ)
def items(uid: str) -> Any:
    """Its accounts, narrowed by how they stand, platform and words."""
    query = read_query(ItemQuery)
    cleanup = queries.the_cleanup(g.session, uid)
    page = queries.page_of_items(g.session, cleanup, **query.model_dump())
    joins = cleanup.state in service.JUDGING and g.actor.may(May.CONDUCT)
    return render_template(
        "cleanups/items.html",
        left_out=queries.left_out(g.session, cleanup) if joins else (),
        cleanup=cleanup,
        page=page,
        query=query,
        labels=labels,
        platforms=words.platforms(),
    )


@bp.post("/cleanups/<uid>/items")
@guard(May.CONDUCT)
def join(uid: str) -> Any:
    """Take an account in that was found later."""
    account = the_account(g.session, read(JoinIn).account)
    service.add_account(g.session, g.actor, queries.the_cleanup(g.session, uid), account)
    flash(gettext("账号已列入这次清理。"), "ok")
    return redirect(url_for("cleanups.items", uid=uid))


@bp.route("/cleanups/<uid>/units/<unit>", methods=["GET", "POST"])
@guard(May.CONDUCT)
def unit_review(uid: str, unit: str) -> Any:
    """A unit in five aspects."""
    cleanup = queries.the_cleanup(g.session, uid)
    found = the_unit(g.session, unit)
    known = queries.unit_reviews(g.session, cleanup).get(found.id)
    start = {
        f"{aspect}_{part}": value
        for aspect, said in (known.aspects if known else {}).items()
        for part, value in said.items()
    }
    form = Form(UnitReviewIn, start)
    if form.posted:
        with form.attempt():
            judging.review_unit(g.session, g.actor, cleanup, found, form.read().aspects)
            flash(gettext("单位核查已保存。"), "ok")
            return redirect(url_for("cleanups.units", uid=uid))
    return form.page("cleanups/unit.html", cleanup=cleanup, unit=found, labels=labels)


@bp.get("/cleanups/<uid>/units")
@guard(May.READ)
def units(uid: str) -> Any:
    """The units of the accounts, and which have been looked at."""
    cleanup = queries.the_cleanup(g.session, uid)
    return render_template(
        "cleanups/units.html",
        cleanup=cleanup,
        units=queries.units_of(g.session, cleanup),
        reviews=queries.unit_reviews(g.session, cleanup),
        labels=labels,
        levels=registry_labels.LEVELS,
    )


@bp.get("/cleanups/<uid>/ledger")
@guard(May.READ)
def ledger(uid: str) -> Any:
    """What accounts cost before and after (S13)."""
    cleanup = queries.the_cleanup(g.session, uid)
    return render_template(
        "cleanups/ledger.html", cleanup=cleanup, ledger=burdens.ledger(g.session, cleanup)
    )


@bp.get("/cleanups/<uid>/<any(pack, notice):paper>.<kind>")
@guard(May.READ)
def paper(uid: str, paper: str, kind: str) -> Response:
    """The pack for the committee or the notice, as ``docx`` or ``pdf``."""
    if kind not in FORMS:
        raise NotFound
    cleanup = queries.the_cleanup(g.session, uid)
    draw = papers.pack if paper == "pack" else papers.notice
    write, mimetype = FORMS[kind]
    response = Response(write(draw(g.session, cleanup, gettext)), mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=f"{paper}.{kind}")
    return response


@bp.route("/risks", methods=["GET", "POST"])
@guard(May.READ)
def risk_types() -> Any:
    """The dictionary of risks (S14), and the form to add one or change what one is called."""
    form = Form(RiskIn, {"active": True})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            risks.define(g.session, g.actor, given.pop("key"), **given)
            flash(gettext("字典已更新。"), "ok")
            return redirect(url_for("cleanups.risk_types"))
    return form.page("cleanups/risks.html", dictionary=risks.dictionary(g.session).values())
