"""Answers that are ready: what a reader was given is given again as long as the site is the same.

It stands before the application, so that an answer from here costs one look at the site's version
and nothing else. Only what may be kept by anybody (``Cache-Control: public``) is kept, for exactly
one version of the site: a withdrawal is seen at once, by every process. What depends on more than
that version, such as the name in the masthead, is at most :data:`~kitchen.outlet.readers.FRESH`
seconds old.

Only addresses to which a page leads are kept, and so many bytes of them: whoever makes up addresses
has each answer made anew, and fills no memory.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

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
MOST_IN_ALL = 64 * 1024 * 1024
_PLACES = ("/a/", "/c/", "/feeds/", "/sitemap")
_PAGES = frozenset({"/", "/services", "/links", "/matrix", "/robots.txt"})
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE")

_CURSOR = re.compile(r"[\w-]{1,24}", re.ASCII)


class Key(NamedTuple):
    """What an answer depends on: path, cursor and language of the address, and the reader's own."""

    path: str
    cursor: str
    language: str
    own_language: str


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
        """Oldest first."""
        self._bytes = 0
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
            self._drop(key)
            while self._kept and not self._oldest().is_good(kept.version):
                self._drop(next(iter(self._kept)))
            while self._kept and self._is_full(len(kept.body)):
                self._drop(self._least_wanted())
            self._kept[key] = kept
            self._bytes += len(kept.body)

    def _drop(self, key: Key) -> None:
        kept = self._kept.pop(key, None)
        self._bytes -= len(kept.body) if kept else 0

    def _oldest(self) -> Kept:
        return next(iter(self._kept.values()))

    def _is_full(self, more: int) -> bool:
        return len(self._kept) >= MOST or self._bytes + more > MOST_IN_ALL

    def _least_wanted(self) -> Key:
        """The oldest of the further pages, whose cursors anybody can make up; else the oldest."""
        return next((key for key in self._kept if key.cursor), next(iter(self._kept)))


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
    query = environ.get("QUERY_STRING", "")
    asked = _asked(query) if query else {}
    if asked is None:
        return None
    own = _language(environ.get("HTTP_COOKIE", ""))
    return Key(path, asked.get("cursor", ""), asked.get("lang", ""), own)


def _asked(query: str) -> dict[str, str] | None:
    """What the query asks for; ``None`` if it is none that a page of ours has."""
    asked: dict[str, str] = {}
    for each in filter(None, query.split("&")):
        name, _, value = each.partition("=")
        known = (
            value in LOCALES if name == "lang" else name == "cursor" and _CURSOR.fullmatch(value)
        )
        if not known or name in asked:
            return None
        asked[name] = value
    return asked


def _language(cookies: str) -> str:
    chosen = parse_cookie(cookies).get(COOKIE, "") if COOKIE in cookies else ""
    return chosen if chosen in LOCALES else ""
