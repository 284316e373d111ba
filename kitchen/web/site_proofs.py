"""Files by which a platform sees that the public site is ours: served as they were set, no others.

WeChat asks for one before a mini-program may show our pages in its web-view.
"""

from __future__ import annotations

from flask import Blueprint, Response

from kitchen.core.errors import NotFound
from kitchen.web.face import g_face
from kitchen.web.guard import anyone

bp = Blueprint("site_proofs", __name__)


@bp.get("/<name>.txt")
@anyone(by_hand=True)
def proof(name: str) -> Response:
    """What the platform gave us under this name."""
    proofs = dict(g_face().settings.site_proofs)
    if name not in proofs:
        raise NotFound
    return Response(proofs[name], mimetype="text/plain")
