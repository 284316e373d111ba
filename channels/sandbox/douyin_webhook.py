"""Douyin's callbacks: JSON, signed with SHA-1 of the application's secret and the body.

Account settings make them come twice, with a text for content, or signed by somebody else.
``POST /__sim__/douyin/<account>/verify`` tries the address as the platform does when it is set.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, jsonify

from channels.sandbox import accounts, callbacks
from channels.sandbox.accounts import Account
from channels.sandbox.callbacks import Push
from channels.sandbox.ledger import Thing
from channels.sandbox.stage import digest, fresh_id, stage

bp = Blueprint("douyin_webhook", __name__, url_prefix="/__sim__/douyin")


@bp.post("/<account>/verify")
def verify(account: str) -> Response:
    """Whether the account's address answers the challenge."""
    with stage().store.reading() as db:
        owner = accounts.get(db, account) or abort(404)
    number = secrets.randbelow(10**6)
    push = made(owner, "verify_webhook", {"challenge": number})
    url = str(owner.settings.get("callback_url") or "")
    answer = callbacks.answered(url, push) if url else b""
    return jsonify(verified=answer.replace(b" ", b"") == b'{"challenge":%d}' % number)


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
