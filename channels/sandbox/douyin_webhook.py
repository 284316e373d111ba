"""Douyin's callbacks: JSON, signed with SHA-1 of the application's secret and the body.

Account settings make them come twice, with a text for content, or signed by somebody else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from channels.sandbox import callbacks
from channels.sandbox.accounts import Account
from channels.sandbox.callbacks import Push
from channels.sandbox.ledger import Thing
from channels.sandbox.stage import digest, fresh_id


def announce(account: Account, piece: Thing, share_id: str = "") -> None:
    """Push ``create_video`` if the account has a callback address."""
    content = {"item_id": piece.remote_id, "share_id": share_id, "video_id": piece.natural_key}
    push = made(account, "create_video", content)
    for _ in range(2 if account.settings.get("webhook_twice") else 1):
        callbacks.schedule(account, lambda: push)


def made(account: Account, event: str, content: Mapping[str, Any]) -> Push:
    """A callback as it goes out."""
    keys = account.credentials
    told: Any = content
    if account.settings.get("webhook_text"):
        told = json.dumps(content)
    body = json.dumps(
        {
            "event": event,
            "client_key": keys["client_key"],
            "from_user_id": account.account,
            "to_user_id": "",
            "content": told,
            "log_id": digest(event, *map(str, content.values()))[:32],
        }
    ).encode()
    secret = fresh_id() if account.settings.get("webhook_forged") else keys["client_secret"]
    signed = hashlib.sha1(secret.encode() + body).hexdigest()  # noqa: S324
    headers = {"X-Douyin-Signature": signed, "Msg-Id": fresh_id()}
    return Push(body, "application/json", headers=headers)
