"""Weibo: what readers do under a post, as the account's own application may see and answer it."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify, request

from channels.sandbox import accounts, audience
from channels.sandbox.accounts import Account
from channels.sandbox.audience import Remark
from channels.sandbox.ledger import LIVE, Thing
from channels.sandbox.stage import PlatformError, stage, whole
from channels.sandbox.weibo import (
    as_status,
    as_user,
    caller,
    local_time,
    needed,
    own,
    posted,
    refused,
    weight,
)

FIRST_COMMENT = 5_200_000_000_000_000
COMMENT, IDS, PAGE = 140, 100, 50
READER = 1_000_000_001

bp = Blueprint("weibo_talk", __name__, url_prefix="/weibo")
bp.register_error_handler(PlatformError, refused)


@bp.get("/2/statuses/count.json")
def count() -> Response:
    """Of anybody's posts, as many as are known; numbers come as digits."""
    ids = needed("ids").split(",")
    if len(ids) > IDS:
        raise PlatformError(10008, "param error: ids, at most 100")
    with stage().store.reading() as db:
        caller(db)
        found = [post for mid in ids if (post := posted(db, mid)) and post.state == LIVE]
        told = [(post, audience.counts(db, post, stage().now())) for post in found]
    return jsonify(
        [
            {
                "id": int(post.remote_id),
                "comments": str(one.comments),
                "reposts": str(one.shares),
                "attitudes": str(one.likes),
            }
            for post, one in told
        ]
    )


@bp.get("/2/users/show.json")
def show_user() -> Response:
    """Somebody by their number; more follow them as the days go by."""
    uid = needed("uid")
    with stage().store.reading() as db:
        caller(db)
        user = accounts.get(db, uid)
    if user is None:
        raise PlatformError(20003, "user does not exists!")
    return jsonify(as_user(user) | {"followers_count": audience.followers(uid, stage().now())})


@bp.get("/2/comments/show.json")
def show_comments() -> Response:
    limit = min(max(whole(request.args.get("count"), PAGE), 1), PAGE)
    offset = limit * (max(whole(request.args.get("page"), 1), 1) - 1)
    with stage().store.reading() as db:
        account = caller(db)
        post = own(db, account, needed("id"))
        remarks = audience.written(db, post, offset=offset, limit=limit)
        status = as_status(db, post, account)
        shown = [_as_comment(db, post, account, one, status) for one in remarks]
        total = audience.total(db, post)
    return jsonify(comments=shown, previous_cursor=0, next_cursor=0, total_number=total)


@bp.post("/2/comments/create.json")
def create_comment() -> Response:
    """The account itself writes under a post of its own."""
    return _say(parent=0)


@bp.post("/2/comments/reply.json")
def reply_to_comment() -> Response:
    return _say(parent=whole(needed("cid")) - FIRST_COMMENT)


@bp.post("/2/comments/destroy.json")
def destroy_comment() -> Response:
    number = whole(needed("cid")) - FIRST_COMMENT
    with stage().store.writing() as db:
        account = caller(db)
        row = db.execute("SELECT author FROM remarks WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise PlatformError(20201, "target weibo comment does not exist!")
        if row["author"] != account.account:
            raise PlatformError(20203, "not your own comment!")
        db.execute("DELETE FROM remarks WHERE number = ?", (number,))
    return jsonify(id=number + FIRST_COMMENT, idstr=str(number + FIRST_COMMENT))


def _say(parent: int) -> Response:
    words = needed("comment")
    needed("rip")
    if weight(words) > COMMENT:
        raise PlatformError(20012, "text too long, please input text less than 140 characters!")
    with stage().store.writing() as db:
        account = caller(db)
        post = own(db, account, needed("id"))
        if parent and audience.remark(db, post, parent) is None:
            raise PlatformError(20201, "target weibo comment does not exist!")
        _check_repeat(db, post, account, words, parent)
        number = audience.say(
            db, post, words, now=stage().now(), author=account.account, parent=parent
        )
        said = audience.remark(db, post, number)
        status = as_status(db, post, account)
        answer = _as_comment(db, post, account, said, status) if said else {}
    return jsonify(answer)


def _check_repeat(
    db: sqlite3.Connection, post: Thing, account: Account, words: str, parent: int
) -> None:
    former = audience.written(db, post, parent=parent)
    if any(one.author == account.account and one.text == words for one in former):
        raise PlatformError(20019, "repeat content!")


def _as_comment(
    db: sqlite3.Connection, post: Thing, account: Account, one: Remark, status: dict[str, Any]
) -> dict[str, Any]:
    """A comment in the platform's own shape, under its status; a reply shows what it answers."""
    stranger = {"id": READER, "idstr": str(READER), "screen_name": one.name}
    shape: dict[str, Any] = {
        "created_at": local_time(one.made_at),
        "id": FIRST_COMMENT + one.number,
        "idstr": str(FIRST_COMMENT + one.number),
        "text": one.text,
        "user": as_user(account) if one.author == account.account else stranger,
        "status": status,
    }
    answered = audience.remark(db, post, one.parent) if one.parent else None
    if answered:
        shape["reply_comment"] = _as_comment(db, post, account, answered, status)
    return shape
