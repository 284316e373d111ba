"""Bilibili's pieces: handed in against an upload token, reviewed, listed, counted, deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from channels.sandbox import ledger, media, parts
from channels.sandbox.accounts import DAY, Account
from channels.sandbox.bilibili import (
    BAD_UPLOAD,
    CHANNEL,
    PARAMETER,
    PREFIX,
    answer,
    caller,
    refusal,
    signed_caller,
)
from channels.sandbox.ledger import DELETED, LIVE, PENDING, REFUSED, TAKEN_DOWN, Thing
from channels.sandbox.media import Medium
from channels.sandbox.stage import PlatformError, digest, json_object, stage, whole
from channels.sandbox.store import next_number

TITLE, DESCRIPTION, TAGS = 80, 250, 200
"""Each must be shorter than this."""
OWN, REPRINT = 1, 2
GONE, MISSING, TOO_MANY = 127107, 127124, 123026
KINDS = ("video",)
STANDS = {
    PENDING: (-30, "审核中", ""),
    LIVE: (0, "开放浏览", ""),
    REFUSED: (-2, "已退回", "内容不符合社区规范"),
    TAKEN_DOWN: (-4, "已锁定", "稿件被锁定"),
}
"""The platform's own state, its name, and the reason it gives."""
STATUSES = {
    "all": tuple(STANDS),
    "is_pubing": (PENDING,),
    "pubed": (LIVE,),
    "not_pubed": (REFUSED, TAKEN_DOWN),
}
PAGE = 50
VIEWS_A_MINUTE = 12

bp = Blueprint("bilibili_archive", __name__, url_prefix=f"{PREFIX}/arcopen/fn")
bp.register_error_handler(PlatformError, refusal)


def _text(said: Mapping[str, Any], name: str, below: int, *, needed: bool = True) -> str:
    value = said.get(name) or ""
    if not isinstance(value, str) or len(value) >= below or (needed and not value.strip()):
        raise PlatformError(PARAMETER, f"请求参数错误: {name}")
    return value


def _check_rights(said: Mapping[str, Any]) -> None:
    """A reprint names its source, and every piece a zone."""
    if said.get("copyright") not in (OWN, REPRINT):
        raise PlatformError(PARAMETER, "请求参数错误: copyright")
    if said["copyright"] == REPRINT and not said.get("source"):
        raise PlatformError(PARAMETER, "请求参数错误: source")
    if not isinstance(said.get("tid"), int) or said["tid"] <= 0:
        raise PlatformError(PARAMETER, "请求参数错误: tid")


def _cover(db: sqlite3.Connection, account: Account, url: Any) -> Medium:
    """The cover by the address that its upload was given."""
    name = str(url).rsplit("/", 1)[-1]
    found = media.owned(db, name, account.account, ("cover",), stage().now())
    if found is None:
        raise PlatformError(PARAMETER, "请求参数错误: cover")
    return found


def _film(db: sqlite3.Connection, account: Account) -> str:
    """The film under the upload token, which is spent by this."""
    token = request.args.get("upload_token", "")
    upload = parts.get(db, CHANNEL, token, stage().now())
    if upload is None or upload.account != account.account or not parts.spend(db, upload.id):
        raise PlatformError(BAD_UPLOAD, "upload_token验证错误")
    return upload.media


def _check_quota(db: sqlite3.Connection, account: Account) -> None:
    most = int(account.settings.get("daily_posts", 0))
    since = stage().now() - DAY
    if most and ledger.count(db, account.account, KINDS, ledger.STATES, since=since) >= most:
        raise PlatformError(TOO_MANY, "投稿次数超过限制")


@bp.post("/archive/add-by-utoken")
def add() -> Response:
    said = json_object()
    with stage().store.writing() as db:
        account = signed_caller(db)
        title, tag = _text(said, "title", TITLE), _text(said, "tag", TAGS)
        words = _text(said, "desc", DESCRIPTION, needed=False)
        _check_rights(said)
        _check_quota(db, account)
        cover = _cover(db, account, said.get("cover"))
        film = _film(db, account)
        number = next_number(db, "bilibili_piece")
        resource_id = f"BV1{digest('piece', str(number))[:9]}"
        stored = media.get(db, film)
        piece = Thing(
            channel=CHANNEL,
            account=account.account,
            kind="video",
            remote_id=resource_id,
            fingerprint=ledger.fingerprint_of(
                words,
                str(said.get("source") or ""),
                title,
                fallback=[account.account, stored.sha256 if stored else ""],
            ),
            title=title,
            url=stage().address(f"/bilibili/video/{resource_id}"),
            detail={
                "text": f"{title}\n{words}",
                "desc": words,
                "tag": tag,
                "tid": said["tid"],
                "copyright": said["copyright"],
                "files": [film],
                "cover": cover.id,
            },
            made_at=stage().now(),
        )
        ledger.add(db, ledger.with_destiny(db, piece))
    return answer(resource_id=resource_id)


def _as_piece(piece: Thing) -> dict[str, Any]:
    """A piece in the platform's own shape."""
    state, name, reason = STANDS[piece.state]
    return {
        "resource_id": piece.remote_id,
        "title": piece.title,
        "cover": stage().address(f"/media/{piece.detail['cover']}"),
        "tid": piece.detail["tid"],
        "no_reprint": 1,
        "desc": piece.detail["desc"],
        "tag": piece.detail["tag"],
        "copyright": piece.detail["copyright"],
        "ctime": piece.made,
        "ptime": piece.made if piece.state == LIVE else 0,
        "video_info": {"share_url": piece.url if piece.state == LIVE else ""},
        "addit_info": {"state": state, "state_desc": name, "reject_reason": reason},
    }


def _own(db: sqlite3.Connection, account: Account, resource_id: Any) -> Thing:
    piece = ledger.by_id(db, CHANNEL, "video", str(resource_id))
    if piece is None or piece.account != account.account:
        raise PlatformError(MISSING, "不存在该稿件")
    if piece.state == DELETED:
        raise PlatformError(GONE, "稿件已经被删除")
    return piece


@bp.get("/archive/view")
def view() -> Response:
    with stage().store.writing() as db:
        piece = ledger.polled(db, _own(db, caller(db), request.args.get("resource_id")))
    return answer(**_as_piece(piece))


@bp.get("/archive/viewlist")
def viewlist() -> Response:
    """Newest first, at most fifty a page; a look at the list is a look at all that waits."""
    size = min(max(whole(request.args.get("ps"), 20), 1), PAGE)
    number = max(whole(request.args.get("pn"), 1), 1)
    states = STATUSES.get(request.args.get("status", "all"))
    if states is None:
        raise PlatformError(PARAMETER, "请求参数错误: status")
    with stage().store.writing() as db:
        account = caller(db).account
        ledger.poll_all(db, account, KINDS)
        offset = (number - 1) * size
        found = ledger.listing(db, account, KINDS, states, offset=offset, limit=size)
        total = ledger.count(db, account, KINDS, states)
    page = {"pn": number, "ps": size, "total": total}
    return answer(list=[_as_piece(piece) for piece in found], page=page)


@bp.post("/archive/delete")
def delete() -> Response:
    with stage().store.writing() as db:
        account = signed_caller(db)
        ledger.move(db, _own(db, account, json_object().get("resource_id")), DELETED)
    return answer()


@bp.get("/data/arc/stat")
def counts() -> Response:
    """What readers did; it grows by the minute."""
    with stage().store.writing() as db:
        piece = _own(db, caller(db), request.args.get("resource_id"))
    views = 0
    if piece.state == LIVE:
        views = int((stage().now() - piece.made_at) / 60 * VIEWS_A_MINUTE)
    shares = {"like": 4, "coin": 30, "favorite": 20, "share": 15, "reply": 10, "danmaku": 12}
    return answer(view=views, **{name: views // each for name, each in shares.items()})
