"""What 抖音 calls back: JSON, signed with the application's secret over the very bytes.

``X-Douyin-Signature`` is the hex SHA-1 of the secret and the body. A call is repeated up to three
times with the same ``Msg-Id``. The address belongs to the application, so a callback may be about
any of the accounts that authorised it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from channels.abilities import Call, Forged, Heard, Notice
from channels.base import Receipt

CREATED, VERIFY = "create_video", "verify_webhook"


@dataclass(frozen=True, slots=True)
class Created:
    """A post that came into being on an account: its ids, and the hand-off that it came from."""

    open_id: str
    item_id: str
    video_id: str
    share_id: str


Told = Callable[[Created], Receipt | None]
"""What a new post proves to a channel; ``None`` if it is none of its own."""


def heard(call: Call, client_key: str, client_secret: str, told: Told) -> Heard:
    """Check and read a callback. Raises :class:`~channels.abilities.Forged`."""
    signature = call.headers.get("x-douyin-signature", "")
    good = hmac.compare_digest(signed(client_secret, call.body).encode(), signature.encode())
    event = _object(call.body) if good else {}
    if not event or event.get("client_key", client_key) != client_key:
        raise Forged("the callback is not signed by this application")
    content = _object(event.get("content"))
    if event.get("event") == VERIFY:
        answer = json.dumps({"challenge": content.get("challenge")}).encode()
        return Heard(answer, "application/json")
    if event.get("event") != CREATED or not content.get("item_id"):
        return Heard()
    post = Created(
        open_id=str(event.get("from_user_id") or ""),
        item_id=str(content["item_id"]),
        video_id=str(content.get("video_id") or ""),
        share_id=str(content.get("share_id") or ""),
    )
    receipt = told(post)
    key = call.headers.get("msg-id") or f"{CREATED}:{post.item_id}"
    return Heard(notices=(Notice(key, receipt, proof=True),) if receipt else ())


def signed(client_secret: str, body: bytes) -> str:
    """The value of ``X-Douyin-Signature``."""
    return hashlib.sha1(client_secret.encode() + body).hexdigest()  # noqa: S324 (theirs)


def _object(value: Any) -> Mapping[str, Any]:
    """A JSON object, spelt out or already read; empty for anything else."""
    try:
        found = json.loads(value) if isinstance(value, (str, bytes)) else value
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}
