"""Bilibili's films and covers: whole up to 100 MB, else in parts of at most 8 MB counted from 1."""

from __future__ import annotations

import sqlite3
from typing import IO

from flask import Blueprint, Response, request

from channels.sandbox import media, parts
from channels.sandbox.accounts import DAY, Account
from channels.sandbox.bilibili import (
    BAD_UPLOAD,
    CHANNEL,
    PARAMETER,
    PREFIX,
    WRONG_FILE,
    answer,
    caller,
    refusal,
    signed_caller,
)
from channels.sandbox.media import GB, JPEG, MB, MP4, PNG, Kept, Oversize
from channels.sandbox.parts import Incomplete, Upload
from channels.sandbox.stage import PlatformError, json_object, stage, whole

UPLOAD_LIFE = DAY
WHOLE_BYTES, PART_BYTES, FILM_BYTES, COVER_BYTES = 100 * MB, 8 * MB, 4 * GB, 5 * MB

bp = Blueprint("bilibili_upload", __name__, url_prefix=PREFIX)
bp.register_error_handler(PlatformError, refusal)


@bp.post("/arcopen/fn/archive/video/init")
def init() -> Response:
    with stage().store.writing() as db:
        account = signed_caller(db)
        if not json_object().get("name"):
            raise PlatformError(PARAMETER, "请求参数错误: name")
        token = parts.begin(db, CHANNEL, account.account, now=stage().now(), lifetime=UPLOAD_LIFE)
    return answer(upload_token=token)


def _open_upload(db: sqlite3.Connection, account: Account) -> Upload:
    token = request.args.get("upload_token", "")
    upload = parts.get(db, CHANNEL, token, stage().now())
    if upload is None or upload.account != account.account or upload.state != parts.OPEN:
        raise PlatformError(BAD_UPLOAD, "upload_token验证错误")
    return upload


def _uploading() -> Upload:
    with stage().store.writing() as db:
        return _open_upload(db, caller(db))


def _received(stream: IO[bytes], most: int) -> Kept:
    try:
        return media.take_in(stage(), stream, most)
    except Oversize:
        raise PlatformError(PARAMETER, f"文件过大，最大 {most} 字节") from None  # noqa: RUF001


def _finish(upload: Upload, kept: Kept) -> Response:
    if kept.mime != MP4:
        raise PlatformError(WRONG_FILE, "文件类型错误")
    with stage().store.writing() as db:
        film = media.register(
            db, kept, channel=CHANNEL, account=upload.account, kind="video", now=stage().now()
        )
        parts.finish(db, upload.id, film)
    return answer()


@bp.post("/video/v2/upload")
def whole_film() -> Response:
    return _finish(_uploading(), _received(request.stream, WHOLE_BYTES))


@bp.post("/video/v2/part/upload")
def part() -> Response:
    upload, number = _uploading(), whole(request.args.get("part_number"))
    if number < 1:
        raise PlatformError(PARAMETER, "请求参数错误: part_number")
    kept = _received(request.stream, PART_BYTES)
    with stage().store.writing() as db:
        parts.put(db, upload.id, number, kept)
    return answer(etag=kept.sha256)


@bp.post("/arcopen/fn/archive/video/complete")
def complete() -> Response:
    with stage().store.writing() as db:
        upload = _open_upload(db, signed_caller(db))
        try:
            hashes = parts.in_order(db, upload.id, first=1, least=1)
        except Incomplete as problem:
            raise PlatformError(PARAMETER, f"分片不完整: {problem}") from None
    try:
        kept = media.join(stage(), hashes, FILM_BYTES)
    except Oversize:
        raise PlatformError(PARAMETER, "视频过大") from None
    return _finish(upload, kept)


@bp.post("/arcopen/fn/archive/cover/upload")
def cover() -> Response:
    with stage().store.writing() as db:
        account = caller(db)
    file = request.files.get("file")
    if file is None:
        raise PlatformError(PARAMETER, "请求参数错误: file")
    kept = _received(file.stream, COVER_BYTES)
    if kept.mime not in (JPEG, PNG):
        raise PlatformError(WRONG_FILE, "文件类型错误")
    with stage().store.writing() as db:
        name = media.register(
            db, kept, channel=CHANNEL, account=account.account, kind="cover", now=stage().now()
        )
    return answer(url=stage().address(f"/media/{name}"))
