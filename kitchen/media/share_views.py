"""Share links as whoever has the address meets them, on the public face.

Nothing of the desk is mounted there, and no cookie goes out. A page is made anew each time and kept
by nobody, so that a link that was revoked shows nothing at once.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import gettext

from kitchen.media import sharing, watermarks
from kitchen.media.rules import FILM
from kitchen.web import files
from kitchen.web.face import g_face, unit
from kitchen.web.guard import Guard, mark

bp = Blueprint("shared", __name__, url_prefix="/shared")

_STRANGERS = Guard(sign_in=False, by_hand=True)


@bp.after_request
def hide(response: Response) -> Response:
    """Kept by nobody, found by no search engine, and told to no other site."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/<token>")
@mark(_STRANGERS)
def show(token: str) -> Any:
    """What the link shows now."""
    with unit() as session:
        shared = sharing.opened(session, token)
        return render_template(
            "media/shared.html",
            shared=shared,
            token=token,
            name=_name(shared),
            film=watermarks.FILM if shared.share.watermark else FILM,
            still=watermarks.PRESET if shared.share.watermark else "preview",
        )


def _name(shared: sharing.Shared) -> str:
    made = shared.share
    return made.collection.name if made.collection else gettext("分享给您的素材")


@bp.get("/<token>/<uid>/<preset>")
@mark(_STRANGERS)
def file(token: str, uid: str, preset: str) -> Any:
    """One shape of an asset of the link."""
    with unit(write=False) as session:
        found = sharing.file_of(session, token, uid, preset)
    return files.shown(g_face().ports.store, found.sha256, found.mime)


@bp.get("/<token>/<uid>/download")
@mark(_STRANGERS)
def download(token: str, uid: str) -> Any:
    """An asset of the link to keep: its largest clean shape or the one with the watermark,
    never the original.
    """
    with unit() as session:
        asset, found = sharing.downloaded(session, token, uid)
    name = f"{asset.uid}.{found.mime.rpartition('/')[2]}"
    return files.to_keep(g_face().ports.store, found.sha256, found.mime, name, found.size)
