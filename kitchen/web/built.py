"""The built front end: from the name of a bundle to its hashed, ever-cacheable address."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask, Response, request

YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Read the manifest once and give templates ``asset(name)``."""
    assert app.static_folder is not None
    manifest: dict[str, str] = json.loads(
        (Path(app.static_folder) / "dist" / "manifest.json").read_text()
    )

    addresses = {name: f"{app.static_url_path}/dist/{file}" for name, file in manifest.items()}
    app.jinja_env.globals["asset"] = addresses.__getitem__

    @app.after_request
    def keep(response: Response) -> Response:
        if request.path.startswith("/static/dist/"):
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response
