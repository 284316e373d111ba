"""Pages of measures: the list, a proposal, one of them, the report of a period."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import audit, clock
from kitchen.core.errors import N_, NotFound
from kitchen.core.workflow import open_moves
from kitchen.matrix import queries as matrix
from kitchen.matrix.registry import queries as registry
from kitchen.papers import WORD, Paper, as_docx
from kitchen.patrols import labels as patrol_labels
from kitchen.patrols import queries as patrols
from kitchen.patrols.rules import UNSETTLED
from kitchen.sanctions import documents, labels, queries, service
from kitchen.sanctions.rules import May, Measure, State
from kitchen.sanctions.schemas import NoteIn, PeriodQuery, ProposeIn, ServeIn, the_period
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("sanctions", __name__, url_prefix="/matrix/sanctions")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The measures, newest first, and the report of a period."""
    query = read_query(PageQuery)
    today = clock.today(g.session)
    return render_template(
        "sanctions/index.html",
        page=queries.page_of_sanctions(g.session, **query.model_dump()),
        query=query,
        since=today.replace(day=1),
        until=today,
        labels=labels,
    )


@bp.route("/new", methods=["GET", "POST"])
@guard(May.PROPOSE)
def new() -> Any:
    """Propose a measure, because of a finding or for an account."""
    form = Form(ProposeIn, _start())
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            account = matrix.the_account(g.session, given.pop("account"))
            chosen = [patrols.the_finding(g.session, uid) for uid in given.pop("findings")]
            given["clause"] = queries.the_clause_to_cite(g.session, given["clause"])
            sanction = service.propose(g.session, g.actor, account, findings=chosen, **given)
            flash(gettext("已提议，等待审批。"), "ok")
            return redirect(url_for("sanctions.show", uid=sanction.uid))
    account = matrix.the_account(g.session, str(form.values.get("account", "")))
    found = patrols.page_of_findings(g.session, account=account.uid, limit=50).items
    return form.page(
        "sanctions/new.html",
        account=account,
        findings=[each for each in found if each.state in UNSETTLED],
        clauses=_clauses(),
        labels=labels,
        kinds=patrol_labels.KINDS,
    )


def _start() -> dict[str, Any]:
    """What the form begins with: a finding says what it is about."""
    uid = request.args.get("finding", "")
    if not uid:
        return {"account": request.args.get("account", ""), "findings": []}
    finding = patrols.the_finding(g.session, uid)
    return {"account": finding.account.uid, "findings": [uid]}


def _clauses() -> list[tuple[str, list[tuple[str, str]]]]:
    """The clauses in force, by regulation, each with the words by which it is known."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for clause in registry.clauses_in_force(g.session):
        words = clause.text if len(clause.text) <= 40 else clause.text[:40] + "…"
        offered = clause.uid, f"{clause.number}　{words}"
        groups.setdefault(clause.regulation.title, []).append(offered)
    return list(groups.items())


@bp.get("/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One measure: where it stands, and what may be done now."""
    return render_template("sanctions/show.html", form=None, **_shown(uid))


def _shown(uid: str) -> dict[str, Any]:
    sanction = queries.the_sanction(g.session, uid)
    moves = {move.name: move for move in open_moves(sanction, g.actor)}
    closing = sanction.measure == Measure.CLOSING
    if not closing:
        moves.pop("agree", None)
    elif sanction.state == State.PROPOSED:
        moves.pop("decide", None)
    return {
        "sanction": sanction,
        "moves": moves,
        "history": audit.history(g.session, sanction, 30),
        "labels": labels,
        "kinds": patrol_labels.KINDS,
    }


Verb = Callable[..., None]
VERBS: Mapping[str, tuple[Verb, str]] = {
    "decide": (service.decide, N_("已批准，请送达主办单位。")),
    "refuse": (service.refuse, N_("已决定不予处置，问题退回巡查。")),
    "withdraw": (service.withdraw, N_("已撤回，问题退回巡查。")),
    "appeal": (service.appeal, N_("申诉已提交，由没有参与这项处置的人裁定。")),
    "uphold": (service.uphold, N_("已维持处置，即日生效。")),
    "revoke": (service.revoke, N_("已撤销处置，问题退回巡查。")),
    "finish": (service.finish, N_("已销号。")),
}
AT_ONCE: Mapping[str, tuple[Verb, str]] = {
    "agree": (service.agree, N_("已同意，等待第二人批准。")),
    "receive": (service.receive, N_("已签收。")),
    "accept": (service.accept, N_("已服从处置，即日生效。")),
}
"""Verbs to which there is nothing to say."""


@bp.post("/<uid>/serve")
@guard(May.PROPOSE)
def serve(uid: str) -> Any:
    """Serve it by a document."""
    form = Form(ServeIn)
    with form.attempt():
        service.serve(g.session, g.actor, queries.the_sanction(g.session, uid), form.read().doc_no)
        flash(gettext("已送达，申诉期从下一个工作日算起。"), "ok")
        return redirect(url_for("sanctions.show", uid=uid))
    return form.page("sanctions/show.html", **_shown(uid))


@bp.post("/<uid>/<verb>")
@guard(May.READ)
def move(uid: str, verb: str) -> Any:
    """Move a measure on; who may is looked at over its unit."""
    if verb not in VERBS and verb not in AT_ONCE:
        raise NotFound
    form = Form(NoteIn)
    with form.attempt():
        sanction = queries.the_sanction(g.session, uid)
        note = form.read().note
        if verb in VERBS:
            act, told = VERBS[verb]
            act(g.session, g.actor, sanction, note)
        else:
            act, told = AT_ONCE[verb]
            act(g.session, g.actor, sanction)
        flash(gettext(told), "ok")
        return redirect(url_for("sanctions.show", uid=uid))
    return form.page("sanctions/show.html", **_shown(uid))


@bp.get("/<uid>/notice.docx")
@guard(May.READ)
def notice(uid: str) -> Any:
    """The notice of the measure."""
    sanction = queries.the_sanction(g.session, uid)
    return _file(documents.notice(sanction, gettext), f"notice-{uid}.docx")


@bp.get("/report.docx")
@guard(May.READ)
def report() -> Any:
    """What was found and done within a period."""
    period = the_period(read_query(PeriodQuery))
    name = f"patrol-{period.since.isoformat()}-{period.until.isoformat()}.docx"
    return _file(documents.report(queries.report(g.session, period), gettext), name)


def _file(paper: Paper, name: str) -> Response:
    response = Response(as_docx(paper), mimetype=WORD)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
