"""Who calls WeChat: tokens in the query, JSON bodies in plain UTF-8, errors with HTTP 200."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from flask import Response, jsonify, request

from channels.sandbox import accounts
from channels.sandbox.accounts import Account
from channels.sandbox.stage import (
    PlatformError,
    body_is_escaped,
    digest,
    fresh_id,
    json_object,
    stage,
)

CHANNEL = "wechat"
OK = {"errcode": 0, "errmsg": "ok"}
RID = "rid:"
"""Under which names refusals are remembered."""
LONGEST_TOLD = 2000


def refusal(error: PlatformError) -> Response:
    """WeChat's envelope of an error; the request id at its end can be asked about (rid/get)."""
    made = digest(fresh_id())
    rid = "-".join((made[:8], made[8:16], made[16:24]))
    answer = {"errcode": error.code, "errmsg": f"{error.words} rid: {rid}"}
    told = {
        "invoke_time": int(stage().now()),
        "cost_in_ms": 10,
        "request_url": request.path,
        "request_body": request.get_data(as_text=True)[:LONGEST_TOLD],
        "response_body": json.dumps(answer, ensure_ascii=False),
        "client_ip": request.remote_addr or "",
    }
    with stage().store.writing() as db:
        row = (f"{RID}{rid}", json.dumps(told, ensure_ascii=False))
        db.execute("INSERT INTO meta VALUES (?, ?)", row)
    return jsonify(answer)


def caller(db: sqlite3.Connection) -> Account:
    """The account whose access token the request carries; 41001, 40001, 42001 or 40164 if none."""
    value = request.args.get("access_token", "")
    if not value:
        raise PlatformError(41001, "access_token missing")
    token = accounts.token(db, CHANNEL, value)
    if token is None or token.kind not in ("stable", "legacy"):
        raise PlatformError(40001, "invalid credential, access_token is invalid or not latest")
    if token.expires_at <= stage().now():
        raise PlatformError(42001, "access_token expired")
    account = accounts.get(db, token.account)
    if account is None:
        raise PlatformError(40001, "invalid credential")
    admit_address(account)
    return account


def admit_address(account: Account) -> None:
    """Refuse as WeChat does when the caller's address is not on the account's allow-list."""
    if account.settings.get("ip_refused"):
        address = request.remote_addr or "127.0.0.1"
        raise PlatformError(40164, f"invalid ip {address} ipv6 ::1, not in whitelist")


def body() -> dict[str, Any]:
    r"""The JSON object sent; 44002 if none, 47001 if unreadable, 40033 if it spells ``\uXXXX``."""
    raw = request.get_data()
    if not raw:
        raise PlatformError(44002, "empty post data")
    if body_is_escaped():
        raise PlatformError(40033, "invalid charset. please check your request")
    found = json_object()
    if not found and raw.strip() not in (b"{}", b""):
        raise PlatformError(47001, "data format error")
    return found


def text(source: dict[str, Any], name: str) -> str:
    """A text field; an absent one is empty, one of another type is a format error."""
    value = source.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise PlatformError(47001, f"data format error: {name}")
    return value
