"""What Douyin and Toutiao share as applications of one open platform: envelope, OAuth, uploads.

Answers always carry HTTP 200 and an error code twice (``data`` and ``extra``); the OAuth calls
have the older shape with ``message``. A refresh extends a living access token and never the
refresh token, whose thirty days end in a new consent by a person.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as RedirectResponse

from channels.sandbox import accounts, consent, media, parts
from channels.sandbox.accounts import DAY, Account, Token
from channels.sandbox.media import MB, MP4, WEBM, Kept, Oversize
from channels.sandbox.parts import Incomplete
from channels.sandbox.stage import PlatformError, digest, json_object, stage, whole

ACCESS_LIFE, REFRESH_LIFE, CLIENT_LIFE = 15 * DAY, 30 * DAY, 7200.0
UPLOAD_LIFE = 7200.0
DIRECT_BYTES, PART_BYTES, PART_MOST = 128 * MB, 5 * MB, 128 * MB
RENEWALS = 5

WRONG_PARAMETER, WRONG_SIZE, TOO_LONG, WRONG_VIDEO = 2100005, 2190005, 2190006, 2190007
SPOILED_UPLOAD = 28001007


def envelope(data: dict[str, Any], code: int = 0, words: str = "") -> Response:
    """``data`` in the platform's envelope."""
    now = stage().now()
    logid = digest(request.path, str(now))[:32]
    extra = {
        "error_code": code,
        "description": words,
        "sub_error_code": 0,
        "sub_description": "",
        "logid": logid,
        "now": int(now * 1000),
    }
    return jsonify(data={**data, "error_code": code, "description": words}, extra=extra)


def refusal(error: PlatformError) -> Response:
    """The error in the shape of the path that was called."""
    if "/oauth/" not in request.path:
        return envelope({}, error.code, error.words)
    empty = {"captcha": "", "desc_url": ""}
    data = {**empty, "description": error.words, "error_code": error.code}
    return jsonify(data=data, message="error")


def _granted(data: dict[str, Any]) -> Response:
    return jsonify(data={**data, "error_code": 0, "description": ""}, message="success")


@dataclass(frozen=True, slots=True)
class House:
    """One of the two platforms, with what it takes of a video."""

    channel: str
    scope: str
    video_bytes: int
    video_seconds: float

    def member(self, db: sqlite3.Connection) -> Account:
        """The account whose token and ``open_id`` the request carries."""
        value = request.headers.get("access-token") or request.args.get("access_token", "")
        token = accounts.token(db, self.channel, value)
        if token is None or token.kind != "access":
            raise PlatformError(2190002, "access_token无效")
        if token.expires_at <= stage().now():
            raise PlatformError(2190008, "access_token过期,请刷新或重新授权")
        account = accounts.get(db, token.account)
        if account is None or request.args.get("open_id") != account.account:
            raise PlatformError(WRONG_PARAMETER, "参数不合法: open_id")
        return account

    # ---- OAuth -----------------------------------------------------------------------------

    def mount_oauth(self, bp: Blueprint) -> None:
        """The calls under ``/oauth/``."""
        bp.post("/oauth/access_token/")(self.access_token)
        bp.post("/oauth/refresh_token/")(self.refresh_token)
        bp.post("/oauth/renew_refresh_token/")(self.renew_refresh_token)
        bp.post("/oauth/client_token/")(self.client_token)

    def connect(self) -> RedirectResponse:
        stranger = PlatformError(10013, "redirect_uri不合法")
        with stage().store.writing() as db:
            account = consent.consenting(db, self.channel, stranger)
            self._check_key(account, request.args.get("client_key"))
            return consent.agreed(db, account)

    def access_token(self) -> Response:
        if request.form.get("grant_type") != "authorization_code":
            raise PlatformError(10002, "参数错误: grant_type")
        with stage().store.writing() as db:
            code = self._presented(db, "code", 10007)
            account = self._owner(db, code)
            self._check_secret(account, request.form.get("client_secret"))
            accounts.spend(db, code.token)
            access = self._issue(db, account.account, "access", ACCESS_LIFE, prefix="act.")
            refresh = self._issue(db, account.account, "refresh", REFRESH_LIFE, prefix="rft.")
        return _granted(self._pair(access, refresh))

    def refresh_token(self) -> Response:
        with stage().store.writing() as db:
            refresh = self._presented(db, "refresh_token", 10010, kind="refresh")
            account = self._owner(db, refresh)
            current = accounts.newest(db, account.account, "access")
            now = stage().now()
            if current and current.expires_at > now:
                expires_at = now + ACCESS_LIFE
                db.execute(
                    "UPDATE tokens SET expires_at = ? WHERE token = ?", (expires_at, current.token)
                )
                access = Token(current.token, account.account, "access", now, expires_at)
            else:
                access = self._issue(db, account.account, "access", ACCESS_LIFE, prefix="act.")
        return _granted(self._pair(access, refresh))

    def renew_refresh_token(self) -> Response:
        with stage().store.writing() as db:
            former = self._presented(db, "refresh_token", 10010, kind="refresh")
            account = self._owner(db, former)
            row = db.execute(
                "SELECT count(*) FROM tokens WHERE account = ? AND kind = 'refresh' AND forced = 1",
                (account.account,),
            ).fetchone()
            if row[0] >= RENEWALS:
                raise PlatformError(10020, "refresh_token续期次数超过限制")
            now = stage().now()
            accounts.limit_life(db, account.account, "refresh", now)
            renewed = accounts.issue(
                db,
                self.channel,
                account.account,
                "refresh",
                now=now,
                lifetime=REFRESH_LIFE,
                prefix="rft.",
                forced=True,
            )
        return _granted({"refresh_token": renewed.token, "expires_in": int(REFRESH_LIFE)})

    def client_token(self) -> Response:
        asked = {**request.form, **json_object()}
        with stage().store.writing() as db:
            account = accounts.every(db, self.channel)[0]
            self._check_key(account, asked.get("client_key"))
            self._check_secret(account, asked.get("client_secret"))
            token = self._issue(db, account.account, "client", CLIENT_LIFE, prefix="clt.")
        return _granted({"access_token": token.token, "expires_in": int(CLIENT_LIFE)})

    def _issue(
        self, db: sqlite3.Connection, account: str, kind: str, lifetime: float, prefix: str = ""
    ) -> Token:
        return accounts.issue(
            db, self.channel, account, kind, now=stage().now(), lifetime=lifetime, prefix=prefix
        )

    def _presented(
        self, db: sqlite3.Connection, field: str, code: int, kind: str = "code"
    ) -> Token:
        value = request.form.get(field, "")
        if not value:
            raise PlatformError(10005, "缺少参数")
        token = accounts.token(db, self.channel, value)
        if token is None or token.kind != kind or token.expires_at <= stage().now():
            raise PlatformError(code, f"{field}无效或已过期")
        return token

    def _owner(self, db: sqlite3.Connection, token: Token) -> Account:
        account = accounts.get(db, token.account)
        if account is None:
            raise PlatformError(10013, "应用未授权")
        self._check_key(account, request.form.get("client_key"))
        return account

    @staticmethod
    def _check_key(account: Account, key: Any) -> None:
        if key != account.credentials["client_key"]:
            raise PlatformError(10013, "client_key错误")

    @staticmethod
    def _check_secret(account: Account, secret: Any) -> None:
        if secret != account.credentials["client_secret"]:
            raise PlatformError(10014, "client_secret错误")

    def _pair(self, access: Token, refresh: Token) -> dict[str, Any]:
        now = stage().now()
        return {
            "access_token": access.token,
            "expires_in": int(access.expires_at - now),
            "refresh_token": refresh.token,
            "refresh_expires_in": int(refresh.expires_at - now),
            "open_id": access.account,
            "scope": self.scope,
        }

    # ---- uploads ---------------------------------------------------------------------------

    def upload_video(self) -> Response:
        with stage().store.reading() as db:
            account = self.member(db)
        return self._keep_video(account, self._received("video", DIRECT_BYTES))

    def init_part_upload(self) -> Response:
        with stage().store.writing() as db:
            account = self.member(db).account
            upload = parts.begin(db, self.channel, account, now=stage().now(), lifetime=UPLOAD_LIFE)
        return envelope({"upload_id": upload})

    def upload_part(self) -> Response:
        number = whole(request.args.get("part_number"))
        with stage().store.reading() as db:
            upload = self._open_upload(db, self.member(db))
        if number < 1:
            raise PlatformError(SPOILED_UPLOAD, "参数不合法: part_number")
        kept = self._received("video", PART_MOST)
        with stage().store.writing() as db:
            parts.put(db, upload, number, kept)
        return envelope({})

    def complete_part_upload(self) -> Response:
        with stage().store.reading() as db:
            account = self.member(db)
            upload = self._open_upload(db, account)
            try:
                hashes = parts.in_order(db, upload, first=1, least=PART_BYTES)
            except Incomplete as problem:
                raise PlatformError(SPOILED_UPLOAD, f"分片不完整: {problem}") from None
        try:
            kept = media.join(stage(), hashes, self.video_bytes)
        except Oversize:
            raise PlatformError(WRONG_SIZE, "视频大小超过限制") from None
        return self._keep_video(account, kept, upload)

    def _open_upload(self, db: sqlite3.Connection, account: Account) -> str:
        upload = parts.get(db, self.channel, request.args.get("upload_id", ""), stage().now())
        if upload is None or upload.account != account.account or upload.state != parts.OPEN:
            raise PlatformError(SPOILED_UPLOAD, "upload_id无效")
        return upload.id

    def _received(self, name: str, most: int) -> Kept:
        file = request.files.get(name)
        if file is None:
            raise PlatformError(WRONG_PARAMETER, f"参数不合法: {name}")
        try:
            return media.take_in(stage(), file.stream, min(most, self.video_bytes))
        except Oversize:
            raise PlatformError(WRONG_SIZE, "文件大小超过限制") from None

    def _keep_video(self, account: Account, kept: Kept, upload: str = "") -> Response:
        if kept.mime not in (MP4, WEBM):
            raise PlatformError(WRONG_PARAMETER, "视频格式不支持")
        if kept.seconds > self.video_seconds:
            raise PlatformError(TOO_LONG, "视频时长超过限制")
        with stage().store.writing() as db:
            video_id = media.register(
                db,
                kept,
                channel=self.channel,
                account=account.account,
                kind="video",
                now=stage().now(),
            )
            if upload:
                parts.finish(db, upload, video_id)
        video = {"video_id": video_id, "width": kept.width, "height": kept.height}
        return envelope({"video": video})
