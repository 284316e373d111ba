"""Weibo: headline articles. One call makes two things, the article and the post that carries it.

Its refusals have a shape of their own, with the code as a text; what the gateway refuses (tokens,
missing parameters) looks as everywhere. An account setting makes the second half fail.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify, request

from channels.sandbox import ledger
from channels.sandbox.accounts import Account
from channels.sandbox.ledger import Thing
from channels.sandbox.stage import PlatformError, stage, whole
from channels.sandbox.store import next_number
from channels.sandbox.weibo import CHANNEL, FIRST_MID, HOUR, caller, needed, refused, write

TITLE, CONTENT, CARRIER = 32, 90_000, 1_900
MALFORMED, FORBIDDEN, TOO_OFTEN, NO_CARRIER, UNBOUND = 10008, 10014, 11001, 11002, 11003
OWN_CODES = {MALFORMED, FORBIDDEN, TOO_OFTEN, NO_CARRIER, UNBOUND}

bp = Blueprint("weibo_article", __name__, url_prefix="/weibo")


@bp.errorhandler(PlatformError)
def refused_article(error: PlatformError) -> Any:
    if error.code not in OWN_CODES:
        return refused(error)
    return jsonify(code=str(error.code), msg=error.words, data={})


@bp.post("/proxy/article/publish.json")
def publish_article() -> Response:
    title, content, carrier = needed("title"), needed("content"), needed("text")
    cover = needed("cover")
    needed("rip")
    if len(title) > TITLE or len(content) > CONTENT or len(carrier) > CARRIER:
        raise PlatformError(MALFORMED, "param error: too long")
    if not cover.startswith(("http://", "https://")):
        raise PlatformError(MALFORMED, "param error: cover")
    with stage().store.writing() as db:
        account = caller(db)
        _admit(db, account)
        number = f"230940{FIRST_MID + next_number(db, 'weibo_article')}"
        url = stage().address(f"/weibo/ttarticle/p/show?id={number}")
        article = Thing(
            channel=CHANNEL,
            account=account.account,
            kind="article",
            remote_id=f"1022:{number}",
            fingerprint=ledger.fingerprint_of(carrier, content),
            title=title,
            url=url,
            detail={
                "html": content,
                "cover_url": cover,
                "summary": request.values.get("summary", ""),
            },
            made_at=stage().now(),
        )
        ledger.add(db, article)
        broken = account.settings.get("carrier_fails")
        post = None if broken else write(db, account, f"{carrier} {url}", "carrier")
    if post is None:
        raise PlatformError(NO_CARRIER, "publish weibo failed")
    data = {"object_id": article.remote_id, "url": url, "mid": post.remote_id}
    return jsonify(code="100000", msg="", data=data)


def _admit(db: sqlite3.Connection, account: Account) -> None:
    """Only accounts that were let in, and not too often."""
    if account.settings.get("articles_allowed") is False:
        raise PlatformError(FORBIDDEN, "Insufficient app permissions!")
    quota = whole(account.settings.get("hourly_posts"))
    since = stage().now() - HOUR
    if quota and ledger.count(db, account.account, ("article",), ledger.STATES, since) >= quota:
        raise PlatformError(TOO_OFTEN, "publish too often")
