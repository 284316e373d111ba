"""Pages of the watch: foreign posts, and one of them with what is to be said of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core.workflow import open_moves
from kitchen.matrix.rules import May as Matrix
from kitchen.watch import labels, queries, service
from kitchen.watch.models import ForeignPost
from kitchen.watch.rules import May, State
from kitchen.watch.schemas import JudgeIn
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("watch", __name__, url_prefix="/matrix/patrol")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """What stands on our accounts that the house did not put there."""
    query = read_query(PageQuery)
    page = queries.page_of_foreign_posts(g.session, **query.model_dump())
    return render_template(
        "watch/index.html",
        page=page,
        query=query,
        waiting=queries.waiting(g.session),
        labels=labels,
    )


@bp.get("/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One foreign post, and whose it is."""
    post = queries.the_foreign_post(g.session, uid)
    return render_template("watch/show.html", form=None, **_shown(post))


def _shown(post: ForeignPost) -> dict[str, Any]:
    may_switch = g.actor.may(Matrix.SWITCH, post.unit_id)
    return {
        "post": post,
        "moves": {move.name for move in open_moves(post, g.actor)},
        "offer_halt": post.state == State.ALIEN and post.account.sending and may_switch,
        "labels": labels,
    }


@bp.post("/<uid>/own")
@guard(May.JUDGE)
def own(uid: str) -> Any:
    """Somebody of ours posted it."""
    post = queries.the_foreign_post(g.session, uid)
    form = Form(JudgeIn)
    with form.attempt():
        service.own(g.session, g.actor, post, form.read().note)
        flash(gettext("已记下：这条是我们手工发的。"), "ok")
        return redirect(url_for("watch.index"))
    return form.page("watch/show.html", **_shown(queries.the_foreign_post(g.session, uid)))


@bp.post("/<uid>/disown")
@guard(May.JUDGE)
def disown(uid: str) -> Any:
    """Nobody of ours did: stopping the account is offered next."""
    service.disown(g.session, g.actor, queries.the_foreign_post(g.session, uid))
    flash(gettext("已记下：这条不是我们发的。请尽快停发账号并更换授权。"), "warn")
    return redirect(url_for("watch.show", uid=uid))
