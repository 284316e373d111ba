"""What readers see: the front page, a piece, its pictures, the feeds. No cookie, no trace of them.

Everything here is read only and the same for everyone, so every answer may be kept for a short
while by whoever stands in between, and says by ETag whether it is still the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Request,
    Response,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.sessions import SessionInterface, SessionMixin
from flask_babel import force_locale, gettext
from jinja2 import ChoiceLoader, FileSystemLoader

from kitchen.core.errors import N_, Invalid
from kitchen.outlet import content_api, feeds, queries, rendering
from kitchen.outlet.feeds import Feed
from kitchen.web import i18n
from kitchen.web.face import ROOT, SAFE_METHODS, Face, g_face, unit
from kitchen.web.guard import Guard, anyone, mark

bp = Blueprint("outlet", __name__)

FRESH = 30
"""Seconds for which a page or feed may be shown without asking: so long may a recall take."""
MEDIA_FRESH = 86_400
"""Seconds for a file. Its name is its content, yet what was withdrawn shall fade within a day."""
PAGES = frozenset({"outlet.index", "outlet.article"})
NAME = N_("融媒客户端")
WITHDRAWN = N_("这篇稿件已撤下")


class NoSession(SessionInterface):
    """Nobody is remembered: no cookie comes, none goes."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        return None

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """There is nothing to save."""


def init_app(face: Face) -> None:
    """Make a face the readers': without sessions, refusing in its own layout."""
    face.session_interface = NoSession()
    face.identify = content_api.who_signed
    own = FileSystemLoader(ROOT / "templates" / "outlet")
    face.jinja_loader = ChoiceLoader([own, FileSystemLoader(ROOT / "templates")])
    face.register_blueprint(content_api.bp)
    face.register_blueprint(bp)


@bp.get("/")
@anyone
def index() -> Any:
    """The newest pieces; the first with its cover at large. From a damaged mark it starts anew."""
    try:
        page = queries.page_of_items(g.session, cursor=request.args.get("cursor"))
    except Invalid:
        return redirect(url_for("outlet.index"))
    changed = max((item.updated_at for item in page.items), default=None)
    return _page("outlet/index.html", changed=changed, page=page, digest=rendering.digest_of)


@bp.get("/a/<uri>")
@anyone
def article(uri: str) -> Any:
    """One piece, or what became of it."""
    item = queries.the_page(g.session, uri)
    if not item.usable:
        return _page("outlet/gone.html", 410, item=item)
    return _page(
        "outlet/article.html",
        changed=item.updated_at,
        item=item,
        body=rendering.body_of(item, root=""),
        digest=rendering.digest_of(item),
        structured=rendering.structured(item, _root(), _name()),
    )


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
    store = g_face().ports.store
    source = store.path(sha256) or store.open(sha256)
    return send_file(
        source, mimetype=found.mime, conditional=True, etag=sha256, max_age=MEDIA_FRESH
    )


@bp.get("/feeds/items.json")
@anyone
def json_feed() -> Any:
    """The latest changes as JSON Feed."""
    feed = _feed()
    response = jsonify(feeds.as_json(feed))
    return _dated(response, feed.updated, "application/feed+json")


@bp.get("/feeds/atom.xml")
@anyone
def atom() -> Any:
    """The latest changes as Atom."""
    feed = _feed()
    return _dated(make_response(feeds.as_atom(feed)), feed.updated, "application/atom+xml")


@bp.get("/feeds/rss.xml")
@anyone
def rss() -> Any:
    """The latest changes as RSS."""
    feed = _feed()
    return _dated(make_response(feeds.as_rss(feed)), feed.updated, "application/rss+xml")


def _feed() -> Feed:
    return Feed(
        name=_name(),
        url=f"{_root()}{request.path}",
        items=queries.latest_changes(g.session),
        root=_root(),
        withdrawn=gettext(WITHDRAWN),
    )


def _root() -> str:
    return g_face().ports.public_url


def _name() -> str:
    """What the masthead says."""
    return queries.publisher(g.session) or gettext(NAME)


def _page(
    template: str, status: int = 200, *, changed: datetime | None = None, **context: Any
) -> Response:
    language = _asked() or i18n.language()
    with force_locale(language):
        html = render_template(template, locale=language, site_name=_name(), **context)
    response = _dated(make_response(html, status), changed)
    response.vary.add("Cookie")
    return response


def _dated(response: Response, changed: datetime | None, mimetype: str = "") -> Response:
    response.last_modified = changed
    if mimetype:
        response.mimetype = mimetype
    return response


def _asked() -> str:
    """The language that the address asks for; empty where it asks for none."""
    given = request.args.get("lang", "")
    return given if given in i18n.LOCALES else ""


@bp.url_defaults
def keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """A reader who chose a language by the address keeps it on the next page, without a cookie."""
    if endpoint in PAGES and (asked := _asked()):
        values.setdefault("lang", asked)


@bp.after_request
def let_it_be_kept(response: Response) -> Response:
    """Say for how long, and answer 304 to whoever has the same already."""
    if request.method not in SAFE_METHODS or response.status_code != 200:
        return response
    if not response.direct_passthrough:
        response.cache_control.public = True
        response.cache_control.max_age = FRESH
        response.add_etag()
        response.make_conditional(request)
    return response
