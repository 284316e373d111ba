"""WeChat's mass send: rationed, known by ``clientmsgid`` for a day, confirmed if the account asks.

What waits for the administrator is a draft still in its box, with the wish noted on it; it is
sent when the administrator says so within half an hour (``/__sim__/wechat``), and not before.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify

from channels.sandbox import callbacks, ledger, wechat_event
from channels.sandbox.accounts import Account
from channels.sandbox.beijing import beijing_day
from channels.sandbox.ledger import DELETED, DRAFT, LIVE, PENDING, REFUSED, Thing
from channels.sandbox.stage import PlatformError, Stage, stage, whole
from channels.sandbox.store import next_number
from channels.sandbox.wechat_access import OK, body, caller, text
from channels.sandbox.wechat_drafts import draft_of, shown
from channels.sandbox.wechat_publishing import consume, next_message

bp = Blueprint("wechat_mass", __name__, url_prefix="/cgi-bin/message/mass")

FIRST_MESSAGE_ID = 30_000
KEY_LIFE = 86_400.0
KEY_BYTES = 32
CONFIRM_LIFE = 1800.0
PREVIEWS_A_DAY = 100
DAILY, MONTHLY = 1, 0
"""A subscription account sends once a day; a service account four times a month."""
STATUS_WORDS = {LIVE: "SEND_SUCCESS", PENDING: "SENDING", REFUSED: "SEND_FAIL"}
EVENT_WORDS = {LIVE: "send success"}
ERROR_WORDS = {"originality": "err(30001)", "refused": "err(20001)"}
Json = dict[str, Any]


def _wanted(asked: Json) -> str:
    """The draft to send; raises for what a mass send refuses."""
    if asked.get("msgtype") != "mpnews":
        raise PlatformError(40008, "invalid message type")
    if len(text(asked, "clientmsgid").encode()) > KEY_BYTES:
        raise PlatformError(45067, "clientmsgid size out of limit")
    news = asked.get("mpnews")
    return text(news, "media_id") if isinstance(news, dict) else ""


def used(db: sqlite3.Connection, account: Account, since: float) -> int:
    """How many mass sends the account has made since then, whatever became of them."""
    return ledger.count(db, account.account, ("mass",), ledger.STATES, since)


def _check_quota(db: sqlite3.Connection, account: Account) -> None:
    today = beijing_day(stage().now())
    daily = whole(account.settings.get("mass_daily"), DAILY)
    monthly = whole(account.settings.get("mass_monthly"), MONTHLY)
    this_day, this_month = today.timestamp(), today.replace(day=1).timestamp()
    if daily and used(db, account, this_day) >= daily:
        raise PlatformError(45028, "has no masssend quota")
    if monthly and used(db, account, this_month) >= monthly:
        raise PlatformError(45028, "has no masssend quota")


def _waits(draft: Thing) -> bool:
    """Whether the administrator is being asked about this draft right now."""
    asked = (draft.detail.get("mass_wish") or {}).get("asked", 0.0)
    return stage().now() - float(asked) < CONFIRM_LIFE


@bp.post("/sendall")
def sendall() -> Response:
    asked = body()
    media_id, key = _wanted(asked), text(asked, "clientmsgid")
    with stage().store.writing() as db:
        account = caller(db)
        if account.settings.get("publish_allowed") is False:
            raise PlatformError(48001, "api unauthorized")
        first = ledger.by_key(db, account.account, "mass", key) if key else None
        if first and stage().now() - first.made_at < KEY_LIFE:
            words, msg_id = "clientmsgid exist", first.detail["msg_id"]
            return jsonify(errcode=45065, errmsg=words, msg_id=msg_id)
        draft = draft_of(db, account, media_id)
        _check_quota(db, account)
        if account.settings.get("mass_confirm"):
            return _ask_administrator(db, draft, key)
        sent = _send(db, account, draft, key)
    _announce(stage(), account, sent)
    return jsonify({"errcode": 0, "errmsg": "send job submission success"} | _ids(sent))


def _ask_administrator(db: sqlite3.Connection, draft: Thing, key: str) -> Response:
    if _waits(draft):
        return jsonify(errcode=89505, errmsg="waiting for the administrator to confirm")
    wish = {"key": key, "asked": stage().now()}
    ledger.rewrite(db, replace(draft, detail={**draft.detail, "mass_wish": wish}))
    return jsonify(errcode=89504, errmsg="the administrator has to confirm within 30 minutes")


def _send(db: sqlite3.Connection, account: Account, draft: Thing, key: str) -> Thing:
    msg_id = FIRST_MESSAGE_ID + next_number(db, "wechat_mass")
    detail = {"msg_id": msg_id, "msg_data_id": next_message(db)}
    return consume(db, account, draft, kind="mass", key=key, detail=detail)


def _ids(sent: Thing) -> Json:
    return {name: sent.detail[name] for name in ("msg_id", "msg_data_id")}


def confirm(db: sqlite3.Connection, account: Account, *, agree: bool) -> list[Thing]:
    """The administrator answers everything that still waits; what was sent by that."""
    drafts = ledger.listing(db, account.account, ("draft",), (DRAFT,), limit=10_000)
    sent = []
    for draft in filter(_waits, drafts):
        if agree:
            sent.append(_send(db, account, draft, draft.detail["mass_wish"]["key"]))
        else:
            detail = {name: it for name, it in draft.detail.items() if name != "mass_wish"}
            ledger.rewrite(db, replace(draft, detail=detail))
    return sent


def announce(account: Account, sent: list[Thing]) -> None:
    for each in sent:
        _announce(stage(), account, each)


def _announce(here: Stage, account: Account, sent: Thing) -> None:
    """Decide and push the event by and by, if the account has a callback address."""

    def finish() -> callbacks.Push:
        with here.store.writing() as db:
            decided = ledger.decide(db, ledger.by_number(db, sent.number) or sent)
        urls = [item["url"] for item in shown(decided, content=False)]
        status = EVENT_WORDS.get(decided.state) or ERROR_WORDS.get(decided.verdict, "send fail")
        report = {"msg_id": decided.detail["msg_id"], "status": status, "urls": urls}
        return wechat_event.mass_finished(account, report, here.now())

    callbacks.schedule(account, finish)


def _mass(db: sqlite3.Connection, account: Account, msg_id: object) -> Thing:
    row = db.execute(
        "SELECT id FROM objects WHERE account = ? AND kind = 'mass'"
        " AND json_extract(detail, '$.msg_id') = ?",
        (account.account, whole(msg_id)),
    ).fetchone()
    found = ledger.by_number(db, row["id"]) if row else None
    if found is None:
        raise PlatformError(40059, "invalid msg id")
    return found


@bp.post("/get")
def get() -> Response:
    asked = body()
    with stage().store.writing() as db:
        sent = ledger.polled(db, _mass(db, caller(db), asked.get("msg_id")))
    status = STATUS_WORDS.get(sent.state, "DELETE")
    return jsonify(msg_id=sent.detail["msg_id"], msg_status=status)


@bp.post("/delete")
def delete() -> Response:
    """Take the content page away; the notification stays with whoever got it."""
    asked = body()
    with stage().store.writing() as db:
        sent = _mass(db, caller(db), asked.get("msg_id"))
        if not 0 <= whole(asked.get("article_idx")) <= len(sent.detail["articles"]):
            raise PlatformError(40060, "invalid article idx")
        ledger.move(db, sent, DELETED)
    return jsonify(OK)


@bp.post("/preview")
def preview() -> Response:
    """Show the draft to one person; it stays in its box and nothing is public."""
    asked = body()
    media_id = _wanted(asked)
    if not (text(asked, "touser") or text(asked, "towxname")):
        raise PlatformError(40003, "invalid openid")
    with stage().store.writing() as db:
        account = caller(db)
        draft_of(db, account, media_id)
        today = beijing_day(stage().now()).date()
        count = next_number(db, f"wechat_preview/{account.account}/{today}")
        if count > PREVIEWS_A_DAY:
            raise PlatformError(45009, "reach max api daily quota limit")
        msg_id = FIRST_MESSAGE_ID + next_number(db, "wechat_mass")
    return jsonify(errcode=0, errmsg="preview success", msg_id=msg_id)
