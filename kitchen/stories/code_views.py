"""Where the editor has a QR code drawn; the page and the API share it."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, g, jsonify, url_for

from kitchen.core.errors import Forbidden
from kitchen.media import intake
from kitchen.media.intake import Intake
from kitchen.media.rules import May as MediaMay
from kitchen.stories import codes, queries
from kitchen.stories.code_schemas import CodeIn, CodeOut
from kitchen.stories.rules import May
from kitchen.web.face import g_face, in_one_unit
from kitchen.web.guard import guard
from kitchen.web.schema import read

bp = Blueprint("codes", __name__, url_prefix="/stories")


@bp.post("/<uid>/codes")
@guard(MediaMay.UPLOAD, by_hand=True)
def draw(uid: str) -> Any:
    """Draw the code of an address; answers what stands in the text for it."""
    given = read(CodeIn)
    drawing = io.BytesIO(codes.drawn(given.address))
    taken = intake.receive(g_face().ports.store, drawing, codes.FILENAME)
    return in_one_unit(lambda: jsonify(_entered(uid, given, taken).model_dump()))


def _entered(uid: str, given: CodeIn, taken: Intake) -> CodeOut:
    if not g.actor.may(May.WRITE):
        raise Forbidden(permission=May.WRITE)
    story = queries.the_story(g.session, uid)
    asset = codes.enter(g.session, g.actor, story, taken, given.address, given.words)
    return CodeOut(
        asset=asset.uid,
        sha256=next(each.sha256 for each in asset.renditions if each.preset == "body"),
        src=url_for("media.file", uid=asset.uid, preset="preview"),
        address=given.address,
        words=given.words,
    )
