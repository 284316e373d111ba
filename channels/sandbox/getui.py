"""Getui: a token against a signature, our own request key, and a repeated one dropped.

A dropped repeat is answered as a success that names no task: the platform only says that it is
dropped. HTTP statuses are true as well: 401 for rights, 400 for parameters.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from channels.sandbox import accounts, ledger, phones
from channels.sandbox.accounts import DAY, Account
from channels.sandbox.stage import PlatformError, json_object, stage, whole
from channels.sandbox.store import next_number

CHANNEL = "getui"
BAD_TOKEN, PARAMETER = 10001, 20001
RIGHTS = range(10001, 10006)
SKEW = 600.0
TITLE, BODY, TASKS = 50, 256, 200
LONGEST_MS = int(3 * DAY * 1000)
KEY_SHORTEST, KEY_LONGEST = 10, 32

bp = Blueprint(CHANNEL, __name__, url_prefix="/getui/v2/<app_id>")


@bp.errorhandler(PlatformError)
def refusal(error: PlatformError) -> tuple[Response, int]:
    status = 401 if error.code in RIGHTS else 400 if error.code == PARAMETER else 200
    return jsonify(code=error.code, msg=error.words), status


def _answer(data: Mapping[str, Any]) -> Response:
    return jsonify(code=0, msg="", data=data)


def _app(db: sqlite3.Connection, app_id: str) -> Account:
    account = accounts.get(db, app_id)
    if account is None or account.channel != CHANNEL:
        raise PlatformError(PARAMETER, "appId is invalid")
    return account


def _caller(db: sqlite3.Connection, app_id: str) -> Account:
    """The application of the address, if the token in the header is its own and alive."""
    account = _app(db, app_id)
    token = accounts.token(db, CHANNEL, request.headers.get("token", ""))
    if token is None or token.account != account.account or token.expires_at <= stage().now():
        raise PlatformError(BAD_TOKEN, "token is invalid")
    return account


@bp.post("/auth")
def auth(app_id: str) -> Response:
    said = json_object()
    stamp = str(said.get("timestamp", ""))
    with stage().store.writing() as db:
        account = _app(db, app_id)
        own = account.credentials
        if said.get("appkey") != own["app_key"]:
            raise PlatformError(PARAMETER, "appkey is invalid")
        if abs(whole(stamp) / 1000 - stage().now()) > SKEW:
            raise PlatformError(PARAMETER, "timestamp is invalid")
        row = f"{own['app_key']}{stamp}{own['master_secret']}".encode()
        if said.get("sign") != hashlib.sha256(row).hexdigest():
            raise PlatformError(PARAMETER, "sign is invalid")
        token = accounts.issue(
            db, CHANNEL, account.account, "access", now=stage().now(), lifetime=DAY
        )
    return _answer({"token": token.token, "expire_time": str(int(token.expires_at * 1000))})


def _shown(said: Mapping[str, Any]) -> dict[str, str]:
    message = said.get("push_message")
    notification = message.get("notification") if isinstance(message, Mapping) else None
    if not isinstance(notification, Mapping):
        raise PlatformError(PARAMETER, "push_message can not be empty")
    title, body = str(notification.get("title", "")), str(notification.get("body", ""))
    for name, value, most in (("title", title, TITLE), ("body", body, BODY)):
        if not value.strip():
            raise PlatformError(PARAMETER, f"{name} can not be empty")
        if len(value) > most:
            raise PlatformError(PARAMETER, f"{name} size over limit")
    kind, link = notification.get("click_type"), str(notification.get("url", ""))
    if kind == "url" and not link:
        raise PlatformError(PARAMETER, "url can not be empty")
    return {"title": title, "text": body, "link": link}


def _request_key(said: Mapping[str, Any]) -> str:
    key = said.get("request_id")
    if not isinstance(key, str) or not KEY_SHORTEST <= len(key) <= KEY_LONGEST:
        raise PlatformError(PARAMETER, "request_id is invalid")
    life = (said.get("settings") or {}).get("ttl", 0)
    if not isinstance(life, int) or not -1 <= life <= LONGEST_MS:
        raise PlatformError(PARAMETER, "ttl is invalid")
    return key


def _send(app_id: str, said: Mapping[str, Any], tags: list[str] | None) -> Response:
    with stage().store.writing() as db:
        account = _caller(db, app_id)
        key, shown = _request_key(said), _shown(said)
        if ledger.by_key(db, account.account, "push", key):
            return _answer({})
        task = f"RASA_{next_number(db, 'getui_task'):010d}"
        meant = phones.reached(account, tags)
        ledger.add(db, phones.pushed(account, task, key, shown, meant))
    return _answer({"taskid": task})


@bp.post("/push/all")
def push_all(app_id: str) -> Response:
    said = json_object()
    if said.get("audience") != "all":
        raise PlatformError(PARAMETER, "audience is invalid")
    return _send(app_id, said, None)


@bp.post("/push/tag")
def push_tag(app_id: str) -> Response:
    said = json_object()
    audience = said.get("audience")
    rules = audience.get("tag") if isinstance(audience, Mapping) else None
    if not isinstance(rules, list) or not rules:
        raise PlatformError(PARAMETER, "tag can not be empty")
    if any(not isinstance(rule, Mapping) or "key" not in rule for rule in rules):
        raise PlatformError(PARAMETER, "tag is invalid")
    named = [rule for rule in rules if rule["key"] == "custom_tag"]
    return _send(app_id, said, [str(tag) for rule in named for tag in rule.get("values", [])])


@bp.get("/report/online_user")
def online(app_id: str) -> Response:
    with stage().store.reading() as db:
        account = _caller(db, app_id)
    moment = str(int(stage().now() * 1000))
    return _answer({"online_statics": {moment: phones.reached(account, None)}})


@bp.get("/report/push/task/<tasks>")
def counts(app_id: str, tasks: str) -> Response:
    ids = tasks.split(",")
    if len(ids) > TASKS:
        raise PlatformError(PARAMETER, "taskid size over limit")
    with stage().store.reading() as db:
        account = _caller(db, app_id).account
        found = [ledger.by_id(db, CHANNEL, "push", each) for each in ids]
    mine = [push for push in found if push and push.account == account]
    return _answer({push.remote_id: {"total": _counted(push)} for push in mine})


def _counted(push: ledger.Thing) -> dict[str, int]:
    received = phones.received(push)
    return {
        "msg_num": push.detail["phones"],
        "target_num": push.detail["phones"],
        "receive_num": received,
        "display_num": received * 9 // 10,
        "click_num": received // 10,
    }
