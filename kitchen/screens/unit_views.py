"""Pages of units (S52): the tree, one unit with all that is its own, and the verbs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext

from kitchen.core import audit
from kitchen.core.errors import N_, Invalid, Stale
from kitchen.matrix import labels as matrix_labels
from kitchen.matrix import queries as matrix
from kitchen.matrix.rules import May as Matrix
from kitchen.people import queries, service, units
from kitchen.people.labels import ROLES
from kitchen.people.models import Staff, Unit
from kitchen.people.rules import May
from kitchen.screens import unit_labels, unit_tree
from kitchen.screens.unit_schemas import CloseIn, MergeIn, PostIn, UnitChangeIn, UnitIn
from kitchen.web.forms import Form
from kitchen.web.guard import guard

bp = Blueprint("units", __name__, url_prefix="/units")

SHOWN = 100
"""Accounts on a unit's page; all of them stand in the register."""


@bp.get("")
@guard(May.READ_UNITS)
def index() -> Any:
    """The tree, with the bodies that were merged below their successors."""
    return Form(UnitIn).page("units/index.html", branches=unit_tree.tree(g.session), **_words())


@bp.route("/new", methods=["GET", "POST"])
@guard(May.ADMINISTER)
def new() -> Any:
    """Add a unit."""
    form = Form(UnitIn)
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            given["parent"] = the_parent(given["parent"])
            made = units.found(g.session, g.actor, **given)
            flash(gettext("单位已建立。"), "ok")
            return redirect(url_for("units.show", uid=made.uid))
    return form.page("units/new.html", units=_administered(), **_words())


@bp.route("/<uid>", methods=["GET", "POST"])
@guard(May.READ_UNITS)
def show(uid: str) -> Any:
    """One unit: its people and accounts, its former names, what happened to it."""
    unit = queries.the_unit(g.session, uid)
    form = Form(UnitChangeIn, _start(unit))
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            given["parent"] = the_parent(given["parent"])
            units.change(g.session, g.actor, unit, given.pop("version"), **given)
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("units.show", uid=uid))
        if isinstance(form.refusal, Stale):
            form.values["version"] = form.refusal.params["version"]
    return form.page("units/show.html", **_shown(uid))


@bp.post("/<uid>/merge")
@guard(May.ADMINISTER)
def merge(uid: str) -> Any:
    """Let another unit take it over, with all that it has under way."""
    form = Form(MergeIn)
    with form.attempt():
        given = form.read()
        into = the_other(given.into)
        units.merge(g.session, g.actor, queries.the_unit(g.session, uid), into, given.note)
        flash(gettext("已并入，人员、账号和在办的事项都转过去了。"), "ok")
        return redirect(url_for("units.show", uid=into.uid))
    return form.page("units/show.html", **_shown(uid))


@bp.post("/<uid>/close")
@guard(May.ADMINISTER)
def close(uid: str) -> Any:
    """Close one that has nothing left."""
    form = Form(CloseIn)
    with form.attempt():
        units.close(g.session, g.actor, queries.the_unit(g.session, uid), form.read().note)
        flash(gettext("单位已撤销。"), "ok")
        return redirect(url_for("units.show", uid=uid))
    return form.page("units/show.html", **_shown(uid))


@bp.post("/<uid>/reopen")
@guard(May.ADMINISTER)
def reopen(uid: str) -> Any:
    """Take a closing back."""
    units.reopen(g.session, g.actor, queries.the_unit(g.session, uid))
    flash(gettext("单位已恢复。"), "ok")
    return redirect(url_for("units.show", uid=uid))


@bp.post("/<uid>/<any(appoint, relieve):verb>")
@guard(May.ADMINISTER)
def post(uid: str, verb: str) -> Any:
    """Give somebody a post in it, or take one."""
    form = Form(PostIn)
    with form.attempt():
        given = form.read()
        fill_post(queries.the_unit(g.session, uid), verb, given)
        flash(gettext("已任职。") if verb == "appoint" else gettext("已免去。"), "ok")
        return redirect(url_for("units.show", uid=uid))
    return form.page("units/show.html", **_shown(uid))


def fill_post(unit: Unit, verb: str, given: PostIn) -> None:
    """Give somebody a post in a unit, or take one. Raises :class:`Invalid` for nobody's name."""
    staff = the_person(given.staff)
    if given.role not in ROLES:
        raise Invalid(fields={"role": N_("请从给出的选项里选。")})
    if verb == "appoint":
        service.appoint(g.session, g.actor, staff, unit, given.role, given.title)
    else:
        service.relieve(g.session, g.actor, staff, unit, given.role)


def the_person(username: str) -> Staff:
    """Whoever signs in by this name. Raises :class:`Invalid`."""
    found = queries.staff_by_username(g.session, username)
    if found is None:
        raise Invalid(fields={"staff": N_("没有这个用户名，请核对。")})
    return found


def the_parent(uid: str) -> Unit | None:
    """The unit above; none where none is named. Raises :class:`Invalid`."""
    return _named(uid, "parent") if uid else None


def the_other(uid: str) -> Unit:
    """The unit into which one is merged. Raises :class:`Invalid`."""
    return _named(uid, "into")


def _named(uid: str, field: str) -> Unit:
    found = next((it for it in queries.all_units(g.session) if it.uid == uid), None)
    if found is None:
        raise Invalid(fields={field: N_("没有这个单位，请从给出的选项里选。")})
    return found


def _administered() -> list[Unit]:
    """Units below which the actor may put others, or into which merge them."""
    return [it for it in queries.all_units(g.session) if g.actor.may(May.ADMINISTER, it.id)]


def _start(unit: Unit) -> dict[str, Any]:
    return {
        "name": unit.name,
        "parent": unit.parent.uid if unit.parent else "",
        "origin": unit.origin,
        "version": unit.version,
    }


def _shown(uid: str) -> dict[str, Any]:
    unit = queries.the_unit(g.session, uid)
    posts = queries.posts_in(g.session, unit)
    may_read = g.actor.may(Matrix.READ)
    page = matrix.page_of_accounts(g.session, unit=unit, limit=SHOWN) if may_read else None
    branches = unit_tree.tree(g.session)
    administers = g.actor.may(May.ADMINISTER, unit.id)
    return {
        "unit": unit,
        "start": _start(unit),
        "posts": posts,
        "heads": unit_tree.heads(posts),
        "accounts": page,
        "channels": matrix_labels.platforms(),
        "branch": next(it for it in branches if it.unit.id == unit.id),
        "below": [it for it in branches if it.unit.parent_id == unit.id],
        "administers": administers,
        "units": [it for it in _administered() if it.id != unit.id] if administers else [],
        "people": queries.all_staff(g.session) if administers else [],
        "roles": ROLES,
        "history": audit.history(g.session, unit, 30),
        **_words(),
    }


def _words() -> dict[str, Any]:
    return {"levels": unit_labels.LEVELS, "acts": unit_labels.ACTS}
