"""Pages of the patrol: what is wrong with accounts, samples, the parameters of the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import audit, clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, NotFound
from kitchen.core.workflow import open_moves
from kitchen.matrix.labels import channels
from kitchen.patrols import findings, labels, queries, sampling, tuning
from kitchen.patrols.models import Sample
from kitchen.patrols.rules import BY_PEOPLE, May, Severity
from kitchen.patrols.schemas import DrawIn, FindingQuery, LookIn, NoteIn, TuningForm
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("patrols", __name__, url_prefix="/matrix")


@bp.get("/findings")
@guard(May.READ)
def index() -> Any:
    """What is wrong with accounts, and what the rules did lately."""
    query = read_query(FindingQuery)
    return render_template(
        "patrols/index.html",
        page=queries.page_of_findings(g.session, **query.model_dump()),
        query=query,
        counts=queries.counts(g.session),
        days=queries.latest_days(g.session),
        today=clock.today(g.session),
        labels=labels,
    )


@bp.get("/findings/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One finding: what was seen, what is asked for, what may be done now."""
    return render_template("patrols/show.html", form=None, **_shown(uid))


def _shown(uid: str) -> dict[str, Any]:
    finding = queries.the_finding(g.session, uid)
    return {
        "finding": finding,
        "moves": {move.name: move for move in open_moves(finding, g.actor)},
        "history": audit.history(g.session, finding, 20),
        "today": clock.today(g.session),
        "read_moment": datetime.fromisoformat,
        "labels": labels,
    }


Verb = Callable[..., None]
VERBS: Mapping[str, tuple[Verb, str]] = {
    "order": (findings.order, N_("已责令整改，主办单位会收到通知。")),
    "report": (findings.report, N_("已报告，等待复查。")),
    "close": (findings.close, N_("复查通过，已销号。")),
    "reopen": (findings.reopen, N_("复查不通过，整改重新计时。")),
    "dismiss": (findings.dismiss, N_("已记为误报，同一情况不再提示。")),
}


@bp.post("/findings/<uid>/<verb>")
@guard(May.READ)
def move(uid: str, verb: str) -> Any:
    """Move a finding on; who may is looked at over its unit."""
    if verb not in VERBS:
        raise NotFound
    act, told = VERBS[verb]
    form = Form(NoteIn)
    with form.attempt():
        act(g.session, g.actor, queries.the_finding(g.session, uid), form.read().note)
        flash(gettext(told), "ok")
        return redirect(url_for("patrols.show", uid=uid))
    return form.page("patrols/show.html", **_shown(uid))


@bp.post("/findings/<uid>/revive")
@guard(May.INSPECT)
def revive(uid: str) -> Any:
    """It was a fault after all."""
    findings.revive(g.session, g.actor, queries.the_finding(g.session, uid))
    flash(gettext("已撤销误报，请继续处理。"), "ok")
    return redirect(url_for("patrols.show", uid=uid))


@bp.route("/samples", methods=["GET", "POST"])
@guard(May.READ)
def samples() -> Any:
    """The samples, and drawing one."""
    form = Form(DrawIn, {"size": 10})
    if form.posted:
        with form.attempt():
            sample = sampling.draw(g.session, g.actor, **form.read().model_dump())
            flash(gettext("已抽取，种子和方法都已记下。"), "ok")
            return redirect(url_for("patrols.sample", uid=sample.uid))
    query = read_query(PageQuery)
    page = queries.page_of_samples(g.session, limit=query.limit, cursor=query.cursor)
    return form.page(
        "patrols/samples.html",
        page=page,
        channels=[(key, gettext(label)) for key, label in channels().items()],
        may_draw=g.actor.may(May.INSPECT),
    )


@bp.get("/samples/<uid>")
@guard(May.READ)
def sample(uid: str) -> Any:
    """One sample: its accounts, and what was seen there."""
    found = queries.the_sample(g.session, uid)
    return render_template("patrols/sample.html", form=None, **_sampled(found, g.actor))


def _sampled(found: Sample, actor: Actor) -> dict[str, Any]:
    return {
        "sample": found,
        "may_look": actor.may(May.INSPECT),
        "kinds": [(kind, gettext(labels.KINDS[kind])) for kind in BY_PEOPLE],
        "severities": [(each, gettext(labels.SEVERITIES[each])) for each in Severity],
        "channels": channels(),
        "labels": labels,
        "at": request.form.get("account", ""),
    }


@bp.post("/samples/<uid>/looks")
@guard(May.INSPECT)
def look(uid: str) -> Any:
    """Say what was seen at one of its accounts."""
    form = Form(LookIn)
    with form.attempt():
        given = form.read()
        found = queries.the_look(queries.the_sample(g.session, uid), given.account)
        made = sampling.note_look(
            g.session, g.actor, found, **given.model_dump(exclude={"account"})
        )
        flash(gettext("已记下问题。") if made else gettext("已记下：没有发现问题。"), "ok")
        return redirect(url_for("patrols.sample", uid=uid))
    return form.page("patrols/sample.html", **_sampled(queries.the_sample(g.session, uid), g.actor))


@bp.route("/patrol-rules", methods=["GET", "POST"])
@guard(May.READ)
def rules() -> Any:
    """The parameters of the rules."""
    form = Form(TuningForm, tuning.in_force(g.session))
    if form.posted:
        with form.attempt():
            tuning.change(g.session, g.actor, form.read().model_dump())
            flash(gettext("参数已保存，从下一轮巡查起用。"), "ok")
            return redirect(url_for("patrols.rules"))
    return form.page("patrols/rules.html", may_tune=g.actor.may(May.TUNE), labels=labels)
