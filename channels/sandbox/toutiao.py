"""Toutiao: small video, the only form its current open platform takes.

OAuth lives on another host than the content on the real platform; here both stand under
``/toutiao``, so a content call reads ``/toutiao/toutiao/video/create/`` for a client whose base is
``…/toutiao`` (``/toutiao/video/create/`` is understood as well, for one whose base is the bare
host). Creating again with the same ``video_id`` answers the first ``item_id``.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, request

from channels.sandbox import audience, ledger, media
from channels.sandbox.bytedance import WRONG_PARAMETER, WRONG_VIDEO, House, envelope, refusal
from channels.sandbox.ledger import LIVE, PENDING, REFUSED, Thing
from channels.sandbox.media import MB
from channels.sandbox.stage import PlatformError, json_object, stage, whole
from channels.sandbox.store import next_number

CHANNEL = "toutiao"
TITLE = 30
FIRST_ITEM, ITEM_STEP = 7_200_000_000_000_000_000, 15_485_863
KINDS = ("video",)
HOUSE = House(CHANNEL, "user_info,toutiao.video.create,toutiao.video.data", 300 * MB, 60)

content = Blueprint("toutiao_content", __name__)
content.post("/video/upload/")(HOUSE.upload_video)
content.post("/video/part/init/")(HOUSE.init_part_upload)
content.post("/video/part/upload/")(HOUSE.upload_part)
content.post("/video/part/complete/")(HOUSE.complete_part_upload)


@content.post("/video/create/")
def create() -> Response:
    asked = json_object()
    video_id, text = asked.get("video_id"), asked.get("text")
    with stage().store.writing() as db:
        account = HOUSE.member(db)
        video = media.owned(db, video_id, account.account, KINDS, stage().now())
        if video is None:
            raise PlatformError(WRONG_VIDEO, "video_id无效")
        if not isinstance(text, str) or not text.strip() or len(text) > TITLE:
            raise PlatformError(WRONG_PARAMETER, "参数不合法: text")
        former = ledger.by_key(db, account.account, "video", video.id)
        if former:
            return envelope({"item_id": former.remote_id})
        number = str(FIRST_ITEM + ITEM_STEP * next_number(db, "toutiao_item"))
        known_by = [account.account, video.sha256]
        abstract = asked.get("abstract") if isinstance(asked.get("abstract"), str) else ""
        piece = Thing(
            channel=CHANNEL,
            account=account.account,
            kind="video",
            remote_id=number,
            natural_key=video.id,
            fingerprint=ledger.fingerprint_of(text, abstract or "", fallback=known_by),
            title=text,
            url=stage().address(f"/toutiao/item/{number}"),
            detail={"text": text, "abstract": abstract, "files": [video.id], "cover": ""},
            made_at=stage().now(),
        )
        ledger.add(db, ledger.with_destiny(db, piece))
    return envelope({"item_id": number})


def as_item(db: sqlite3.Connection, piece: Thing) -> dict[str, Any]:
    """A video as the list gives it; ``video_status`` 1 public, 2 refused, 4 under review."""
    live = piece.state == LIVE
    told = audience.counts(db, piece, stage().now())
    return {
        "item_id": piece.remote_id,
        "title": piece.title,
        "cover": "",
        "create_time": piece.made,
        "share_url": piece.url if live else "",
        "is_reviewed": piece.state != PENDING,
        "video_status": {LIVE: 1, REFUSED: 2}.get(piece.state, 4),
        "statistics": {
            "play_count": told.reads,
            "digg_count": told.likes,
            "comment_count": told.comments,
            "share_count": told.shares,
        },
    }


@content.get("/video/list/")
def video_list() -> Response:
    cursor = max(whole(request.args.get("cursor")), 0)
    limit = min(max(whole(request.args.get("count"), 10), 1), 20)
    states = (LIVE, PENDING, REFUSED)
    with stage().store.writing() as db:
        account = HOUSE.member(db).account
        ledger.poll_all(db, account, KINDS)
        pieces = ledger.listing(db, account, KINDS, states, offset=cursor, limit=limit + 1)
        items = [as_item(db, piece) for piece in pieces[:limit]]
    return envelope({"list": items, "cursor": cursor + len(items), "has_more": len(pieces) > limit})


@content.post("/video/data/")
def video_data() -> Response:
    wanted = json_object().get("item_ids")
    if not isinstance(wanted, list) or not wanted:
        raise PlatformError(WRONG_PARAMETER, "参数不合法: item_ids")
    items = []
    with stage().store.writing() as db:
        account = HOUSE.member(db).account
        for item_id in wanted:
            piece = ledger.by_id(db, CHANNEL, "video", str(item_id))
            if piece and piece.account == account and piece.state in (LIVE, PENDING, REFUSED):
                items.append(as_item(db, ledger.polled(db, piece)))
    return envelope({"list": items})


bp = Blueprint(CHANNEL, __name__, url_prefix="/toutiao")
bp.register_error_handler(PlatformError, refusal)
bp.get("/oauth/authorize/")(HOUSE.connect)
HOUSE.mount_oauth(bp)
bp.register_blueprint(content, url_prefix="/toutiao")
bp.register_blueprint(content, name="toutiao_content_bare")
