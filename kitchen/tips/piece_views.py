"""Files of tips that come in pieces, ahead of the form: where a bad network stops them, they go on.

A ticket, told once to whoever begins, is all that leads to a file; it stands in no address.
"""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from assets.arrivals import MOST_PIECE, OutOfStep, Standing
from assets.refusals import Refused
from assets.store import Absent
from kitchen.core.errors import N_, NotFound, Refusal, TooOften
from kitchen.media.intake import refusal_of
from kitchen.tips import telling
from kitchen.tips.strangers import STRANGERS, blueprint, no_room, room, spoken, status
from kitchen.web.face import unit
from kitchen.web.guard import mark
from kitchen.web.i18n import say_refusal

bp = blueprint("tip_files", __name__, "/tip/files")

PIECE = 1024 * 1024
"""Bytes that the script sends at a time."""
_LONGEST_NAME = 800


@bp.post("")
@mark(STRANGERS)
@spoken
def begin() -> Any:
    """Begin a file that comes in pieces: ``Upload-Length``, and its name as the body. Answers its
    ticket, which nobody else knows.
    """
    length = request.headers.get("Upload-Length", "")
    name = request.get_data(cache=False)[:_LONGEST_NAME].decode(errors="replace")
    try:
        with unit(write=False) as session:
            telling.admit(session, room().most_in_minute)
        ticket = room().arrivals.begin(int(length) if length.isdigit() else 0, name)
    except Refused as refused:
        return _told(refusal_of(refused))
    except OSError as error:
        return _told(no_room(error))
    except Refusal as refusal:
        return _told(refusal)
    answered = jsonify({"ticket": ticket, "piece": min(MOST_PIECE, PIECE)})
    answered.status_code = 201
    return answered


@bp.route("", methods=["HEAD"])
@mark(STRANGERS)
def where() -> Any:
    """How far the file of this ``Upload-Ticket`` has come."""
    try:
        return _standing(room().arrivals.standing(_ticket()))
    except Absent:
        return Response(status=404)


@bp.patch("")
@mark(STRANGERS)
@spoken
def piece() -> Any:
    """The next piece, beginning at ``Upload-Offset``; what is acknowledged is on the disk."""
    offset = request.headers.get("Upload-Offset", "")
    body = request.get_data(cache=False)
    try:
        return _standing(
            room().arrivals.take(_ticket(), int(offset) if offset.isdigit() else -1, body)
        )
    except Absent:
        return _told(NotFound(N_("没有这个文件，请重新选择。")))
    except OutOfStep as step:
        response = Response(status=409)
        response.headers["Upload-Offset"] = str(step.offset)
        return response
    except Refused as refused:
        return _told(refusal_of(refused))
    except OSError as error:
        return _told(no_room(error))


def _standing(standing: Standing) -> Response:
    response = Response(status=200 if request.method == "HEAD" else 204)
    response.headers["Upload-Offset"] = str(standing.offset)
    response.headers["Upload-Length"] = str(standing.length)
    return response


def _told(refusal: Refusal) -> Response:
    """A refusal as plain words, for the script to show."""
    response = Response(say_refusal(refusal), status(refusal), mimetype="text/plain")
    if isinstance(refusal, TooOften):
        response.headers["Retry-After"] = str(refusal.params.get("seconds", 30))
    return response


def _ticket() -> str:
    return request.headers.get("Upload-Ticket", "")
