"""Pages of word lists: the lists, their entries, sheets in and out, the second person's word."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from channels.registry import channel_classes
from kitchen.core import audit
from kitchen.core.errors import N_, Invalid
from kitchen.outlet.queries import column_names
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read, read_query
from kitchen.web.sheets import uploaded
from kitchen.wordlists import labels, queries, service, sheets
from kitchen.wordlists.models import WordlistProposal
from kitchen.wordlists.rules import FIELDS, TWO_PERSONS, Entry, Kind, May, State
from kitchen.wordlists.schemas import EntryIn, EntryQuery, WhyIn
from kitchen.wordlists.service import Outcome

bp = Blueprint("wordlists", __name__, url_prefix="/wordlists")

LATEST = 20
"""Changes and proposals that a page shows."""


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """Every list: what it is for, its version, how many entries, and what waits."""
    return render_template(
        "wordlists/index.html",
        standings=queries.standings(g.session),
        waiting=queries.proposals(g.session, State.OPEN),
        labels=labels,
    )


@bp.get("/<kind>")
@guard(May.READ)
def show(kind: str) -> Any:
    """One list's entries."""
    query = read_query(EntryQuery)
    named = queries.kind_of(kind)
    return _list_page(
        named, page=queries.page_of_entries(g.session, named, **query.model_dump()), q=query.q
    )


def _list_page(kind: Kind, **more: Any) -> str:
    known = queries.the_list(g.session, kind)
    two = kind in TWO_PERSONS
    return render_template(
        "wordlists/show.html",
        kind=kind,
        fields=FIELDS[kind],
        number=known.number if known else queries.AS_SHIPPED,
        history=audit.history(g.session, known, limit=LATEST) if known else [],
        proposals=queries.proposals(g.session, limit=LATEST) if two else [],
        change_of=service.change_of,
        two_persons=two,
        labels=labels,
        channels=channel_classes(),
        **more,
    )


@bp.route("/<kind>/new", methods=["GET", "POST"])
@guard(May.KEEP)
def new(kind: str) -> Any:
    """Put an entry on a list."""
    named = queries.kind_of(kind)
    start = {"word": request.args.get("word", ""), "title": request.args.get("title", "")}
    form = Form(EntryIn, start)
    if form.posted:
        with form.attempt():
            given = form.read()
            outcome = service.add_entry(
                g.session, g.actor, given.entry(named), given.note_of_change
            )
            return _done(named, outcome, gettext("已加进词表。"))
    return _entry_page(named, form, None)


@bp.route("/<kind>/<uid>", methods=["GET", "POST"])
@guard(May.KEEP)
def entry(kind: str, uid: str) -> Any:
    """Change an entry."""
    named = queries.kind_of(kind)
    found = None if request.method == "POST" else queries.the_entry(g.session, named, uid)
    form = Form(EntryIn, _filled(found) if found else None)
    if form.posted:
        with form.attempt():
            given = form.read()
            outcome = service.change_entry(
                g.session, g.actor, named, uid, given.entry(named), given.note_of_change
            )
            return _done(named, outcome, gettext("已保存。"))
    return _entry_page(named, form, uid)


def _filled(entry: Entry) -> dict[str, Any]:
    return entry.as_json()


def _entry_page(kind: Kind, form: Form[EntryIn], uid: str | None) -> Any:
    return form.page(
        "wordlists/entry.html",
        kind=kind,
        uid=uid,
        fields=FIELDS[kind],
        two_persons=kind in TWO_PERSONS,
        labels=labels,
        channels=[(key, gettext(it.label)) for key, it in channel_classes().items()],
        columns=column_names(g.session),
    )


@bp.post("/<kind>/<uid>/drop")
@guard(May.KEEP)
def drop(kind: str, uid: str) -> Any:
    """Take an entry off its list."""
    named = queries.kind_of(kind)
    outcome = service.drop_entry(g.session, g.actor, named, uid, read(WhyIn).note)
    return _done(named, outcome, gettext("已从词表里删掉。"))


def _done(kind: Kind, outcome: Outcome, told: str) -> Any:
    if isinstance(outcome, WordlistProposal):
        told = gettext("已提交提议，另一位同事确认后生效。")
    elif outcome is None:
        told = gettext("没有变化。")
    flash(told, "ok")
    return redirect(url_for("wordlists.show", kind=kind))


@bp.get("/<kind>/sheet.csv")
@guard(May.READ)
def sheet(kind: str) -> Response:
    """The list as a sheet, at the version asked for or as in force."""
    named = queries.kind_of(kind)
    number = request.args.get("version", type=int)
    data = sheets.written(named, queries.entries(g.session, named, number))
    response = Response(data, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename={named}.csv"
    return response


@bp.post("/<kind>/sheet")
@guard(May.KEEP)
def take_in(kind: str) -> Any:
    """Put a sheet's good rows on the list, and tell what is wrong with the others."""
    named = queries.kind_of(kind)
    try:
        found = sheets.read(named, uploaded(sheets.BYTES_MOST, N_("请先选择一个 CSV 文件。")))
        outcome = service.take_in(
            g.session, g.actor, named, found.entries, request.form.get("note_of_change", "")
        )
    except Invalid as refusal:
        first = next(iter(refusal.fields.values()), None)
        told = gettext(first.message) % dict(first.params) if first else gettext(refusal.message)
        flash(told, "danger")
        return redirect(url_for("wordlists.show", kind=named))
    if not found.faults:
        return _done(named, outcome, gettext("导入了 %(n)s 行。", n=len(found.entries)))
    return render_template(
        "wordlists/taken_in.html",
        kind=named,
        sheet=found,
        proposed=isinstance(outcome, WordlistProposal),
        labels=labels,
    )


@bp.post("/proposals/<uid>/confirm")
@guard(May.CONFIRM)
def confirm(uid: str) -> Any:
    """Put into force what somebody else proposed."""
    proposal = queries.the_proposal(g.session, uid)
    service.confirm(g.session, g.actor, proposal)
    flash(gettext("已确认，新的名单从现在起生效。"), "ok")
    return redirect(url_for("wordlists.show", kind=proposal.kind))


@bp.post("/proposals/<uid>/refuse")
@guard(May.CONFIRM)
def refuse(uid: str) -> Any:
    """Leave a proposed change, and say why."""
    proposal = queries.the_proposal(g.session, uid)
    service.refuse(g.session, g.actor, proposal, read(WhyIn).note)
    flash(gettext("已记下不同意，名单没有变。"), "ok")
    return redirect(url_for("wordlists.show", kind=proposal.kind))


@bp.post("/proposals/<uid>/withdraw")
@guard(May.KEEP)
def withdraw(uid: str) -> Any:
    """Take one's own proposal back."""
    proposal = queries.the_proposal(g.session, uid)
    service.withdraw(g.session, g.actor, proposal)
    flash(gettext("已撤回提议。"), "ok")
    return redirect(url_for("wordlists.show", kind=proposal.kind))
