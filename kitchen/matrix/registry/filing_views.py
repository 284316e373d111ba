"""Pages of filing: what is under way, one filing, and how it goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import audit, clock
from kitchen.core.errors import NotFound
from kitchen.core.workflow import open_moves
from kitchen.matrix import labels as words
from kitchen.matrix import queries as matrix
from kitchen.matrix.registry import evidence, filing, labels, queries
from kitchen.matrix.registry.keepers import demand_keeper, is_keeper
from kitchen.matrix.registry.models import Filing
from kitchen.matrix.registry.rules import ELIGIBILITY, Change, Standing
from kitchen.matrix.registry.schemas import FilingIn, MoveIn
from kitchen.matrix.rules import May
from kitchen.people.queries import all_units
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("filings", __name__, url_prefix="/matrix")

Act = Callable[[Filing, MoveIn], None]


def acts() -> Mapping[str, Act]:
    """Every move of a filing, by its name."""
    session, actor = g.session, g.actor
    return {
        "submit": lambda it, _given: filing.submit(session, actor, it),
        "withdraw": lambda it, _given: filing.withdraw(session, actor, it),
        "consent": lambda it, given: filing.consent(session, actor, it, given.note),
        "refuse": lambda it, given: filing.refuse(session, actor, it, given.note),
        "accept": lambda it, _given: filing.accept(session, actor, it),
        "return": lambda it, given: filing.send_back(session, actor, it, given.note),
        "file": lambda it, given: filing.file(session, actor, it, given.number),
    }


@bp.get("/filings")
@guard(May.READ)
def index() -> Any:
    """Filings, newest first; with ``state`` those that stand so."""
    query = read_query(PageQuery)
    page = queries.page_of_filings(g.session, **query.model_dump(exclude={"q"}))
    waiting = queries.filings_waiting(g.session, g.actor)
    return render_template(
        "registry/filings.html", page=page, query=query, labels=labels, waiting=waiting
    )


@bp.route("/accounts/<uid>/file", methods=["GET", "POST"])
@guard(May.FILE)
def draft(uid: str) -> Any:
    """Begin a filing of an account; a refused one keeps what was typed."""
    account = matrix.the_account(g.session, uid)
    demand_keeper(g.actor, account)
    change = request.args.get("change", "")
    if change not in set(Change):
        change = Change.OPEN if account.state == Standing.SURVEYED else Change.CHANGE
    standing = {name: getattr(account, name) for name in filing.CHANGEABLE}
    today = clock.today(g.session).isoformat()
    form = Form(
        FilingIn, {**standing, "unit": account.unit.uid, "change": change, "happened_on": today}
    )
    if form.posted:
        with form.attempt():
            given = form.read().model_dump(exclude_none=True)
            plain = {name: given.pop(name) for name in _PLAIN if name in given}
            made = filing.draft(g.session, g.actor, account, **plain, changes=given)
            flash(gettext("已起草。核对后送主要负责人同意。"), "ok")
            return redirect(url_for("filings.show", uid=made.uid))
        account = matrix.the_account(g.session, uid)
    return form.page(
        "registry/filing_new.html",
        account=account,
        change=form.values.get("change") or change,
        rule=ELIGIBILITY[account.unit.level],
        alike=queries.like_it(g.session, account),
        units=all_units(g.session),
        labels=labels,
        words=words,
    )


_PLAIN = ("change", "happened_on", "reason", "exception_reason")


@bp.get("/filings/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One filing: what is filed, how far it is, and who may take it on."""
    return render_template("registry/filing.html", form=None, **_about(uid))


@bp.post("/filings/<uid>/<move>")
@guard(May.READ)
def act(uid: str, move: str) -> Any:
    """Take a filing on. The service says who may."""
    known = acts()
    if move not in known:
        raise NotFound
    form = Form(MoveIn)
    with form.attempt():
        known[move](queries.the_filing(g.session, uid), form.read())
        flash(gettext(labels.MOVED[move]), "ok")
        return redirect(url_for("filings.show", uid=uid))
    return form.page("registry/filing.html", **_about(uid))


def _about(uid: str) -> dict[str, Any]:
    found = queries.the_filing(g.session, uid)
    keeper = is_keeper(g.actor, found.unit_id)
    proofs = evidence.of(g.session, [uid])[uid] if keeper else []
    return {
        "filing": found,
        "moves": {move.name: move for move in open_moves(found, g.actor)},
        "evidence": proofs,
        "keeper": keeper,
        "moved_to": _moved_to(found),
        "history": audit.history(g.session, found, 30),
        "labels": labels,
        "words": words,
    }


def _moved_to(found: Filing) -> str:
    uid = found.changes.get("unit", "")
    return next((it.name for it in all_units(g.session) if it.uid == uid), "") if uid else ""
