"""Pages of tips on the desk: the list, one tip, the verbs, and who may reach a source.

A tip that is opened is noted first, in a unit of its own, and then shown. The pages are kept by no
browser, and a list says nothing that a source told.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, send_file, url_for
from flask_babel import gettext

from kitchen.core import audit
from kitchen.core.errors import Invalid, NotFound, WrongState
from kitchen.core.workflow import open_moves
from kitchen.leads import labels as lead_labels
from kitchen.media.intake import Intake
from kitchen.tips import carrying, labels, looking, making, queries, rewarding, service, words
from kitchen.tips.models import Tip
from kitchen.tips.rules import LOOK_LASTS, Family, May, Showing, State
from kitchen.tips.schemas import (
    AdoptIn,
    ClaimIn,
    LabelIn,
    LookIn,
    MergeIn,
    PassOnIn,
    QuestionIn,
    RejectIn,
    RewardIn,
    TipQuery,
)
from kitchen.web.face import g_face, in_one_unit, unit
from kitchen.web.forms import Form
from kitchen.web.guard import Guard, guard, mark
from kitchen.web.schema import read, read_query

bp = Blueprint("tips", __name__, url_prefix="/tips")

_READING = Guard(permission=May.READ, by_hand=True, secret=True)
_SORTING = Guard(permission=May.SORT, by_hand=True, secret=True)


@bp.after_request
def keep_nowhere(response: Response) -> Response:
    """No browser keeps what a source told, and no other page hears from where one came."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The list; new ones unless another state is asked for."""
    return render_template("tips/index.html", **_listing())


def _listing() -> dict[str, Any]:
    query = read_query(TipQuery)
    state = query.state or State.NEW
    shown = query.model_copy(update={"state": None if state == "all" else state})
    page = queries.page_of_tips(g.session, g.actor, **shown.model_dump())
    return {"page": page, "query": query, "state": state, "labels": labels}


@bp.get("/rows")
@guard(May.READ)
def rows() -> Any:
    """The list alone, for an open page that asks each minute."""
    return render_template("tips/_rows.html", **_listing())


@bp.get("/<uid>")
@mark(_READING)
def show(uid: str) -> Any:
    """One tip; that it was read is noted."""
    with unit() as session:
        service.read(session, g.actor, queries.the_tip(session, g.actor, uid))
    return in_one_unit(lambda: _page(_the(uid), Form(AdoptIn)))


def _the(uid: str) -> Tip:
    return queries.the_tip(g.session, g.actor, uid)


def _page(tip: Tip, form: Form[Any], told: str = "") -> Response:
    moves = {move.name for move in open_moves(tip, g.actor)}
    look = looking.open_look(g.session, g.actor, tip)
    shown = [each for each in tip.files if each.showing == Showing.SHOWN]
    return form.page(
        "tips/show.html",
        tip=tip,
        told=words.told_of(g.session, tip),
        heard=words.circumstances_of(g.session, tip),
        reason=words.reason_of(g.session, tip),
        messages=[(each, words.said_in(g.session, each)) for each in tip.messages],
        texts={
            each.uid: making.text_of(g.session, each)
            for each in shown
            if each.family == Family.TEXT
        },
        moves=moves,
        may_go_along=carrying.may_go_along,
        alike=queries.resembling(g.session, g.actor, tip) if "merge" in moves else [],
        looks=queries.looks_of(g.session, tip),
        look=look,
        rewards=queries.rewards_of(g.session, tip),
        history=audit.history(g.session, tip),
        labels=labels,
        lead_labels=lead_labels,
        minutes=int(LOOK_LASTS.total_seconds() // 60),
        wrong=told,
    )


@bp.get("/<uid>/files/<file>/<form>")
@mark(_READING)
def shown_file(uid: str, file: str, form: str) -> Any:
    """What was made of a file: a picture, or a film without all that it said of itself."""
    with unit(write=False) as session:
        found = queries.the_file(session, g.actor, uid, file)
        if form not in found.shown_as or form == "text":
            raise NotFound
        sha256, mime = found.shown_as[form], found.shown_mime if form == "film" else "image/jpeg"
    clear = g_face().database.info["tips"].vault.open(uid, form, sha256)
    with clear:
        whole = io.BytesIO(clear.read())
    return send_file(whole, mimetype=mime, conditional=True)


@bp.post("/<uid>/label")
@guard(May.SORT)
def label(uid: str) -> Any:
    """Say what the desk calls it."""
    service.name(g.session, g.actor, _the(uid), read(LabelIn).label)
    return _back(uid, gettext("已命名。"))


@bp.post("/<uid>/ask")
@mark(_SORTING)
def ask(uid: str) -> Any:
    """Ask the source something."""
    return _done(uid, QuestionIn, gettext("已发出，报料人凭查询码看得到。"), _ask)


def _ask(tip: Tip, given: QuestionIn) -> None:
    service.ask(g.session, g.actor, tip, given.words)


@bp.post("/<uid>/adopt")
@mark(_SORTING)
def adopt(uid: str) -> Any:
    """Make a lead of it; what was ticked of its files goes along bare."""
    taken: list[Intake] = []

    def _take_out(given: AdoptIn) -> None:
        taken.extend(carrying.taken_out(g_face().database, g.actor, uid, given.along))

    def _adopt(tip: Tip, given: AdoptIn) -> str:
        told = given.model_dump(exclude={"along"})
        lead = carrying.adopt(g.session, g.actor, tip, taken, **told)
        return url_for("leads.show", uid=lead.uid)

    return _done(uid, AdoptIn, gettext("已采用，转成线索。"), _adopt, before=_take_out)


@bp.post("/<uid>/pass_on")
@mark(_SORTING)
def pass_on(uid: str) -> Any:
    """Pass it to the petitions desk."""
    return _done(uid, PassOnIn, gettext("已转问政。"), _pass_on)


def _pass_on(tip: Tip, given: PassOnIn) -> None:
    service.pass_on(g.session, g.actor, tip, title=given.title, body=given.body, why=given.note)


@bp.post("/<uid>/reject")
@mark(_SORTING)
def reject(uid: str) -> Any:
    """Leave it, and tell the source why."""
    return _done(uid, RejectIn, gettext("已标为不采用，报料人看得到理由。"), _reject)


def _reject(tip: Tip, given: RejectIn) -> None:
    service.reject(g.session, g.actor, tip, given.reply)


@bp.post("/<uid>/reopen")
@guard(May.SORT)
def reopen(uid: str) -> Any:
    """Undo a refusal."""
    service.reopen(g.session, g.actor, _the(uid))
    return _back(uid, gettext("已恢复为待处理。"))


@bp.post("/<uid>/merge")
@guard(May.SORT)
def merge(uid: str) -> Any:
    """Fold it into the one that tells the same."""
    into = _the(read(MergeIn).into)
    service.merge(g.session, g.actor, _the(uid), into)
    return _back(into.uid, gettext("已合并，两份都还能看。"))


@bp.post("/<uid>/erase")
@guard(May.ERASE)
def erase(uid: str) -> Any:
    """Destroy what the source told."""
    tip = queries.the_tip(g.session, g.actor, uid, May.ERASE)
    service.erase(g.session, g.actor, tip)
    flash(gettext("已销毁，备份里的也打不开了。"), "ok")
    return redirect(url_for("tips.index"))


@bp.post("/<uid>/looks")
@mark(_READING)
def ask_look(uid: str) -> Any:
    """Ask to know how to reach the source."""
    return _done(uid, LookIn, gettext("已申请，等另一位同事同意。"), _ask_look)


def _ask_look(tip: Tip, given: LookIn) -> None:
    looking.ask(g.session, g.actor, tip, given.reason)


@bp.post("/<uid>/contact")
@guard(May.READ, secret=True)
def contact(uid: str) -> Any:
    """How to reach the source, for whoever was allowed to look; the look is noted."""
    tip = _the(uid)
    told = looking.reach(g.session, g.actor, tip)
    return render_template("tips/contact.html", tip=tip, contact=told)


@bp.post("/<uid>/rewards")
@mark(_SORTING)
def offer(uid: str) -> Any:
    """Offer a reward; its claim code is told to the source alone."""
    return _done(uid, RewardIn, gettext("领取码已发给报料人，这里看不到。"), _offer)


def _offer(tip: Tip, given: RewardIn) -> None:
    rewarding.offer(g.session, g.actor, tip, given.yuan)


@bp.get("/looks")
@guard(May.APPROVE)
def looks() -> Any:
    """Who wants to know how to reach a source."""
    query = read_query(TipQuery)
    page = queries.page_of_looks(g.session, g.actor, limit=query.limit, cursor=query.cursor)
    return render_template("tips/looks.html", page=page, labels=labels)


@bp.post("/looks/<uid>/grant")
@guard(May.APPROVE)
def grant(uid: str) -> Any:
    """Agree."""
    looking.grant(g.session, g.actor, queries.the_look(g.session, g.actor, uid))
    return _to_looks(gettext("已同意，申请人半小时内可以看。"))


@bp.post("/looks/<uid>/deny")
@guard(May.APPROVE)
def deny(uid: str) -> Any:
    """Do not agree."""
    looking.deny(g.session, g.actor, queries.the_look(g.session, g.actor, uid))
    return _to_looks(gettext("没有同意。"))


def _to_looks(told: str) -> Any:
    flash(told, "ok")
    return redirect(url_for("tips.looks"))


@bp.get("/claims")
@guard(May.PAY)
def claims() -> Any:
    """Where the claim code of a reward is typed."""
    return Form(ClaimIn).page("tips/claims.html")


@bp.post("/claims")
@guard(May.PAY, secret=True)
def pay() -> Any:
    """Note that whoever brought the code got the money."""
    form = Form(ClaimIn)
    try:
        with form.attempt():
            reward = rewarding.pay(g.session, g.actor, form.read().code)
            flash(gettext("请付 %(yuan)s 元，已登记为领取。", yuan=reward.yuan), "ok")
            return redirect(url_for("tips.claims"))
    except NotFound as refusal:
        form.refuse(refusal)
    return form.page("tips/claims.html")


def _done(
    uid: str,
    model: type[Any],
    told: str,
    act: Callable[[Tip, Any], str | None],
    before: Callable[[Any], None] = lambda given: None,
) -> Any:
    """Do what a form on the tip's page asks; what is refused comes back on that page, and whoever
    reads it so is noted as well. ``before`` is done while no unit of work is open.
    """
    form: Form[Any] = Form(model)
    try:
        before(form.read())
    except (Invalid, WrongState) as refusal:
        form.refuse(refusal)

    def acted() -> Any:
        if form.refusal is None:
            with form.attempt():
                place = act(_the(uid), form.read())
                flash(told, "ok")
                return redirect(place or url_for("tips.show", uid=uid))
        return _page(_the(uid), form, act.__name__.strip("_"))

    response = in_one_unit(acted, once=False)
    if form.refusal is not None:
        with unit() as session:
            service.read(session, g.actor, queries.the_tip(session, g.actor, uid))
    return response


def _back(uid: str, told: str) -> Any:
    flash(told, "ok")
    return redirect(url_for("tips.show", uid=uid))
