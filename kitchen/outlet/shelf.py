"""Answers that are ready: what a reader was given is given again as long as the site is the same.

It stands before the application, so that an answer from here costs one look at the site's version
and nothing else. Only what may be kept by anybody (``Cache-Control: public``) is kept, for exactly
one version of the site: a withdrawal is seen at once, by every process. What depends on more than
that version, such as the name in the masthead, is at most :data:`~kitchen.outlet.readers.FRESH`
seconds old.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import Headers
from werkzeug.http import parse_cookie, remove_entity_headers
from werkzeug.wrappers import Response

from kitchen.core.glance import Glance
from kitchen.outlet.readers import FRESH
from kitchen.web.i18n import COOKIE, LOCALES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST = 1000
"""Answers that a process keeps."""
MOST_BYTES = 512 * 1024
"""What is larger is made anew each time."""
_PLACES = ("/a/", "/c/", "/feeds/", "/sitemap")
_PAGES = frozenset({"/", "/services", "/links", "/robots.txt"})
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE")

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, the version of the site that it is of, and until when it is good."""

    body: bytes
    headers: Sequence[tuple[str, str]]
    unchanged: Sequence[tuple[str, str]]
    """What of the headers is said to whoever has the same already."""
    etag: str
    version: int
    until: float
    """By the monotonic clock."""

    def is_good(self, version: int) -> bool:
        return self.version == version and time.monotonic() < self.until

    def answer(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The answer to this request: nothing but 304 to whoever has the same already.

        Who names just our tag, as browsers do, is answered here; every other condition is left to
        the library.
        """
        said = ("X-Request-Id", secrets.token_hex(8))
        if self.etag and environ.get("HTTP_IF_NONE_MATCH") == self.etag:
            start("304 NOT MODIFIED", [*self.unchanged, said])
            return []
        headers = [*self.headers, said]
        if any(condition in environ for condition in _CONDITIONS):
            response = Response(self.body, headers=headers)
            return response.make_conditional(environ)(environ, start)
        start("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


class Shelf:
    """The shelf of one process, before the application ``serve``; ``look`` tells the version."""

    def __init__(self, serve: WSGIApplication, look: Glance) -> None:
        self._serve = serve
        self._look = look
        self._kept: dict[Key, Kept] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        key = _key(environ)
        version = self._version() if key else None
        if key is None or version is None:
            return self._serve(environ, start)
        kept = self._kept.get(key)
        if kept is not None and kept.is_good(version):
            return kept.answer(environ, start)
        return self._fetched(key, version, environ, start)

    def _version(self) -> int | None:
        """The site's version; ``None`` while the database is away, which the application tells."""
        try:
            return int(self._look())
        except OperationalError:
            return None

    def _fetched(
        self, key: Key, version: int, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        """Have it made, whole, whatever the visitor has already; keep it if that is allowed.

        The version was read before anything else: what changed since then makes the answer newer
        than the version says, and never older.
        """
        whole = {name: it for name, it in environ.items() if name not in _CONDITIONS}
        response = Response.from_app(self._serve, {**whole, "REQUEST_METHOD": "GET"}, True)
        if response.status_code != 200 or not response.cache_control.public:
            return response(environ, start)
        body = response.get_data()
        del response.headers["X-Request-Id"]
        kept = _kept(body, response.headers, version)
        if len(body) <= MOST_BYTES:
            self._keep(key, kept)
        return kept.answer(environ, start)

    def _keep(self, key: Key, kept: Kept) -> None:
        with self._lock:
            self._kept.pop(key, None)
            while len(self._kept) >= MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = kept


def _kept(body: bytes, headers: Headers, version: int) -> Kept:
    whole = headers.to_wsgi_list()
    unchanged = list(whole)
    remove_entity_headers(unchanged)
    until = time.monotonic() + FRESH
    return Kept(body, whole, unchanged, headers.get("ETag", ""), version, until)


def _key(environ: dict[str, Any]) -> Key | None:
    """Under what an answer to this request is kept; ``None``: it is none that could be."""
    path = environ.get("PATH_INFO", "")
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return None
    if path not in _PAGES and not path.startswith(_PLACES):
        return None
    return path, environ.get("QUERY_STRING", ""), _language(environ.get("HTTP_COOKIE", ""))


def _language(cookies: str) -> str:
    chosen = parse_cookie(cookies).get(COOKIE, "") if COOKIE in cookies else ""
    return chosen if chosen in LOCALES else ""
