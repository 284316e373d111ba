"""What happens on WeChat outside its interface: the administrator answers, readers comment.

====================================== ===========================================================
``POST /<appid>/confirm``              ``{"agree"}``: the administrator answers what waits
``POST /<appid>/comments``             ``{"msg_data_id", "content", "openid", "index"}``
``POST /<appid>/comments/delete``      ``{"msg_data_id", "user_comment_id"}``: its author does
``POST, GET /<appid>/letters``         ``{"openid", "content"}``: a follower writes to the account;
                                       all that was written between them, in order
====================================== ===========================================================
"""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, abort, jsonify

from channels.sandbox import accounts, callbacks, wechat_event, wechat_letters, wechat_mass
from channels.sandbox.accounts import Account
from channels.sandbox.control import Misuse, misused
from channels.sandbox.ledger import Thing
from channels.sandbox.stage import PlatformError, json_object, stage, whole
from channels.sandbox.wechat_access import CHANNEL
from channels.sandbox.wechat_comments import change, is_open, leave
from channels.sandbox.wechat_publishing import by_message

bp = Blueprint("wechat_control", __name__, url_prefix="/__sim__/wechat")
bp.register_error_handler(Misuse, misused)
Json = dict[str, Any]


def _account(db: sqlite3.Connection, appid: str) -> Account:
    found = accounts.get(db, appid)
    return found if found and found.channel == CHANNEL else abort(404)


def _piece(db: sqlite3.Connection, appid: str, asked: Json) -> Thing:
    piece = by_message(db, _account(db, appid), asked.get("msg_data_id"))
    if piece is None:
        raise Misuse("no such message")
    return piece


@bp.post("/<appid>/confirm")
def confirm(appid: str) -> Response:
    agree = json_object().get("agree") is not False
    with stage().store.writing() as db:
        account = _account(db, appid)
        sent = wechat_mass.confirm(db, account, agree=agree)
    wechat_mass.announce(account, sent)
    return jsonify(account=appid, sent=[each.detail["msg_id"] for each in sent])


@bp.post("/<appid>/letters")
def write(appid: str) -> tuple[Response, int]:
    asked = json_object()
    person, words = str(asked.get("openid", "o_reader")), str(asked.get("content", ""))
    with stage().store.writing() as db:
        account = _account(db, appid)
        number, now = wechat_letters.keep(db, account, person, words), stage().now()
    callbacks.schedule(account, lambda: wechat_event.letter(account, number, person, words, now))
    return jsonify(number=number), 201


@bp.get("/<appid>/letters")
def letters(appid: str) -> Response:
    with stage().store.reading() as db:
        return jsonify(letters=wechat_letters.every(db, _account(db, appid)))


@bp.post("/<appid>/comments")
def comment(appid: str) -> tuple[Response, int]:
    asked = json_object()
    index = whole(asked.get("index"))
    with stage().store.writing() as db:
        piece = _piece(db, appid, asked)
        if not 0 <= index < len(piece.detail["articles"]) or not is_open(piece, index):
            raise Misuse("readers cannot comment there")
        openid, words = str(asked.get("openid", "o_reader")), str(asked.get("content", ""))
        number = leave(db, piece, index, openid, words)
    return jsonify(user_comment_id=number), 201


@bp.post("/<appid>/comments/delete")
def take_back(appid: str) -> Response:
    asked = json_object()
    with stage().store.writing() as db:
        piece = _piece(db, appid, asked)
        try:
            number = whole(asked.get("user_comment_id"))
            change(db, piece, number, lambda it: it | {"gone": True})
        except PlatformError:
            raise Misuse("no such comment") from None
    return jsonify(deleted=number)
