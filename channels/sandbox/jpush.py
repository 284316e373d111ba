"""JPush: request keys given out beforehand, real HTTP errors, a quota by the minute, 4 KB a push.

The same key again answers the first success and reaches nobody a second time; a push that found
nobody was no success. Push and report API share one prefix here.
"""

from __future__ import annotations

import math
import sqlite3
import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from channels.sandbox import accounts, ledger, phones
from channels.sandbox.accounts import DAY, Account
from channels.sandbox.stage import PlatformError, json_object, stage, whole
from channels.sandbox.store import next_number

CHANNEL = "jpush"
BODY_BYTES, KEYS_AT_ONCE, COUNTS_AT_ONCE = 4096, 10, 100
MINUTE, PUSHES = 60.0, 600
FIRST_PUSH = 18_100_287_000_000_000
MISSING, INVALID, AUTH, TOO_LARGE, NO_KEY, NOBODY = 1002, 1003, 1004, 1005, 1008, 1011
TOO_OFTEN, BAD_COUNT = 2002, 3002
STATUS = {1000: 500, 1001: 405, AUTH: 401, 1030: 500, TOO_OFTEN: 429}
PLATFORMS = {"android", "ios", "hmos", "quickapp"}

bp = Blueprint(CHANNEL, __name__, url_prefix="/jpush")


@bp.errorhandler(PlatformError)
def refusal(error: PlatformError) -> tuple[Response, int]:
    envelope = {"code": error.code, "message": error.words}
    return jsonify(error=envelope), STATUS.get(error.code, 400)


@bp.after_request
def quota_told(response: Response) -> Response:
    """Every answer of the push API says how much of the minute's quota is left."""
    if left := g.get("jpush_left"):
        limit, remaining, reset = left
        response.headers["X-Rate-Limit-Limit"] = str(limit)
        response.headers["X-Rate-Limit-Remaining"] = str(remaining)
        response.headers["X-Rate-Limit-Reset"] = str(reset)
    return response


def _caller(db: sqlite3.Connection) -> Account:
    """The application whose key and master secret the Basic header carries."""
    given = request.authorization
    account = accounts.get(db, (given.username or "") if given else "")
    if account is None or account.channel != CHANNEL or given is None:
        raise PlatformError(AUTH, "authen failed")
    if given.password != account.credentials["master_secret"]:
        raise PlatformError(AUTH, "authen failed")
    return account


@bp.get("/v3/push/cid")
def keys() -> Response:
    """Up to ten request keys, each good for a day."""
    count = min(max(whole(request.args.get("count"), 1), 1), KEYS_AT_ONCE)
    with stage().store.writing() as db:
        account = _caller(db)
        given = [f"{account.account}-{uuid.uuid4()}" for _ in range(count)]
        for key in given:
            accounts.issue(
                db, CHANNEL, account.account, "cid", now=stage().now(), lifetime=DAY, token=key
            )
    return jsonify(cidlist=given)


def _spend_quota(db: sqlite3.Connection, account: Account) -> None:
    """Count this minute's pushes, whatever their key; raise when the quota is spent."""
    most = int(account.settings.get("minute_pushes", PUSHES))
    gone = stage().now() % MINUTE
    begun = stage().now() - gone
    used = ledger.count(db, account.account, ("push",), ledger.STATES, since=begun)
    g.jpush_left = (most, max(most - used - 1, 0), math.ceil(MINUTE - gone))
    if used >= most:
        raise PlatformError(TOO_OFTEN, "rate limit exceeded")


def _known_key(db: sqlite3.Connection, account: Account, key: str) -> None:
    token = accounts.token(db, CHANNEL, key)
    good = token is not None and token.kind == "cid" and token.account == account.account
    if token is None or not good or token.expires_at <= stage().now():
        raise PlatformError(INVALID, "cid is invalid or expired")


def _audience(said: Mapping[str, Any]) -> list[str] | None:
    """The tags that are meant, ``None`` for everybody."""
    audience = said.get("audience")
    if audience is None:
        raise PlatformError(MISSING, "audience is missing")
    if audience == "all":
        return None
    tags = audience.get("tag") if isinstance(audience, Mapping) else None
    if not isinstance(tags, list) or not tags or len(tags) > 20:
        raise PlatformError(INVALID, "audience is invalid")
    return [str(tag) for tag in tags]


def _check(said: Mapping[str, Any]) -> None:
    platform = said.get("platform")
    if platform is None:
        raise PlatformError(MISSING, "platform is missing")
    named = set(platform) if isinstance(platform, list) else set()
    if platform != "all" and (not named or named - PLATFORMS):
        raise PlatformError(INVALID, "platform is invalid")
    options = said.get("options") or {}
    life = options.get("time_to_live", DAY)
    if not isinstance(life, int | float) or not 0 <= life <= 10 * DAY:
        raise PlatformError(INVALID, "time_to_live is invalid")


def _shown(said: Mapping[str, Any]) -> dict[str, str]:
    """Title, text and link as an Android phone shows them; the alert is the one must."""
    notification = said.get("notification")
    if not isinstance(notification, Mapping):
        raise PlatformError(MISSING, "notification or message is missing")
    android = notification.get("android") or {}
    words = android.get("alert") or notification.get("alert")
    if not isinstance(words, str) or not words.strip():
        raise PlatformError(MISSING, "alert is missing")
    link = (android.get("extras") or {}).get("uri", "")
    return {"title": str(android.get("title") or ""), "text": words, "link": str(link)}


@bp.post("/v3/push")
def push() -> Response:
    if len(request.get_data()) > BODY_BYTES:
        raise PlatformError(TOO_LARGE, "the message is too large, 4096 bytes at most")
    said = json_object()
    key = str(said.get("cid") or "")
    with stage().store.writing() as db:
        account = _caller(db)
        if key and (first := ledger.by_key(db, account.account, "push", key)):
            return jsonify(sendno="0", msg_id=first.remote_id)
        if key:
            _known_key(db, account, key)
        _spend_quota(db, account)
        _check(said)
        shown = _shown(said)
        meant = phones.reached(account, _audience(said))
        if not meant:
            raise PlatformError(NOBODY, "cannot find user by this audience")
        push_id = str(FIRST_PUSH + next_number(db, "jpush_push"))
        ledger.add(db, phones.pushed(account, push_id, key, shown, meant))
    return jsonify(sendno="0", msg_id=push_id)


@bp.post("/v3/push/validate")
def validate() -> Response:
    """A dry run: everything is judged and nothing goes out."""
    if len(request.get_data()) > BODY_BYTES:
        raise PlatformError(TOO_LARGE, "the message is too large, 4096 bytes at most")
    said = json_object()
    with stage().store.reading() as db:
        account = _caller(db)
    _check(said)
    _shown(said)
    if not phones.reached(account, _audience(said)):
        raise PlatformError(NOBODY, "cannot find user by this audience")
    return jsonify(sendno="0", msg_id="0")


@bp.get("/v3/received/detail")
def counts() -> Response:
    ids = [each for each in request.args.get("msg_ids", "").split(",") if each]
    if not ids or len(ids) > COUNTS_AT_ONCE:
        raise PlatformError(BAD_COUNT, "msg_ids: 1 to 100")
    with stage().store.reading() as db:
        account = _caller(db).account
        found = [ledger.by_id(db, CHANNEL, "push", each) for each in ids]
    mine = [push for push in found if push and push.account == account]
    return jsonify([_counted(push.remote_id, phones.received(push)) for push in mine])


def _counted(push_id: str, received: int) -> dict[str, Any]:
    apple = received // 4
    return {
        "msg_id": push_id,
        "jpush_received": received - apple,
        "android_pns_sent": 0,
        "android_pns_received": 0,
        "ios_apns_sent": apple,
        "ios_apns_received": apple,
    }
