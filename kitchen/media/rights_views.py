"""What the page of an asset shows and takes about its rights, words, lineage and withdrawal."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from channels.registry import channel_classes
from kitchen.core import clock
from kitchen.core.workflow import open_moves
from kitchen.media import (
    labels,
    lineage,
    queries,
    rights,
    rights_labels,
    rights_queries,
    sharing,
    tags,
)
from kitchen.media.lineage_rules import SHARE_MAX, SHARE_MIN
from kitchen.media.models import MediaAsset
from kitchen.media.rights_models import MediaRight
from kitchen.media.rights_rules import ALARM_DAYS, Reason
from kitchen.media.rights_schemas import AdoptIn, ReasonIn, RightIn, TagsIn
from kitchen.media.rules import May, State
from kitchen.media.tag_labels import DERIVED, FACETS
from kitchen.media.tag_rules import Facet
from kitchen.web import i18n
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read

bp = Blueprint("media_rights", __name__, url_prefix="/assets")


def about(asset: MediaAsset) -> dict[str, Any]:
    """What the parts of an asset's page need that are shown by this module."""
    session, actor = g.session, g.actor
    today = clock.today(session)
    return {
        "tags": tags.tags_of(session, asset),
        "facets": {str(facet): FACETS[facet] for facet in Facet},
        "written_rights": rights_queries.rights_of(session, asset),
        "lacks": [say(each) for each in rights_queries.lacking(session, asset, "", today)],
        "rights_labels": rights_labels,
        "channel_names": {key: gettext(it.label) for key, it in channel_classes().items()},
        "moves": {move.name for move in open_moves(asset, actor)} - {"settle"},
        "parents": lineage.parents_of(session, asset),
        "children": lineage.children_of(session, asset),
        "derived_labels": DERIVED,
        "adoptions": lineage.adoptions_of(session, asset),
        "may_adopt": asset.state == State.AVAILABLE
        and actor.may(May.ADOPT)
        and actor.unit_id not in (None, asset.unit_id),
        "share_bounds": (SHARE_MIN, SHARE_MAX),
        "may_edit_rights": actor.may(May.EDIT_RIGHTS, asset.unit_id),
        "may_share": actor.may(May.SHARE, asset.unit_id),
        "shares": sharing.shares_of(session, asset) if actor.may(May.SHARE, asset.unit_id) else (),
        "moment_now": clock.now(session),
        "is_open": sharing.is_open,
    }


def say(reason: Reason) -> str:
    """Why something may not be shown, in the reader's language."""
    return i18n.say(rights_labels.sentence_of(reason))


@bp.get("/expiring")
@guard(May.READ)
def expiring() -> Any:
    """Whose rights end soon, or ended lately."""
    today = clock.today(g.session)
    return render_template(
        "media/expiring.html",
        assets=rights_queries.ending(g.session, today),
        today=today,
        alarm_days=ALARM_DAYS,
        labels=labels,
    )


@bp.route("/<uid>/rights/new", methods=["GET", "POST"])
@guard(May.EDIT_RIGHTS)
def add(uid: str) -> Any:
    """Write a right down."""
    asset = queries.the_asset(g.session, uid)
    said = rights_queries.said_of(asset)
    start = {"basis": said.basis, "holder": said.holder, "valid_until": said.valid_until}
    return _written(asset, None, Form(RightIn, start))


@bp.route("/<uid>/rights/<right>", methods=["GET", "POST"])
@guard(May.EDIT_RIGHTS)
def change(uid: str, right: str) -> Any:
    """Change a right."""
    asset = queries.the_asset(g.session, uid)
    found = rights_queries.the_right(g.session, asset, right)
    return _written(
        asset, found, Form(RightIn, {**rights.written(found), "version": found.version})
    )


def _written(asset: MediaAsset, right: MediaRight | None, form: Form[RightIn]) -> Any:
    uid = asset.uid
    if form.posted:
        with form.attempt():
            wanted = form.read().model_dump()
            rights.write(g.session, g.actor, asset, right, wanted.pop("version"), wanted)
            flash(gettext("已保存。"), "ok")
            return _back(uid)
        asset = queries.the_asset(g.session, uid)
    return form.page(
        "media/right.html",
        item=asset,
        right=right,
        labels=labels,
        rights_labels=rights_labels,
        channel_names={key: gettext(it.label) for key, it in channel_classes().items()},
    )


@bp.post("/<uid>/rights/<right>/strike")
@guard(May.EDIT_RIGHTS)
def strike(uid: str, right: str) -> Any:
    """Strike a right."""
    asset = queries.the_asset(g.session, uid)
    found = rights_queries.the_right(g.session, asset, right)
    rights.strike(g.session, g.actor, asset, found)
    flash(gettext("这项权利已删除。"), "ok")
    return _back(uid)


@bp.post("/<uid>/tags")
@guard(May.READ)
def tag(uid: str) -> Any:
    """Say what an asset shows."""
    tags.tag(g.session, g.actor, queries.the_asset(g.session, uid), read(TagsIn).words())
    flash(gettext("已保存。"), "ok")
    return _back(uid)


@bp.route("/<uid>/withdraw", methods=["GET", "POST"])
@guard(May.WITHDRAW)
def withdraw(uid: str) -> Any:
    """Take an asset out of use: first see what shows it, then say why."""
    form = Form(ReasonIn)
    asset = queries.the_asset(g.session, uid)
    if form.posted:
        with form.attempt():
            rights.withdraw(g.session, g.actor, asset, form.read().note)
            flash(gettext("已撤下，不能再选用和发布。"), "ok")
            return _back(uid)
        asset = queries.the_asset(g.session, uid)
    return form.page("media/withdraw.html", item=asset)


@bp.post("/<uid>/restore")
@guard(May.WITHDRAW)
def restore(uid: str) -> Any:
    """Let an asset be used again."""
    rights.restore(g.session, g.actor, queries.the_asset(g.session, uid))
    flash(gettext("已恢复使用。"), "ok")
    return _back(uid)


@bp.post("/<uid>/adopt")
@guard(May.ADOPT)
def adopt(uid: str) -> Any:
    """Claim an asset for the own unit."""
    given = read(AdoptIn)
    asset = queries.the_asset(g.session, uid)
    lineage.adopt(g.session, g.actor, asset, given.share, given.note)
    flash(gettext("已认领，来源和分成都记下了。"), "ok")
    return _back(uid)


def _back(uid: str) -> Any:
    return redirect(url_for("media.show", uid=uid))
