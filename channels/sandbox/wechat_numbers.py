"""WeChat's numbers (``/datacube``): by day, from yesterday back, and growing as the days go by.

A day's numbers are ready at 8 the next morning: before that the list is empty and ``is_delay``
says to come back; today and later are refused (61503). A piece is read most on its first day and
by half as many on each day after; a day without readers has no row.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify

from channels.sandbox import audience, ledger
from channels.sandbox.accounts import Account
from channels.sandbox.beijing import beijing_time
from channels.sandbox.ledger import DELETED, LIVE, TAKEN_DOWN, Thing
from channels.sandbox.stage import PlatformError, digest, stage
from channels.sandbox.wechat_access import body, caller, text

bp = Blueprint("wechat_numbers", __name__, url_prefix="/datacube")

READY_AT = 8
FOLLOWED_DAYS = 30
KINDS = ("article", "mass")
RETIRED = (
    *("getarticlesummary", "getarticletotal", "getuserread", "getuserreadhour"),
    *("getusershare", "getusersharehour"),
)
Json = dict[str, Any]


def _day(asked: Json) -> date:
    """The one day asked for; 61500 malformed, 61501 more than one, 61503 not yet."""
    begin, end = (text(asked, name) for name in ("begin_date", "end_date"))
    for given in (begin, end):
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", given):
            raise PlatformError(61500, "date format error")
    if begin != end:
        raise PlatformError(61501, "date range error")
    try:
        day = date.fromisoformat(begin)
    except ValueError:
        raise PlatformError(61500, "date format error") from None
    if day >= _now().date():
        raise PlatformError(61503, "data is not ready, please try later")
    return day


def _now() -> datetime:
    return beijing_time(stage().now())


def _is_late(day: date) -> bool:
    """Yesterday is still being counted in the early morning."""
    return day == _now().date() - timedelta(days=1) and _now().hour < READY_AT


def _pieces(db: sqlite3.Connection, account: Account) -> list[Thing]:
    states = (LIVE, DELETED, TAKEN_DOWN)
    return ledger.listing(db, account.account, KINDS, states, limit=10_000)


def _made(piece: Thing) -> date:
    return beijing_time(piece.made_at).date()


def _articles(piece: Thing) -> Iterator[tuple[str, Json, str]]:
    """(``msgid``, the article, its address) of each article of a piece."""
    for at, article in enumerate(piece.detail["articles"], start=1):
        url = piece.url if at == 1 else f"{piece.url}/{at}"
        yield f"{piece.detail['msg_data_id']}_{at}", article, url


def _readers(msgid: str, age: int) -> int:
    first = 200 + int(digest(msgid)[:4], 16) % 800
    return first >> age if 0 <= age <= FOLLOWED_DAYS else 0


def _sources(readers: int) -> list[Json]:
    circle, found = readers // 3, readers // 10
    named = {
        "全部": readers,
        "公众号消息": readers - circle - found,
        "朋友圈": circle,
        "搜一搜": found,
    }
    return [{"user_count": count, "scene_desc": scene} for scene, count in named.items()]


def _detail(msgid: str, published: date, day: date) -> Json:
    readers = _readers(msgid, (day - published).days)
    return {
        "stat_date": day.isoformat(),
        "read_user": readers,
        "read_user_source": _sources(readers),
        "share_user": readers // 40,
        "zaikan_user": readers // 60,
        "like_user": readers // 24,
        "comment_count": readers // 100,
        "collection_user": readers // 60,
        "praise_money": 0,
        "read_subscribe_user": readers // 2,
        "read_delivery_rate": 0.1,
        "read_finish_rate": 0.4,
        "read_avg_activetime": 35.2,
        "read_jump_position": [{"position": 1, "rate": 0.1}],
    }


def _answer(day: date, rows: list[Json]) -> Response:
    late = _is_late(day)
    return jsonify(list=[] if late else rows, is_delay=late)


@bp.post("/getarticletotaldetail")
def total_detail() -> Response:
    """Of what was published on that day: every day since that is counted, 30 at most."""
    day = _day(body())
    with stage().store.reading() as db:
        pieces = [piece for piece in _pieces(db, caller(db)) if _made(piece) == day]
    rows = [
        {
            "ref_date": day.isoformat(),
            "msgid": msgid,
            "publish_type": int(piece.kind == "article"),
            "title": article["title"],
            "content_url": url,
            "detail_list": [_detail(msgid, day, each) for each in _counted(msgid, day)],
        }
        for piece in pieces
        for msgid, article, url in _articles(piece)
    ]
    return _answer(day, rows)


def _counted(msgid: str, published: date) -> Iterator[date]:
    for age in range(FOLLOWED_DAYS + 1):
        day = published + timedelta(days=age)
        if day < _now().date() and not _is_late(day) and _readers(msgid, age):
            yield day


def _by_day(field: str, count: int) -> Response:
    """Everything that was read, or shared, on that day; one in ``count`` readers does it."""
    day = _day(body())
    with stage().store.reading() as db:
        pieces = _pieces(db, caller(db))
    rows = []
    for piece in pieces:
        for msgid, _, _ in _articles(piece):
            number = _readers(msgid, (day - _made(piece)).days) // count
            if number:
                told = {field: number, f"{field}_source": _sources(number)}
                rows.append({"ref_date": day.isoformat(), "msgid": msgid, "detail": told})
    return _answer(day, rows)


@bp.post("/getusercumulate")
def followers() -> Response:
    """How many followed at the end of that day."""
    day = _day(body())
    with stage().store.reading() as db:
        account = caller(db).account
    ended = datetime.combine(day, time.max, beijing_time(stage().now()).tzinfo).timestamp()
    row = {
        "ref_date": day.isoformat(),
        "user_source": 0,
        "cumulate_user": audience.followers(account, ended),
    }
    return _answer(day, [row])


@bp.post("/getarticleread")
def read() -> Response:
    return _by_day("read_user", 1)


@bp.post("/getarticleshare")
def share() -> Response:
    return _by_day("share_user", 40)


@bp.post(f"/<any({', '.join(RETIRED)}):call>")
def retired(call: str) -> Response:
    """What was announced as no longer maintained."""
    raise PlatformError(47009, f"{call} is offline, please use the new api")
