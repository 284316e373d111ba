"""Bilibili: who asks, by a signature over the headers and a token; answers in one envelope.

The three hosts of the platform (pieces, films, tokens) share one prefix here. A signature covers
the headers and, by its hash, a JSON body; the bytes of films and covers are not in it. A refresh
token is taken once.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify, request

from channels.sandbox import accounts
from channels.sandbox.accounts import DAY, Account, Token
from channels.sandbox.stage import PlatformError, digest, stage

CHANNEL, PREFIX = "bilibili", "/bilibili"
ACCESS_LIFE, REFRESH_LIFE, SKEW = 30 * DAY, 180 * DAY, 600.0
WRONG_APP, WRONG_SIGNATURE, STALE_REQUEST, SEEN_NONCE, WRONG_MD5 = 4001, 4002, 4003, 4004, 4012
NO_CLIENT, NO_SECRET, BAD_REFRESH, BAD_TOKEN = 122000, 122001, 122007, 127001
PARAMETER, WRONG_FILE, BAD_UPLOAD = 127100, 127102, 127022
SIGNED = (
    "x-bili-accesskeyid",
    "x-bili-content-md5",
    "x-bili-signature-method",
    "x-bili-signature-nonce",
    "x-bili-signature-version",
    "x-bili-timestamp",
)

bp = Blueprint(CHANNEL, __name__, url_prefix=PREFIX)


def _envelope(code: int, words: str, data: Any) -> Response:
    request_id = digest(request.path, str(stage().now()))[:32]
    return jsonify(code=code, message=words, ttl=1, request_id=request_id, data=data)


def refusal(error: PlatformError) -> Response:
    return _envelope(error.code, error.words, None)


bp.register_error_handler(PlatformError, refusal)


def answer(**data: Any) -> Response:
    return _envelope(0, "0", data)


@bp.post("/x/account-oauth2/v1/refresh_token")
def refresh_token() -> Response:
    """A refresh token is taken once; ``expires_in`` is the moment at which the access ends."""
    given = request.values
    with stage().store.writing() as db:
        token = accounts.token(db, CHANNEL, given.get("refresh_token", ""))
        if token is None or token.kind != "refresh" or token.expires_at <= stage().now():
            raise PlatformError(BAD_REFRESH, "refreshToken不合法")
        account = accounts.get(db, token.account)
        if account is None or given.get("client_id") != account.credentials["client_id"]:
            raise PlatformError(NO_CLIENT, "client_id错误")
        if given.get("client_secret") != account.credentials["client_secret"]:
            raise PlatformError(NO_SECRET, "client_secret错误")
        accounts.spend(db, token.token)
        access = _issue(db, account, "access", ACCESS_LIFE, "bat.")
        refresh = _issue(db, account, "refresh", REFRESH_LIFE, "brt.")
    return answer(
        access_token=access.token,
        refresh_token=refresh.token,
        expires_in=int(access.expires_at),
        scopes=["ARC_BASE", "ARC_DATA", "USER_INFO"],
    )


def _issue(
    db: sqlite3.Connection, account: Account, kind: str, lifetime: float, prefix: str
) -> Token:
    now = stage().now()
    return accounts.issue(
        db, CHANNEL, account.account, kind, now=now, lifetime=lifetime, prefix=prefix
    )


def caller(db: sqlite3.Connection, *, covered: bytes = b"") -> Account:
    """The account whose token the request carries, if its application signed it.

    ``covered`` is the body that the signature must cover by its hash.
    """
    token = accounts.token(db, CHANNEL, request.headers.get("access-token", ""))
    account = accounts.get(db, token.account) if token else None
    if token is None or account is None or token.kind != "access":
        raise PlatformError(BAD_TOKEN, "access_token验证错误")
    if token.expires_at <= stage().now():
        raise PlatformError(BAD_TOKEN, "access_token已过期")
    _check_signature(db, account, covered)
    return account


def _check_signature(db: sqlite3.Connection, account: Account, covered: bytes) -> None:
    named = {name: request.headers.get(name, "") for name in SIGNED}
    if named["x-bili-accesskeyid"] != account.credentials["client_id"]:
        raise PlatformError(WRONG_APP, "应用无效")
    moment = named["x-bili-timestamp"]
    if not moment.isdecimal() or abs(int(moment) - stage().now()) > SKEW:
        raise PlatformError(STALE_REQUEST, "请求过期")
    if named["x-bili-content-md5"] != hashlib.md5(covered, usedforsecurity=False).hexdigest():
        raise PlatformError(WRONG_MD5, "MD5校验失败")
    lines = "\n".join(f"{name}:{value}" for name, value in sorted(named.items()))
    secret = account.credentials["client_secret"].encode()
    proof = hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(proof.encode(), given.encode()):
        raise PlatformError(WRONG_SIGNATURE, "签名异常")
    _check_nonce(db, account, named["x-bili-signature-nonce"])


def _check_nonce(db: sqlite3.Connection, account: Account, nonce: str) -> None:
    """A nonce is taken once within the time in which a request is not too old."""
    value = f"nonce:{account.account}:{nonce}"
    if not nonce or accounts.token(db, CHANNEL, value):
        raise PlatformError(SEEN_NONCE, "重复请求")
    now = stage().now()
    accounts.issue(db, CHANNEL, account.account, "nonce", now=now, lifetime=2 * SKEW, token=value)


def signed_caller(db: sqlite3.Connection) -> Account:
    """The caller of a JSON request, whose body is signed."""
    return caller(db, covered=request.get_data())
