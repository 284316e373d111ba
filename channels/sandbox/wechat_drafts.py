"""WeChat's draft box: what an article must be to get in, and what is stored of it."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request

from channels.sandbox import ledger, media
from channels.sandbox.accounts import Account
from channels.sandbox.ledger import DRAFT, Thing
from channels.sandbox.media import MB
from channels.sandbox.stage import PlatformError, fresh_id, stage, whole
from channels.sandbox.wechat_access import CHANNEL, OK, body, caller, text
from channels.sandbox.wechat_html import kept_by_wechat

bp = Blueprint("wechat_drafts", __name__, url_prefix="/cgi-bin/draft")

TITLE, AUTHOR, DIGEST, SOURCE_BYTES = 32, 16, 128, 1024
CONTENT_CHARS, CONTENT_BYTES = 20_000, MB
"""Both exclusive: content has fewer than 20 000 characters and less than 1 MB."""
ARTICLES, PICTURES = 8, 20
DEFAULT_DIGEST = 54
COVER_KINDS = ("image", "thumb")
Json = dict[str, Any]


def _check_lengths(article: Json, title_limit: int) -> None:
    title, content = text(article, "title"), text(article, "content")
    if not title.strip() or len(title) > title_limit:
        raise PlatformError(45003, "title size out of limit")
    if len(text(article, "author")) > AUTHOR:
        raise PlatformError(45110, "author size out of limit")
    if len(text(article, "digest")) > DIGEST:
        raise PlatformError(45004, "description size out of limit")
    if not content.strip():
        raise PlatformError(45166, "invalid content")
    if len(content) >= CONTENT_CHARS or len(content.encode()) >= CONTENT_BYTES:
        raise PlatformError(45002, "content size out of limit")


def _check_source(article: Json) -> None:
    source = text(article, "content_source_url")
    if len(source.encode()) > SOURCE_BYTES:
        raise PlatformError(45005, "link size out of limit")
    if source and not re.match(r"https?://[^\s]+$", source):
        raise PlatformError(41039, "invalid content_source_url")


def _check_permanent(db: sqlite3.Connection, media_id: object, account: Account) -> None:
    if media.owned(db, media_id, account.account, COVER_KINDS, stage().now()) is None:
        raise PlatformError(40007, "invalid media_id")


def _pictures(article: Json) -> list[object]:
    info = article.get("image_info")
    listed = info.get("image_list") if isinstance(info, dict) else None
    if not isinstance(listed, list) or not listed:
        raise PlatformError(40007, "invalid media_id")
    if len(listed) > PICTURES:
        raise PlatformError(45008, "article size out of limit")
    return [item.get("image_media_id") if isinstance(item, dict) else None for item in listed]


def _accepted(db: sqlite3.Connection, article: object, account: Account) -> Json:
    """The article as stored; raises what WeChat says of one that breaks a limit."""
    if not isinstance(article, dict):
        raise PlatformError(47001, "data format error")
    kind = text(article, "article_type") or "news"
    if kind not in ("news", "newspic"):
        raise PlatformError(45166, "invalid article_type")
    _check_lengths(article, whole(account.settings.get("title_limit"), TITLE))
    _check_source(article)
    if kind == "newspic":
        for media_id in _pictures(article):
            _check_permanent(db, media_id, account)
        unknown = ("content_source_url", "thumb_media_id", "author", "digest")
        kept = {name: value for name, value in article.items() if name not in unknown}
        return {**kept, "article_type": kind}
    _check_permanent(db, article.get("thumb_media_id"), account)
    clean = kept_by_wechat(text(article, "content"), stage().address("/wechat/mmbiz/"))
    return {**article, "article_type": kind, "content": clean, "digest": _digest(article, clean)}


def _digest(article: Json, clean: str) -> str:
    plain = re.sub(r"<[^>]*>|\s+", "", clean)
    return text(article, "digest") or plain[:DEFAULT_DIGEST]


def _fingerprint(article: Json) -> str:
    return ledger.fingerprint_of(
        text(article, "content_source_url"), text(article, "content"), text(article, "title")
    )


@bp.post("/add")
def add() -> Response:
    asked = body()
    store = stage().store
    with store.writing() as db:
        account = caller(db)
        listed = asked.get("articles")
        if not isinstance(listed, list) or not listed:
            raise PlatformError(44003, "empty news data")
        if len(listed) > ARTICLES:
            raise PlatformError(45008, "article size out of limit")
        articles = [_accepted(db, article, account) for article in listed]
        media_id = fresh_id(size=42)
        draft = Thing(
            channel=CHANNEL,
            account=account.account,
            kind="draft",
            remote_id=media_id,
            fingerprint=_fingerprint(articles[0]),
            title=articles[0]["title"],
            url=stage().address(f"/wechat/draft/{media_id}"),
            detail={"articles": articles, "updated": stage().now()},
            made_at=stage().now(),
            state=DRAFT,
        )
        ledger.add(db, draft)
    return jsonify(media_id=media_id)


def draft_of(db: sqlite3.Connection, account: Account, media_id: object) -> Thing:
    """The account's draft of that id; 40007 once it has left the box."""
    draft = ledger.by_id(db, CHANNEL, "draft", media_id) if isinstance(media_id, str) else None
    if draft is None or draft.account != account.account:
        raise PlatformError(40007, "invalid media_id")
    return draft


@bp.post("/update")
def update() -> Response:
    asked = body()
    with stage().store.writing() as db:
        account = caller(db)
        draft = draft_of(db, account, asked.get("media_id"))
        articles, index = list(draft.detail["articles"]), whole(asked.get("index"), -1)
        if not 0 <= index < len(articles):
            raise PlatformError(40114, "invalid index value")
        articles[index] = _accepted(db, asked.get("articles"), account)
        changed = replace(
            draft,
            title=articles[0]["title"],
            fingerprint=_fingerprint(articles[0]),
            detail={"articles": articles, "updated": stage().now()},
        )
        ledger.rewrite(db, changed)
    return jsonify(OK)


def shown(thing: Thing, *, content: bool = True) -> list[Json]:
    """``news_item`` as the listings give it; without ``content`` if the caller asked so."""
    gone = thing.state in (ledger.DELETED, ledger.TAKEN_DOWN)
    return [
        {name: value for name, value in article.items() if content or name != "content"}
        | {"url": thing.url if not index else f"{thing.url}/{index + 1}", "is_deleted": gone}
        for index, article in enumerate(thing.detail["articles"])
    ]


@bp.post("/get")
def get() -> Response:
    asked = body()
    with stage().store.reading() as db:
        draft = draft_of(db, caller(db), asked.get("media_id"))
    return jsonify(news_item=shown(draft))


def page_of(asked: Json) -> tuple[int, int]:
    """(offset, count) of a listing; count is 1 to 20."""
    offset, count = whole(asked.get("offset"), -1), whole(asked.get("count"))
    if offset < 0 or not 1 <= count <= 20:
        raise PlatformError(40035, "invalid parameter: offset or count")
    return offset, count


@bp.post("/batchget")
def batchget() -> Response:
    asked = body()
    offset, limit = page_of(asked)
    with stage().store.reading() as db:
        account = caller(db).account
        total = ledger.count(db, account, ("draft",), (DRAFT,))
        drafts = ledger.listing(db, account, ("draft",), (DRAFT,), offset=offset, limit=limit)
    items = [
        {
            "media_id": draft.remote_id,
            "content": {
                "news_item": shown(draft, content=whole(asked.get("no_content")) != 1),
                "create_time": draft.made,
                "update_time": int(draft.detail["updated"]),
            },
            "update_time": int(draft.detail["updated"]),
        }
        for draft in drafts
    ]
    return jsonify(total_count=total, item_count=len(items), item=items)


@bp.get("/count")
def count() -> Response:
    with stage().store.reading() as db:
        total = ledger.count(db, caller(db).account, ("draft",), (DRAFT,))
    return jsonify(total_count=total)


@bp.post("/delete")
def delete() -> Response:
    asked = body()
    with stage().store.writing() as db:
        ledger.remove(db, draft_of(db, caller(db), asked.get("media_id")))
    return jsonify(OK)


@bp.post("/switch")
def switch() -> Response:
    with stage().store.reading() as db:
        caller(db)
    answer = dict(OK)
    return jsonify(answer | ({"is_open": 1} if request.args.get("checkonly") == "1" else {}))
