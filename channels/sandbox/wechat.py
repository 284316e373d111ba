"""WeChat 公众号: access tokens of both kinds, and the blueprint that holds all its calls.

``stable_token`` answers the same token until five minutes before its end; ``token`` makes a new
one each time and lets the former live five minutes more. The two never touch each other.
"""

from __future__ import annotations

import sqlite3

from flask import Blueprint, Response, jsonify, request

from channels.sandbox import (
    accounts,
    wechat_comments,
    wechat_drafts,
    wechat_letters,
    wechat_mass,
    wechat_material,
    wechat_numbers,
    wechat_publishing,
    wechat_quota,
)
from channels.sandbox.accounts import Account, Token
from channels.sandbox.stage import PlatformError, json_object, stage
from channels.sandbox.wechat_access import CHANNEL, admit_address, refusal

LIFETIME = 7200.0
OVERLAP = 300.0
FORCE_GAP = 30.0
FORCE_DAILY = 20
DAY = 86_400.0

bp = Blueprint("wechat", __name__, url_prefix="/wechat")
bp.register_error_handler(PlatformError, refusal)
bp.register_blueprint(wechat_material.bp)
bp.register_blueprint(wechat_drafts.bp)
bp.register_blueprint(wechat_publishing.bp)
bp.register_blueprint(wechat_mass.bp)
bp.register_blueprint(wechat_comments.bp)
bp.register_blueprint(wechat_letters.bp)
bp.register_blueprint(wechat_numbers.bp)
bp.register_blueprint(wechat_quota.bp)


def _applicant(db: sqlite3.Connection, appid: str, secret: str, grant: str) -> Account:
    if grant != "client_credential":
        raise PlatformError(40002, "invalid grant_type")
    if not appid:
        raise PlatformError(41002, "appid missing")
    if not secret:
        raise PlatformError(41004, "appsecret missing")
    account = accounts.get(db, appid)
    if account is None or account.channel != CHANNEL:
        raise PlatformError(40013, "invalid appid")
    if account.credentials["secret"] != secret:
        raise PlatformError(40125, "invalid appsecret")
    admit_address(account)
    return account


def _new(db: sqlite3.Connection, account: Account, kind: str, *, forced: bool = False) -> Token:
    return accounts.issue(
        db,
        CHANNEL,
        account.account,
        kind,
        now=stage().now(),
        lifetime=LIFETIME,
        forced=forced,
    )


def _granted(token: Token) -> Response:
    left = int(token.expires_at - stage().now())
    return jsonify(access_token=token.token, expires_in=left)


@bp.get("/cgi-bin/token")
def legacy_token() -> Response:
    asked = request.args
    with stage().store.writing() as db:
        account = _applicant(
            db, asked.get("appid", ""), asked.get("secret", ""), asked.get("grant_type", "")
        )
        accounts.limit_life(db, account.account, "legacy", stage().now() + OVERLAP)
        return _granted(_new(db, account, "legacy"))


@bp.post("/cgi-bin/stable_token")
def stable_token() -> Response:
    asked = json_object()
    with stage().store.writing() as db:
        account = _applicant(
            db,
            str(asked.get("appid", "")),
            str(asked.get("secret", "")),
            str(asked.get("grant_type", "")),
        )
        if asked.get("force_refresh") is True:
            return _granted(_forced(db, account))
        current = accounts.newest(db, account.account, "stable")
        if current and current.expires_at - stage().now() > OVERLAP:
            return _granted(current)
        return _granted(_new(db, account, "stable"))


def _forced(db: sqlite3.Connection, account: Account) -> Token:
    """A new stable token now; all former ones die at once. 30 s apart, 20 a day."""
    now = stage().now()
    today, latest = db.execute(
        "SELECT count(*), max(issued_at) FROM tokens"
        " WHERE account = ? AND forced = 1 AND issued_at > ?",
        (account.account, now - DAY),
    ).fetchone()
    if latest is not None and now - latest < FORCE_GAP:
        raise PlatformError(45011, "api minute-quota reach limit, must slower, retry next minute")
    if today >= FORCE_DAILY:
        raise PlatformError(45009, "reach max api daily quota limit")
    accounts.limit_life(db, account.account, "stable", now)
    return _new(db, account, "stable", forced=True)
