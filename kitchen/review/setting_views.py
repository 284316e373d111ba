"""Pages around the bench: stand-ins, the offered reasons, proofs by risk, uses of the lane."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.people import queries as people
from kitchen.review import labels, lane, proofing, reasons, standins
from kitchen.review.bench_schemas import ProofPolicyIn, ReasonsIn, StandInIn
from kitchen.review.rules import May
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read

bp = Blueprint("review_settings", __name__, url_prefix="/review")


@bp.route("/stand-ins", methods=["GET", "POST"])
@guard(May.REVIEW)
def stand_ins() -> Any:
    """Who judges in one's stead, and in whose stead one judges."""
    form = Form(StandInIn)
    if form.posted:
        with form.attempt():
            given = form.read()
            standins.name_stand_in(
                g.session,
                g.actor,
                people.the_staff(g.session, given.stand_in),
                starts_at=given.starts_at,
                ends_at=given.ends_at,
                reason=given.reason,
            )
            flash(gettext("已委托，到时自动开始，到期自动结束。"), "ok")
            return redirect(url_for("review_settings.stand_ins"))
    return form.page(
        "review/stand_ins.html",
        named=standins.stand_ins_of(g.session, g.actor),
        able=[(it.uid, it.name) for it in standins.possible_stand_ins(g.session, g.actor)],
    )


@bp.post("/stand-ins/<uid>/end")
@guard(May.REVIEW)
def end_stand_in(uid: str) -> Any:
    """End it before its time."""
    standins.end_stand_in(g.session, g.actor, standins.the_stand_in(g.session, uid))
    flash(gettext("代审已提前结束。"), "ok")
    return redirect(url_for("review_settings.stand_ins"))


@bp.route("/reasons", methods=["GET", "POST"])
@guard(May.EDIT_ROUTES)
def return_reasons() -> Any:
    """Which reasons are offered for a return, and how often each was given."""
    offered = reasons.reasons(g.session)
    form = Form(ReasonsIn, {"lines": "\n".join(offered.values())})
    if form.posted:
        with form.attempt():
            reasons.change_reasons(g.session, g.actor, form.read().lines.splitlines())
            flash(gettext("退回理由已保存。"), "ok")
            return redirect(url_for("review_settings.return_reasons"))
    return form.page(
        "review/reasons.html",
        offered={key: gettext(words) for key, words in offered.items()},
        used=reasons.used(g.session),
    )


@bp.post("/proofs")
@guard(May.EDIT_ROUTES)
def proofs() -> Any:
    """How many proofs pieces of a risk class need."""
    given = read(ProofPolicyIn)
    proofing.change_policy(g.session, g.actor, given.risk, given.proofs)
    flash(gettext("校次已保存，从下一篇送审的稿件起用。"), "ok")
    return redirect(url_for("review.routes"))


@bp.get("/lane")
@guard(May.READ)
def lane_uses() -> Any:
    """Every use of the emergency lane, and whether the look afterwards is done."""
    return render_template("review/lane.html", uses=lane.uses(g.session), labels=labels)
