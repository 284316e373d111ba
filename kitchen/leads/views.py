"""Pages of leads: the list beside one lead, the form, the verbs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import audit
from kitchen.core.workflow import open_moves
from kitchen.leads import labels, queries, service
from kitchen.leads.rules import May, State, is_protected
from kitchen.leads.schemas import LeadIn, LeadQuery, MergeIn, Reason
from kitchen.media import tus, uploads
from kitchen.media.queries import of_subject as pictures_of
from kitchen.media.uploads import Received
from kitchen.web.face import in_one_unit
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read, read_query

bp = Blueprint("leads", __name__, url_prefix="/leads")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The list; waiting leads unless another state is asked for."""
    return render_template("leads/index.html", **_listing(), lead=None)


def _listing() -> dict[str, Any]:
    query = read_query(LeadQuery)
    state = query.state or State.NEW
    shown = query.model_copy(update={"state": None if state == "all" else state})
    page = queries.page_of_leads(g.session, **shown.model_dump())
    return {"page": page, "query": query, "state": state, "labels": labels}


@bp.get("/rows")
@guard(May.READ)
def rows() -> Any:
    """The list alone, for a live page that heard of a new lead."""
    return render_template("leads/_rows.html", **_listing(), lead=None)


@bp.get("/new")
@guard(May.REPORT)
def new() -> Any:
    """The form; on a phone this is the page that opens first."""
    return Form(LeadIn).page("leads/new.html", labels=labels)


@bp.post("/new")
@guard(May.REPORT, by_hand=True)
def report() -> Any:
    """Report a lead with its pictures. A picture that is refused keeps no lead from being filed."""
    files = request.files.getlist("shot") + request.files.getlist("pictures")
    given = request.form
    sealed = is_protected(given.get("source", ""), given.get("contact", ""))
    received = uploads.receive(files, sealed=sealed)
    return in_one_unit(lambda: _reported(received))


def _reported(received: Received) -> Any:
    form = Form(LeadIn)
    with form.attempt():
        given = form.read().model_dump()
        pictures = service.enter_pictures(g.session, g.actor, received.taken, given["source"])
        lead = service.report(g.session, g.actor, pictures=pictures, **given)
        received.tell()
        flash(gettext("线索已报送，值班编辑会尽快处理。"), "ok")
        return redirect(url_for("leads.show", uid=lead.uid))
    lost = bool(received.taken)
    return form.page("leads/new.html", labels=labels, refused=received.sentences(), lost=lost)


@bp.get("/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One lead: what it says, what resembles it, what became of it, and the verbs."""
    lead = queries.the_lead(g.session, uid)
    return render_template(
        "leads/index.html",
        **_listing(),
        lead=lead,
        alike=queries.resembling(g.session, lead) if lead.state == State.NEW else [],
        moves={move.name for move in open_moves(lead, g.actor)},
        history=audit.history(g.session, lead),
        pictures=pictures_of(g.session, lead),
        arriving=tus.arriving(g.session, lead),
    )


@bp.post("/<uid>/drop")
@guard(May.TRIAGE)
def drop(uid: str) -> Any:
    """Leave it, with a reason."""
    lead = queries.the_lead(g.session, uid)
    service.drop(g.session, g.actor, lead, read(Reason).note)
    return _back(uid, gettext("已标为不采用，报送人会看到理由。"))


@bp.post("/<uid>/pass_on")
@guard(May.TRIAGE)
def pass_on(uid: str) -> Any:
    """Pass it to the petitions desk."""
    lead = queries.the_lead(g.session, uid)
    service.pass_on(g.session, g.actor, lead, read(Reason).note)
    return _back(uid, gettext("已转问政。"))


@bp.post("/<uid>/reopen")
@guard(May.TRIAGE)
def reopen(uid: str) -> Any:
    """Undo a drop or a hand-over."""
    service.reopen(g.session, g.actor, queries.the_lead(g.session, uid))
    return _back(uid, gettext("已恢复为待处理。"))


@bp.post("/<uid>/merge")
@guard(May.TRIAGE)
def merge(uid: str) -> Any:
    """Fold it into the one that tells the same."""
    lead = queries.the_lead(g.session, uid)
    into = queries.the_lead(g.session, read(MergeIn).into)
    service.merge(g.session, g.actor, lead, into)
    return _back(into.uid, gettext("已合并，原文都保留着。"))


@bp.post("/<uid>/contact")
@guard(May.READ_CONTACT, secret=True)
def contact(uid: str) -> Any:
    """Show who told it; the look is recorded."""
    lead = queries.the_lead(g.session, uid)
    return render_template(
        "leads/_contact.html", contact=service.read_contact(g.session, g.actor, lead)
    )


def _back(uid: str, told: str) -> Any:
    flash(told, "ok")
    return redirect(url_for("leads.show", uid=uid))
