"""Pages of points: my month, the month of everyone, its moves, and what the pay office takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core import audit
from kitchen.core.errors import N_
from kitchen.core.workflow import open_moves
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores import labels, late, pay, pay_sheet, queries, service
from kitchen.evaluation.scores.models import ScoreMonth
from kitchen.evaluation.scores.rules import SEEN, name_of
from kitchen.evaluation.scores.schemas import MineQuery, NoteIn
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query
from kitchen.web.sheets import sent

bp = Blueprint("performance", __name__, url_prefix="/performance")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """My month: what I have of it, and the stories that I share in."""
    query = read_query(MineQuery)
    months = queries.months(g.session)
    month = _chosen(months, query.month)
    seen = month is not None and month.state in SEEN
    return render_template(
        "performance/index.html",
        month=month,
        months=months,
        mine=_mine(month) if month and seen else None,
        page=_my_stories(month, query) if month and seen else None,
        faults=late.own(g.session, g.actor, month) if month else [],
        labels=labels,
        name=name_of(month.month) if month else "",
        name_of=name_of,
    )


def _chosen(months: Any, name: str | None) -> ScoreMonth | None:
    """The month that is asked for, else the latest that is published, else the latest."""
    if name:
        return queries.the_month(g.session, name)
    seen = (each for each in months if each.state in SEEN)
    return next(seen, months[0] if months else None)


def _mine(month: ScoreMonth) -> pay.Sum | None:
    found = pay.people(g.session, month, g.actor.id)
    return found[0].sum if found else None


def _my_stories(month: ScoreMonth, query: MineQuery) -> Any:
    return queries.page_of_scores(
        g.session, month, person_id=g.actor.id, limit=query.limit, cursor=query.cursor
    )


@bp.get("/<month>")
@guard(May.SEE_POINTS)
def show(month: str) -> Any:
    """Everyone's month, the most points first, and how far the month is."""
    return render_template("performance/month.html", form=None, **_shown(month))


def _shown(name: str) -> dict[str, Any]:
    month = queries.the_month(g.session, name)
    query = read_query(PageQuery)
    page = pay.page_of_people(g.session, g.actor, month, limit=query.limit, cursor=query.cursor)
    return {
        "month": month,
        "months": queries.months(g.session),
        "page": page,
        "most": max((each.sum.total for each in page.items), default=0),
        "far": queries.progress(g.session, month),
        "moves": {move.name: move for move in open_moves(month, g.actor)},
        "history": audit.history(g.session, month, 20),
        "labels": labels,
        "name": name,
        "name_of": name_of,
    }


Verb = Callable[..., Any]
VERBS: Mapping[str, tuple[Verb, str]] = {
    "count": (
        lambda session, actor, month, _note: service.count(session, actor, month),
        N_("已按现在的数据重算。"),
    ),
    "finish": (service.finish, N_("评级完毕，可以向职工公布了。")),
    "reopen": (service.reopen, N_("已退回评级。")),
    "publish": (service.publish, N_("已公布，职工会收到通知。")),
    "lock": (service.lock, N_("已锁定，可以导出绩效表了。")),
}


@bp.post("/<month>/<any(count, finish, reopen, publish, lock):verb>")
@guard(May.GRADE)
def move(month: str, verb: str) -> Any:
    """Count a month anew, or move it on; who may what is looked at by the verb."""
    act, told = VERBS[verb]
    form = Form(NoteIn)
    with form.attempt():
        act(g.session, g.actor, queries.the_month(g.session, month), form.read().note)
        flash(gettext(told), "ok")
        return redirect(url_for("performance.show", month=month))
    return form.page("performance/month.html", **_shown(month))


@bp.post("/<month>/pay.<kind>")
@guard(May.SETTLE, secret=True)
def export(month: str, kind: str) -> Any:
    """Everyone's locked month as a sheet for the pay office; that it was taken is recorded."""
    found = queries.the_month(g.session, month)

    def written(kind: str) -> bytes:
        return pay_sheet.written(pay.for_the_pay_office(g.session, g.actor, found), kind, month)

    return sent(written, kind, f"pay-{month}")
