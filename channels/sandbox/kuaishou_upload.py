"""Kuaishou's upload host: the whole film at once below 10 MB, or in fragments counted from 0."""

from __future__ import annotations

import sqlite3
from typing import IO

from flask import Blueprint, Response, jsonify, request

from channels.sandbox import media, parts
from channels.sandbox.kuaishou import CHANNEL, PARAMETER, refusal
from channels.sandbox.media import GB, MB, MP4, Kept, Oversize
from channels.sandbox.parts import Incomplete, Upload
from channels.sandbox.stage import PlatformError, stage, whole

WHOLE_BYTES, FRAGMENT_BYTES, FILM_BYTES = 10 * MB - 1, 10 * MB, 4 * GB
"""Whole films are smaller than 10 MB (exclusive), fragments have at most 10 MB."""

bp = Blueprint("kuaishou_upload", __name__, url_prefix="/kuaishou-upload/api/upload")
bp.register_error_handler(PlatformError, refusal)


def _upload(db: sqlite3.Connection) -> Upload:
    token = request.args.get("upload_token", "")
    upload = parts.get(db, CHANNEL, token, stage().now())
    if upload is None or upload.state != parts.OPEN:
        raise PlatformError(PARAMETER, "upload_token invalid")
    return upload


def _received(stream: IO[bytes], most: int) -> Kept:
    try:
        return media.take_in(stage(), stream, most)
    except Oversize:
        raise PlatformError(PARAMETER, f"file too large, {most} bytes at most") from None


def _finish(upload: Upload, kept: Kept) -> Response:
    if kept.mime != MP4:
        raise PlatformError(PARAMETER, "video format not supported")
    with stage().store.writing() as db:
        film = media.register(
            db,
            kept,
            channel=CHANNEL,
            account=upload.account,
            kind="video",
            now=stage().now(),
        )
        parts.finish(db, upload.id, film)
    return jsonify(result=1)


@bp.post("")
def whole_film() -> Response:
    with stage().store.reading() as db:
        upload = _upload(db)
    return _finish(upload, _received(request.stream, WHOLE_BYTES))


@bp.post("/multipart")
def multipart() -> Response:
    with stage().store.reading() as db:
        upload = _upload(db)
    file = request.files.get("file")
    if file is None:
        raise PlatformError(PARAMETER, "file required")
    return _finish(upload, _received(file.stream, WHOLE_BYTES))


@bp.post("/fragment")
def fragment() -> Response:
    with stage().store.reading() as db:
        upload = _upload(db)
    number = whole(request.args.get("fragment_id"), -1)
    if number < 0:
        raise PlatformError(PARAMETER, "fragment_id invalid")
    kept = _received(request.stream, FRAGMENT_BYTES)
    with stage().store.writing() as db:
        parts.put(db, upload.id, number, kept)
    return jsonify(result=1, checksum=kept.sha256, size=kept.size)


@bp.get("/resume")
def resume() -> Response:
    with stage().store.reading() as db:
        known = parts.numbers(db, _upload(db).id)
    return jsonify(result=1, existed=bool(known), fragment_index=max(known, default=-1))


@bp.post("/complete")
def complete() -> Response:
    with stage().store.reading() as db:
        upload = _upload(db)
        count = whole(request.args.get("fragment_count"))
        try:
            hashes = parts.in_order(db, upload.id, first=0, least=1, expected=count)
        except Incomplete as problem:
            raise PlatformError(PARAMETER, str(problem)) from None
    try:
        kept = media.join(stage(), hashes, FILM_BYTES)
    except Oversize:
        raise PlatformError(PARAMETER, "video too large") from None
    return _finish(upload, kept)
