"""The floor of the readers' face: a bare Flask route that has the bytes ready and sends them.

Under the very server that serves ours, with as many threads. Nothing is looked up, drawn, checked
or counted; to whoever names the right ETag it answers 304. ``python -m benchmarks.same_bytes FILE``
serves what :class:`Page` kept in ``FILE``, on the public port of the environment's settings.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import Flask, Response, request

from kitchen.commands import serving
from kitchen.config import Settings


@dataclass(frozen=True)
class Page:
    """An answer as ours gave it."""

    content: str
    """Base64."""
    mimetype: str
    etag: str


def keep(path: Path, answers: Mapping[str, tuple[bytes, str, str]]) -> None:
    """Keep answers (content, type, ETag) by their targets."""
    pages = {
        target: asdict(Page(base64.b64encode(content).decode(), mimetype, etag))
        for target, (content, mimetype, etag) in answers.items()
    }
    path.write_text(json.dumps(pages))


def face(path: Path) -> Flask:
    """The application that serves what was kept."""
    app = Flask(__name__)
    pages = {target: Page(**page) for target, page in json.loads(path.read_text()).items()}
    ready = {
        target: (base64.b64decode(page.content), page.mimetype, page.etag)
        for target, page in pages.items()
    }

    @app.get("/", defaults={"rest": ""})
    @app.get("/<path:rest>")
    def page(rest: str) -> Response:
        content, mimetype, etag = ready[f"/{rest}"]
        if etag and request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        headers = {"ETag": etag} if etag else {}
        return Response(content, content_type=mimetype, headers=headers)

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app


def main(path: str) -> None:
    serving.MAKERS["public"] = lambda: face(Path(path))
    serving.serve_face(Settings.from_environment(os.environ), "public")


if __name__ == "__main__":
    main(sys.argv[1])
