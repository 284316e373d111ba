"""The QR code by which a person finishes a delivery on their phone."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask import Blueprint, Response, g

from channels.abilities import Scannable
from channels.base import ChannelError
from kitchen.core.access import authorize
from kitchen.core.errors import N_, WrongState
from kitchen.publishing import approvals, material, queries
from kitchen.publishing.addresses import address_of
from kitchen.publishing.rules import May, State
from kitchen.web.face import unit
from kitchen.web.guard import guard

bp = Blueprint("scanning", __name__, url_prefix="/publish/scan")


@bp.get("/<uid>.svg")
@guard(May.OPERATE, by_hand=True)
def code(uid: str) -> Any:
    """The code, made anew each time: the platform's ticket behind it lives for a while only."""
    with unit(write=False) as session:
        publication = queries.the_publication(session, uid)
        authorize(g.actor, May.OPERATE, publication)
        address, parcel = address_of(session, publication), publication.parcel
        waits = publication.state == State.AWAITING_HAND
        approvals.demand(session, publication)
        material.demand(session, publication)
    channel = address.open_for_person()
    if not waits or not isinstance(channel, Scannable):
        raise WrongState(N_("这条发布现在不用扫码。"))
    try:
        link = channel.scan_link(parcel)
    except ChannelError as error:
        raise WrongState(N_("平台没有给出二维码，请稍后再试。")) from error
    drawing = io.BytesIO()
    segno.make(link, error="l", micro=False).save(
        drawing, kind="svg", scale=4, border=4, light="white", xmldecl=False
    )
    answer = Response(drawing.getvalue(), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
