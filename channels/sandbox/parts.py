"""Uploads in parts, as Douyin, Toutiao and Kuaishou take them.

Parts may arrive in any order and be sent again (the last one counts); they are judged when the
upload is completed: numbered without a gap, none missing, and none but the last too small.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from channels.sandbox.media import Kept
from channels.sandbox.stage import fresh_id

OPEN, COMPLETE, SPENT = "open", "complete", "spent"


class Incomplete(Exception):
    """A part is missing, or one that is not the last is smaller than the platform demands."""


@dataclass(frozen=True, slots=True)
class Upload:
    id: str
    account: str
    state: str
    media: str


def begin(
    db: sqlite3.Connection, channel: str, account: str, *, now: float, lifetime: float
) -> str:
    """Open an upload that lives for ``lifetime`` seconds; answers its id."""
    upload = fresh_id()
    db.execute(
        "INSERT INTO uploads VALUES (?, ?, ?, ?, '', ?)",
        (upload, channel, account, OPEN, now + lifetime),
    )
    return upload


def get(db: sqlite3.Connection, channel: str, upload: str, now: float) -> Upload | None:
    """The upload, unless it has expired or belongs to another platform."""
    row = db.execute(
        "SELECT id, account, state, media FROM uploads"
        " WHERE id = ? AND channel = ? AND expires_at > ?",
        (upload, channel, now),
    ).fetchone()
    return Upload(*row) if row else None


def put(db: sqlite3.Connection, upload: str, number: int, kept: Kept) -> None:
    """Note a part; sent again, it replaces the former."""
    db.execute(
        "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?)", (upload, number, kept.sha256, kept.size)
    )


def numbers(db: sqlite3.Connection, upload: str) -> list[int]:
    rows = db.execute("SELECT number FROM parts WHERE upload = ? ORDER BY number", (upload,))
    return [row["number"] for row in rows]


def in_order(
    db: sqlite3.Connection, upload: str, *, first: int, least: int, expected: int = 0
) -> list[str]:
    """The hashes of all parts in order of number. Raises :class:`Incomplete`.

    ``least`` is the size in bytes that each part but the last must have; ``expected`` the number
    of parts that the caller says there are, 0 if it does not say.
    """
    rows = db.execute(
        "SELECT number, sha256, size FROM parts WHERE upload = ? ORDER BY number", (upload,)
    ).fetchall()
    if not rows or [row["number"] for row in rows] != list(range(first, first + len(rows))):
        raise Incomplete("a part is missing")
    if expected and len(rows) != expected:
        raise Incomplete(f"{expected} parts expected, {len(rows)} received")
    if any(row["size"] < least for row in rows[:-1]):
        raise Incomplete(f"every part but the last must have {least} bytes or more")
    return [row["sha256"] for row in rows]


def finish(db: sqlite3.Connection, upload: str, media: str) -> None:
    """The upload is whole, and is that medium."""
    db.execute("UPDATE uploads SET state = ?, media = ? WHERE id = ?", (COMPLETE, media, upload))


def spend(db: sqlite3.Connection, upload: str) -> bool:
    """Use the upload for a publication; ``False`` unless it was complete and unused."""
    return (
        db.execute(
            "UPDATE uploads SET state = ? WHERE id = ? AND state = ?", (SPENT, upload, COMPLETE)
        ).rowcount
        == 1
    )
