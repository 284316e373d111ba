"""Reading without a network: the worker that keeps pieces on the reader's device, and its page.

The worker is built with the other scripts; from here it gets its address at the site's root, where
it may watch over every page, and the list of what the pages need to be shown.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Response, current_app, jsonify, url_for

from kitchen.outlet.readers import blueprint, page, site_name
from kitchen.web.guard import anyone

bp = blueprint("offline", __name__)

SHELL = ("public.css", "public.js", "sprite.svg", "mark.svg")
WORKER = "reader-worker.js"


@bp.get("/offline")
@anyone
def kept() -> Any:
    """What stands in place of a page that cannot be reached: the pieces that are kept here."""
    return page("outlet/offline.html")


@bp.get("/worker.js")
@anyone
def worker() -> Any:
    """The worker, told which files make the shell; another build makes it another worker."""
    asset = current_app.jinja_env.globals["asset"]
    shell = [url_for("offline.kept"), *(asset(name) for name in SHELL)]  # type: ignore[operator]
    assert current_app.static_folder is not None
    built = Path(current_app.static_folder) / "dist" / Path(asset(WORKER)).name  # type: ignore[operator]
    script = f"self.SHELL={json.dumps(shell)};\n{built.read_text()}"
    return Response(script, mimetype="text/javascript")


@bp.get("/site.webmanifest")
@anyone
def manifest() -> Any:
    """How the site stands on a phone's home screen."""
    asset = current_app.jinja_env.globals["asset"]
    mark = {"src": asset("mark.svg"), "sizes": "any", "type": "image/svg+xml"}  # type: ignore[operator]
    response = jsonify(
        {
            "name": site_name(),
            "short_name": site_name()[:12],
            "lang": "zh-CN",
            "start_url": url_for("outlet.index"),
            "scope": "/",
            "display": "minimal-ui",
            "background_color": "#ffffff",
            "theme_color": "#b3261e",
            "icons": [mark],
        }
    )
    response.mimetype = "application/manifest+json"
    return response
