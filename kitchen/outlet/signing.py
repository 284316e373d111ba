"""Who sends: a request to the content API proves itself by a signature over its very bytes.

The string that is signed is written down in the docstring of ``channels.outlet``; this is the
receiving side's own reading of it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.errors import N_, NotSignedIn
from kitchen.outlet import queries
from kitchen.outlet.models import OutletClient
from kitchen.outlet.rules import is_fresh

SIGNED_FROM = "/content/v1/"
"""What stands before it in a request line, such as a prefix of a proxy, is not signed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of itself, before anything of it is believed."""

    key_id: str
    timestamp: str
    signature: str


def claim_of(header: Callable[[str, str], str]) -> Claim:
    """The claim in the headers; what is missing is empty, and so refused later."""
    return Claim(
        header("X-Kitchen-Key", ""),
        header("X-Kitchen-Timestamp", ""),
        header("X-Kitchen-Signature", ""),
    )


def client_of(session: Session, claim: Claim) -> OutletClient:
    """Whose key it is. Raises :class:`NotSignedIn` ``timestamp`` or ``key``.

    Asked before the body is read, so that a stranger cannot make us read one.
    """
    digits = claim.timestamp.isascii() and claim.timestamp.isdecimal()
    if not digits or not is_fresh(int(claim.timestamp[:12]), clock.now(session).timestamp()):
        raise NotSignedIn(N_("签名的时间与服务器相差超过五分钟，请校准时钟。"), code="timestamp")
    client = queries.client_by_key(session, claim.key_id)
    if client is None:
        raise NotSignedIn(N_("密钥编号不存在或已停用。"), code="key")
    return client


def check(claim: Claim, secret: str, method: str, target: str, body_sha256: str) -> None:
    """Raise :class:`NotSignedIn` ``signature`` unless the claim is signed with ``secret``."""
    string = "\n".join((method.upper(), signed_part(target), claim.timestamp, body_sha256))
    digest = hmac.new(secret.encode(), string.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"sha256={digest}".encode(), claim.signature.encode()):
        raise NotSignedIn(N_("签名不对，请核对密钥和签名的算法。"), code="signature")


def signed_part(target: str) -> str:
    """The request's target from the API's root on."""
    return target[max(target.find(SIGNED_FROM), 0) :]
