"""What all readers' pages have in common: no session, the language by address, how long to keep.

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
    make_response,
    render_template,
    request,
)
from flask.sessions import SessionInterface, SessionMixin
from flask_babel import force_locale, gettext

from kitchen.outlet import queries
from kitchen.outlet.subjects import NAME
from kitchen.web import i18n
from kitchen.web.face import SAFE_METHODS, g_face

FRESH = 30
"""Seconds for which a page or feed may be shown without asking: so long may a recall take."""
SPOKEN = frozenset(
    {
        *("outlet.index", "outlet.article", "outlet.column", "outlet.services"),
        *("links.index", "links.by_unit"),
    }
)
"""Pages that are there in every language."""


class NoSession(SessionInterface):
    """Nobody is remembered: no cookie comes, none goes."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        return None

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """There is nothing to save."""


def blueprint(name: str, module: str) -> Blueprint:
    """A blueprint of readers' pages: they may be kept, and lead on in the language they are in."""
    bp = Blueprint(name, module)
    bp.url_defaults(keep_language)
    bp.after_request(let_it_be_kept)
    return bp


def root() -> str:
    """The site's own address."""
    return g_face().ports.public_url


def site_name() -> str:
    """What the masthead says."""
    return queries.publisher(g.session) or gettext(NAME)


def page(
    template: str, status: int = 200, *, changed: datetime | None = None, **context: Any
) -> Response:
    """A page in the reader's language, under the masthead with the columns."""
    language = asked() or i18n.language()
    with force_locale(language):
        html = render_template(
            template,
            locale=language,
            site_name=site_name(),
            blocks=queries.blocks(g.session),
            **context,
        )
    response = dated(make_response(html, status), changed)
    response.vary.add("Cookie")
    return response


def dated(response: Response, changed: datetime | None, mimetype: str = "") -> Response:
    """The answer with the moment of its last change, and its type where that is a special one."""
    response.last_modified = changed
    if mimetype:
        response.mimetype = mimetype
    return response


def asked() -> str:
    """The language that the address asks for; empty where it asks for none."""
    given = request.args.get("lang", "")
    return given if given in i18n.LOCALES else ""


def keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """A reader who chose a language by the address keeps it on the next page, without a cookie."""
    if endpoint in SPOKEN and (chosen := asked()):
        values.setdefault("lang", chosen)


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
