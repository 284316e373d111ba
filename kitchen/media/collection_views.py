"""Pages of collections and of one's basket, and making and revoking share links."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen import ports
from kitchen.core import clock
from kitchen.core.errors import N_, Invalid
from kitchen.media import collecting, labels, queries, sharing
from kitchen.media.collection_models import MediaCollection
from kitchen.media.collection_schemas import (
    AssetsIn,
    CollectionIn,
    MoveIn,
    OneAssetIn,
    PutIn,
    ShareIn,
)
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May
from kitchen.web.forms import Form
from kitchen.web.guard import Guard, guard, mark
from kitchen.web.schema import read

bp = Blueprint("collections", __name__)

_SECRET_SHARE = Guard(permission=May.SHARE, secret=True)
"""The address is told once, in this answer: nobody keeps it."""


@bp.get("/collections")
@guard(May.READ)
def index() -> Any:
    """What was gathered, the latest first."""
    found = collecting.collections_for(g.session, g.actor)
    sizes = collecting.sizes(g.session, found)
    return render_template("media/collections.html", collections=found, sizes=sizes)


@bp.route("/collections/new", methods=["GET", "POST"])
@guard(May.READ)
def new() -> Any:
    """Begin a collection; with what lies in the basket, if that is asked."""
    form = Form(CollectionIn, {"whose": "mine"})
    if form.posted:
        with form.attempt():
            made = _begun(form.read())
            return redirect(url_for("collections.show", uid=made.uid))
    return form.page("media/collection_new.html")


def _begun(given: CollectionIn) -> MediaCollection:
    for_unit = given.whose == "unit"
    return collecting.begin(g.session, g.actor, given.name, for_unit=for_unit, note=given.note)


@bp.route("/collections/<uid>", methods=["GET", "POST"])
@guard(May.READ)
def show(uid: str) -> Any:
    """One collection in its order; whoever may changes its name."""
    collection = collecting.the_collection(g.session, g.actor, uid)
    form = Form(CollectionIn, {"name": collection.name, "note": collection.note, "whose": "mine"})
    if form.posted:
        with form.attempt():
            given = form.read()
            collecting.rename(g.session, g.actor, collection, given.name, given.note)
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("collections.show", uid=uid))
        collection = collecting.the_collection(g.session, g.actor, uid)
    may_share = g.actor.may(May.SHARE, collection.unit_id)
    return form.page(
        "media/collection.html",
        collection=collection,
        assets=collecting.assets_in(g.session, collection),
        may_change=collecting.may_change(g.actor, collection),
        may_share=may_share,
        shares=sharing.shares_of(g.session, collection) if may_share else (),
        moment_now=clock.now(g.session),
        is_open=sharing.is_open,
        labels=labels,
    )


@bp.post("/collections/put")
@guard(May.READ)
def put() -> Any:
    """Put the marked assets into a collection."""
    given = read(PutIn)
    collection = collecting.the_collection(g.session, g.actor, given.collection)
    count = collecting.put_in(g.session, g.actor, collection, _named(given.asset))
    flash(gettext("收进了 %(count)s 件。", count=count), "ok")
    return redirect(url_for("collections.show", uid=collection.uid))


@bp.post("/collections/<uid>/out")
@guard(May.READ)
def out(uid: str) -> Any:
    """Take an asset out of a collection."""
    collection = collecting.the_collection(g.session, g.actor, uid)
    asset = queries.the_asset(g.session, read(OneAssetIn).asset)
    collecting.take_out(g.session, g.actor, collection, asset)
    return redirect(url_for("collections.show", uid=uid))


@bp.post("/collections/<uid>/move")
@guard(May.READ)
def move(uid: str) -> Any:
    """Move an asset within a collection."""
    given = read(MoveIn)
    collection = collecting.the_collection(g.session, g.actor, uid)
    asset = queries.the_asset(g.session, given.asset)
    collecting.put_before(g.session, g.actor, collection, asset, given.by)
    return redirect(url_for("collections.show", uid=uid))


@bp.post("/collections/<uid>/close")
@guard(May.READ)
def close(uid: str) -> Any:
    """Give a collection up."""
    collection = collecting.the_collection(g.session, g.actor, uid)
    collecting.close(g.session, g.actor, collection)
    flash(gettext("专辑已删除，素材都还在媒资库。"), "ok")
    return redirect(url_for("collections.index"))


@bp.get("/assets/basket")
@guard(May.READ)
def basket() -> Any:
    """What the person has picked."""
    return render_template(
        "media/basket.html",
        assets=collecting.basket_of(g.session, g.actor),
        collections=collecting.changeable(g.session, g.actor),
        labels=labels,
    )


@bp.post("/assets/basket")
@guard(May.READ)
def pick() -> Any:
    """Put the marked assets into one's basket."""
    count = collecting.pick(g.session, g.actor, _named(read(AssetsIn).asset))
    flash(gettext("放进篮子 %(count)s 件，写稿选图时排在最前。", count=count), "ok")
    return _back_to_list()


@bp.post("/assets/basket/out")
@guard(May.READ)
def put_back() -> Any:
    """Take one asset out of the basket, or all."""
    uid = request.form.get("asset")
    assets = [queries.the_asset(g.session, uid)] if uid else None
    collecting.put_back(g.session, g.actor, assets)
    return redirect(url_for("collections.basket"))


def _back_to_list() -> Any:
    """To the list as it was narrowed."""
    return redirect(f"{url_for('media.index')}?{request.query_string.decode()}".rstrip("?"))


def _named(uids: list[str]) -> list[MediaAsset]:
    """The assets of these uids, in this order. Raises :class:`Invalid` where one is gone."""
    known = queries.assets_by_uid(g.session, uids)
    if set(uids) - set(known):
        raise Invalid(fields={"asset": N_("有的素材已经不在媒资库，请刷新后重选。")})
    return [known[uid] for uid in dict.fromkeys(uids)]


@bp.post("/assets/<uid>/shares")
@mark(_SECRET_SHARE)
def share_asset(uid: str) -> Any:
    """Make a link to one asset."""
    return _shared(queries.the_asset(g.session, uid), url_for("media.show", uid=uid))


@bp.post("/collections/<uid>/shares")
@mark(_SECRET_SHARE)
def share_collection(uid: str) -> Any:
    """Make a link to a collection."""
    collection = collecting.the_collection(g.session, g.actor, uid)
    return _shared(collection, url_for("collections.show", uid=uid))


def _shared(subject: MediaAsset | MediaCollection, home: str) -> Any:
    form = Form(ShareIn, {"days": 7})
    with form.attempt():
        given = form.read().model_dump()
        made, token = sharing.share(g.session, g.actor, subject, **given)
        url = f"{ports.of(g.session).public_url}/shared/{token}"
        return render_template(
            "media/shared_once.html", made=made, url=url, home=home, name=subject.name
        )
    return form.page("media/share_refused.html", home=home)


@bp.post("/shares/<uid>/revoke")
@guard(May.SHARE)
def revoke(uid: str) -> Any:
    """Let a link show nothing from now on."""
    made = sharing.the_share(g.session, uid)
    sharing.revoke(g.session, g.actor, made)
    flash(gettext("链接已收回，再打开就看不到了。"), "ok")
    if made.asset is not None:
        return redirect(url_for("media.show", uid=made.asset.uid))
    assert made.collection is not None
    return redirect(url_for("collections.show", uid=made.collection.uid))
