"""The ledger of everything that stands on a platform, and the count of copies.

A draft is an object but no copy. An object that was accepted and is still undecided counts as a
copy, because readers will see it; one that was refused, deleted or taken down does not.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from channels.sandbox.stage import digest

PENDING, LIVE, REFUSED, DELETED, TAKEN_DOWN = "pending", "live", "refused", "deleted", "taken_down"
DRAFT = "draft"
STATES = (PENDING, LIVE, REFUSED, DELETED, TAKEN_DOWN)
SECONDARY_KINDS = ("draft", "carrier")
"""Kinds that are no copy: a draft, and the post that merely carries a Weibo long article."""

VERDICTS = ("live", "refused", "originality", "failed", "later")
"""``originality`` and ``failed`` are WeChat's, ``later`` (20032) is Weibo's; all others know
``live`` and ``refused``."""

HEADLINE = 60
DEFAULT_POLLS = {"wechat": 1, "toutiao": 1, "douyin": 1, "kuaishou": 2, "bilibili": 1}

_LINK = re.compile(r"https?://[^\s\"'<>]*?/[sp]/([A-Za-z0-9_-]+)")
_ANY_LINK = re.compile(r"https?://[!-~]+")
_MARK = re.compile(r"〔([A-Za-z0-9_-]+)〕")


@dataclass(frozen=True, slots=True)
class Thing:
    """One object on a platform, as the platform itself would know it."""

    channel: str
    account: str
    kind: str
    remote_id: str
    fingerprint: str
    title: str
    url: str
    detail: dict[str, Any]
    made_at: float
    state: str = LIVE
    natural_key: str = ""
    """By which the platform recognises a repeat: text hash, video_id, publish_id…"""
    verdict: str = LIVE
    polls_left: int = 0
    number: int = 0

    @property
    def made(self) -> int:
        """Unix time in whole seconds."""
        return int(self.made_at)


def fingerprint_of(*texts: str, fallback: Sequence[str] = ()) -> str:
    """The uid in the first link ``/s/<uid>`` or ``/p/<uid>``, else in a mark ``〔uid〕``.

    A text that shows neither is known by the hash of ``fallback`` (the account, since the same
    words and film on two accounts are two pieces, and hashes of its media) and the texts.
    """
    for pattern in (_LINK, _MARK):
        for text in texts:
            if found := pattern.search(text):
                return found.group(1)
    return digest(*fallback, *texts)


def headline(text: str) -> str:
    """The beginning of a text without its links and marks, by which a list names it."""
    plain = _MARK.sub("", _ANY_LINK.sub("", text)).strip()
    return (plain or text)[:HEADLINE]


def destiny(db: sqlite3.Connection, channel: str, account: str) -> tuple[str, int]:
    """What the platform will decide about this account's next piece, and after how many polls."""
    row = db.execute(
        "SELECT verdict, after_polls FROM verdicts WHERE channel IN (?, '*')"
        " AND account IN (?, '*') ORDER BY account = '*', channel = '*' LIMIT 1",
        (channel, account),
    ).fetchone()
    return (row["verdict"], row["after_polls"]) if row else (LIVE, DEFAULT_POLLS.get(channel, 0))


def with_destiny(db: sqlite3.Connection, thing: Thing) -> Thing:
    """The thing in the state in which the platform takes it in: undecided, or decided at once."""
    verdict, polls = destiny(db, thing.channel, thing.account)
    state = PENDING if polls else _decided(verdict)
    return replace(thing, verdict=verdict, polls_left=polls, state=state)


def _decided(verdict: str) -> str:
    return LIVE if verdict in (LIVE, "later") else REFUSED


def add(db: sqlite3.Connection, thing: Thing) -> Thing:
    cursor = db.execute(
        "INSERT INTO objects (channel, account, kind, remote_id, natural_key, fingerprint, title,"
        " state, url, detail, made_at, verdict, polls_left)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            thing.channel,
            thing.account,
            thing.kind,
            thing.remote_id,
            thing.natural_key,
            thing.fingerprint,
            thing.title,
            thing.state,
            thing.url,
            json.dumps(thing.detail, ensure_ascii=False),
            thing.made_at,
            thing.verdict,
            thing.polls_left,
        ),
    )
    return replace(thing, number=cursor.lastrowid or 0)


def _thing(row: sqlite3.Row) -> Thing:
    values = {key: row[key] for key in row.keys() if key not in ("id", "detail")}  # noqa: SIM118
    return Thing(**values, detail=json.loads(row["detail"]), number=row["id"])


def by_id(db: sqlite3.Connection, channel: str, kind: str, remote_id: str) -> Thing | None:
    row = db.execute(
        "SELECT * FROM objects WHERE channel = ? AND kind = ? AND remote_id = ?",
        (channel, kind, remote_id),
    ).fetchone()
    return _thing(row) if row else None


def by_key(db: sqlite3.Connection, account: str, kind: str, natural_key: str) -> Thing | None:
    """The newest object that the account made under this natural key."""
    row = db.execute(
        "SELECT * FROM objects WHERE account = ? AND kind = ? AND natural_key = ?"
        " ORDER BY id DESC LIMIT 1",
        (account, kind, natural_key),
    ).fetchone()
    return _thing(row) if row else None


def by_number(db: sqlite3.Connection, number: int) -> Thing | None:
    row = db.execute("SELECT * FROM objects WHERE id = ?", (number,)).fetchone()
    return _thing(row) if row else None


def listing(
    db: sqlite3.Connection,
    account: str,
    kinds: Sequence[str],
    states: Sequence[str],
    *,
    offset: int = 0,
    limit: int = 20,
) -> list[Thing]:
    """An account's objects, newest first."""
    rows = db.execute(
        f"SELECT * FROM objects WHERE account = ? AND kind IN ({_marks(kinds)})"  # noqa: S608
        f" AND state IN ({_marks(states)}) ORDER BY id DESC LIMIT ? OFFSET ?",
        (account, *kinds, *states, limit, offset),
    )
    return [_thing(row) for row in rows]


def count(
    db: sqlite3.Connection,
    account: str,
    kinds: Sequence[str],
    states: Sequence[str],
    since: float = 0.0,
) -> int:
    row = db.execute(
        f"SELECT count(*) FROM objects WHERE account = ? AND kind IN ({_marks(kinds)})"  # noqa: S608
        f" AND state IN ({_marks(states)}) AND made_at >= ?",
        (account, *kinds, *states, since),
    ).fetchone()
    return int(row[0])


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def newest(db: sqlite3.Connection, channel: str, limit: int) -> list[Thing]:
    """What readers of a platform find, newest first."""
    rows = db.execute(
        "SELECT * FROM objects WHERE channel = ? AND state = 'live' AND kind != 'draft'"
        " ORDER BY id DESC LIMIT ?",
        (channel, limit),
    )
    return [_thing(row) for row in rows]


def move(db: sqlite3.Connection, thing: Thing, state: str) -> Thing:
    db.execute("UPDATE objects SET state = ? WHERE id = ?", (state, thing.number))
    return replace(thing, state=state)


def rewrite(db: sqlite3.Connection, thing: Thing) -> None:
    """Store a thing whose text was changed in place."""
    db.execute(
        "UPDATE objects SET title = ?, fingerprint = ?, detail = ? WHERE id = ?",
        (
            thing.title,
            thing.fingerprint,
            json.dumps(thing.detail, ensure_ascii=False),
            thing.number,
        ),
    )


def remove(db: sqlite3.Connection, thing: Thing) -> None:
    """Take an object out of the ledger without a trace, as a draft leaves its box."""
    db.execute("DELETE FROM objects WHERE id = ?", (thing.number,))


def polled(db: sqlite3.Connection, thing: Thing) -> Thing:
    """The thing as one look at it finds it: a pending one comes a step nearer to its verdict.

    With ``after_polls`` n, the first n looks find it undecided.
    """
    if thing.state != PENDING:
        return thing
    if thing.polls_left:
        db.execute("UPDATE objects SET polls_left = polls_left - 1 WHERE id = ?", (thing.number,))
        return replace(thing, polls_left=thing.polls_left - 1)
    return decide(db, thing)


def decide(db: sqlite3.Connection, thing: Thing) -> Thing:
    """Carry out the platform's verdict on a pending thing now."""
    return move(db, thing, _decided(thing.verdict)) if thing.state == PENDING else thing


def poll_all(db: sqlite3.Connection, account: str, kinds: Sequence[str]) -> None:
    """One look at an account's list is one look at everything undecided in it."""
    for thing in listing(db, account, kinds, (PENDING,), limit=10_000):
        polled(db, thing)


def described(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every object, oldest first, in the shape of ``/__sim__/state``."""
    rows = db.execute(
        "SELECT channel, account, kind, remote_id AS id, fingerprint, title, state, url"
        " FROM objects ORDER BY objects.id"
    )
    return [dict(row) for row in rows]


def copies(db: sqlite3.Connection) -> dict[str, int]:
    """How many copies of each piece are, or will be, before readers' eyes."""
    rows = db.execute(
        f"SELECT fingerprint, count(*) AS n FROM objects WHERE state IN ('live', 'pending')"  # noqa: S608
        f" AND kind NOT IN ({_marks(SECONDARY_KINDS)}) GROUP BY fingerprint",
        SECONDARY_KINDS,
    )
    return {row["fingerprint"]: row["n"] for row in rows}
