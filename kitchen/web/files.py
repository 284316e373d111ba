"""Bytes of the store as an answer: whole or in part, from here or straight from where they lie."""

from __future__ import annotations

import unicodedata
from typing import Final
from urllib.parse import quote

from flask import Response, redirect, request, send_file
from werkzeug.http import dump_options_header
from werkzeug.wsgi import FileWrapper

from assets.elsewhere import link_to, parts_of
from assets.parts import Parts
from assets.store import Store

LINKED_FROM: Final = 32 * 1024**2
"""Bytes from which on a file to keep is fetched from the store itself, where readers reach that."""
LINK_SECONDS: Final = 300
"""For how long such an address is good: a download that began in time goes on."""
_GULP: Final = 1 << 16


def shown(store: Store, sha256: str, mime: str, *, max_age: int | None = None) -> Response:
    """The bytes under their name, or the part that is asked for; kept by whoever asked for
    ``max_age`` seconds, without it only as long as nobody says otherwise.
    """
    if request.range is not None and (parts := parts_of(store, sha256)) is not None:
        return _part(parts, sha256, mime, max_age)
    source = store.path(sha256) or store.open(sha256)
    return send_file(source, mimetype=mime, conditional=True, etag=sha256, max_age=max_age)


def to_keep(store: Store, sha256: str, mime: str, name: str, size: int) -> Response:
    """The bytes as a download under this name. A large file comes from the store itself, by an
    address that is good for minutes, where readers can reach it.
    """
    disposition = attached(name)
    if size >= LINKED_FROM and (
        link := link_to(store, sha256, LINK_SECONDS, mime=mime, disposition=disposition)
    ):
        response: Response = redirect(link, 303, Response)  # type: ignore[assignment]
        response.headers["Referrer-Policy"] = "no-referrer"
    else:
        response = shown(store, sha256, mime)
        response.headers["Content-Disposition"] = disposition
    response.headers["Cache-Control"] = "no-store"
    return response


def attached(name: str) -> str:
    """That an answer is to be kept under this name, as RFC 6266 has it: no server sends a header
    with Chinese in it.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    names = {"filename": plain}
    if plain != name:
        names["filename*"] = f"UTF-8''{quote(name, safe='')}"
    return dump_options_header("attachment", names)


def _part(parts: Parts, sha256: str, mime: str, max_age: int | None) -> Response:
    """What can go wrong with the first of it goes wrong before there is an answer, and is said."""
    span = request.range.range_for_length(parts.size) if request.range else None
    if span is not None:
        parts.seek(span[0])
        parts.read(1)
        parts.seek(0)
    response = Response(
        FileWrapper(parts, _GULP),  # type: ignore[arg-type]
        mimetype=mime,
        direct_passthrough=True,
    )
    response.content_length = parts.size
    response.set_etag(sha256)
    if max_age is None:
        response.cache_control.no_cache = True
    else:
        response.cache_control.public = True
        response.cache_control.max_age = max_age
    response.make_conditional(request, accept_ranges=True, complete_length=parts.size)
    return response
