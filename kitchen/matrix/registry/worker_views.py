"""Pages of the staff register and of transfers between units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core import audit, clock
from kitchen.core.errors import N_, Invalid, NotFound
from kitchen.core.workflow import open_moves
from kitchen.matrix import fields
from kitchen.matrix import labels as words
from kitchen.matrix import queries as matrix
from kitchen.matrix.registry import custody, evidence, labels, queries, workers
from kitchen.matrix.registry.keepers import demand_keeper, is_keeper
from kitchen.matrix.registry.models import Custody
from kitchen.matrix.registry.schemas import (
    AssignIn,
    CustodyIn,
    ReasonIn,
    VettingIn,
    WorkerChangeIn,
    WorkerIn,
)
from kitchen.matrix.rules import May
from kitchen.people.queries import all_units
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Schema, read, read_query

bp = Blueprint("workers", __name__, url_prefix="/matrix")


@bp.route("/workers", methods=["GET", "POST"])
@guard(May.FILE)
def index() -> Any:
    """Who edits for government accounts, how they were vetted; and the form to enrol one."""
    form = Form(WorkerIn)
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            unit = matrix.the_unit(g.session, given.pop("unit"))
            made = workers.enrol(g.session, g.actor, unit, **given)
            flash(gettext("已列入名册。"), "ok")
            return redirect(url_for("workers.show", uid=made.uid))
    query = PageQuery() if form.posted else read_query(PageQuery)
    return form.page(
        "registry/workers.html",
        page=queries.page_of_workers(g.session, **query.model_dump()),
        query=query,
        units=[it for it in all_units(g.session) if is_keeper(g.actor, it.id)],
        entitled=_entitled,
        labels=labels,
    )


def _entitled(worker: Any) -> bool:
    return workers.is_entitled(g.session, worker)


@bp.route("/workers/<uid>", methods=["GET", "POST"])
@guard(May.FILE)
def show(uid: str) -> Any:
    """One person: what is said of them, their vetting, their accounts."""
    worker = queries.the_worker(g.session, uid)
    names = ("name", "phone", "establishment", "left", "version")
    form = Form(WorkerChangeIn, {name: getattr(worker, name) for name in names})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            workers.change(g.session, g.actor, worker, given.pop("version"), **given)
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("workers.show", uid=uid))
    return form.page("registry/worker.html", **_about(uid))


@bp.post("/workers/<uid>/ask_vetting")
@guard(May.FILE)
def ask_vetting(uid: str) -> Any:
    """Send a person to be vetted."""
    workers.ask_vetting(g.session, g.actor, queries.the_worker(g.session, uid))
    flash(gettext("已送政审。"), "ok")
    return redirect(url_for("workers.show", uid=uid))


@bp.post("/workers/<uid>/vetting")
@guard(May.REGISTER)
def vet(uid: str) -> Any:
    """Write down what came of a vetting."""
    form = Form(VettingIn)
    with form.attempt():
        settle_vetting(queries.the_worker(g.session, uid), form.read())
        flash(gettext("政审结果已登记。"), "ok")
        return redirect(url_for("workers.show", uid=uid))
    return form.page("registry/worker.html", **_about(uid))


def settle_vetting(worker: Any, given: VettingIn) -> None:
    """What came of a vetting, passed or not."""
    if not given.passed:
        workers.fail_vetting(g.session, g.actor, worker, given.note)
        return
    if given.vetted_on is None:
        raise Invalid(fields={"vetted_on": N_("请填写这一项。")})
    workers.pass_vetting(
        g.session,
        g.actor,
        worker,
        vetted_by=given.vetted_by,
        vetted_on=given.vetted_on,
        expires_on=given.expires_on,
    )


def _about(uid: str) -> dict[str, Any]:
    worker = queries.the_worker(g.session, uid)
    keeper = is_keeper(g.actor, worker.unit_id)
    return {
        "worker": worker,
        "keeper": keeper,
        "entitled": workers.is_entitled(g.session, worker),
        "evidence": evidence.of(g.session, [uid])[uid] if keeper else [],
        "history": audit.history(g.session, worker, 20) if keeper else [],
        "today": clock.today(g.session),
        "labels": labels,
    }


@bp.post("/accounts/<uid>/workers")
@guard(May.FILE)
def assign(uid: str) -> Any:
    """Let a person edit for an account, or no more."""
    account = matrix.the_account(g.session, uid)
    given = read(AssignIn)
    worker = queries.the_worker(g.session, given.worker)
    act = workers.assign if given.on else workers.dismiss
    act(g.session, g.actor, account, worker)
    flash(gettext("已安排。") if given.on else gettext("已撤下。"), "ok")
    return redirect(url_for("matrix.show", uid=uid))


@bp.get("/custody")
@guard(May.READ)
def transfers() -> Any:
    """Transfers between units, newest first."""
    query = read_query(PageQuery)
    page = queries.page_of_custodies(g.session, **query.model_dump(exclude={"q"}))
    return render_template("registry/transfers.html", page=page, query=query, labels=labels)


@bp.route("/accounts/<uid>/hand", methods=["GET", "POST"])
@guard(May.FILE)
def propose(uid: str) -> Any:
    """Agree on a transfer of an account."""
    account = matrix.the_account(g.session, uid)
    demand_keeper(g.actor, account)
    form = Form(CustodyIn)
    if form.posted:
        with form.attempt():
            given = form.read()
            unit = matrix.the_unit(g.session, given.to_unit)
            made = custody.propose(g.session, g.actor, account, unit, given.note)
            flash(gettext("移交已登记，请交出授权。"), "ok")
            return redirect(url_for("workers.transfer", uid=made.uid))
        account = matrix.the_account(g.session, uid)
    return form.page("registry/transfer_new.html", account=account, units=all_units(g.session))


@bp.get("/custody/<uid>")
@guard(May.READ)
def transfer(uid: str) -> Any:
    """One transfer and what is to be done next."""
    return render_template("registry/transfer.html", form=None, **_transfer(uid))


Act = Callable[[Custody, str], None]


def acts() -> Mapping[str, Act]:
    """The moves of a transfer that carry nothing but a reason."""
    session, actor = g.session, g.actor
    return {
        "receive": lambda it, _note: custody.receive(session, actor, it),
        "send_back": lambda it, note: custody.send_back(session, actor, it, note),
        "call_off": lambda it, note: custody.call_off(session, actor, it, note),
    }


@bp.post("/custody/<uid>/hand_over")
@guard(May.FILE, secret=True)
def hand_over(uid: str) -> Any:
    """Hand the credentials over; what is secret never comes back to a page."""
    found = queries.the_custody(g.session, uid)
    model = Schema if found.account.held else _form_of(found)
    form = Form(model)
    with form.attempt():
        _, settings = fields.taken_apart(form.read().model_dump())
        custody.hand_over(g.session, g.actor, found, settings)
        flash(gettext("已加密移交，等对方接收。"), "ok")
        return redirect(url_for("workers.transfer", uid=uid))
    return form.page("registry/transfer.html", **_transfer(uid))


def _form_of(found: Custody) -> type[Schema]:
    channel = found.account.channel
    return Schema if channel in words.REGISTERED_ONLY else fields.form_model(channel, Schema)


@bp.post("/custody/<uid>/<move>")
@guard(May.FILE)
def act(uid: str, move: str) -> Any:
    """Receive, send back or call off."""
    known = acts()
    if move not in known:
        raise NotFound
    form = Form(ReasonIn)
    with form.attempt():
        known[move](queries.the_custody(g.session, uid), form.read().note)
        flash(gettext("已办理。"), "ok")
        return redirect(url_for("workers.transfer", uid=uid))
    return form.page("registry/transfer.html", **_transfer(uid))


def _transfer(uid: str) -> dict[str, Any]:
    found = queries.the_custody(g.session, uid)
    account = found.account
    carried = not account.held and account.channel not in words.REGISTERED_ONLY
    return {
        "custody": found,
        "moves": {move.name: move for move in open_moves(found, g.actor)},
        "asked": fields.fields_of(account.channel) if carried else (),
        "prefix": fields.PREFIX,
        "history": audit.history(g.session, found, 20),
        "labels": labels,
        "platforms": words.platforms(),
    }
