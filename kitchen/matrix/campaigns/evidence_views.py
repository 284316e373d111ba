"""Files that prove something, taken in and given out: for filings, people, campaigns, closings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request
from flask_babel import gettext

from kitchen.matrix.campaigns import subjects
from kitchen.matrix.registry import evidence
from kitchen.matrix.rules import May
from kitchen.web import files
from kitchen.web.face import g_face
from kitchen.web.guard import guard

bp = Blueprint("evidence", __name__, url_prefix="/matrix")


@bp.post("/evidence/<kind>/<uid>")
@guard(May.FILE)
def add_evidence(kind: str, uid: str) -> Any:
    """Keep a file as proof of something about a filing, a person, an account of a campaign …"""
    subject, back = subjects.the_subject(g.session, kind, uid)
    file = request.files.get("file")
    data = file.stream.read(evidence.BYTES_MOST + 1) if file else b""
    if not data or file is None:
        flash(gettext("请先选择一个文件。"), "danger")
        return redirect(back)
    evidence.add(
        g.session, g.actor, subject, data, file.filename or "", request.form.get("of", "")[:16]
    )
    flash(gettext("材料已附上。"), "ok")
    return redirect(back)


@bp.get("/evidence/<uid>")
@guard(May.FILE, secret=True)
def show_evidence(uid: str) -> Response:
    """The bytes, to be saved and not to be opened in the page."""
    found = evidence.the_evidence(g.session, g.actor, uid)
    with g_face().ports.store.open(found.sha256) as stream:
        response = Response(stream.read(), mimetype=found.mime)
    response.headers["Content-Disposition"] = files.attached(found.name)
    return response
