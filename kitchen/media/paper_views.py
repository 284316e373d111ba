"""Where the paper of a right is handed in and taken out."""

from __future__ import annotations

from functools import partial
from typing import Any, BinaryIO, cast

from flask import Blueprint, flash, g, redirect, request, send_file, url_for
from flask_babel import gettext

from kitchen.core.access import authorize
from kitchen.core.errors import N_, Invalid
from kitchen.media import papers, queries, rights_queries
from kitchen.media.papers import Paper
from kitchen.media.rules import May
from kitchen.web.face import g_face, in_one_unit, unit
from kitchen.web.guard import guard

bp = Blueprint("papers", __name__, url_prefix="/assets")
_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@bp.post("/<uid>/rights/<right>/paper")
@guard(May.EDIT_RIGHTS, by_hand=True)
def hand_in(uid: str, right: str) -> Any:
    """Seal the paper of a right, then let the right have it."""
    with unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        authorize(g.actor, May.EDIT_RIGHTS, asset)
        rights_queries.the_right(session, asset, right)
    given = request.files.get("paper")
    if given is None or not given.filename:
        raise Invalid(N_("没有收到字据，请选择文件。"))
    paper = papers.seal(g_face().ports.sealed, cast(BinaryIO, given.stream), right)
    return in_one_unit(partial(_attached, uid, right, paper))


def _attached(uid: str, right: str, paper: Paper) -> Any:
    asset = queries.the_asset(g.session, uid)
    found = rights_queries.the_right(g.session, asset, right)
    papers.attach(g.session, g.actor, asset, found, paper)
    flash(gettext("字据已封存，只有管版权的人能看，每次查看都有记录。"), "ok")
    return redirect(url_for("media.show", uid=uid) + "#rights")


@bp.post("/<uid>/rights/<right>/paper/read")
@guard(May.EDIT_RIGHTS, by_hand=True)
def read(uid: str, right: str) -> Any:
    """The paper as it came, as a download; who took it is recorded."""
    with unit() as session:
        asset = queries.the_asset(session, uid)
        found = rights_queries.the_right(session, asset, right)
        paper = papers.read(session, g.actor, asset, found)
    opened = g_face().ports.sealed.open(paper.sealed_as, right)
    name = f"{right}.{_ENDINGS[paper.mime]}"
    answer = send_file(opened, mimetype=paper.mime, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
