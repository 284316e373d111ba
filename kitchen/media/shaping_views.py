"""Cutting a picture by hand: the page, and pictures that look alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from assets.pictures import Rendition
from assets.presets import WHOLE, Box, Fit, Focus
from assets.refusals import Refused
from kitchen.core.errors import N_, Invalid, Stale
from kitchen.media import intake, labels, provenance, queries, shaping
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Kind, May
from kitchen.media.schemas import ShapeIn
from kitchen.media.shaping import CUT, Plan, Wish
from kitchen.web.face import g_face, in_one_unit, unit
from kitchen.web.forms import Form
from kitchen.web.guard import guard

bp = Blueprint("shaping", __name__)

FIRST = "wechat_cover"
"""The shape that is shown where none is asked for: the one that cuts away most."""


@bp.get("/assets/<uid>/shapes")
@guard(May.READ)
def show(uid: str) -> Any:
    """How the picture is cut for one shape, beside all the others."""
    return _page(queries.the_asset(g.session, uid), _asked_for())


def _asked_for() -> str:
    shape = request.args.get("shape", FIRST)
    return shape if shape in CUT else FIRST


def _page(asset: MediaAsset, shape: str, form: Form[ShapeIn] | None = None) -> Any:
    row = shaping.shaping_of(g.session, asset)
    wish = shaping.wish_of(row)
    form = form or Form(ShapeIn, _values(wish, shape, row.version or 0))
    if isinstance(form.refusal, Stale):
        form.values["version"] = row.version or 0
    return form.page(
        "media/shapes.html",
        item=asset,
        shape=CUT[shape],
        shapes=CUT.values(),
        made={each.preset for each in asset.renditions},
        wish=wish,
        bound=CUT[shape].fit is not Fit.INSIDE,
        may_shape=asset.kind == Kind.PICTURE and shaping.may_shape(g.actor, asset),
        similar=provenance.similar(g.session, asset),
        credentials=credentials_in_words(asset),
        labels=labels,
    )


def _values(wish: Wish, shape: str, version: int) -> dict[str, Any]:
    """What the fields show, in percent."""
    box = wish.crops.get(shape, WHOLE)
    edges = {"left": box.left, "top": box.top, "width": box.width, "height": box.height}
    points = {"focus_x": wish.focus.x, "focus_y": wish.focus.y}
    return {
        **{name: f"{100 * share:.2f}".rstrip("0").rstrip(".") for name, share in edges.items()},
        **{name: f"{100 * share:.1f}".rstrip("0").rstrip(".") for name, share in points.items()},
        "shape": shape,
        "cut": shape in wish.crops,
        "owned": shape in wish.owned,
        "shown": wish.shown,
        "version": version,
    }


def credentials_in_words(asset: MediaAsset) -> str:
    """What the Content Credentials of the asset's file say; empty where it has none."""
    found = provenance.credentials_of(g.session, asset)
    if found is None:
        return ""
    signer = found.signer or gettext("未具名")
    return str(gettext(labels.CREDENTIALS[found.state], signer=signer))


@bp.post("/assets/<uid>/shapes")
@guard(May.READ, by_hand=True)
def shape(uid: str) -> Any:
    """Cut the picture as the fields say, and make its shapes anew."""
    form = Form(ShapeIn)
    try:
        given = form.read()
        with unit() as session:
            plan = _plan(session, uid, given)
        made = shaping.make(g_face().ports.store, plan)
    except Invalid as refusal:
        form.refuse(refusal)
    except Refused as refused:
        form.refuse(intake.refusal_of(refused))
    if form.refusal:
        return in_one_unit(lambda: _again(uid, form))
    return in_one_unit(lambda: _entered(uid, form, plan, made, given.version))


def _plan(session: Session, uid: str, given: ShapeIn) -> Plan:
    asset = queries.the_asset(session, uid)
    now = shaping.wish_of(shaping.shaping_of(session, asset))
    return shaping.plan(session, g.actor, asset, _wish(now, given))


def _entered(
    uid: str, form: Form[ShapeIn], plan: Plan, made: Sequence[Rendition], seen: int
) -> Any:
    with form.attempt():
        asset = queries.the_asset(g.session, uid)
        shaping.enter(g.session, g.actor, asset, plan, made, seen)
        flash(gettext("已保存，各种规格已按新的裁剪重做。用过的稿件不受影响。"), "ok")
        return redirect(url_for("shaping.show", uid=uid, shape=form.values["shape"]))
    return _again(uid, form)


def _again(uid: str, form: Form[ShapeIn]) -> Any:
    """The page with what was typed, and why it was refused."""
    named = str(form.values.get("shape"))
    return _page(queries.the_asset(g.session, uid), named if named in CUT else FIRST, form)


def _wish(now: Wish, form: ShapeIn) -> Wish:
    """What is asked for now, with one shape of it changed."""
    if form.shape not in CUT:
        raise Invalid(fields={"shape": N_("没有这种规格。")})
    crops: Mapping[str, Box] = {it: box for it, box in now.crops.items() if it != form.shape}
    if form.cut:
        crops = {**crops, form.shape: _box(form)}
    owned = now.owned - {form.shape} | ({form.shape} if form.owned else set())
    focus = Focus(form.focus_x / 100, form.focus_y / 100)
    return replace(now, focus=focus, crops=crops, owned=owned, shown=form.shown)


def _box(form: ShapeIn) -> Box:
    return Box(form.left / 100, form.top / 100, form.width / 100, form.height / 100)


@bp.get("/assets/<uid>/similar")
@guard(May.READ)
def similar(uid: str) -> Any:
    """Pictures that look like this one: a fragment for other pages."""
    asset = queries.the_asset(g.session, uid)
    found = provenance.similar(g.session, asset)
    return render_template("media/_similar.html", similar=found)
