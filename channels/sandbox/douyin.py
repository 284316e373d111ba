"""Douyin: publishing for an account by a server (``video.create.bind``), video and image set.

A piece stands in the account's own list from the moment it was accepted; its ``share_url`` stays
empty until the review has let it through, and a refused piece leaves the list. ``is_reviewed``
and ``video_status`` are not filled, as on the platform since the end of 2024, unless the account
setting ``review_fields`` asks for the old shape. A repeated ``create_video`` makes a second video.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from typing import Any

from flask import Blueprint, Response, request

from channels.sandbox import audience, douyin_webhook, ledger, media
from channels.sandbox.accounts import DAY, Account
from channels.sandbox.bytedance import (
    WRONG_PARAMETER,
    WRONG_SIZE,
    WRONG_VIDEO,
    House,
    envelope,
    refusal,
)
from channels.sandbox.ledger import LIVE, PENDING, Thing
from channels.sandbox.media import BMP, GB, GIF, JPEG, MB, PNG, Oversize
from channels.sandbox.stage import PlatformError, fresh_id, json_object, stage, whole
from channels.sandbox.store import next_number

CHANNEL = "douyin"
TEXT, IMAGES, IMAGE_BYTES = 1000, 30, 20 * MB
FIRST_NUMBER, NUMBER_STEP = 7_300_000_000_000_000_000, 104_729
KINDS = ("video", "note")
OFFLINE = 28001056
HOUSE = House(CHANNEL, "user_info,video.create.bind,video.list", 4 * GB, 15 * 60)

bp = Blueprint(CHANNEL, __name__, url_prefix="/douyin")
bp.register_error_handler(PlatformError, refusal)
bp.get("/platform/oauth/connect/")(HOUSE.connect)
HOUSE.mount_oauth(bp)
for new, old, view in (
    ("upload_video", "video/upload", HOUSE.upload_video),
    ("init_video_part_upload", "video/part/init", HOUSE.init_part_upload),
    ("upload_video_part", "video/part/upload", HOUSE.upload_part),
    ("complete_video_part_upload", "video/part/complete", HOUSE.complete_part_upload),
):
    bp.post(f"/api/douyin/v1/video/{new}/")(view)
    bp.post(f"/{old}/")(view)


@bp.post("/api/douyin/v1/video/upload_image/")
@bp.post("/image/upload/")
def upload_image() -> Response:
    with stage().store.reading() as db:
        account = HOUSE.member(db)
    file = request.files.get("image")
    if file is None:
        raise PlatformError(WRONG_PARAMETER, "参数不合法: image")
    try:
        kept = media.take_in(stage(), file.stream, IMAGE_BYTES)
    except Oversize:
        raise PlatformError(WRONG_SIZE, "图片大小超过限制") from None
    if kept.mime not in (JPEG, PNG, GIF, BMP):
        raise PlatformError(WRONG_PARAMETER, "图片格式不支持")
    with stage().store.writing() as db:
        image_id = media.register(
            db,
            kept,
            channel=CHANNEL,
            account=account.account,
            kind="image",
            now=stage().now(),
        )
    image = {"image_id": image_id, "width": kept.width, "height": kept.height}
    return envelope({"image": image})


def _text(asked: dict[str, Any]) -> str:
    text = asked.get("text", "")
    if not isinstance(text, str) or len(text) > TEXT:
        raise PlatformError(WRONG_PARAMETER, "参数不合法: text")
    return text


def _own(db: sqlite3.Connection, media_id: object, account: Account, kind: str) -> str:
    found = media.owned(db, media_id, account.account, (kind,), stage().now())
    if found is None:
        code = WRONG_VIDEO if kind == "video" else WRONG_PARAMETER
        raise PlatformError(code, f"{kind}_id无效")
    return found.id


def _check_quota(db: sqlite3.Connection, account: Account) -> None:
    quota = whole(account.settings.get("daily_posts"))
    since = stage().now() - DAY
    if quota and ledger.count(db, account.account, KINDS, ledger.STATES, since) >= quota:
        raise PlatformError(2114007, "今日投稿数量已达上限")


def publish(
    db: sqlite3.Connection, account: Account, kind: str, text: str, detail: dict[str, Any]
) -> Thing:
    """Put a piece on the account, as the platform takes it in."""
    _check_quota(db, account)
    number = FIRST_NUMBER + NUMBER_STEP * next_number(db, "douyin_item")
    raw = hashlib.sha256(f"{number}/{fresh_id()}".encode()).digest()[:31]
    files = [media_id for media_id in detail["files"] if media_id]
    hashes = [found.sha256 for media_id in files if (found := media.get(db, media_id))]
    piece = Thing(
        channel=CHANNEL,
        account=account.account,
        kind=kind,
        remote_id="@8/+" + base64.b64encode(raw).decode(),
        natural_key=str(number),
        fingerprint=ledger.fingerprint_of(text, fallback=[account.account, *hashes]),
        title=ledger.headline(text),
        url=stage().address(f"/douyin/{kind}/{number}"),
        detail={"text": text, **detail},
        made_at=stage().now(),
    )
    return ledger.add(db, ledger.with_destiny(db, piece))


@bp.post("/api/douyin/v1/video/create_video/")
@bp.post("/video/create/")
def create_video() -> Response:
    asked = json_object()
    with stage().store.writing() as db:
        account = HOUSE.member(db)
        text = _text(asked)
        video = _own(db, asked.get("video_id"), account, "video")
        chosen = asked.get("custom_cover_image_url")
        cover = _own(db, chosen, account, "image") if chosen else ""
        if whole(asked.get("private_status")) not in (0, 1, 2):
            raise PlatformError(WRONG_PARAMETER, "参数不合法: private_status")
        detail = {"files": [video], "cover": cover}
        piece = publish(db, account, "video", text, detail)
    douyin_webhook.announce(account, piece)
    return envelope({"item_id": piece.remote_id, "video_id": video})


@bp.post("/api/douyin/v1/video/create_image_text/")
@bp.post("/image/create/")
def create_image_text() -> Response:
    asked = json_object()
    listed = asked.get("image_list")
    with stage().store.writing() as db:
        account = HOUSE.member(db)
        if not isinstance(listed, list) or not 1 <= len(listed) <= IMAGES:
            raise PlatformError(WRONG_PARAMETER, "参数不合法: image_list")
        images = [_own(db, image_id, account, "image") for image_id in listed]
        detail = {"files": images, "cover": images[0]}
        piece = publish(db, account, "note", _text(asked), detail)
    douyin_webhook.announce(account, piece)
    return envelope({"item_id": piece.remote_id})


def as_item(db: sqlite3.Connection, piece: Thing, account: Account) -> dict[str, Any]:
    """A piece as the lists give it."""
    live = piece.state == LIVE
    cover = piece.detail.get("cover")
    told = audience.counts(db, piece, stage().now())
    item: dict[str, Any] = {
        "item_id": piece.remote_id,
        "title": piece.detail["text"],
        "cover": stage().address(f"/media/{cover}") if cover else "",
        "create_time": piece.made,
        "is_top": False,
        "share_url": piece.url if live else "",
        "media_type": 4 if piece.kind == "video" else 2,
        "statistics": {
            "play_count": told.reads,
            "digg_count": told.likes,
            "comment_count": told.comments,
            "share_count": told.shares,
            "forward_count": told.shares // 3,
            "download_count": told.shares // 5,
        },
    }
    if account.settings.get("review_fields"):
        item |= {"is_reviewed": live, "video_status": 5 if live else 4}
    return item


@bp.get("/api/douyin/v1/video/video_list/")
@bp.get("/video/list/")
def video_list() -> Response:
    cursor = max(whole(request.args.get("cursor")), 0)
    limit = min(max(whole(request.args.get("count"), 10), 1), 20)
    with stage().store.writing() as db:
        account = _reader(db)
        ledger.poll_all(db, account.account, KINDS)
        pieces = ledger.listing(
            db, account.account, KINDS, (LIVE, PENDING), offset=cursor, limit=limit + 1
        )
        items = [as_item(db, piece, account) for piece in pieces[:limit]]
    return envelope({"list": items, "cursor": cursor + len(items), "has_more": len(pieces) > limit})


@bp.post("/api/douyin/v1/video/video_data/")
@bp.post("/video/data/")
def video_data() -> Response:
    wanted = json_object().get("item_ids")
    if not isinstance(wanted, list) or not wanted:
        raise PlatformError(WRONG_PARAMETER, "参数不合法: item_ids")
    with stage().store.writing() as db:
        account = _reader(db)
        found = [_looked_at(db, account, item_id) for item_id in wanted]
        items = [as_item(db, piece, account) for piece in found if piece]
    return envelope({"list": items})


def _reader(db: sqlite3.Connection) -> Account:
    """The account that asks, unless the platform has taken these calls from its application."""
    account = HOUSE.member(db)
    if account.settings.get("lists_offline"):
        raise PlatformError(OFFLINE, "接口已下线")
    return account


def _looked_at(db: sqlite3.Connection, account: Account, item_id: object) -> Thing | None:
    """The account's piece after one look; ``None`` if it is foreign, refused or gone."""
    for kind in KINDS:
        piece = ledger.by_id(db, CHANNEL, kind, str(item_id))
        if piece and piece.account == account.account:
            piece = ledger.polled(db, piece)
            return piece if piece.state in (LIVE, PENDING) else None
    return None
