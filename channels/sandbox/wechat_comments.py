"""WeChat's comments: kept with the piece under which they stand, as readers left them.

A reader may take a comment back at any time (``/__sim__/wechat``), also between the list and the
reply; a comment takes one reply.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify

from channels.sandbox import ledger
from channels.sandbox.accounts import Account
from channels.sandbox.ledger import Thing
from channels.sandbox.stage import PlatformError, stage, whole
from channels.sandbox.store import next_number
from channels.sandbox.wechat_access import OK, body, caller, text
from channels.sandbox.wechat_publishing import by_message

bp = Blueprint("wechat_comments", __name__, url_prefix="/cgi-bin/comment")

MOST_LISTED = 49
REPLY_CHARS = 600
ELECTED_MOST = 100
PLAIN, ELECTED = 0, 1
Json = dict[str, Any]


def _piece(db: sqlite3.Connection, account: Account, asked: Json) -> Thing:
    """The piece of the message, whose article ``index`` (from 0) must exist; 88001 if not."""
    piece = by_message(db, account, asked.get("msg_data_id"))
    if piece is None or not 0 <= whole(asked.get("index")) < len(piece.detail["articles"]):
        raise PlatformError(88001, "message is not exists")
    return piece


def is_open(piece: Thing, index: int) -> bool:
    """Whether readers may comment on the article."""
    chosen = piece.detail.get("comments_open", {}).get(str(index))
    asked_for = whole(piece.detail["articles"][index].get("need_open_comment"))
    return bool(asked_for if chosen is None else chosen)


def _opened(db: sqlite3.Connection, account: Account, asked: Json) -> Thing:
    piece = _piece(db, account, asked)
    if not is_open(piece, whole(asked.get("index"))):
        raise PlatformError(88000, "without comment privilege")
    return piece


def _of(piece: Thing, index: int) -> list[Json]:
    return [it for it in piece.detail.get("comments", []) if it["index"] == index]


def _store(db: sqlite3.Connection, piece: Thing, comments: list[Json]) -> None:
    ledger.rewrite(db, replace(piece, detail={**piece.detail, "comments": comments}))


def leave(db: sqlite3.Connection, piece: Thing, index: int, openid: str, words: str) -> int:
    """A reader comments; answers the comment's id."""
    number = next_number(db, "wechat_comment")
    made = {
        "user_comment_id": number,
        "index": index,
        "openid": openid,
        "content": words,
        "create_time": int(stage().now()),
        "comment_type": PLAIN,
        "gone": False,
    }
    _store(db, piece, [*piece.detail.get("comments", []), made])
    return number


def change(db: sqlite3.Connection, piece: Thing, number: int, edit: Callable[[Json], Json]) -> Json:
    """Rewrite one comment; 88008 if there never was one of that id."""
    comments = piece.detail.get("comments", [])
    found: Json | None = next((it for it in comments if it["user_comment_id"] == number), None)
    if found is None:
        raise PlatformError(88008, "the comment is not exists")
    edited = edit(found)
    _store(db, piece, [edited if it is found else it for it in comments])
    return edited


def _standing(comment: Json) -> Json:
    if comment["gone"]:
        raise PlatformError(88004, "the comment was deleted by its author")
    return comment


def _edit(edit: Callable[[Json], Json]) -> Response:
    """The call that names one comment and changes it."""
    asked = body()
    with stage().store.writing() as db:
        piece = _opened(db, caller(db), asked)
        number = whole(asked.get("user_comment_id"))
        change(db, piece, number, lambda comment: edit(_standing(comment)))
    return jsonify(OK)


def _switch(opened: bool) -> Response:
    asked = body()
    with stage().store.writing() as db:
        piece = _piece(db, caller(db), asked)
        switches = piece.detail.get("comments_open", {}) | {str(whole(asked.get("index"))): opened}
        ledger.rewrite(db, replace(piece, detail={**piece.detail, "comments_open": switches}))
    return jsonify(OK)


@bp.post("/open")
def open_() -> Response:
    return _switch(True)


@bp.post("/close")
def close() -> Response:
    return _switch(False)


@bp.post("/list")
def list_() -> Response:
    asked = body()
    begin, count = whole(asked.get("begin"), -1), whole(asked.get("count"))
    kind = whole(asked.get("type"))
    if begin < 0 or not 1 <= count <= MOST_LISTED:
        raise PlatformError(88010, "count range error")
    with stage().store.reading() as db:
        piece = _opened(db, caller(db), asked)
    shown = [it for it in _of(piece, whole(asked.get("index"))) if not it["gone"]]
    if kind:
        shown = [it for it in shown if (it["comment_type"] == ELECTED) is (kind == 2)]
    page = [_told(it) for it in shown[begin : begin + count]]
    return jsonify(errcode=0, errmsg="ok", total=len(shown), comment=page)


def _told(comment: Json) -> Json:
    return {name: it for name, it in comment.items() if name not in ("index", "gone")}


@bp.post("/markelect")
def markelect() -> Response:
    asked = body()
    with stage().store.writing() as db:
        piece = _opened(db, caller(db), asked)
        shown = _of(piece, whole(asked.get("index")))
        if sum(it["comment_type"] == ELECTED for it in shown) >= ELECTED_MOST:
            raise PlatformError(88003, "elected comment limit")
        number = whole(asked.get("user_comment_id"))
        change(db, piece, number, lambda it: _standing(it) | {"comment_type": ELECTED})
    return jsonify(OK)


@bp.post("/unmarkelect")
def unmarkelect() -> Response:
    return _edit(lambda comment: comment | {"comment_type": PLAIN})


@bp.post("/delete")
def delete() -> Response:
    return _edit(lambda comment: comment | {"gone": True})


@bp.post("/reply/add")
def reply() -> Response:
    words = text(body(), "content")
    if not words.strip() or len(words) > REPLY_CHARS:
        raise PlatformError(88007, "reply content is empty or too long")
    told = {"content": words, "create_time": int(stage().now())}

    def answered(comment: Json) -> Json:
        if "reply" in comment:
            raise PlatformError(88005, "already replied")
        return comment | {"reply": told}

    return _edit(answered)


@bp.post("/reply/delete")
def unreply() -> Response:
    def silent(comment: Json) -> Json:
        if "reply" not in comment:
            raise PlatformError(87009, "reply is not exists")
        return {name: it for name, it in comment.items() if name != "reply"}

    return _edit(silent)
