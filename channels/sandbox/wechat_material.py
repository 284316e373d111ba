"""WeChat's files: body pictures, permanent material and temporary media, each with its limits."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request, send_file

from channels.sandbox import media
from channels.sandbox.media import BMP, GIF, JPEG, KB, MB, MP4, PNG, Kept, Oversize
from channels.sandbox.stage import PlatformError, stage, whole
from channels.sandbox.wechat_access import CHANNEL, OK, body, caller

bp = Blueprint("wechat_material", __name__)

TEMPORARY_LIFE = 3 * 86_400.0
BODY_PICTURE_BYTES = MB - 1
"""The page says "< 1 MB"."""
PERMANENT = ("image", "voice", "video", "thumb")


@dataclass(frozen=True, slots=True)
class Limit:
    most: int
    mimes: tuple[str, ...]
    too_large: int


MATERIAL = {
    "image": Limit(10 * MB, (BMP, PNG, JPEG, GIF), 40009),
    "voice": Limit(2 * MB, ("audio/mpeg",), 40010),
    "video": Limit(10 * MB, (MP4,), 40011),
    "thumb": Limit(64 * KB, (JPEG,), 40012),
}
BODY_PICTURE = Limit(BODY_PICTURE_BYTES, (JPEG, PNG), 40009)


def _received(limit: Limit) -> Kept:
    """The multipart file ``media``, stored; 41005 missing, the limit's own code, 40005 type."""
    file = request.files.get("media")
    if file is None:
        raise PlatformError(41005, "media data missing")
    try:
        kept = media.take_in(stage(), file.stream, limit.most)
    except Oversize:
        raise PlatformError(limit.too_large, "invalid file size") from None
    if kept.mime not in limit.mimes:
        raise PlatformError(40005, "invalid file type")
    return kept


def _limit_of(kind: str) -> Limit:
    if kind not in MATERIAL:
        raise PlatformError(40004, "invalid media type")
    return MATERIAL[kind]


def picture_address(media_id: str) -> str:
    """Where the platform's image host serves a body picture."""
    return stage().address(f"/wechat/mmbiz/{media_id}")


@bp.post("/cgi-bin/media/uploadimg")
def uploadimg() -> Response:
    with stage().store.reading() as db:
        account = caller(db)
    kept = _received(BODY_PICTURE)
    with stage().store.writing() as db:
        made = media.register(
            db,
            kept,
            channel=CHANNEL,
            account=account.account,
            kind="body",
            now=stage().now(),
        )
    return jsonify(url=picture_address(made))


@bp.post("/cgi-bin/material/add_material")
def add_material() -> Response:
    kind = request.args.get("type", "")
    with stage().store.reading() as db:
        account = caller(db)
    kept = _received(_limit_of(kind))
    if kind == "video":
        _check_description()
    with stage().store.writing() as db:
        made = media.register(
            db,
            kept,
            channel=CHANNEL,
            account=account.account,
            kind=kind,
            now=stage().now(),
        )
    return jsonify({"media_id": made} | ({"url": picture_address(made)} if kind == "image" else {}))


def _check_description() -> None:
    try:
        described = json.loads(request.form.get("description", ""))
    except ValueError:
        raise PlatformError(40035, "invalid parameter: description") from None
    if not isinstance(described, dict) or not described.get("title"):
        raise PlatformError(40035, "invalid parameter: description")


@bp.post("/cgi-bin/media/upload")
def upload_temporary() -> Response:
    kind = request.args.get("type", "")
    with stage().store.reading() as db:
        account = caller(db)
    kept = _received(_limit_of(kind))
    now = stage().now()
    with stage().store.writing() as db:
        made = media.register(
            db,
            kept,
            channel=CHANNEL,
            account=account.account,
            kind="temporary",
            now=now,
            lifetime=TEMPORARY_LIFE,
        )
    return jsonify(type=kind, media_id=made, created_at=int(now))


@bp.post("/cgi-bin/material/get_material")
def get_material() -> Response:
    media_id = body().get("media_id")
    with stage().store.reading() as db:
        found = media.owned(db, media_id, caller(db).account, PERMANENT, stage().now())
    if found is None:
        raise PlatformError(40007, "invalid media_id")
    return send_file(stage().store.media_folder / found.sha256, mimetype=found.mime)


@bp.post("/cgi-bin/material/del_material")
def del_material() -> Response:
    media_id = body().get("media_id")
    with stage().store.writing() as db:
        found = media.owned(db, media_id, caller(db).account, PERMANENT, stage().now())
        if found is None:
            raise PlatformError(40007, "invalid media_id")
        db.execute("DELETE FROM media WHERE id = ?", (found.id,))
    return jsonify(OK)


def _count(db: sqlite3.Connection, account: str, kind: str) -> int:
    row = db.execute(
        "SELECT count(*) FROM media WHERE account = ? AND kind = ?", (account, kind)
    ).fetchone()
    return int(row[0])


@bp.get("/cgi-bin/material/get_materialcount")
def materialcount() -> Response:
    with stage().store.reading() as db:
        account = caller(db).account
        counts = {f"{kind}_count": _count(db, account, kind) for kind in ("voice", "video")}
        return jsonify(counts | {"image_count": _count(db, account, "image"), "news_count": 0})


@bp.post("/cgi-bin/material/batchget_material")
def batchget_material() -> Response:
    asked = body()
    kind, offset, count = asked.get("type"), whole(asked.get("offset")), whole(asked.get("count"))
    if kind not in PERMANENT:
        raise PlatformError(40004, "invalid media type")
    if not 1 <= count <= 20:
        raise PlatformError(40035, "invalid parameter: count")
    with stage().store.reading() as db:
        account = caller(db).account
        total = _count(db, account, kind)
        rows = db.execute(
            "SELECT id, made_at FROM media WHERE account = ? AND kind = ?"
            " ORDER BY made_at DESC LIMIT ? OFFSET ?",
            (account, kind, count, offset),
        ).fetchall()
    items = [
        {
            "media_id": row["id"],
            "name": row["id"],
            "update_time": int(row["made_at"]),
            "url": picture_address(row["id"]),
        }
        for row in rows
    ]
    return jsonify(total_count=total, item_count=len(items), item=items)


@bp.get("/mmbiz/<media_id>")
def picture(media_id: str) -> Response:
    """The platform's image host; open to every reader."""
    with stage().store.reading() as db:
        found = media.get(db, media_id)
    if found is None or found.kind not in ("body", "image"):
        return Response(status=404)
    return send_file(stage().store.media_folder / found.sha256, mimetype=found.mime)
