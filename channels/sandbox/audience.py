"""What readers do with what stands on a platform: more and more of them read it, some write.

``POST /__sim__/readers/comments`` with ``{"channel", "id", "author", "text"}`` lets a reader write
under a piece, ``DELETE /__sim__/readers/comments/<number>`` lets them take it back.
"""

from __future__ import annotations

import math
import sqlite3
from dataclasses import dataclass

from flask import Blueprint, Response, abort, jsonify

from channels.sandbox import ledger
from channels.sandbox.ledger import LIVE, Thing
from channels.sandbox.stage import digest, json_object, stage

MOST_READERS, HALF_LIFE = 40_000, 6 * 3600.0
FIRST_DAY = 20_000
"""The day of Unix on which everybody had as many followers as they began with."""
bp = Blueprint("audience", __name__, url_prefix="/__sim__/readers")


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything so far."""

    reads: int = 0
    likes: int = 0
    shares: int = 0
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment. ``author`` is the account's own id where the account wrote it, else empty."""

    number: int
    author: str
    name: str
    text: str
    parent: int
    made_at: float


def counts(db: sqlite3.Connection, thing: Thing, now: float) -> Counts:
    """How a piece is read by now: fast at first, each piece at a pace of its own."""
    if thing.state != LIVE:
        return Counts()
    share = 0.05 + int(digest(thing.remote_id)[:6], 16) / 0xFFFFFF
    grown = 1 - math.exp(-max(now - thing.made_at, 0) / HALF_LIFE)
    reads = int(MOST_READERS * share * grown)
    return Counts(reads, reads // 25, reads // 90, total(db, thing))


def followers(account: str, now: float) -> int:
    """How many follow an account by now: a few more every day."""
    begun = 300 + int(digest(account)[:5], 16) % 60_000
    return begun + int(now / 86_400 - FIRST_DAY) * (1 + begun % 7)


def say(
    db: sqlite3.Connection,
    thing: Thing,
    text: str,
    *,
    now: float,
    author: str = "",
    name: str = "",
    parent: int = 0,
) -> int:
    """Write under a piece, or under the comment ``parent``; answers the comment's number."""
    cursor = db.execute(
        "INSERT INTO remarks (thing, author, name, text, parent, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (thing.number, author, name, text, parent, now),
    )
    return cursor.lastrowid or 0


def total(db: sqlite3.Connection, thing: Thing) -> int:
    row = db.execute("SELECT count(*) FROM remarks WHERE thing = ?", (thing.number,)).fetchone()
    return int(row[0])


def written(
    db: sqlite3.Connection,
    thing: Thing,
    *,
    parent: int | None = None,
    offset: int = 0,
    limit: int = 10_000,
) -> list[Remark]:
    """Comments under a piece, newest first; ``parent`` 0 for those that answer nobody."""
    rows = db.execute(
        "SELECT number, author, name, text, parent, made_at FROM remarks"
        " WHERE thing = ? AND (parent = ? OR ? IS NULL) ORDER BY number DESC LIMIT ? OFFSET ?",
        (thing.number, parent, parent, limit, offset),
    )
    return [Remark(*row) for row in rows]


def remark(db: sqlite3.Connection, thing: Thing, number: int) -> Remark | None:
    return next((one for one in written(db, thing) if one.number == number), None)


@bp.post("/comments")
def comment() -> tuple[Response, int]:
    asked = json_object()
    with stage().store.writing() as db:
        row = db.execute(
            "SELECT id FROM objects WHERE channel = ? AND remote_id = ?",
            (str(asked.get("channel")), str(asked.get("id"))),
        ).fetchone()
        thing = ledger.by_number(db, row["id"]) if row else None
        if thing is None:
            abort(404)
        words, name = str(asked.get("text") or "好"), str(asked.get("author") or "读者")
        number = say(db, thing, words, name=name, now=stage().now())
    return jsonify(number=number), 201


@bp.delete("/comments/<int:number>")
def take_back(number: int) -> Response:
    with stage().store.writing() as db:
        db.execute("DELETE FROM remarks WHERE number = ?", (number,))
    return jsonify(number=number)
