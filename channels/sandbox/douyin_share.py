"""Douyin published by a phone: tickets and share ids for an application, and the phone itself.

``/douyin/phone/`` stands for the app after a scan. It takes the text of the code, believes it only
if a living ticket signed it within two hours and the share id is known, fetches the film or the
pictures from the addresses in it, and shows what would be posted. Publishing makes the piece and
calls the application back.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, Response, jsonify, redirect, render_template, request

from channels.sandbox import accounts, callbacks, douyin_webhook, media
from channels.sandbox.accounts import DAY, Account, Token
from channels.sandbox.bytedance import WRONG_PARAMETER, envelope, refusal
from channels.sandbox.douyin import CHANNEL, IMAGE_BYTES, IMAGES, TEXT, publish
from channels.sandbox.media import JPEG, MB, MP4, PNG, WEBM, Kept
from channels.sandbox.stage import PlatformError, host_of, stage, whole
from channels.sandbox.store import next_number

TICKET_LIFE, SHARE_LIFE = 7200.0, 7 * DAY
FILM_BYTES, TAGS = 512 * MB, 5
USED = "share_id 无效或已用过"

bp = Blueprint("douyin_share", __name__, url_prefix="/douyin")
bp.register_error_handler(PlatformError, refusal)
phone = Blueprint("phone", __name__, url_prefix="/phone")


def _application(db: sqlite3.Connection) -> Account:
    """The account that stands for the application whose client token this is."""
    token = accounts.token(db, CHANNEL, request.headers.get("access-token", ""))
    if token is None or token.kind != "client":
        raise PlatformError(2190002, "access_token无效")
    if token.expires_at <= stage().now():
        raise PlatformError(2190008, "access_token过期")
    account = accounts.get(db, token.account)
    if account is None:
        raise PlatformError(2190002, "access_token无效")
    return account


def _issued(db: sqlite3.Connection, account: Account, kind: str, life: float, value: str) -> Token:
    now = stage().now()
    return accounts.issue(
        db, CHANNEL, account.account, kind, now=now, lifetime=life, token=value, prefix="@"
    )


@bp.get("/open/getticket/")
def get_ticket() -> Response:
    with stage().store.writing() as db:
        ticket = _issued(db, _application(db), "ticket", TICKET_LIFE, "")
    return envelope({"ticket": ticket.token, "expires_in": int(TICKET_LIFE)})


@bp.get("/share-id/")
def share_id() -> Response:
    with stage().store.writing() as db:
        account = _application(db)
        if request.args.get("need_callback") not in ("true", "false"):
            raise PlatformError(WRONG_PARAMETER, "参数不合法: need_callback")
        number = str(1_700_000_000_000_000 + next_number(db, "douyin_share"))
        share = _issued(db, account, "share", SHARE_LIFE, number)
    return envelope({"share_id": share.token})


# ---- the phone --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scanned:
    """A code that the app believes."""

    share_id: str
    kind: str
    addresses: list[str]
    title: str
    tags: list[str]

    @property
    def text(self) -> str:
        return "\n".join(filter(None, [self.title, " ".join(f"#{tag}" for tag in self.tags)]))


@phone.errorhandler(PlatformError)
def not_understood(error: PlatformError) -> Any:
    if _wants_json():
        return jsonify(code=error.code, error=error.words), 422
    return render_template("phone.html", problem=error.words, link=_link(), accounts=_owners()), 422


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _link() -> str:
    return str(request.values.get("link", "")).strip()


def _owners() -> list[Account]:
    with stage().store.reading() as db:
        return accounts.every(db, CHANNEL)


@phone.get("/")
def scan() -> str:
    """The code's text goes in; what the phone then shows comes out."""
    scanned = _believed(_link()) if _link() else None
    shown = {"scanned": scanned, "link": _link(), "accounts": _owners()}
    return render_template("phone.html", **shown)


@phone.post("/")
def post() -> Any:
    """Publish from the phone, as the owner of ``account`` (the first one if absent)."""
    scanned = _believed(_link())
    files = [_downloaded(address, scanned.kind) for address in scanned.addresses]
    with stage().store.writing() as db:
        if not accounts.spend(db, scanned.share_id):
            raise PlatformError(WRONG_PARAMETER, USED)
        named = accounts.get(db, request.form.get("account", ""))
        account = named or accounts.every(db, CHANNEL)[0]
        known = [
            media.register(
                db, file, channel=CHANNEL, account=account.account, kind="file", now=stage().now()
            )
            for file in files
        ]
        cover = known[0] if scanned.kind == "note" else ""
        detail = {"files": known, "cover": cover}
        piece = publish(db, account, scanned.kind, scanned.text, detail)
    douyin_webhook.announce(account, piece, scanned.share_id)
    if _wants_json():
        return jsonify(item_id=piece.remote_id, url=piece.url), 201
    return redirect(piece.url, code=303)


def _believed(link: str) -> Scanned:
    lead, _, query = link.partition("?")
    given = {name: values[0] for name, values in parse_qs(query).items()}
    if lead != "snssdk1128://openplatform/share":
        raise PlatformError(WRONG_PARAMETER, "这不是抖音的分享码")
    if given.get("share_type") != "h5":
        raise PlatformError(WRONG_PARAMETER, "参数不合法: share_type")
    with stage().store.reading() as db:
        _check_signature(db, given)
        share = accounts.token(db, CHANNEL, given.get("state", ""))
    if share is None or share.kind != "share" or share.expires_at <= stage().now():
        raise PlatformError(WRONG_PARAMETER, USED)
    kind, addresses = _files(given)
    title, tags = given.get("title", ""), _listed(given, "hashtag_list")
    if len(title) > TEXT or len(tags) > TAGS:
        raise PlatformError(WRONG_PARAMETER, "标题或话题太长")
    return Scanned(share.token, kind, addresses, title, tags)


def _check_signature(db: sqlite3.Connection, given: Mapping[str, str]) -> None:
    """Some living ticket of this very application must have signed it not long ago."""
    now = stage().now()
    owner = accounts.every(db, CHANNEL)[0]
    if given.get("client_key") != owner.credentials["client_key"]:
        raise PlatformError(WRONG_PARAMETER, "client_key 无效")
    if not 0 <= now - whole(given.get("timestamp")) + 300 <= TICKET_LIFE + 300:
        raise PlatformError(WRONG_PARAMETER, "分享码已过期")
    rows = db.execute(
        "SELECT token FROM tokens WHERE channel = ? AND kind = 'ticket' AND expires_at > ?",
        (CHANNEL, now),
    )
    nonce, moment = given.get("nonce_str", ""), given.get("timestamp", "")
    if not any(
        hmac.compare_digest(signature(nonce, row["token"], moment), given.get("signature", ""))
        for row in rows
    ):
        raise PlatformError(WRONG_PARAMETER, "签名错误")


def signature(nonce: str, ticket: str, timestamp: str) -> str:
    """MD5 over the three, as pairs joined by ``&`` in the order of their names."""
    pairs = sorted({"nonce_str": nonce, "ticket": ticket, "timestamp": timestamp}.items())
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    return hashlib.md5(joined.encode()).hexdigest()  # noqa: S324


def _files(given: Mapping[str, str]) -> tuple[str, list[str]]:
    if film := given.get("video_path"):
        return "video", [film]
    pictures = _listed(given, "image_list_path")
    if not 1 <= len(pictures) <= IMAGES:
        raise PlatformError(WRONG_PARAMETER, "没有视频，也没有图片")
    return "note", pictures


def _listed(given: Mapping[str, str], name: str) -> list[str]:
    try:
        found = json.loads(given.get(name) or "[]")
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise PlatformError(WRONG_PARAMETER, f"参数不合法: {name}")
    return [str(one) for one in found]


def _downloaded(address: str, kind: str) -> Kept:
    """The phone fetches a file; the sandbox goes to hosts of ours only."""
    most, mimes = (FILM_BYTES, (MP4, WEBM)) if kind == "video" else (IMAGE_BYTES, (JPEG, PNG))
    near = host_of(address) in stage().domains
    with TemporaryFile() as file:
        if not (near and callbacks.fetched(address, file, most)):
            raise PlatformError(WRONG_PARAMETER, "手机下载不到视频或图片")
        kept = media.take_in(stage(), file, most)
    if kept.mime not in mimes:
        raise PlatformError(WRONG_PARAMETER, "文件格式不支持")
    return kept


bp.register_blueprint(phone)
