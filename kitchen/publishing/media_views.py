"""Files by signed address, on the public face: for platforms and phones that take no bytes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.medialinks import Linked, NoSuchLink, named
from channels.registry import channel_classes
from kitchen.core import clock
from kitchen.matrix import service as matrix
from kitchen.matrix.models import Account
from kitchen.web import files
from kitchen.web.face import g_face, unit
from kitchen.web.guard import Guard, mark

bp = Blueprint("media_links", __name__)

SECRET = "media_secret"  # noqa: S105 - the name of a setting
FRESH = 600
"""Seconds for which whoever stands in between may keep a file."""


@bp.get("/f/<name>")
@mark(Guard(sign_in=False, by_hand=True))
def file(name: str) -> Any:
    """A file of a post that is on its way; 404 for an address that we did not make, or too late."""
    with unit(write=False) as session:
        linked = _linked(session, name)
    if linked is None:
        abort(404)
    return files.shown(g_face().ports.store, linked.sha256, linked.mime, max_age=FRESH)


def _linked(session: Session, name: str) -> Linked | None:
    """What the address names by the secret of any account that makes such addresses."""
    end, signature = request.args.get("e", ""), request.args.get("s", "")
    makers = [key for key, it in channel_classes().items() if _makes_links(it.Settings)]
    accounts = select(Account).where(Account.channel.in_(makers), Account.enabled)
    for account in session.scalars(accounts):
        secret = (matrix.readable_settings(session, account) or {}).get(SECRET, "")
        try:
            if secret:
                return named(secret, name, end, signature, clock.now(session))
        except NoSuchLink:
            continue
    return None


def _makes_links(settings: type) -> bool:
    return SECRET in settings.__dataclass_fields__  # type: ignore[attr-defined]
