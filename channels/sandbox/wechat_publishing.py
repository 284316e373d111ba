"""WeChat after the draft: publishing without push (freepublish).

Submitting takes the draft out of its box, so a second submission finds nothing. What was
accepted is decided after a number of looks (``/__sim__/verdicts``), where a look is a poll by
``publish_id`` or a page of the list.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify

from channels.sandbox import callbacks, ledger, wechat_event
from channels.sandbox.accounts import Account
from channels.sandbox.ledger import DELETED, LIVE, PENDING, REFUSED, TAKEN_DOWN, Thing
from channels.sandbox.stage import PlatformError, Stage, fresh_id, stage, whole
from channels.sandbox.store import next_number
from channels.sandbox.wechat_access import CHANNEL, OK, body, caller
from channels.sandbox.wechat_drafts import draft_of, page_of, shown

bp = Blueprint("wechat_publishing", __name__, url_prefix="/cgi-bin")

FIRST_PUBLISH_ID, FIRST_MESSAGE = 100_000_000, 2_247_483_648
REFUSED_STATUS = {"originality": 2, "failed": 3, "refused": 4}
Json = dict[str, Any]


def consume(
    db: sqlite3.Connection, account: Account, draft: Thing, *, kind: str, key: str, detail: Json
) -> Thing:
    """The draft leaves its box and becomes an article on its way to readers."""
    article_id = fresh_id(size=33)
    ledger.remove(db, draft)
    article = Thing(
        channel=CHANNEL,
        account=account.account,
        kind=kind,
        remote_id=article_id,
        natural_key=key,
        fingerprint=draft.fingerprint,
        title=draft.title,
        url=stage().address(f"/wechat/s/{article_id}"),
        detail={**draft.detail, **detail},
        made_at=stage().now(),
    )
    return ledger.add(db, ledger.with_destiny(db, article))


def next_message(db: sqlite3.Connection) -> int:
    """A ``msg_data_id``, by which comments and numbers are asked for; of one series for all."""
    return FIRST_MESSAGE + next_number(db, "wechat_message")


def by_message(db: sqlite3.Connection, account: Account, message: object) -> Thing | None:
    """The account's piece of that ``msg_data_id``, however it was put out."""
    row = db.execute(
        "SELECT id FROM objects WHERE account = ? AND kind IN ('article', 'mass')"
        " AND json_extract(detail, '$.msg_data_id') = ?",
        (account.account, whole(message)),
    ).fetchone()
    return ledger.by_number(db, row["id"]) if row else None


@bp.post("/freepublish/submit")
def submit() -> Response:
    asked = body()
    with stage().store.writing() as db:
        account = caller(db)
        if account.settings.get("publish_allowed") is False:
            raise PlatformError(48001, "api unauthorized")
        draft = draft_of(db, account, asked.get("media_id"))
        publish_id = str(FIRST_PUBLISH_ID + next_number(db, "wechat_publish"))
        message = next_message(db)
        article = consume(
            db, account, draft, kind="article", key=publish_id, detail={"msg_data_id": message}
        )
    _announce(stage(), account, article)
    return jsonify(OK | {"publish_id": publish_id, "msg_data_id": message})


def _announce(here: Stage, account: Account, article: Thing) -> None:
    """Decide and push the event by and by, if the account has a callback address."""

    def finish() -> callbacks.Push:
        with here.store.writing() as db:
            decided = ledger.decide(db, ledger.by_number(db, article.number) or article)
        return wechat_event.publish_finished(account, publish_report(decided), here.now())

    callbacks.schedule(account, finish)


def status_of(article: Thing) -> int:
    """``publish_status`` of an article."""
    if article.state == REFUSED:
        return REFUSED_STATUS.get(article.verdict, 3)
    return {LIVE: 0, PENDING: 1, DELETED: 5, TAKEN_DOWN: 6}[article.state]


def publish_report(article: Thing) -> Json:
    """What ``freepublish/get`` and the event say of an article."""
    status, count = status_of(article), len(article.detail["articles"])
    report: Json = {"publish_id": article.natural_key, "publish_status": status, "fail_idx": []}
    if status == 0:
        items = [
            {"idx": index + 1, "article_url": item["url"]}
            for index, item in enumerate(shown(article, content=False))
        ]
        report["article_id"] = article.remote_id
        report["article_detail"] = {"count": count, "item": items}
    if status in (2, 4):
        report["fail_idx"] = list(range(1, count + 1))
    return report


@bp.post("/freepublish/get")
def get() -> Response:
    publish_id = str(body().get("publish_id", ""))
    with stage().store.writing() as db:
        article = ledger.by_key(db, caller(db).account, "article", publish_id)
        if article is None:
            raise PlatformError(53502, "invalid publish_id")
        article = ledger.polled(db, article)
    return jsonify(publish_report(article))


def _article(db: sqlite3.Connection, account: Account, article_id: object) -> Thing:
    found = ledger.by_id(db, CHANNEL, "article", str(article_id))
    if found is None or found.account != account.account or found.state in (PENDING, REFUSED):
        raise PlatformError(53600, "invalid article_id")
    return found


@bp.post("/freepublish/delete")
def delete() -> Response:
    asked = body()
    with stage().store.writing() as db:
        article = _article(db, caller(db), asked.get("article_id"))
        if not 0 <= whole(asked.get("index")) <= len(article.detail["articles"]):
            raise PlatformError(40114, "invalid index value")
        ledger.move(db, article, DELETED)
    return jsonify(OK)


@bp.post("/freepublish/getarticle")
def getarticle() -> Response:
    asked = body()
    with stage().store.reading() as db:
        return jsonify(news_item=shown(_article(db, caller(db), asked.get("article_id"))))


@bp.post("/freepublish/batchget")
def batchget() -> Response:
    asked = body()
    offset, limit = page_of(asked)
    with stage().store.writing() as db:
        account = caller(db).account
        ledger.poll_all(db, account, ("article",))
        total = ledger.count(db, account, ("article",), (LIVE, DELETED))
        found = ledger.listing(
            db, account, ("article",), (LIVE, DELETED), offset=offset, limit=limit
        )
    items = [
        {
            "article_id": article.remote_id,
            "content": {
                "news_item": shown(article, content=whole(asked.get("no_content")) != 1),
                "create_time": article.made,
                "update_time": article.made,
            },
            "update_time": article.made,
        }
        for article in found
    ]
    return jsonify(total_count=total, item_count=len(items), item=items)
