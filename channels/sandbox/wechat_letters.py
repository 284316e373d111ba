"""WeChat: private letters of followers, and what the account writes to them (客服消息).

An account may write to somebody for two days after their latest letter, five times in a row.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify

from channels.sandbox.accounts import Account
from channels.sandbox.stage import PlatformError, stage
from channels.sandbox.wechat_access import OK, body, caller

bp = Blueprint("wechat_letters", __name__, url_prefix="/cgi-bin/message/custom")

OPEN_FOR = 48 * 3600.0
IN_A_ROW = 5
BYTES = 2048


def keep(
    db: sqlite3.Connection, account: Account, person: str, words: str, *, ours: bool = False
) -> int:
    """Note a letter between a person and the account; answers its number."""
    cursor = db.execute(
        "INSERT INTO letters (account, person, ours, text, made_at) VALUES (?, ?, ?, ?, ?)",
        (account.account, person, int(ours), words, stage().now()),
    )
    return cursor.lastrowid or 0


def every(db: sqlite3.Connection, account: Account) -> list[dict[str, Any]]:
    """All that was written between anybody and the account, in order."""
    rows = db.execute(
        "SELECT number, person, ours, text FROM letters WHERE account = ? ORDER BY number",
        (account.account,),
    )
    return [dict(row) for row in rows]


@bp.post("/send")
def send() -> Response:
    asked = body()
    words = (asked.get("text") or {}).get("content")
    if asked.get("msgtype") != "text" or not isinstance(words, str) or not words:
        raise PlatformError(40008, "invalid message type")
    if len(words.encode()) > BYTES:
        raise PlatformError(45002, "content size out of limit")
    with stage().store.writing() as db:
        account, person = caller(db), str(asked.get("touser", ""))
        _demand_open(db, account, person)
        keep(db, account, person, words, ours=True)
    return jsonify(OK)


def _demand_open(db: sqlite3.Connection, account: Account, person: str) -> None:
    rows = db.execute(
        "SELECT ours, made_at FROM letters WHERE account = ? AND person = ?"
        " ORDER BY number DESC LIMIT ?",
        (account.account, person, IN_A_ROW + 1),
    ).fetchall()
    theirs = next((row["made_at"] for row in rows if not row["ours"]), None)
    if not rows:
        raise PlatformError(40003, "invalid openid")
    if theirs is None:
        raise PlatformError(45047, "out of response count limit")
    if stage().now() - theirs > OPEN_FOR:
        raise PlatformError(45015, "response out of time limit or subscription is canceled")
    if len(rows) > IN_A_ROW and all(row["ours"] for row in rows[:IN_A_ROW]):
        raise PlatformError(45047, "out of response count limit")
