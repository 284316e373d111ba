"""Pages of the registry: the list by platform, the form drawn from a channel, one account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import audit, clock
from kitchen.core.errors import Stale
from kitchen.matrix import checking, fields, labels, queries, service
from kitchen.matrix.models import Account
from kitchen.matrix.registry import figures, parameters
from kitchen.matrix.registry import labels as registry_labels
from kitchen.matrix.registry import queries as registry
from kitchen.matrix.registry.keepers import is_keeper
from kitchen.matrix.registry.rules import health_of
from kitchen.matrix.rules import Check, May
from kitchen.matrix.schemas import AccountQuery, ChangeFormIn, RegisterFormIn, SwitchIn, UseIn
from kitchen.people.queries import all_units
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read, read_query

bp = Blueprint("matrix", __name__, url_prefix="/matrix")


@bp.get("/accounts")
@guard(May.READ)
def accounts() -> Any:
    """Every account, or those of one platform, and how each stands."""
    query = read_query(AccountQuery)
    return render_template(
        "matrix/accounts.html",
        page=queries.page_of_accounts(g.session, **query.model_dump()),
        query=query,
        counts=queries.counts(g.session),
        channels=labels.platforms(),
        labels=labels,
        limits=parameters.limits(g.session),
        health_of=health_of,
        moment=clock.now(g.session),
    )


@bp.route("/accounts/new", methods=["GET", "POST"])
@guard(May.MANAGE)
def new() -> Any:
    """Register an account: first the platform is chosen, then it says what it needs."""
    channel = request.args.get("channel", "")
    if not channel:
        return render_template("matrix/choose.html", channels=labels.channels())
    asked = fields.fields_of(channel)
    form = Form(fields.form_model(channel, RegisterFormIn), _defaults(asked))
    if form.posted:
        with form.attempt():
            given, settings = fields.taken_apart(form.read().model_dump())
            unit = queries.the_unit(g.session, given.pop("unit"))
            account = service.register_account(
                g.session, g.actor, channel=channel, unit=unit, settings=settings, **given
            )
            flash(gettext("账号已登记。请检查授权，确认可以发布。"), "ok")
            return redirect(url_for("matrix.show", uid=account.uid))
    units = [each for each in all_units(g.session) if g.actor.may(May.MANAGE, each.id)]
    return form.page("matrix/new.html", channel=channel, asked=asked, units=units, **_words())


def _defaults(asked: tuple[fields.SettingField, ...]) -> dict[str, Any]:
    return {fields.PREFIX + each.name: each.default for each in asked if not each.secret}


def _words() -> dict[str, Any]:
    return {"labels": labels, "channels": labels.channels(), "prefix": fields.PREFIX}


@bp.route("/accounts/<uid>", methods=["GET", "POST"])
@guard(May.READ)
def show(uid: str) -> Any:
    """One account: who answers for it, how it stands, its switches and settings."""
    account = queries.the_account(g.session, uid)
    model = fields.form_model(account.channel, ChangeFormIn) if account.held else ChangeFormIn
    form = Form(model, _as_typed(account))
    if form.posted:
        with form.attempt():
            given, settings = fields.taken_apart(form.read().model_dump())
            seen = given.pop("version")
            service.change_account(
                g.session, g.actor, account, seen, settings if account.held else None, **given
            )
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("matrix.show", uid=uid))
        account = queries.the_account(g.session, uid)
    if isinstance(form.refusal, Stale):
        form.values["version"] = account.version
    return form.page("matrix/show.html", **_about(account))


def _as_typed(account: Account) -> dict[str, Any]:
    """What the form shows of an account: all but its secrets."""
    settings = {fields.PREFIX + name: value for name, value in account.settings.items()}
    return {**service.shown(account), **settings, "version": account.version}


def _about(account: Account) -> Mapping[str, Any]:
    return {
        "account": account,
        "standing": service.shown(account),
        "asked": fields.fields_of(account.channel) if account.held else (),
        "may_manage": g.actor.may(May.MANAGE, account.unit_id),
        "may_switch": g.actor.may(May.SWITCH, account.unit_id),
        "history": audit.history(g.session, account, 20),
        **_words(),
        "channels": labels.platforms(),
        **_registered(account),
    }


def _registered(account: Account) -> Mapping[str, Any]:
    """How it stands in the registry: health, filings, people, and what they may do here."""
    keeper = is_keeper(g.actor, account.unit_id)
    return {
        "keeper": keeper,
        "health": figures.health(g.session, account),
        "targets": parameters.values(g.session),
        "collected": figures.history(g.session, account, 12),
        "filings": registry.filings_of(g.session, account),
        "editors": registry.workers_of(g.session, account),
        "candidates": registry.workers_in(g.session, account.unit_id) if keeper else (),
        "registry": registry_labels,
    }


@bp.post("/accounts/<uid>/sending")
@guard(May.SWITCH)
def sending(uid: str) -> Any:
    """The kill switch."""
    account = queries.the_account(g.session, uid)
    given = read(SwitchIn)
    service.set_switch(g.session, g.actor, account, sending=given.on, reason=given.note)
    told = gettext("已恢复发布。") if given.on else gettext("已停止发布：到点的内容也不会发出。")
    return _back(uid, told)


@bp.post("/accounts/<uid>/enabled")
@guard(May.MANAGE)
def enabled(uid: str) -> Any:
    """Retire it, or take it into use again."""
    account = queries.the_account(g.session, uid)
    given = read(UseIn)
    service.set_enabled(g.session, g.actor, account, enabled=given.on, reason=given.reason)
    return _back(uid, gettext("已重新启用。") if given.on else gettext("已停用，记录都保留着。"))


@bp.post("/accounts/<uid>/check")
@guard(May.MANAGE, by_hand=True)
def check(uid: str) -> Any:
    """Ask the platform whether it accepts the credentials."""
    _, outcome = checking.check_account(uid)
    fine = outcome.check in {Check.WORKS, Check.NOT_CHECKABLE}
    return _back(uid, gettext(labels.CHECKS[outcome.check]), "ok" if fine else "warn")


def _back(uid: str, told: str, tone: str = "ok") -> Any:
    flash(told, tone)
    return redirect(url_for("matrix.show", uid=uid))
