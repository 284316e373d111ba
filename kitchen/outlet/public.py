"""What readers see: the front page, columns, a piece, its pictures, the services of the district.

No cookie, no trace of them; what these pages have in common is in ``kitchen.outlet.readers``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import g, jsonify, redirect, request, url_for
from jinja2 import ChoiceLoader, FileSystemLoader

from kitchen.core.errors import Invalid
from kitchen.outlet import (
    content_api,
    feed_views,
    hub_views,
    labels,
    offline,
    queries,
    rendering,
    stamp,
)
from kitchen.outlet.feeds import Feed, Kind, json_item
from kitchen.outlet.queries import Entry
from kitchen.outlet.readers import NoSession, blueprint, dated, page, root, site_name
from kitchen.outlet.rules import is_broken
from kitchen.outlet.shelf import Shelf
from kitchen.web import files
from kitchen.web.face import ROOT, Face, g_face, unit
from kitchen.web.guard import Guard, anyone, mark

bp = blueprint("outlet", __name__)

MEDIA_FRESH = 86_400
"""Seconds for a file. Its name is its content, yet what was withdrawn shall fade within a day."""


def init_app(face: Face) -> None:
    """Make a face the readers': without sessions, refusing in its own layout, answering quickly."""
    face.session_interface = NoSession()
    face.identify = content_api.who_signed
    own = FileSystemLoader(ROOT / "templates" / "outlet")
    face.jinja_loader = ChoiceLoader([own, FileSystemLoader(ROOT / "templates")])
    for each in (content_api.bp, bp, feed_views.bp, hub_views.bp, offline.bp):
        face.register_blueprint(each)
    version = face.database.glance(stamp.CURRENT)
    face.wsgi_app = Shelf(face.wsgi_app, version)  # type: ignore[method-assign, assignment]


@bp.get("/")
@anyone
def index() -> Any:
    """The newest pieces; the first with its cover at large. From a damaged mark it starts anew."""
    try:
        items = queries.page_of_items(g.session, cursor=request.args.get("cursor"))
    except Invalid:
        return redirect(url_for("outlet.index"))
    changed = max((item.updated_at for item in items.items), default=None)
    return page("outlet/index.html", changed=changed, page=items, digest=rendering.digest_of)


@bp.get("/c/<slug>")
@anyone
def column(slug: str) -> Any:
    """What stands in a column, or in all columns of a block."""
    found = queries.the_column(g.session, slug)
    columns = queries.under(g.session, found)
    try:
        cursor = request.args.get("cursor")
        items = queries.page_of_items(g.session, columns=columns, cursor=cursor)
    except Invalid:
        return redirect(url_for("outlet.column", slug=slug))
    return page("outlet/column.html", column=found, page=items, digest=rendering.digest_of)


@bp.get("/a/<uri>")
@anyone
def article(uri: str) -> Any:
    """One piece, or what became of it."""
    item = queries.the_page(g.session, uri)
    if not item.usable:
        return page("outlet/gone.html", 410, item=item)
    return page(
        "outlet/article.html",
        changed=item.updated_at,
        item=item,
        parts=labels.PARTS,
        body=rendering.body_of(item, root=""),
        digest=rendering.digest_of(item),
        structured=rendering.structured(item, root(), site_name()),
    )


@bp.get("/feeds/items/<uri>.json")
@anyone
def article_json(uri: str) -> Any:
    """One piece as an item of JSON Feed, a withdrawn one as such."""
    item = queries.the_page(g.session, uri)
    feed = Feed(Kind.JSON, site_name(), [item], root())
    response = jsonify(json_item(feed, item))
    response.status_code = 200 if item.usable else 410
    return dated(response, item.updated_at)


@bp.get("/services")
@anyone
def services() -> Any:
    """The district's services, each one tap away; one whose address is broken says so."""
    entries = queries.catalogue(g.session)
    return page(
        "outlet/services.html",
        categories=_by_category(entries),
        is_broken=is_broken,
        handled=queries.handled(g.session),
    )


def _by_category(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """In the order of the first service of each."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.service.category, []).append(entry)
    return list(found.items())


@bp.get("/s/<uid>")
@anyone
def follow(uid: str) -> Any:
    """From the link that a post carries to the page of its story."""
    item = queries.target_of(g.session, uid)
    return redirect(url_for("outlet.article", uri=item.uri))


@bp.get("/media/<sha256>")
@mark(Guard(sign_in=False, by_hand=True))
def media(sha256: str) -> Any:
    """A file that a visible piece shows; a film by pieces."""
    with unit(write=False) as session:
        found = queries.the_public_media(session, sha256)
    return files.shown(g_face().ports.store, sha256, found.mime, max_age=MEDIA_FRESH)
