"""The built front end: from the name of a bundle to its hashed, ever-cacheable address.

What is built never changes under its name, so it is packed once for each process and sent packed.
Pages are not: they hold form tokens beside what a visitor typed, and the length of a packed page
would tell of both. Whoever packs pages does it in front of the house, and hides their length.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

YEAR = 31_536_000
PACKED = {"text/css", "text/javascript", "image/svg+xml", "text/plain", "application/json"}


def init_app(app: Flask) -> None:
    """Read the manifest once and give templates ``asset(name)``."""
    assert app.static_folder is not None
    dist = Path(app.static_folder) / "dist"
    manifest: dict[str, str] = json.loads((dist / "manifest.json").read_text())
    addresses = {name: f"{app.static_url_path}/dist/{file}" for name, file in manifest.items()}
    app.jinja_env.globals["asset"] = addresses.__getitem__

    @app.after_request
    def keep(response: Response) -> Response:
        if request.path.startswith("/static/dist/"):
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
            if response.status_code == 200 and response.mimetype in PACKED:
                _pack(response, dist / request.path.rpartition("/")[2])
        return response


def _pack(response: Response, path: Path) -> None:
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] and "Range" not in request.headers:
        response.close()  # the file that Flask opened: a client that is gone would leave it open
        response.direct_passthrough = False
        response.set_data(_packed(path))
        response.content_encoding = "gzip"


@cache
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
