"""Weibo: short posts through ``statuses/share``, the timeline, OAuth.

Form-encoded calls, errors with real 4xx. A post must carry a link under a bound host, no
``#topic#``, at most 140 characters of weight, and must not repeat a post that stands.
"""

from __future__ import annotations

import math
import re
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as RedirectResponse

from channels.sandbox import accounts, audience, consent, ledger, media
from channels.sandbox.accounts import Account
from channels.sandbox.ledger import DELETED, LIVE, PENDING, Thing
from channels.sandbox.media import GIF, JPEG, MB, PNG, Oversize
from channels.sandbox.stage import PlatformError, digest, fresh_id, host_of, stage, whole
from channels.sandbox.store import next_number
from channels.sandbox.weibo_mid import base62_of

CHANNEL = "weibo"
WEIGHT, LINK_WEIGHT, PICTURE_BYTES = 140, 10.0, 5 * MB - 1
"""The picture limit is exclusive (< 5 MB)."""
FIRST_MID, MID_STEP = 5_100_000_000_000_000, 7_919
HOUR = 3600.0
TOKEN_LIFE = 157_679_999.0
FORBIDDEN = {10014, 20101, 20102, 21327, 21332}
LINK = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
TOPIC = re.compile(r"#[^#\s][^#]*#")

bp = Blueprint("weibo", __name__, url_prefix="/weibo")


@bp.errorhandler(PlatformError)
def refused(error: PlatformError) -> tuple[Response, int]:
    path = request.path.removeprefix("/weibo")
    answer = jsonify(request=path, error_code=error.code, error=error.words)
    return answer, 403 if error.code in FORBIDDEN else 400


def caller(db: sqlite3.Connection) -> Account:
    """The user whose ``access_token`` parameter this is; 10006, 21332 or 21327 if none."""
    value = request.values.get("access_token", "")
    if not value:
        raise PlatformError(10006, "source paramter(appkey) is missing")
    token = accounts.token(db, CHANNEL, value)
    if token is None or token.kind != "access":
        raise PlatformError(21332, "invalid_access_token")
    if token.expires_at <= stage().now():
        raise PlatformError(21327, "expired_token")
    account = accounts.get(db, token.account)
    if account is None:
        raise PlatformError(21332, "invalid_access_token")
    return account


def needed(name: str) -> str:
    """A parameter that may not be empty; 10016 if it is."""
    value = request.values.get(name, "")
    if not value:
        raise PlatformError(10016, f"miss required parameter ({name})")
    return value


def weight(status: str) -> int:
    """Length as the platform counts it: a link 10, a wide character 1, a narrow one ½."""
    links = len(LINK.findall(status))
    rest = LINK.sub("", status)
    return math.ceil(links * LINK_WEIGHT + sum(1 if ord(c) > 0x7F else 0.5 for c in rest))


def _check_status(status: str, account: Account) -> None:
    if not status.strip():
        raise PlatformError(20008, "content is null")
    if TOPIC.search(LINK.sub(" ", status)):
        raise PlatformError(10017, "param error: #topic# is not allowed here")
    domains = account.settings.get("domains") or stage().domains
    hosts = {host_of(link) for link in LINK.findall(status)}
    if not any(_under(host, domain) for host in hosts for domain in domains):
        raise PlatformError(10017, "appkey not bind domain!")
    if weight(status) > WEIGHT:
        raise PlatformError(20012, "text too long, please input text less than 140 characters!")


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _check_rate(db: sqlite3.Connection, account: Account) -> None:
    quota = whole(account.settings.get("hourly_posts"))
    since = stage().now() - HOUR
    if quota and ledger.count(db, account.account, ("status",), ledger.STATES, since) >= quota:
        raise PlatformError(10024, "user requests out of rate limit for this api")


def _check_repeat(db: sqlite3.Connection, account: Account, key: str) -> None:
    former = ledger.by_key(db, account.account, "status", key)
    if former and former.state in (LIVE, PENDING):
        raise PlatformError(20019, "repeat content!")


def _picture(account: Account) -> str:
    """The id under which the picture sent along is kept; empty if there is none."""
    file = request.files.get("pic")
    if file is None:
        return ""
    try:
        kept = media.take_in(stage(), file.stream, PICTURE_BYTES)
    except Oversize:
        raise PlatformError(20006, "image size too large") from None
    if kept.mime not in (JPEG, GIF, PNG):
        raise PlatformError(20005, "unsupport image type, only suport JPG, GIF, PNG!")
    with stage().store.writing() as db:
        return media.register(
            db,
            kept,
            channel=CHANNEL,
            account=account.account,
            kind="image",
            now=stage().now(),
        )


def write(
    db: sqlite3.Connection, account: Account, status: str, kind: str, picture: str = ""
) -> Thing:
    """Put a post on the account."""
    mid = str(FIRST_MID + MID_STEP * next_number(db, "weibo_mid"))
    post = Thing(
        channel=CHANNEL,
        account=account.account,
        kind=kind,
        remote_id=mid,
        natural_key=digest(status),
        fingerprint=ledger.fingerprint_of(status),
        title=ledger.headline(status),
        url=stage().address(f"/weibo/{account.account}/{base62_of(int(mid))}"),
        detail={"text": status, "picture": picture},
        made_at=stage().now(),
    )
    return ledger.add(db, ledger.with_destiny(db, post))


def local_time(moment: float) -> str:
    """A moment as the platform writes it."""
    local = datetime.fromtimestamp(moment, UTC).astimezone(timezone(timedelta(hours=8)))
    return local.strftime("%a %b %d %H:%M:%S +0800 %Y")


def as_user(account: Account) -> dict[str, Any]:
    uid = account.account
    return {"id": int(uid), "idstr": uid, "screen_name": account.name}


def as_status(db: sqlite3.Connection, post: Thing, account: Account) -> dict[str, Any]:
    """A post in the platform's own shape."""
    told = audience.counts(db, post, stage().now())
    shape: dict[str, Any] = {
        "created_at": local_time(post.made_at),
        "id": int(post.remote_id),
        "idstr": post.remote_id,
        "mid": post.remote_id,
        "text": post.detail["text"],
        "source": "",
        "user": as_user(account),
        "reposts_count": told.shares,
        "comments_count": told.comments,
        "attitudes_count": told.likes,
    }
    if picture := post.detail.get("picture"):
        address = stage().address(f"/media/{picture}")
        sizes = ("thumbnail_pic", "bmiddle_pic", "original_pic")
        shape |= dict.fromkeys(sizes, address)
    return shape


@bp.post("/2/statuses/share.json")
def share() -> Response:
    with stage().store.reading() as db:
        account = caller(db)
    status = needed("status")
    needed("rip")
    _check_status(status, account)
    picture = _picture(account)
    with stage().store.writing() as db:
        _check_rate(db, account)
        _check_repeat(db, account, digest(status))
        post = write(db, account, status, "status", picture)
        answer = as_status(db, post, account)
    if post.verdict == "later":
        raise PlatformError(20032, "update success, but it will be shown later")
    if post.state == ledger.REFUSED:
        raise PlatformError(20021, "content is illegal!")
    return jsonify(answer)


@bp.get("/2/statuses/user_timeline.json")
def user_timeline() -> Response:
    limit = min(max(whole(request.args.get("count"), 20), 1), 100)
    offset = limit * (max(whole(request.args.get("page"), 1), 1) - 1)
    kinds = ("status", "carrier")
    with stage().store.writing() as db:
        account = caller(db)
        ledger.poll_all(db, account.account, kinds)
        posts = ledger.listing(db, account.account, kinds, (LIVE,), offset=offset, limit=limit)
        total = ledger.count(db, account.account, kinds, (LIVE,))
        since = whole(request.args.get("since_id"))
        shown = [as_status(db, post, account) for post in posts if int(post.remote_id) > since]
    return jsonify(statuses=shown, total_number=total, previous_cursor=0, next_cursor=0)


def posted(db: sqlite3.Connection, mid: str) -> Thing | None:
    """A post of that number on the platform, short or carrying an article."""
    return ledger.by_id(db, CHANNEL, "status", mid) or ledger.by_id(db, CHANNEL, "carrier", mid)


def own(db: sqlite3.Connection, account: Account, mid: str) -> Thing:
    """The account's own post; 20101 if it does not stand, 20102 if it is another's."""
    post = posted(db, mid)
    if post is None or post.state != LIVE:
        raise PlatformError(20101, "target weibo does not exist!")
    if post.account != account.account:
        raise PlatformError(20102, "not your own weibo!")
    return post


@bp.get("/2/statuses/show.json")
def show() -> Response:
    with stage().store.reading() as db:
        account = caller(db)
        return jsonify(as_status(db, own(db, account, needed("id")), account))


@bp.post("/2/statuses/destroy.json")
def destroy() -> Response:
    with stage().store.writing() as db:
        account = caller(db)
        post = own(db, account, needed("id"))
        answer = as_status(db, post, account)
        ledger.move(db, post, DELETED)
    return jsonify(answer)


@bp.get("/2/statuses/querymid.json")
def querymid() -> Response:
    with stage().store.reading() as db:
        caller(db)
    return jsonify(mid=base62_of(whole(needed("id"))))


@bp.get("/oauth2/authorize")
def authorize() -> RedirectResponse:
    stranger = PlatformError(21322, "redirect_uri_mismatch")
    with stage().store.writing() as db:
        account = consent.consenting(db, CHANNEL, stranger)
        if account.credentials["app_key"] != request.args.get("client_id"):
            raise PlatformError(21324, "invalid_client")
        return consent.agreed(db, account)


@bp.post("/oauth2/access_token")
def access_token() -> Response:
    with stage().store.writing() as db:
        code = accounts.token(db, CHANNEL, request.values.get("code", ""))
        if code is None or code.kind != "code" or not accounts.spend(db, code.token):
            raise PlatformError(21325, "invalid_grant")
        account = accounts.get(db, code.account)
        wanted = (request.values.get("client_id"), request.values.get("client_secret"))
        if account is None or wanted != (
            account.credentials["app_key"],
            account.credentials["app_secret"],
        ):
            raise PlatformError(21324, "invalid_client")
        token = accounts.issue(
            db,
            CHANNEL,
            account.account,
            "access",
            now=stage().now(),
            lifetime=TOKEN_LIFE,
            token=fresh_id("2.00", 24),
        )
    life = int(TOKEN_LIFE)
    return jsonify(
        access_token=token.token, expires_in=life, remind_in=str(life), uid=account.account
    )


@bp.post("/oauth2/get_token_info")
def get_token_info() -> Response:
    with stage().store.reading() as db:
        account = caller(db)
        token = accounts.token(db, CHANNEL, request.values["access_token"])
    left = int(token.expires_at - stage().now()) if token else 0
    return jsonify(uid=account.account, appkey=account.credentials["app_key"], expire_in=left)
