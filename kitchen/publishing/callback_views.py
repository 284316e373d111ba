"""Where platforms call us back, on the public face. Nobody signs in; the signature is the guard."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from flask import Blueprint, Response, abort, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.abilities import Call, Forged, Listens
from channels.base import Channel, NeedsReauth
from channels.registry import channel_classes
from kitchen.core import clock
from kitchen.matrix.models import Account
from kitchen.publishing import callbacks
from kitchen.publishing.addresses import address_of_account
from kitchen.web.face import SAFE_METHODS, unit
from kitchen.web.guard import Guard, mark

log = structlog.get_logger(__name__)

bp = Blueprint("callbacks", __name__, url_prefix="/callbacks")

MOST_BYTES = 256 * 1024
"""Of a callback's body; the longest known have a few kilobytes."""


@bp.route("/<channel>/<account>", methods=["GET", "POST"])
@mark(Guard(sign_in=False, by_hand=True))
def hear(channel: str, account: str) -> Any:
    """One callback of a platform about one account, by the account's uid.

    404 for an account that does not listen, 403 for what is not the platform's, 413 for too much,
    503 while its own secrets cannot be opened: the platform will say it again.
    """
    if (request.content_length or 0) > MOST_BYTES:
        abort(413)
    body = request.get_data(cache=False)  # before the unit: a slow sender holds nothing up
    with unit(write=request.method not in SAFE_METHODS) as session:
        found = session.scalar(
            select(Account).where(Account.uid == account, Account.channel == channel)
        )
        listener = _opened(session, found) if found else None
        if found is None or not isinstance(listener, Listens):
            abort(404)
        call = _call(clock.now(session), body)
        try:
            heard = listener.listen(call)
        except Forged as forged:
            log.warning("callback_forged", channel=channel, account=account, why=str(forged))
            abort(403)
        if not callbacks.take_in(session, found, heard) and call.method == "POST":
            _pass_on(session, found, call)
    return Response(heard.answer, mimetype=heard.mime)


def _opened(session: Session, account: Account) -> Channel:
    try:
        return address_of_account(session, account).open()
    except NeedsReauth:
        abort(503)


def _pass_on(session: Session, found: Account, call: Call) -> None:
    """Let the other accounts listen: accounts of one application share its callback address.

    Whose key and signature it is not, hears nothing.
    """
    listening = [key for key, kind in channel_classes().items() if issubclass(kind, Listens)]
    others = select(Account).where(
        Account.channel.in_(listening), Account.enabled, Account.id != found.id
    )
    for other in session.scalars(others).all():
        with suppress(Forged, NeedsReauth):
            listener = address_of_account(session, other).open()
            if isinstance(listener, Listens) and callbacks.take_in(
                session, other, listener.listen(call)
            ):
                return


def _call(at: datetime, body: bytes) -> Call:
    return Call(
        method=request.method,
        query=request.args.to_dict(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        at=at,
    )
