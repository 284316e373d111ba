"""Douyin: comments and their answers under a piece, and the numbers of one piece alone."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, request

from channels.sandbox import audience, ledger
from channels.sandbox.accounts import Account
from channels.sandbox.audience import Remark
from channels.sandbox.bytedance import WRONG_PARAMETER, envelope, refusal
from channels.sandbox.douyin import CHANNEL, HOUSE, KINDS
from channels.sandbox.ledger import LIVE, Thing
from channels.sandbox.stage import PlatformError, json_object, stage, whole

PAGE, CONTENT = 20, 100
NUMBERS_FOR = 30 * 86_400.0

bp = Blueprint("douyin_talk", __name__, url_prefix="/douyin")
bp.register_error_handler(PlatformError, refusal)


def _own(db: sqlite3.Connection, account: Account, item_id: object) -> Thing:
    found = (ledger.by_id(db, CHANNEL, kind, str(item_id)) for kind in KINDS)
    piece = next((one for one in found if one), None)
    if piece is None or piece.account != account.account or piece.state != LIVE:
        raise PlatformError(WRONG_PARAMETER, "参数不合法: item_id")
    return piece


def _number(comment_id: object) -> int:
    """The number in an id; 0 (which nothing has) if it is none of ours."""
    return whole(str(comment_id).removeprefix("@c/").removesuffix("=="))


def _as_comment(db: sqlite3.Connection, piece: Thing, account: Account, one: Remark) -> Any:
    own = bool(one.author)
    return {
        "comment_id": f"@c/{one.number}==",
        "comment_user_id": one.author or f"reader-{one.name}",
        "nick_name": account.name if own else one.name,
        "avatar": "",
        "content": one.text,
        "create_time": int(one.made_at),
        "digg_count": 0,
        "reply_comment_total": len(audience.written(db, piece, parent=one.number)),
        "top": False,
    }


def _page(parent: int | None) -> Response:
    cursor = max(whole(request.args.get("cursor")), 0)
    limit = min(max(whole(request.args.get("count"), 10), 1), PAGE)
    with stage().store.reading() as db:
        account = HOUSE.member(db)
        piece = _own(db, account, request.args.get("item_id"))
        found = audience.written(db, piece, parent=parent, offset=cursor, limit=limit + 1)
        shown = [_as_comment(db, piece, account, one) for one in found[:limit]]
    data = {"list": shown, "cursor": cursor + len(shown), "has_more": len(found) > limit}
    return envelope(data)


@bp.get("/item/comment/list/")
def list_comments() -> Response:
    return _page(parent=0)


@bp.get("/item/comment/reply/list/")
def list_replies() -> Response:
    return _page(parent=_number(request.args.get("comment_id")))


@bp.post("/item/comment/reply/")
def reply_to_comment() -> Response:
    asked = json_object()
    words = asked.get("content")
    if not isinstance(words, str) or not 1 <= len(words) <= CONTENT:
        raise PlatformError(WRONG_PARAMETER, "参数不合法: content")
    with stage().store.writing() as db:
        account = HOUSE.member(db)
        piece = _own(db, account, asked.get("item_id"))
        parent = _number(asked.get("comment_id"))
        if audience.remark(db, piece, parent) is None:
            raise PlatformError(WRONG_PARAMETER, "参数不合法: comment_id")
        number = audience.say(
            db, piece, words, now=stage().now(), author=account.account, parent=parent
        )
    return envelope({"comment_id": f"@c/{number}=="})


@bp.get("/data/external/item/base/")
def item_numbers() -> Response:
    """Of pieces up to thirty days old."""
    with stage().store.reading() as db:
        account = HOUSE.member(db)
        piece = _own(db, account, request.args.get("item_id"))
        if stage().now() - piece.made_at > NUMBERS_FOR:
            raise PlatformError(WRONG_PARAMETER, "参数不合法: item_id")
        told = audience.counts(db, piece, stage().now())
    result = {
        "total_play": told.reads,
        "total_like": told.likes,
        "total_comment": told.comments,
        "total_share": told.shares,
        "avg_play_duration": 7.5,
    }
    return envelope({"result": result})
