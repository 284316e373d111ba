"""Pages of the catalogue: the grid by month, one asset, uploading, picking; and the bytes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext

from kitchen.core import audit, clock
from kitchen.core.errors import N_, Invalid, Stale
from kitchen.media import (
    collecting,
    facet_showing,
    finding,
    labels,
    provenance,
    queries,
    rights_labels,
    rights_views,
    rules,
    service,
    uploads,
)
from kitchen.media.filming import queries as filming
from kitchen.media.models import MediaAsset, MediaUse
from kitchen.media.rules import Kind, May, Rights, State
from kitchen.media.schemas import AssetQuery, DescriptionIn, PickedOut, UploadIn
from kitchen.media.shaping_views import credentials_in_words
from kitchen.media.uploads import Received
from kitchen.web import files
from kitchen.web.errors import wants_json
from kitchen.web.face import g_face, in_one_unit, unit
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read_query

bp = Blueprint("media", __name__)

MINUTE, HOUR = 60, 3600
RECENT = 12


@bp.get("/assets")
@guard(May.READ)
def index() -> Any:
    """The catalogue, newest first, a month at a time, narrowed by words and facets."""
    query = read_query(AssetQuery)
    asked = query.asked()
    page = finding.page_of(g.session, asked, limit=query.limit, cursor=query.cursor)
    found = finding.survey(g.session, asked)
    return render_template(
        "media/index.html",
        page=page,
        months=_by_month(page.items),
        strips=filming.strips_of(g.session, page.items),
        query=query,
        narrowed=asked.narrowed,
        found=found,
        facets=facet_showing.groups(query, found),
        in_basket=collecting.basket_size(g.session, g.actor),
        collections=collecting.changeable(g.session, g.actor),
        labels=labels,
        obstacle=_obstacle,
    )


def _by_month(assets: Sequence[MediaAsset]) -> list[tuple[str, list[MediaAsset]]]:
    """Neighbours that came in the same month on the newsroom's calendar, under its name."""

    def month(asset: MediaAsset) -> tuple[int, int]:
        came = clock.local(asset.created_at)
        return came.year, came.month

    return [
        (gettext("%(year)s年%(month)s月", year=year, month=number), list(group))
        for (year, number), group in groupby(assets, month)
    ]


def _obstacle(asset: MediaAsset) -> str:
    """Why this may not be published today, in words; empty if it may."""
    if asset.state != State.AVAILABLE:
        return gettext(rights_labels.STATES[asset.state])
    found = asset.obstacle_on(clock.today(g.session))
    return gettext(labels.OBSTACLES[found]) if found else ""


@bp.get("/assets/picker")
@guard(May.READ)
def picker() -> Any:
    """What lies in the basket and the latest pictures, or films, to pick from: a fragment for a
    page, a list for the editor.
    """
    kind = Kind.VIDEO if request.args.get("kind") == Kind.VIDEO else Kind.PICTURE
    words = request.args.get("q")
    picked = [] if words else collecting.ready_in_basket(g.session, g.actor, kind)
    found = queries.recent(g.session, kind=kind, q=words)
    pictures = [_picked(each) for each in dict.fromkeys([*picked, *found])]
    if wants_json() or request.args.get("as") == "json":
        return jsonify(items=[each.model_dump() for each in pictures])
    return render_template("media/_picker.html", pictures=pictures)


def _picked(asset: MediaAsset) -> PickedOut:
    return PickedOut(
        asset=asset.uid,
        sha256=next(each.sha256 for each in asset.renditions if each.preset == "body"),
        thumb=url_for("media.file", uid=asset.uid, preset="thumb"),
        src=url_for("media.file", uid=asset.uid, preset="preview"),
        caption=asset.caption,
        credit=asset.credit,
        alt=asset.name,
    )


@bp.get("/assets/upload")
@guard(May.UPLOAD)
def upload() -> Any:
    """Where files are brought in."""
    rights = request.args.get("rights", Rights.OWN)
    form = Form(UploadIn, {"rights": rights if rights in set(Rights) else Rights.OWN})
    return _upload_page(form, Received())


def _upload_page(form: Form[UploadIn], received: Received) -> Response:
    refused = received.sentences()
    return form.page("media/upload.html", rules=rules, refused=refused, **_recent())


def _recent() -> dict[str, Any]:
    return {
        "latest": queries.page_of_assets(g.session, limit=RECENT).items,
        "obstacle": _obstacle,
        "labels": labels,
    }


@bp.get("/assets/recent")
@guard(May.READ)
def recent() -> Any:
    """The last few that came in, for a live page that heard of another."""
    return render_template("media/_recent.html", **_recent())


@bp.post("/assets/upload")
@guard(May.UPLOAD, by_hand=True)
def receive() -> Any:
    """Bring files in by the plain form: those that can be used are kept, the others named."""
    received = uploads.receive(request.files.getlist("file"))
    return in_one_unit(lambda: _entered(received))


def _entered(received: Received) -> Any:
    form = Form(UploadIn)
    with form.attempt():
        if not received.taken:
            raise Invalid(fields={"file": N_("没有收下任何文件，请选择图片或视频。")})
        given = form.read().model_dump()
        entered = [
            service.catalogue(g.session, g.actor, intake, **given) for intake in received.taken
        ]
        received.tell()
        _tell_of_similar(entered)
        flash(gettext("收下了 %(count)s 个文件。", count=len(received.taken)), "ok")
        return redirect(url_for("media.index"))
    return _upload_page(form, received)


def _tell_of_similar(entered: Sequence[MediaAsset]) -> None:
    """Have the next page say which of these look like something that was there before."""
    for asset in entered:
        if found := provenance.similar(g.session, asset):
            said = gettext("“%(name)s”和已有的图片相似：", name=asset.name)
            flash(said + "、".join(each.name for each in found[:3]), "warn")


@bp.route("/assets/<uid>", methods=["GET", "POST"])
@guard(May.READ)
def show(uid: str) -> Any:
    """One asset: what it is, by what right we show it, in which shapes, and where it is used."""
    asset = queries.the_asset(g.session, uid)
    form = Form(DescriptionIn, {**service.described(asset), "version": asset.version})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            service.describe(g.session, g.actor, asset, given.pop("version"), **given)
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("media.show", uid=uid))
        asset = queries.the_asset(g.session, uid)
    if isinstance(form.refusal, Stale):
        form.values["version"] = asset.version
    return form.page("media/show.html", **_about(asset))


def _about(asset: MediaAsset) -> dict[str, Any]:
    return {
        "item": asset,
        "described": service.described(asset),
        "order": queries.order_of(g.session, asset.id),
        **rights_views.about(asset),
        "uses": [(use, _page_of(use)) for use in queries.used_in(g.session, asset)],
        "history": audit.history(g.session, asset, 20),
        "may_describe": service.may_describe(g.actor, asset),
        "may_take": service.may_take(g.actor, asset),
        "similar": provenance.similar(g.session, asset),
        "credentials": credentials_in_words(asset),
        "obstacle": _obstacle(asset),
        "labels": labels,
        "film": rules.FILM,
    }


def _page_of(use: MediaUse) -> str:
    """The address of what shows an asset; empty where that has no page."""
    endpoint = labels.PAGES.get(use.subject_type, "")
    known = endpoint in current_app.view_functions
    return url_for(endpoint, uid=use.subject_uid) if known else ""


@bp.get("/assets/<uid>/making")
@guard(May.READ)
def making(uid: str) -> Any:
    """How far a clip is, for a page that heard of progress."""
    asset = queries.the_asset(g.session, uid)
    return render_template(
        "media/_making.html",
        item=asset,
        order=queries.order_of(g.session, asset.id),
        labels=labels,
        film=rules.FILM,
    )


@bp.post("/assets/<uid>/retry")
@guard(May.UPLOAD)
def retry(uid: str) -> Any:
    """Try once more to make a clip that failed."""
    service.make_again(g.session, g.actor, queries.the_asset(g.session, uid))
    flash(gettext("已重新排队制作，做好后这里会自动更新。"), "ok")
    return redirect(url_for("media.show", uid=uid))


@bp.post("/assets/<uid>/original")
@guard(May.READ, by_hand=True)
def original(uid: str) -> Any:
    """The bytes as they came, with all they tell; who took them is recorded."""
    with unit() as session:
        asset = queries.the_asset(session, uid)
        service.take_original(session, g.actor, asset)
    name = asset.filename or uid
    if not asset.sealed_as:
        return files.to_keep(g_face().ports.store, asset.sha256, asset.mime, name, asset.size)
    opened = g_face().ports.sealed.open(asset.sealed_as, asset.sha256)
    response = send_file(opened, mimetype=asset.mime, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/media/<uid>/<preset>")
@guard(May.READ, by_hand=True)
def file(uid: str, preset: str) -> Any:
    """One shape of an asset, kept by this visitor's browser alone; a film piece by piece.

    A shape may be cut anew: what is older than a minute is shown once more and asked for behind it.
    """
    with unit(write=False) as session:
        found = queries.rendition(session, uid, preset)
    response = files.shown(g_face().ports.store, found.sha256, found.mime, max_age=MINUTE)
    response.cache_control.public = False
    response.cache_control.private = True
    response.cache_control.stale_while_revalidate = HOUR
    return response
