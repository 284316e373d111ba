"""Kuaishou: single-use refresh tokens, an upload host of its own, and videos that stay pending.

``start_upload`` answers as ``endpoint`` this server under ``/kuaishou-upload`` (without a scheme,
as the platform does). The first look at an undecided video says that it does not exist.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as RedirectResponse

from channels.sandbox import accounts, audience, consent, ledger, media, parts
from channels.sandbox.accounts import DAY, Account, Token
from channels.sandbox.ledger import DELETED, LIVE, PENDING, Thing
from channels.sandbox.media import JPEG, MB, PNG, Kept, Oversize
from channels.sandbox.stage import PlatformError, stage, whole
from channels.sandbox.store import next_number

CHANNEL = "kuaishou"
ACCESS_LIFE, REFRESH_LIFE = 2 * DAY, 180 * DAY
CAPTION, COVER_BYTES = 1000, 10 * MB
PARAMETER, BAD_TOKEN, NOT_FOUND = 10000200, 100200102, 100120001
FIRST_PHOTO = 5_190_000_000_000_000
KINDS = ("video",)
UPLOAD_LIFE = 7200.0

bp = Blueprint(CHANNEL, __name__, url_prefix="/kuaishou")


def refusal(error: PlatformError) -> Response:
    return jsonify(result=error.code, error=error.words, error_msg=error.words)


bp.register_error_handler(PlatformError, refusal)


def _check_app(account: Account, *, secret: bool) -> None:
    if request.values.get("app_id") != account.credentials["app_id"]:
        raise PlatformError(PARAMETER, "app_id invalid")
    if secret and request.values.get("app_secret") != account.credentials["app_secret"]:
        raise PlatformError(PARAMETER, "app_secret invalid")


def caller(db: sqlite3.Connection) -> Account:
    """The account whose ``app_id`` and ``access_token`` the request carries."""
    token = accounts.token(db, CHANNEL, request.values.get("access_token", ""))
    if token is None or token.kind != "access" or token.expires_at <= stage().now():
        raise PlatformError(BAD_TOKEN, "access_token invalid")
    account = accounts.get(db, token.account)
    if account is None:
        raise PlatformError(BAD_TOKEN, "access_token invalid")
    _check_app(account, secret=False)
    return account


def _issue(db: sqlite3.Connection, account: str, kind: str, lifetime: float, prefix: str) -> Token:
    return accounts.issue(
        db, CHANNEL, account, kind, now=stage().now(), lifetime=lifetime, prefix=prefix
    )


def _pair(db: sqlite3.Connection, account: Account) -> Response:
    access = _issue(db, account.account, "access", ACCESS_LIFE, "ksat.")
    refresh = _issue(db, account.account, "refresh", REFRESH_LIFE, "ksrt.")
    return jsonify(
        result=1,
        access_token=access.token,
        expires_in=int(ACCESS_LIFE),
        refresh_token=refresh.token,
        refresh_token_expires_in=int(REFRESH_LIFE),
        open_id=account.account,
        scopes=["user_info", "user_video_publish", "user_video_info", "user_video_delete"],
    )


@bp.get("/oauth2/authorize")
def authorize() -> RedirectResponse:
    stranger = PlatformError(PARAMETER, "redirect_uri invalid")
    with stage().store.writing() as db:
        account = consent.consenting(db, CHANNEL, stranger)
        _check_app(account, secret=False)
        return consent.agreed(db, account)


def _exchange(field: str, kind: str, spent: str) -> Response:
    """A single-use code or refresh token against a new pair."""
    with stage().store.writing() as db:
        token = accounts.token(db, CHANNEL, request.values.get(field, ""))
        if token is None or token.kind != kind or token.expires_at <= stage().now():
            raise PlatformError(BAD_TOKEN, spent)
        account = accounts.get(db, token.account)
        if account is None:
            raise PlatformError(BAD_TOKEN, spent)
        _check_app(account, secret=True)
        accounts.spend(db, token.token)
        return _pair(db, account)


@bp.get("/oauth2/access_token")
def access_token() -> Response:
    return _exchange("code", "code", "code.invalid")


@bp.route("/oauth2/refresh_token", methods=["GET", "POST"])
def refresh_token() -> Response:
    return _exchange("refresh_token", "refresh", "refreshToken.discarded")


@bp.post("/openapi/photo/start_upload")
def start_upload() -> Response:
    with stage().store.writing() as db:
        account = caller(db).account
        token = parts.begin(db, CHANNEL, account, now=stage().now(), lifetime=UPLOAD_LIFE)
    endpoint = urlsplit(stage().base).netloc + "/kuaishou-upload"
    return jsonify(result=1, upload_token=token, endpoint=endpoint)


def _cover() -> Kept:
    file = request.files.get("cover")
    if file is None:
        raise PlatformError(PARAMETER, "cover required")
    try:
        kept = media.take_in(stage(), file.stream, COVER_BYTES)
    except Oversize:
        raise PlatformError(PARAMETER, "cover too large") from None
    if kept.mime not in (JPEG, PNG):
        raise PlatformError(PARAMETER, "cover format not supported")
    return kept


def _film(db: sqlite3.Connection, account: Account) -> str:
    """The video under the upload token, which is consumed by this."""
    token = request.values.get("upload_token", "")
    upload = parts.get(db, CHANNEL, token, stage().now())
    if upload is None or upload.account != account.account or not parts.spend(db, upload.id):
        raise PlatformError(PARAMETER, "upload_token invalid, not complete, or used")
    return upload.media


@bp.post("/openapi/photo/publish")
def publish() -> Response:
    with stage().store.reading() as db:
        caller(db)
    caption = request.values.get("caption", "")
    if len(caption) > CAPTION:
        raise PlatformError(PARAMETER, "caption too long")
    kept = _cover()
    with stage().store.writing() as db:
        account = caller(db)
        film = _film(db, account)
        cover = media.register(
            db,
            kept,
            channel=CHANNEL,
            account=account.account,
            kind="cover",
            now=stage().now(),
        )
        photo_id = f"3x{FIRST_PHOTO + next_number(db, 'kuaishou_photo'):x}"
        stored = media.get(db, film)
        known_by = [account.account, stored.sha256 if stored else ""]
        video = Thing(
            channel=CHANNEL,
            account=account.account,
            kind="video",
            remote_id=photo_id,
            fingerprint=ledger.fingerprint_of(caption, fallback=known_by),
            title=ledger.headline(caption),
            url=stage().address(f"/kuaishou/short-video/{photo_id}"),
            detail={"text": caption, "files": [film], "cover": cover, "looks": 0},
            made_at=stage().now(),
        )
        made = as_photo(db, ledger.add(db, ledger.with_destiny(db, video)))
    return jsonify(result=1, video_info=made)


def as_photo(db: sqlite3.Connection, video: Thing) -> dict[str, Any]:
    """A video in the platform's own shape; it has an address to play once it is not pending."""
    pending = video.state == PENDING
    told = audience.counts(db, video, stage().now())
    return {
        "photo_id": video.remote_id,
        "caption": video.detail["text"],
        "cover": stage().address(f"/media/{video.detail['cover']}"),
        "play_url": "" if pending else video.url,
        "create_time": int(video.made_at * 1000),
        "like_count": told.likes,
        "comment_count": told.comments,
        "view_count": told.reads,
        "pending": pending,
    }


def _own(db: sqlite3.Connection, account: Account, states: tuple[str, ...]) -> Thing:
    video = ledger.by_id(db, CHANNEL, "video", request.values.get("photo_id", ""))
    if video is None or video.account != account.account or video.state not in states:
        raise PlatformError(NOT_FOUND, "VIDEO_NOT_EXIST")
    return video


def _is_early(db: sqlite3.Connection, video: Thing) -> bool:
    """Whether this is the very first look at a video that is still undecided."""
    first = video.state == PENDING and not video.detail["looks"]
    if first:
        ledger.rewrite(db, replace(video, detail={**video.detail, "looks": 1}))
    return first


@bp.get("/openapi/photo/info")
def info() -> Response:
    with stage().store.writing() as db:
        video = _own(db, caller(db), (LIVE, PENDING))
        early = _is_early(db, video)
        video = ledger.polled(db, video)
        shown = as_photo(db, video)
    if early or video.state not in (LIVE, PENDING):
        raise PlatformError(NOT_FOUND, "VIDEO_NOT_EXIST")
    return jsonify(result=1, video_info=shown)


@bp.get("/openapi/photo/list")
def photo_list() -> Response:
    """Newest first; ``cursor`` is the id after which to go on."""
    limit = min(max(whole(request.args.get("count"), 20), 1), 200)
    with stage().store.reading() as db:
        account = caller(db)
        after = ledger.by_id(db, CHANNEL, "video", request.args.get("cursor", ""))
        videos = ledger.listing(db, account.account, KINDS, (LIVE, PENDING), limit=10_000)
        older = [video for video in videos if after is None or video.number < after.number]
        shown = [as_photo(db, video) for video in older[:limit]]
    return jsonify(result=1, video_list=shown)


@bp.get("/openapi/photo/count")
def photo_count() -> Response:
    with stage().store.reading() as db:
        account = caller(db).account
        counts = {
            "public_count": ledger.count(db, account, KINDS, (LIVE,)),
            "pending_count": ledger.count(db, account, KINDS, (PENDING,)),
        }
    return jsonify({"result": 1, **counts, "all_count": sum(counts.values())})


@bp.post("/openapi/photo/delete")
def delete() -> Response:
    with stage().store.writing() as db:
        ledger.move(db, _own(db, caller(db), (LIVE, PENDING)), DELETED)
    return jsonify(result=1)
